/* Printed classes that sow does not know, or that hold more than they print: what is said; ways out. */
#include "parsing.h"

static void unknown_leaves_without_sizes_are_listed_once(void **state) {
  (void)state;
  warnings kept;
  sow_module *module = parse_with("Net(\n  (a): Swish()\n  (b): Stretch()\n  (c): Stretch()\n"
                                  "  (d): Gate(p=0.1, mode='x', dim=1, inplace=True, hidden_act=silu)\n"
                                  "  (e): Block(64, 64, kernel_size=3\n    (fc): PReLU(1)\n  )\n)",
                                  NULL, &kept);
  assert_keys(module, "e.fc.weight [1]\n");
  assert_int_equal(kept.count, 2);
  assert_string_equal(kept.text,
                      "unknown classes are taken as having no parameters: Stretch, Gate\n"
                      "unknown classes that show arguments are taken as containers with no tensors "
                      "of their own (--alias NAME=CLASS takes one as another class): Block\n");
  assert_int_equal(kept.last.line, 6);
  sow_module_free(module);
}

/* Text that is no model reads as a class of that name: no checkpoint without tensors is made of it. */
static void what_has_no_tensor_is_a_model_only_where_all_classes_are_known(void **state) {
  (void)state;
  static const char *const texts[] = {"OrderedDict([('fc.weight', tensor([[0.1, 0.2]]))])",
                                      "tensor([1., 2.])", "odict_keys(['fc.weight', 'fc.bias'])",
                                      "Adam (\nParameter Group 0\n    lr: 0.001\n)"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_refused(texts[i], strlen(texts[i]), NULL, SOW_SYNTAX, 1, 1,
                   "the text holds no printed model with parameters");
  static const char unknown[] = "Net(\n  (a): Stretch()\n)";
  assert_refused(unknown, strlen(unknown), NULL, SOW_UNKNOWN_NAME, 2, 8,
                 "nothing in the model has parameters, unless 'Stretch' has: --alias Stretch=CLASS");
  static const char *const ignored[] = {"Stretch"};
  const sow_parse_options options = {
      .size = sizeof options, .ignored = ignored, .ignored_count = 1, .edition = SOW_TORCH_NEWEST};
  static const char *const models[] = {"Stretch()", unknown, "ReLU()", "Sequential((0): ReLU())"};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    warnings kept;
    sow_module_free(parse_with(models[i], i < 2 ? &options : NULL, &kept));
    assert_string_equal(kept.text, "no class of the model has parameters: there is no tensor to make\n");
  }
}

static void unknown_leaves_with_sizes_are_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"Foo(64, 64, kernel_size=(3, 3))",
                                      "Foo(kernel_size=3)",
                                      "Foo(p=0.1, in_features=10)",
                                      "Foo(p=0.1, normalized_shape=(10,))",
                                      "Foo((4096,), eps=1e-05)",
                                      "Foo(functools.partial(f, 3))",
                                      "Foo(torch.Size([3]))"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_refused(texts[i], strlen(texts[i]), NULL, SOW_UNKNOWN_NAME, 1, 1,
                   "unknown module 'Foo' (--alias Foo=CLASS takes it as another class, --ignore Foo as one "
                   "without parameters)");
  static const char typo[] = "Net(\n  (fc6): Linera(in_features=8192, out_features=4096, bias=True)\n)";
  assert_refused(typo, strlen(typo), NULL, SOW_UNKNOWN_NAME, 2, 10,
                 "unknown module 'Linera', did you mean 'Linear'? (--alias Linera=Linear");
}

