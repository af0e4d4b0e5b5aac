/* The default weights of layers, seed 0, as torch 1.13, 2.6 and 2.14 all give them. */
#include "sow/sow.h"
#include "unit.h"

/* The first `count` float32 values of the tensor, as bits, in every edition; frees the model. */
static void assert_begins(sow_module *model, const char *name, const uint32_t *known, size_t count) {
  for (sow_edition edition = SOW_TORCH_1_13; edition < SOW_EDITION_COUNT; edition++) {
    sow_plan_options options = sow_plan_defaults();
    options.edition = edition;
    sow_plan *plan = NULL;
    size_t index = 0;
    uint32_t made[8] = {0};
    assert_int_equal(sow_plan_new(model, &options, &plan, NULL), SOW_OK);
    assert_true(sow_plan_find(plan, name, &index));
    assert_int_equal(sow_plan_run(plan, index, 0, count, 0, made, NULL), SOW_OK);
    assert_memory_equal(made, known, count * sizeof *known);
    sow_plan_free(plan);
  }
  sow_module_free(model);
}

static sow_module *linear_3_2(void) {
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc", 3, 2, true);
  return net;
}

static void golden_linear_3_2_weight(void **state) {
  (void)state;
  static const uint32_t known[] = {0xbb8da3e8, 0x3e9e9313, 0xbef34b7e, 0xbed98bc9, 0xbe63b4b1, 0x3e1e8953};
  assert_begins(linear_3_2(), "fc.weight", known, 6);
}

static void golden_linear_3_2_bias(void **state) {
  (void)state;
  static const uint32_t known[] = {0xbc3b6b40, 0x3eea617a};
  assert_begins(linear_3_2(), "fc.bias", known, 2);
}

static void golden_embedding_3_2_weight(void **state) {
  (void)state;
  static const uint32_t known[] = {0x3fc53f5c, 0xbe963c50, 0xc00b7149, 0x3f1184b6, 0xbf8ad1a1, 0xbfb3052d};
  sow_module *net = sow_module_new("Net");
  sow_embedding(net, "embed", 3, 2, SOW_NO_PADDING);
  assert_begins(net, "embed.weight", known, 6);
}

static void golden_attention_4_in_proj_weight(void **state) {
  (void)state;
  static const uint32_t known[] = {0x3e63c329, 0x3f022d7f, 0xbe010d0e, 0x3eea9f28};
  sow_module *net = sow_module_new("Net");
  sow_multihead_attention(net, "attn", 4, NULL);
  assert_begins(net, "attn.in_proj_weight", known, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden_linear_3_2_weight),
      cmocka_unit_test(golden_linear_3_2_bias),
      cmocka_unit_test(golden_embedding_3_2_weight),
      cmocka_unit_test(golden_attention_4_in_proj_weight),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
