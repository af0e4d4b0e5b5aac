/* Printed models against what torch holds, pasted forms, attention, and unknown classes. */
#include "printed.h"

#include "document.h"

static const char *const versions[] = {"1.13", "2.6", "2.14"};

static sow_parse_options options_of(const char *version) {
  sow_parse_options options = {.source = "model.txt"};
  assert_int_equal(sow_edition_parse(version, &options.edition, NULL), SOW_OK);
  return options;
}

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

static sow_status line_of_key(const char *name, const sow__tensor *tensor, void *context) {
  char shape[100];
  sow__buffer_printf(context, "%s %s %s\n", name,
                     sow__shape_print(tensor->ndim, tensor->shape, shape, sizeof shape),
                     tensor->dtype == SOW_DTYPE_COUNT ? "float32" : sow_dtype_name(tensor->dtype));
  return SOW_OK;
}

static char *visible_keys(const char *name, const char *version) {
  char file[100];
  snprintf(file, sizeof file, "%s.keys", name);
  char *all = read_data(file);
  if (all == NULL) {
    snprintf(file, sizeof file, "%s-%s.keys", name, version);
    all = read_data(file);
  }
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
  static const char *const names[] = {
      "C3D",  "resnet18", "vgg11_bn", "vit_b_16", "r3d_18",      "swin_t", "googlenet",
      "rnns", "gpt2",     "layers",   "encoder",  "transformer", "frozen", "transformer_nobias"};
  size_t compared = 0;
  for (size_t n = 0; n < sizeof names / sizeof *names; n++)
    for (size_t v = 0; v < 3; v++) {
      char file[100];
      snprintf(file, sizeof file, "%s-%s.txt", names[n], versions[v]);
      char *text = read_data(file);
      if (text == NULL)
        continue;
      sow_parse_options options = options_of(versions[v]);
      sow_module *module = parse_with(text, &options, NULL);
      char *expected = visible_keys(names[n], versions[v]);
      sow__buffer got = {0};
      assert_int_equal(sow__tree_state_dict(module, line_of_key, &got, NULL), SOW_OK);
      if (strcmp(got.data, expected) != 0)
        fail_msg("%s: the keys differ", file);
      compared++;
      sow__buffer_free(&got);
      free(expected);
      sow_module_free(module);
      free(text);
    }
  assert_int_equal(compared, 39);
}

static char *print_of(const sow_module *module) {
  char *text = NULL;
  size_t length;
  assert_int_equal(sow_module_print(module, &text, &length, NULL), SOW_OK);
  return text;
}

static char *events_of(const sow_module *module) {
  sow__buffer text = {0};
  for (size_t i = 0; i < module->tree->event_count; i++) {
    const sow__event *event = &module->tree->events[i];
    char call[SOW_INITIALIZER_TEXT_SIZE], shape[100];
    sow_initializer_print(event->initializer, call, sizeof call);
    sow__buffer_printf(&text, "%s %s %s %lld %s\n", event->subject, call,
                       sow__shape_print(event->ndim, event->shape, shape, sizeof shape),
                       (long long)event->zero_row, event->rule);
  }
  char *taken = NULL;
  size_t length;
  assert_int_equal(sow__buffer_take(&text, &taken, &length, NULL), SOW_OK);
  return taken;
}