static void classes_that_hold_more_than_they_print_are_refused(void **state) {
  (void)state;
  static const char *const ignored[] = {"CNBlo*"};
  static const char text[] = "CNBlock(\n  (fc): Linear(in_features=2, out_features=2, bias=False)\n)";
  warnings kept;
  assert_refused(text, strlen(text), NULL, SOW_UNKNOWN_NAME, 1, 1,
                 "'CNBlock' holds layer_scale, which a print does not show");
  sow_parse_options options = {
      .size = sizeof options, .ignored = ignored, .ignored_count = 1, .edition = SOW_TORCH_NEWEST};
  sow_module_free(parse_with(text, &options, &kept));
  assert_int_equal(kept.count, 0);
  options = (sow_parse_options){.size = sizeof options, .edition = SOW_TORCH_NEWEST, .allow_missing = true};
  sow_module_free(parse_with(text, &options, &kept));
  assert_string_equal(kept.text,
                      "tensors that the module holds itself are not printed, and left out: CNBlock\n");
}

/* An alias by a glob would take its weights for RMSNorm's; an alias by its name is the caller's word. */
static void a_glob_is_no_alias_for_what_holds_other_tensors(void **state) {
  (void)state;
  sow_alias alias = {"*Experts", "Linear"};
  const sow_parse_options options = {
      .size = sizeof options, .aliases = &alias, .alias_count = 1, .edition = SOW_TORCH_NEWEST};
  static const char text[] = "MixtralExperts(2, 3)";
  assert_refused(text, strlen(text), &options, SOW_UNKNOWN_NAME, 1, 1, "'MixtralExperts' holds gate_up_proj");
  alias.from = "MixtralExperts";
  sow_module *module = parse_with(text, &options, NULL);
  assert_keys(module, "weight [3, 2]\nbias [3]\n");
  sow_module_free(module);
}

static void who_writes_the_tensors_in_has_them(void **state) {
  (void)state;
  static const char all[] = "MixtralExperts((gate_up_proj): Parameter containing: [torch.float32 of size 2x3]"
                            " (down_proj): Parameter containing: [torch.float32 of size 3x2])";
  static const char one[] =
      "MixtralExperts((gate_up_proj): Parameter containing: [torch.float32 of size 2x3])";
  assert_parsed_keys(all, "gate_up_proj [2, 3]\ndown_proj [3, 2]\n");
  assert_refused(one, strlen(one), NULL, SOW_UNKNOWN_NAME, 1, 1, "holds gate_up_proj, down_proj");
}

/* Not where the caller says that rules follow, which initialise again themselves. */
static void a_constructor_that_initialises_again_is_told(void **state) {
  (void)state;
  static const char text[] = "Net((a): BertModel((fc): Linear(in_features=2, out_features=2, bias=False)) "
                             "(b): BertModel((r): ReLU()))";
  sow_parse_options options = {.size = sizeof options, .edition = SOW_TORCH_NEWEST};
  warnings kept;
  sow_module_free(parse_with(text, &options, &kept));
  assert_int_equal(kept.count, 1);
  assert_non_null(strstr(kept.text, "record it (sow help record), or write rules: BertModel\n"));
  options.rules_follow = true;
  sow_module_free(parse_with(text, &options, &kept));
  assert_int_equal(kept.count, 0);
}

static void aliases_and_ignored_names_that_no_module_has_are_told(void **state) {
  (void)state;
  static const sow_alias aliases[] = {{"MyConv", "Conv3d"}, {"Relu", "Identity"}};
  static const char *const ignored[] = {"Net", "Pol"};
  const sow_parse_options options = {.size = sizeof options,
                                     .aliases = aliases,
                                     .alias_count = 2,
                                     .ignored = ignored,
                                     .ignored_count = 2,
                                     .edition = SOW_TORCH_NEWEST};
  warnings kept;
  sow_module_free(parse_with("Net(\n  (a): MyConv(2, 3, kernel_size=1)\n)", &options, &kept));
  assert_string_equal(kept.text, "alias 'Relu': the model has no class of that name\n"
                                 "ignored 'Pol': the model has no class of that name\n");
}

