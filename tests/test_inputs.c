/* How many inputs a layer sums for one output: torch's fan_in, but where the shape does not tell it. */
#include <string.h>

#include "sample.h"

static void assert_inputs(const sow_plan *plan, const char *name, double inputs) {
  size_t index;
  sow_plan_entry entry;
  assert_true(sow_plan_find(plan, name, &index));
  assert_true(sow_plan_get(plan, index, &entry));
  assert_float_equal(entry.inputs, inputs, 0);
}

static void sums_have_inputs(void **state) {
  (void)state;
  const int64_t kernel[2] = {3, 5};
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "linear", 7, 4, true);
  sow_bilinear(net, "bilinear", 3, 4, 5, true);
  sow_conv2d(net, "conv", 8, 6, kernel, 2, true);
  sow_conv_transpose2d(net, "transposed", 8, 6, kernel, 2, true);
  sow_lstm(net, "lstm", 5, 7, NULL);
  sow_multihead_attention(
      net, "attention", 8,
      &(sow_attention_options){.size = sizeof(sow_attention_options), .add_bias_kv = true});
  sow_plan *plan = planned(net, NULL);
  assert_inputs(plan, "linear.weight", 7);
  assert_inputs(plan, "linear.bias", 0);
  assert_inputs(plan, "bilinear.weight", 12);
  assert_inputs(plan, "conv.weight", 8 / 2.0 * 15);
  assert_inputs(plan, "transposed.weight", 8 / 2.0 * 15); /* by the shape it would be 6/2*15 */
  assert_inputs(plan, "lstm.weight_ih_l0", 5);
  assert_inputs(plan, "lstm.weight_hh_l0", 7);
  assert_inputs(plan, "attention.in_proj_weight", 8);
  assert_inputs(plan, "attention.bias_k", 0);
  sow_plan_free(plan);
}

static void others_have_none(void **state) {
  (void)state;
  const int64_t shape[2] = {6, 4};
  sow_module *net = sow_module_new("Net");
  sow_embedding(net, "embedding", 10, 4, SOW_NO_PADDING);
  sow_layer_norm(net, "layer_norm", 2, shape, true, true);
  sow_rms_norm(net, "rms_norm", 2, shape, true);
  sow_module_add_buffer(net, "table", SOW_DTYPE_COUNT, 2, shape, sow_zeros());
  sow_module_copy(net, "copy", sow_module_find(net, "embedding"));
  sow_plan *plan = planned(net, NULL);
  static const char *const names[] = {
      "embedding.weight", "layer_norm.weight", "layer_norm.bias", "rms_norm.weight", "table", "copy.weight"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_inputs(plan, names[i], 0);
  sow_plan_free(plan);
}

/* With a stride, each output meets one tap in stride of the kernel, on average. */
static void strides_spread_the_taps(void **state) {
  (void)state;
  static const char text[] = "Net(\n"
                             "  (a): ConvTranspose2d(8, 6, kernel_size=(4, 4), stride=(2, 2), bias=False)\n"
                             "  (b): ConvTranspose1d(8, 6, kernel_size=(3,), stride=(2,))\n"
                             "  (c): ConvTranspose2d(8, 6, kernel_size=(4, 4), stride=(1, 1))\n"
                             ")\n";
  sow_error error = SOW_ERROR_NONE;
  sow_module *net = NULL;
  assert_int_equal(sow_module_parse(text, strlen(text), NULL, &net, &error), SOW_OK);
  sow_plan *plan = planned(net, NULL);
  assert_inputs(plan, "a.weight", 8 * 16 / 4.0);
  assert_inputs(plan, "b.weight", 8 * 1.5);
  assert_inputs(plan, "c.weight", 8 * 16);
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_have_inputs),
      cmocka_unit_test(others_have_none),
      cmocka_unit_test(strides_spread_the_taps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
