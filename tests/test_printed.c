/* Printed models against what torch holds, and pasted forms. */
#include "parsing.h"

/* ---- torch's own prints ---- */

/* Parameters and buffers that a module holds itself; a print does not show them (docs/models.md). */
static bool is_hidden(const char *line) {
  static const char *const names[] = {"class_token ", "encoder.pos_embedding ",
                                      "relative_position_bias_table ", "relative_position_index "};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strstr(line, names[i]) != NULL)
      return true;
  return false;
}

static sow_status line_of_key(const char *name, const sow__tensor *tensor, sow__state_kind kind,
                              void *context) {
  (void)kind;
  char shape[100];
  sow__buffer_printf(context, "%s %s %s\n", name,
                     sow__shape_print(tensor->ndim, tensor->shape, shape, sizeof shape),
                     tensor->dtype == SOW_DTYPE_COUNT ? "float32" : sow_dtype_name(tensor->dtype));
  return SOW_OK;
}

static char *visible_keys(const char *name, size_t version) {
  char *all = read_version(name, version, "keys");
  assert_non_null(all);
  char *out = all;
  for (char *line = all, *next; *line != 0; line = next) {
    next = strchr(line, '\n');
    assert_non_null(next);
    *next++ = 0;
    size_t length = strlen(line);
    bool hidden = is_hidden(line);
    if (hidden)
      continue;
    memmove(out, line, length);
    out += length;
    *out++ = '\n';
  }
  *out = 0;
  return all;
}

static void torchs_prints_give_torchs_state_dict(void **state) {
  (void)state;
  static const char *const names[] = {"c3d",      "resnet18",    "vgg11_bn",  "vit_b_16",
                                      "r3d_18",   "swin_t",      "googlenet", "recurrent",
                                      "assorted", "rnns",        "gpt2",      "layers",
                                      "encoder",  "transformer", "frozen",    "transformer_nobias"};
  size_t compared = 0;
  for (size_t n = 0; n < sizeof names / sizeof *names; n++)
    for (size_t v = 0; v < 3; v++) {
      char *text = read_version(names[n], v, "txt");
      if (text == NULL)
        continue;
      sow_parse_options options = options_of(versions[v]);
      options.allow_missing = true;
      sow_module *module = parse_with(text, &options, NULL);
      char *expected = visible_keys(names[n], v);
      sow__buffer got = {0};
      assert_int_equal(sow__tree_state_dict(module, line_of_key, &got, NULL), SOW_OK);
      if (strcmp(got.data, expected) != 0)
        fail_msg("%s, torch %s: the keys differ", names[n], versions[v]);
      compared++;
      sow__buffer_free(&got);
      free(expected);
      sow_module_free(module);
      free(text);
    }
  assert_int_equal(compared, 16 * 3 - 1); /* torch 1.13 has no transformer without biases */
}

static char *events_of(const sow_module *module) {
  sow__buffer text = {0};
  for (size_t i = 0; i < module->tree->tape.count; i++) {
    const sow__tape_item *item = &module->tree->tape.items[i];
    char call[SOW_INITIALIZER_TEXT_SIZE], shape[100];
    sow_initializer_print(item->call, call, sizeof call);
    sow__buffer_printf(&text, "%s %s %s %lld %s\n", item->subject, call,
                       sow__shape_print(item->target.ndim, item->target.shape, shape, sizeof shape),
                       (long long)item->target.offset, item->rule);
  }
  char *taken = NULL;
  size_t length;
  assert_int_equal(sow__buffer_take(&text, &taken, &length, NULL), SOW_OK);
  return taken;
}