static void one_class_has_one_way_out(void **state) {
  (void)state;
  static const sow_alias aliases[] = {{"A", "Conv3d"}, {"A", "Linear"}};
  static const char *const ignored[] = {"A"};
  sow_parse_options options = {
      .size = sizeof options, .aliases = aliases, .alias_count = 2, .edition = SOW_TORCH_NEWEST};
  assert_refused("ReLU()", 6, &options, SOW_DUPLICATE_NAME, 0, 0, "class 'A' has two aliases");
  options.alias_count = options.ignored_count = 1;
  options.ignored = ignored;
  assert_refused("ReLU()", 6, &options, SOW_DUPLICATE_NAME, 0, 0, "class 'A' has two aliases");
}

/* A glob takes what sow does not know; Gemma's norm, whose weights are zeros, stays what it is. */
static void globs_take_unknown_classes_only(void **state) {
  (void)state;
  static const sow_alias aliases[] = {{"*RMSNorm", "RMSNorm"}, {"Nothing*", "Linear"}, {"Exact", "PReLU"}};
  static const char *const ignored[] = {"*Pool"};
  const sow_parse_options options = {.size = sizeof options,
                                     .aliases = aliases,
                                     .alias_count = 3,
                                     .ignored = ignored,
                                     .ignored_count = 1,
                                     .edition = SOW_TORCH_NEWEST};
  warnings kept;
  sow_module *module =
      parse_with("Net(\n  (a): MyRMSNorm((2,), eps=1e-05)\n  (b): GemmaRMSNorm((3,), eps=1e-05)\n"
                 "  (c): RMSNorm((4,), eps=1e-05)\n  (d): MyPool(kernel_size=3)\n  (e): Exact()\n)",
                 &options, &kept);
  assert_events(module, "a.weight ones_() [2]\nb.weight zeros_() [3]\nc.weight ones_() [4]\n"
                        "e.weight constant_(val=0.25) [1]\n");
  assert_string_equal(kept.text, "alias 'Nothing*': the model has no class of that name\n");
  sow_module_free(module);
}