static void printing_and_parsing_give_the_same_draws(void **state) {
  (void)state;
  static const char *const names[] = {"C3D",  "resnet18", "vit_b_16", "r3d_18",      "googlenet",
                                      "rnns", "gpt2",     "encoder",  "transformer", "frozen"};
  for (size_t n = 0; n < sizeof names / sizeof *names; n++)
    for (size_t v = 0; v < 3; v++) {
      char file[100];
      snprintf(file, sizeof file, "%s-%s.txt", names[n], versions[v]);
      char *text = read_data(file);
      if (text == NULL)
        continue;
      sow_module *module = parse(text);
      char *printed = print_of(module), *events = events_of(module);
      sow_module *again = parse(printed);
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
      char file[100];
      snprintf(file, sizeof file, "%s-%s.txt", names[n], versions[v]);
      char *text = read_data(file);
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
  assert_int_equal(module->tree->event_count, 3);
  assert_true(module->children[0].module != module->children[1].module);
  sow_module_free(module);
  assert_parsed_keys("ModuleList((3-4): 2 x ModuleList((0-1): 2 x PReLU(num_parameters=1)))",
                     "3.0.weight [1]\n3.1.weight [1]\n4.0.weight [1]\n4.1.weight [1]\n");
  /* A key of a ModuleDict that only looks like a range. */
  assert_parsed_keys("ModuleDict((0-1): PReLU(num_parameters=1))", "0-1.weight [1]\n");
}

/* ---- attention and transformers ---- */

static void attention_is_built_from_its_projection(void **state) {
  (void)state;
  static const char projection[] =
      "  (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, "
      "bias=True)\n)";
  char text[300];
  warnings kept;
  snprintf(text, sizeof text, "MultiheadAttention(\n%s", projection);
  sow_module *module = parse_with(text, NULL, &kept);
  assert_keys(module,
              "in_proj_weight [12, 4]\nin_proj_bias [12]\nout_proj.weight [4, 4]\nout_proj.bias [4]\n");
  assert_int_equal(kept.count, 1);
  assert_non_null(strstr(kept.text, "kdim"));
  sow_module_free(module);
  snprintf(text, sizeof text, "MultiheadAttention(\n  kdim=3, vdim=2, add_bias_kv=True\n%s", projection);
  module = parse_with(text, NULL, &kept);
  assert_keys(module, "q_proj_weight [4, 4]\nk_proj_weight [4, 3]\nv_proj_weight [4, 2]\nin_proj_bias [12]\n"
                      "bias_k [1, 1, 4]\nbias_v [1, 1, 4]\nout_proj.weight [4, 4]\nout_proj.bias [4]\n");
  assert_int_equal(kept.count, 0);
  char *printed = print_of(module);
  sow_module *again = parse(printed);
  assert_print(again, printed);
  free(printed);
  sow_module_free(module);
  sow_module_free(again);
}

static void other_classes_of_the_same_name_are_containers(void **state) {
  (void)state;
  warnings kept;
  sow_module *module = parse_with(
      "Net(\n"
      "  (a): MultiheadAttention((q): Linear(in_features=2, out_features=2, bias=False))\n"
      "  (b): TransformerEncoder((layers): ModuleList((0-1): 2 x Block((fc): Linear(in_features=1, "
      "out_features=1, bias=False))))\n"
      "  (c): Transformer((layer): ReLU())\n"
      "  (d): Embedding((lut): Embedding(3, 2))\n"
      "  (e): MultiheadAttention((k): ReLU())\n"
      ")",
      NULL, &kept);
  assert_keys(module, "a.q.weight [2, 2]\nb.layers.0.fc.weight [1, 1]\nb.layers.1.fc.weight [1, 1]\n"
                      "d.lut.weight [3, 2]\n");
  assert_int_equal(module->tree->event_count, 4);
  assert_int_equal(kept.count, 1);
  assert_string_equal(kept.text, "named as in torch.nn but built otherwise, taken as containers: "
                                 "MultiheadAttention, TransformerEncoder, Transformer, Embedding\n");
  assert_int_equal(kept.last.line, 2);
  sow_module_free(module);
}

static void a_stack_of_torchs_layers_is_copies(void **state) {
  (void)state;
  char *text = read_data("encoder-2.6.txt");
  sow_module *module = parse(text);
  const sow_module *layers = sow_module_find(module, "0.layers");
  assert_int_equal(layers->child_count, 3);
  for (size_t i = 1; i < 3; i++) {
    const sow_module *first = layers->children[0].module, *other = layers->children[i].module;
    const sow__tensor *a = sow_module_find((sow_module *)first, "linear1")->parameters[0].tensor;
    const sow__tensor *b = sow_module_find((sow_module *)other, "linear1")->parameters[0].tensor;
    assert_true(a != b);
    assert_int_equal(a->event, b->event);
  }
  sow_module_free(module);
  free(text);
}

/* What linear1 says of bias holds for the norms, whose print hides it before 2.12. */
static void bias_free_transformers_are_known_by_their_linears(void **state) {
  (void)state;
  for (size_t v = 1; v < 3; v++) {
    char file[100];
    snprintf(file, sizeof file, "transformer_nobias-%s.txt", versions[v]);
    char *text = read_data(file);
    sow_parse_options options = options_of(versions[v]);
    warnings kept;
    sow_module *module = parse_with(text, &options, &kept);
    assert_int_equal(kept.count, 0);
    assert_false(sow_module_has(sow_module_find(module, "encoder.layers.0.norm1"), "bias"));
    assert_false(sow_module_has(sow_module_find(module, "encoder.norm"), "bias"));
    sow_module_free(module);
    free(text);
  }
}

static void the_bias_that_layer_norm_hides_is_warned_of_once(void **state) {
  (void)state;
  static const char text[] = "Net(\n  (a): LayerNorm((4,), eps=1e-05, elementwise_affine=True)\n"
                             "  (b): LayerNorm((4,), eps=1e-05, elementwise_affine=True)\n)";
  warnings kept;
  sow_parse_options options = options_of("2.6");
  sow_module_free(parse_with(text, &options, &kept));
  assert_int_equal(kept.count, 1);
  assert_non_null(strstr(kept.text, "bias=False"));
  assert_string_equal(kept.last.source, "model.txt");
  assert_int_equal(kept.last.line, 2);
  assert_int_equal(kept.last.column, 8);
  options = options_of("1.13");
  sow_module_free(parse_with(text, &options, &kept));
  assert_int_equal(kept.count, 0);
  options = options_of("2.14");
  sow_module_free(
      parse_with("LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)", &options, &kept));
  assert_int_equal(kept.count, 0);
}

/* ---- classes that sow does not know ---- */

static void unknown_leaves_without_sizes_are_listed_once(void **state) {
  (void)state;
  warnings kept;
  sow_module *module = parse_with("Net(\n  (a): Swish()\n  (b): Rotary()\n  (c): Swish()\n"
                                  "  (d): Gate(p=0.1, mode='x', dim=1, inplace=True, hidden_act=silu)\n"
                                  "  (e): Block(64, 64, kernel_size=3\n    (fc): ReLU()\n  )\n)",
                                  NULL, &kept);
  assert_keys(module, "");
  assert_int_equal(kept.count, 1);
  assert_string_equal(kept.text, "unknown classes are taken as having no parameters: Swish, Rotary, Gate\n");
  assert_int_equal(kept.last.line, 2);
  sow_module_free(module);
}

static void unknown_leaves_with_sizes_are_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"Foo(64, 64, kernel_size=(3, 3))", "Foo(kernel_size=3)",
                                      "Foo(p=0.1, in_features=10)",      "Foo(p=0.1, normalized_shape=(10,))",
                                      "Foo((4096,), eps=1e-05)",         "Foo(<function relu at 0x7f>)"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_refused(texts[i], strlen(texts[i]), NULL, SOW_UNKNOWN_NAME, 1, 1,
                   "unknown module 'Foo' (--alias Foo=CLASS takes it as another class, --ignore Foo as one "
                   "without parameters)");
  static const char typo[] = "Net(\n  (fc6): Linera(in_features=8192, out_features=4096, bias=True)\n)";
  assert_refused(typo, strlen(typo), NULL, SOW_UNKNOWN_NAME, 2, 10,
                 "unknown module 'Linera', did you mean 'Linear'? (--alias Linera=Linear");
}

