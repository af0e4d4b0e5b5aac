/* Classes that a print does not tell all about: attention, transformers, and those that sow does not know. */
#include "parsing.h"

#include "document.h"

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
  assert_int_equal(event_count(module), 4);
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
    assert_int_equal(event_of_tensor(module, a), event_of_tensor(module, b));
  }
  sow_module_free(module);
  free(text);
}

/* What linear1 says of bias holds for the norms, whose print hides it before 2.12. */
static void bias_free_transformers_are_known_by_their_linears(void **state) {
  (void)state;
  for (size_t v = 1; v < 3; v++) {
    char *text = read_version("transformer_nobias", v, "txt");
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

/* A print of 2.12 and later shows it; of an older one it is doubtful where the linear layers have no bias. */
static void the_bias_of_norms_is_doubted_where_linears_have_none(void **state) {
  (void)state;
  static const char norm[] = "(n): LayerNorm((4,), eps=1e-05, elementwise_affine=True)";
  static const struct {
    const char *bias, *version;
    int count;
  } cases[] = {{"True", "2.6", 0},   {"False", "2.6", 1},  {"True", "2.14", 0},
               {"False", "2.14", 1}, {"False", "1.13", 0}, {"True", "1.13", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[300];
    snprintf(text, sizeof text, "Net(%s (a): Linear(in_features=4, out_features=4, bias=%s) (b): Block(%s))",
             norm, cases[i].bias, norm);
    warnings kept;
    sow_parse_options options = options_of(cases[i].version);
    sow_module_free(parse_with(text, &options, &kept));
    assert_int_equal(kept.count, cases[i].count);
  }
}

static void attention_is_doubted_where_it_may_be_of_two_things(void **state) {
  (void)state;
  static const char *const own[] = {"self_attn", "attn", "self_attention", "attention", "attn1", "mha"};
  static const char *const other[] = {"cross_attn", "multihead_attn", "encoder_attn", "0",
                                      "memory_attention"};
  for (size_t i = 0; i < 11; i++) {
    char text[300];
    warnings kept;
    snprintf(text, sizeof text,
             "Net((%s): MultiheadAttention((out_proj): NonDynamicallyQuantizableLinear(in_features=4, "
             "out_features=4, "
             "bias=True)))",
             i < 6 ? own[i] : other[i - 6]);
    sow_module_free(parse_with(text, NULL, &kept));
    assert_int_equal(kept.count, i < 6 ? 0 : 1);
  }
}

/* ---- classes that sow does not know ---- */

static void unknown_leaves_without_sizes_are_listed_once(void **state) {
  (void)state;
  warnings kept;
  sow_module *module = parse_with("Net(\n  (a): Swish()\n  (b): Stretch()\n  (c): Stretch()\n"
                                  "  (d): Gate(p=0.1, mode='x', dim=1, inplace=True, hidden_act=silu)\n"
                                  "  (e): Block(64, 64, kernel_size=3\n    (fc): ReLU()\n  )\n)",
                                  NULL, &kept);
  assert_keys(module, "");
  assert_int_equal(kept.count, 2);
  assert_string_equal(kept.text,
                      "unknown classes are taken as having no parameters: Stretch, Gate\n"
                      "unknown classes that show arguments are taken as containers with no tensors "
                      "of their own (--alias NAME=CLASS takes one as another class): Block\n");
  assert_int_equal(kept.last.line, 6);
  sow_module_free(module);
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
      .size = sizeof options, .ignored = ignored, .ignored_count = 1, .edition = SOW_TORCH_2_12};
  sow_module_free(parse_with(text, &options, &kept));
  assert_int_equal(kept.count, 0);
  options = (sow_parse_options){.size = sizeof options, .edition = SOW_TORCH_2_12, .allow_missing = true};
  sow_module_free(parse_with(text, &options, &kept));
  assert_string_equal(kept.text,
                      "tensors that the module holds itself are not printed, and left out: CNBlock\n");
}

/* An alias by a glob would take its weights for RMSNorm's; an alias by its name is the caller's word. */
static void a_glob_is_no_alias_for_what_holds_other_tensors(void **state) {
  (void)state;
  sow_alias alias = {"*Experts", "Linear"};
  const sow_parse_options options = {
      .size = sizeof options, .aliases = &alias, .alias_count = 1, .edition = SOW_TORCH_2_12};
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
  sow_parse_options options = {.size = sizeof options, .edition = SOW_TORCH_2_12};
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
                                     .edition = SOW_TORCH_2_12};
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
      .size = sizeof options, .aliases = aliases, .alias_count = 2, .edition = SOW_TORCH_2_12};
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
                                     .edition = SOW_TORCH_2_12};
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
                                     .edition = SOW_TORCH_2_12};
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
  assert_int_equal(count, 5);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attention_is_built_from_its_projection),
      cmocka_unit_test(other_classes_of_the_same_name_are_containers),
      cmocka_unit_test(a_stack_of_torchs_layers_is_copies),
      cmocka_unit_test(bias_free_transformers_are_known_by_their_linears),
      cmocka_unit_test(the_bias_that_layer_norm_hides_is_warned_of_once),
      cmocka_unit_test(the_bias_of_norms_is_doubted_where_linears_have_none),
      cmocka_unit_test(attention_is_doubted_where_it_may_be_of_two_things),
      cmocka_unit_test(unknown_leaves_without_sizes_are_listed_once),
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
      cmocka_unit_test(the_documents_examples_are_models),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
