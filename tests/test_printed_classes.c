/* Classes that a print does not tell all about: attention and transformers. */
#include "parsing.h"

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
  char *text = read_model("encoder-2.6.txt");
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
      cmocka_unit_test(the_documents_examples_are_models),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