static void aliases_and_ignored_names_are_the_ways_out(void **state) {
  (void)state;
  static const sow_alias aliases[] = {{"MyConv", "Conv3d"}, {"Norm", "LlamaRMSNorm"}, {"Act", "ReLU"}};
  static const char *const ignored[] = {"Pool"};
  const sow_parse_options options = {.aliases = aliases,
                                     .alias_count = 3,
                                     .ignored = ignored,
                                     .ignored_count = 1,
                                     .edition = SOW_TORCH_2_12};
  warnings kept;
  sow_module *module = parse_with("Net(\n  (a): MyConv(2, 3, kernel_size=(1, 3, 3), demod=True)\n"
                                  "  (b): Pool(kernel_size=3)\n  (c): Norm((4,), eps=1)\n  (d): Act(64)\n)",
                                  &options, &kept);
  assert_keys(module, "a.weight [3, 2, 1, 3, 3]\na.bias [3]\nc.weight [4]\n");
  assert_string_equal(sow_module_class(sow_module_find(module, "a")), "MyConv");
  assert_string_equal(module->tree->events[0].rule, "default Conv3d");
  assert_string_equal(kept.text,
                      "arguments that the class of the alias does not have are passed over in: MyConv\n");
  sow_module_free(module);
  static const sow_alias wrong[] = {{"A", "Linera"}};
  const sow_parse_options bad = {.aliases = wrong, .alias_count = 1};
  assert_refused("ReLU()", 6, &bad, SOW_UNKNOWN_NAME, 0, 0,
                 "alias 'A=Linera': unknown class, did you mean 'Linear'?");
}