static void printing_and_parsing_give_the_same_draws(void **state) {
  (void)state;
  static const char *const names[] = {"c3d",  "resnet18", "vit_b_16", "r3d_18",      "googlenet",
                                      "rnns", "gpt2",     "encoder",  "transformer", "frozen"};
  for (size_t n = 0; n < sizeof names / sizeof *names; n++)
    for (size_t v = 0; v < 3; v++) {
      char *text = read_version(names[n], v, "txt");
      assert_non_null(text);
      const sow_parse_options options = {
          .size = sizeof options, .edition = SOW_TORCH_NEWEST, .allow_missing = true};
      sow_module *module = parse_with(text, &options, NULL);
      char *printed = print_of(module), *events = events_of(module);
      sow_module *again = parse_with(printed, &options, NULL);
      char *printed_again = print_of(again), *events_again = events_of(again);
      assert_string_equal(printed, printed_again);
      assert_string_equal(events, events_again);
      free(printed), free(events), free(printed_again), free(events_again), free(text);
      sow_module_free(module);
      sow_module_free(again);
    }
}

static void folded_and_unfolded_prints_give_the_same_draws(void **state) {
  (void)state;
  static const char *const names[] = {"gpt2", "encoder", "transformer", "r3d_18"};
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    char *events[3];
    for (size_t v = 0; v < 3; v++) {
      char *text = read_version(names[n], v, "txt");
      assert_non_null(text);
      sow_module *module = parse(text);
      events[v] = events_of(module);
      sow_module_free(module);
      free(text);
    }
    assert_string_equal(events[0], events[1]);
    assert_string_equal(events[1], events[2]);
    free(events[0]), free(events[1]), free(events[2]);
  }
}

/* ---- pasted forms ---- */

static void pasted_prints_are_read_in_every_form(void **state) {
  (void)state;
  static const char *const forms[] = {
      "Net(\n  (fc): Linear(in_features=3, out_features=4, bias=True)\n  (act): ReLU()\n)\n",
      "Net(\n  (fc): Linear(in_features=3, out_features=4, bias=True)\n  (act): ReLU()\n)",
      "Net(\r\n  (fc): Linear(in_features=3, out_features=4, bias=True)\r\n  (act): ReLU()\r\n)\r\n",
      "# Net(\n#   (fc): Linear(in_features=3, out_features=4, bias=True)\n#   (act): ReLU()\n# )\n",
      "#Net(\n#(fc): Linear(in_features=3,\n# out_features=4, bias=True)\n#(act): ReLU()\n#)",
      "# The model, as trained:\n#\n# >>> print(net)\n# Net(\n#   (fc): Linear(in_features=3, "
      "out_features=4, "
      "bias=True)\n#   (act): ReLU()\n# )\n# (a small one)\n",
      ">>> net = Net()\n>>> print(net)\nNet(\n  (fc): Linear(in_features=3, out_features=4, bias=True)\n  "
      "(act): "
      "ReLU()\n)\n>>> ",
      ">>> net\nNet(\n  (fc): Linear(in_features=3, out_features=4, bias=True)\n  (act): ReLU()\n)\n",
      "\n\n    # pasted\n    Net(\n      (fc): Linear(in_features=3, out_features=4, bias=True)\n      "
      "(act): "
      "ReLU()\n    )\n\n# end\n",
      "\tNet(\n\t\t(fc): Linear(in_features=3, out_features=4, bias=True)\n\t\t(act): ReLU()\n\t)\n",
      "Net(\n(fc): Linear(in_features=3, out_features=4, bias=True)\n      (act): ReLU()\n    )",
      "Net( (fc): Linear(in_features=3, out_features=4, bias=True) (act): ReLU() )",
      "Net(\n  (fc): Linear(\n    in_features=3, out_features=4,\n    bias=True\n  )\n  (act): ReLU()  # no "
      "parameters\n)\n",
      "Net(\n  extra='it (is) here', n=3, don't mind\n  (fc): Linear(in_features=3, out_features=4, "
      "bias=True)\n  (act): ReLU()\n)\n",
      "Net(\n  {(3, 3): 4}\n  [a, (b): c]\n  (fc): Linear(in_features=3, out_features=4, bias=True)\n  "
      "(act): "
      "ReLU()\n  (nothing): None\n)\n",
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    sow_module *module = parse(forms[i]);
    assert_print(module,
                 "Net(\n  (fc): Linear(in_features=3, out_features=4, bias=True)\n  (act): ReLU()\n)");
    sow_module_free(module);
  }
}