static void hints_name_what_has_the_same_arguments_only(void **state) {
  (void)state;
  static const struct {
    const char *text, *part;
  } cases[] = {
      {"MyRMSNorm((8,), eps=1e-05)", "did you mean 'RMSNorm'?"},
      {"OurRMSNorm((8,), eps=1e-05)", "did you mean 'RMSNorm'?"},
      {"CausalConv1d(3, 4, kernel_size=(3,), stride=(1,))", "did you mean 'Conv1d'?"},
      {"Linera(in_features=3, out_features=4, bias=True)", "did you mean 'Linear'?"},
      {"MaxPol2d(kernel_size=2)", "did you mean 'MaxPool2d'?"},
      {"CausalConv1d(3, 4, kernel_size=(3,), demodulate=True)", "(--alias CausalConv1d=CLASS"},
      {"LoRALinear(in_features=3, out_features=4, r=8)", "(--alias LoRALinear=CLASS"},
      {"ColumnParallelLinear(in_features=3, out_features=4, bias=True)", "=CLASS"},
      {"MaskedLinear(in_features=3, out_features=4, bias=True)", "=CLASS"},
      {"MyScaledStdConv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))", "=CLASS"},
      {"MyLearnedPositionalEmbedding(10, 4)", "=CLASS"},
      {"NewGemmaRMSNorm((8,), eps=1e-05)", "=CLASS"},
      {"Gru(10, 20)", "did you mean 'GRU'?"},
      {"Embed(3)", "=CLASS"},
      {"Linear4bit(in_features=8, out_features=4, bias=False)", "is quantised"},
      {"QuantizedLinear(in_features=3, out_features=4, scale=1.0)", "is quantised"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_refused(cases[i].text, strlen(cases[i].text), NULL, SOW_UNKNOWN_NAME, 1, 1, cases[i].part);
}

static void all_unknown_classes_are_told_at_once(void **state) {
  (void)state;
  static const char text[] = "Net(\n  (a): ARMSNorm((8,), eps=1e-05)\n  (b): BRMSNorm((8,), eps=1e-05)\n"
                             "  (c): Mystery(width=3)\n  (d): TopkRouter()\n  (e): OddPool(kernel_size=2)\n"
                             "  (f): Mystery(width=4)\n)";
  assert_refused(
      text, strlen(text), NULL, SOW_UNKNOWN_NAME, 2, 8,
      "5 unknown modules: ARMSNorm, BRMSNorm, Mystery, TopkRouter (shows no sizes: write them into the "
      "text), "
      "OddPool; take each as another class, or with --ignore as one without parameters: "
      "--alias '*RMSNorm=RMSNorm' --alias Mystery=CLASS --alias TopkRouter=CLASS --ignore OddPool");
  sow__buffer many = {0};
  sow__buffer_text(&many, "Net(");
  for (int i = 0; i < 60; i++)
    sow__buffer_printf(&many, "(a%d): UnknownClassOfAVeryLongName%d(width=3)\n", i, i);
  sow__buffer_text(&many, ")");
  assert_refused(many.data, many.length, NULL, SOW_UNKNOWN_NAME, 1, 11,
                 "more than 40 unknown modules: Unknown");
  sow__buffer_free(&many);
}

static void aliases_and_ignored_names_are_the_ways_out(void **state) {
  (void)state;
  static const sow_alias aliases[] = {{"MyConv", "Conv3d"}, {"Norm", "LlamaRMSNorm"}, {"Act", "ReLU"}};
  static const char *const ignored[] = {"Pool"};
  const sow_parse_options options = {.size = sizeof options,
                                     .aliases = aliases,
                                     .alias_count = 3,
                                     .ignored = ignored,
                                     .ignored_count = 1,
                                     .edition = SOW_TORCH_NEWEST};
  warnings kept;
  sow_module *module = parse_with("Net(\n  (a): MyConv(2, 3, kernel_size=(1, 3, 3), demod=True)\n"
                                  "  (b): Pool(kernel_size=3)\n  (c): Norm((4,), eps=1)\n  (d): Act(64)\n)",
                                  &options, &kept);
  assert_keys(module, "a.weight [3, 2, 1, 3, 3]\na.bias [3]\nc.weight [4]\n");
  assert_string_equal(sow_module_class(sow_module_find(module, "a")), "MyConv");
  assert_string_equal(event_at(module, 0)->rule, "default Conv3d");
  assert_string_equal(kept.text,
                      "arguments that the class of the alias does not have are passed over in: MyConv\n");
  sow_module_free(module);
  static const sow_alias wrong[] = {{"A", "Linera"}};
  const sow_parse_options bad = {.size = sizeof bad, .aliases = wrong, .alias_count = 1};
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unknown_leaves_without_sizes_are_listed_once),
      cmocka_unit_test(what_has_no_tensor_is_a_model_only_where_all_classes_are_known),
      cmocka_unit_test(unknown_leaves_with_sizes_are_refused),
      cmocka_unit_test(classes_that_hold_more_than_they_print_are_refused),
      cmocka_unit_test(a_glob_is_no_alias_for_what_holds_other_tensors),
      cmocka_unit_test(who_writes_the_tensors_in_has_them),
      cmocka_unit_test(a_constructor_that_initialises_again_is_told),
      cmocka_unit_test(aliases_and_ignored_names_that_no_module_has_are_told),
      cmocka_unit_test(one_class_has_one_way_out),
      cmocka_unit_test(globs_take_unknown_classes_only),
      cmocka_unit_test(hints_name_what_has_the_same_arguments_only),
      cmocka_unit_test(all_unknown_classes_are_told_at_once),
      cmocka_unit_test(aliases_and_ignored_names_are_the_ways_out),
      cmocka_unit_test(shipped_aliases_know_other_libraries_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