static void shipped_aliases_know_other_libraries_classes(void **state) {
  (void)state;
  warnings kept;
  sow_module *module = parse_with(
      "Net(\n  (a): Conv3DSimple(2, 3, kernel_size=(3, 3, 3), stride=(1, 1, 1), padding=(1, 1, 1), "
      "bias=False)\n"
      "  (b): LayerNorm2d((4,), eps=1e-06, elementwise_affine=True)\n  (c): FrozenBatchNorm2d(5, eps=1e-05)\n"
      "  (d): Conv1D(nf=6, nx=2)\n  (e): LlamaRMSNorm((7,), eps=1e-05)\n  (f): GemmaRMSNorm((8,), "
      "eps=1e-06)\n"
      "  (g): StochasticDepth(p=0.0, mode=row)\n  (h): MambaRMSNorm(9, eps=1e-05)\n"
      "  (i): lora.Linear((base_layer): Linear(in_features=1, out_features=1, bias=False))\n)",
      NULL, &kept);
  assert_int_equal(kept.count, 0);
  assert_keys(module, "a.weight [3, 2, 3, 3, 3]\nb.weight [4]\nb.bias [4]\nc.weight [5]\nc.bias [5]\n"
                      "c.running_mean [5]\nc.running_var [5]\nd.weight [2, 6]\nd.bias [6]\ne.weight [7]\n"
                      "f.weight [8]\nh.weight [9]\ni.base_layer.weight [1, 1]\n");
  assert_events(module,
                "a.weight kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlinearity='leaky_relu') "
                "[3, 2, 3, 3, 3]\n"
                "b.weight ones_() [4]\nb.bias zeros_() [4]\n"
                "c.weight ones_() [5]\nc.bias zeros_() [5]\nc.running_mean zeros_() [5]\n"
                "c.running_var ones_() [5]\n"
                "d.weight normal_(mean=0.0, std=0.02) [2, 6]\nd.bias zeros_() [6]\n"
                "e.weight ones_() [7]\nf.weight zeros_() [8]\nh.weight ones_() [9]\n"
                "i.base_layer.weight kaiming_uniform_(a=2.23606797749979, mode='fan_in', "
                "nonlinearity='leaky_relu') [1, 1]\n");
  sow_module_free(module);
}

/* Each block of docs/models.md that is fenced as a model. */
static void the_documents_examples_are_models(void **state) {
  (void)state;
  char *text = read_document("models.md");
  size_t length, count = 0;
  for (char *block = text; (block = next_example(block, "model", &length)) != NULL; block += length) {
    sow_module *module = NULL;
    sow_error error = SOW_ERROR_NONE;
    if (sow_module_parse(block, length, NULL, &module, &error) != SOW_OK)
      fail_msg("%d: %s", error.line, error.message);
    sow_module_free(module);
    count++;
  }
  assert_int_equal(count, 3);
  free(text);
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
      cmocka_unit_test(attention_is_built_from_its_projection),
      cmocka_unit_test(other_classes_of_the_same_name_are_containers),
      cmocka_unit_test(a_stack_of_torchs_layers_is_copies),
      cmocka_unit_test(bias_free_transformers_are_known_by_their_linears),
      cmocka_unit_test(the_bias_that_layer_norm_hides_is_warned_of_once),
      cmocka_unit_test(unknown_leaves_without_sizes_are_listed_once),
      cmocka_unit_test(unknown_leaves_with_sizes_are_refused),
      cmocka_unit_test(aliases_and_ignored_names_are_the_ways_out),
      cmocka_unit_test(the_documents_examples_are_models),
      cmocka_unit_test(shipped_aliases_know_other_libraries_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