static void a_root_may_be_a_layer(void **state) {
  (void)state;
  assert_parsed_keys("Linear(in_features=3, out_features=4, bias=False)", "weight [4, 3]\n");
  assert_parsed_keys("LayerNorm((3, 4), eps=1e-05, elementwise_affine=True)", "weight [3, 4]\nbias [3, 4]\n");
  assert_parsed_keys("ReLU()", "");
  assert_parsed_keys("Sequential()", "");
}

static void layers_may_have_extra_lines_and_children(void **state) {
  (void)state;
  assert_parsed_keys("Conv2d(\n  3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False\n"
                     "  (norm): FrozenBatchNorm2d(num_features=64, eps=1e-05)\n)",
                     "weight [64, 3, 7, 7]\nnorm.weight [64]\nnorm.bias [64]\nnorm.running_mean [64]\n"
                     "norm.running_var [64]\n");
}

static void arguments_may_be_written_in_any_way_that_python_takes(void **state) {
  (void)state;
  assert_parsed_keys("Conv2d(4, 6, 3)", "weight [6, 4, 3, 3]\nbias [6]\n");
  assert_parsed_keys("Conv2d(4, out_channels=2*3, kernel_size=3, groups=2, bias=False)",
                     "weight [6, 2, 3, 3]\n");
  assert_parsed_keys("Embedding(7, 3, padding_idx=-1)", "weight [7, 3]\n");
  assert_parsed_keys("Embedding(7, 3, padding_idx=None)", "weight [7, 3]\n");
  assert_parsed_keys("EmbeddingBag(7, 3, mode='mean')", "weight [7, 3]\n");
  assert_parsed_keys("BatchNorm1d(4, bias=False)",
                     "weight [4]\nrunning_mean [4]\nrunning_var [4]\nnum_batches_tracked []int64\n");
  assert_parsed_keys("GroupNorm(2, 4, bias=False)", "weight [4]\n");
  assert_parsed_keys("LayerNorm(5, bias=False)", "weight [5]\n");
  assert_parsed_keys("PReLU()", "weight [1]\n");
  assert_parsed_keys(
      "ParameterList(\n    (0): Parameter containing: [torch.cuda.FloatTensor of size 2x3 (GPU 0)]\n"
      "    (1): Parameter containing: [torch.float32 of size ]\n    (2): Object of type: int\n)",
      "0 [2, 3]\n1 []\n");
}

/* ---- folded repeats ---- */

static void repeats_are_modules_of_their_own(void **state) {
  (void)state;
  sow_module *module = parse("ModuleList(\n  (0-1): 2 x Linear(in_features=1, out_features=2, bias=False)\n"
                             "  (2): Linear(in_features=2, out_features=2, bias=False)\n)");
  assert_keys(module, "0.weight [2, 1]\n1.weight [2, 1]\n2.weight [2, 2]\n");
  assert_int_equal(event_count(module), 3);
  assert_true(module->children[0].module != module->children[1].module);
  sow_module_free(module);
  assert_parsed_keys("ModuleList((3-4): 2 x ModuleList((0-1): 2 x PReLU(num_parameters=1)))",
                     "3.0.weight [1]\n3.1.weight [1]\n4.0.weight [1]\n4.1.weight [1]\n");
  /* A key of a ModuleDict that only looks like a range. */
  assert_parsed_keys("ModuleDict((0-1): PReLU(num_parameters=1))", "0-1.weight [1]\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(torchs_prints_give_torchs_state_dict),
      cmocka_unit_test(printing_and_parsing_give_the_same_draws),
      cmocka_unit_test(folded_and_unfolded_prints_give_the_same_draws),
      cmocka_unit_test(pasted_prints_are_read_in_every_form),
      cmocka_unit_test(a_root_may_be_a_layer),
      cmocka_unit_test(layers_may_have_extra_lines_and_children),
      cmocka_unit_test(arguments_may_be_written_in_any_way_that_python_takes),
      cmocka_unit_test(repeats_are_modules_of_their_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
