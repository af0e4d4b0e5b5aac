/* Initialisers as values: names, signatures, gains, fans; dtypes and owned tensors. */
#include <math.h>
#include <stdio.h>

#include "numbers.h"

#include "init/initializer.h"

static void names_and_signatures_are_torchs(void **state) {
  (void)state;
  assert_string_equal(sow_initializer_name(SOW_INIT_XAVIER_NORMAL), "xavier_normal_");
  assert_string_equal(sow_initializer_signature(SOW_INIT_KAIMING_UNIFORM),
                      "a=0, mode='fan_in', nonlinearity='leaky_relu'");
  assert_string_equal(sow_initializer_signature(SOW_INIT_ZEROS), "");
  assert_string_equal(sow_initializer_name(SOW_INITIALIZER_COUNT), "unknown");
  assert_string_equal(sow_initializer_name((sow_initializer_kind)-1), "unknown");
  for (unsigned i = 0; i < SOW_INITIALIZER_COUNT; i++) {
    const char *name = sow_initializer_name((sow_initializer_kind)i);
    bool torchs = sow__initializer_is_torchs((sow_initializer_kind)i);
    assert_true((name[strlen(name) - 1] == '_') == torchs);
    for (unsigned k = 0; k < i; k++)
      assert_string_not_equal(name, sow_initializer_name((sow_initializer_kind)k));
  }
}

static bool same(sow_initializer a, sow_initializer b) {
  for (int i = 0; i < 4; i++)
    if (a.argument[i] != b.argument[i])
      return false;
  return a.kind == b.kind && a.mode == b.mode && a.nonlinearity == b.nonlinearity && a.integer == b.integer;
}

static void defaults_are_torchs(void **state) {
  (void)state;
  assert_true(same(sow__initializer_defaults(SOW_INIT_UNIFORM), sow_uniform(0, 1)));
  assert_true(same(sow__initializer_defaults(SOW_INIT_NORMAL), sow_normal(0, 1)));
  assert_true(same(sow__initializer_defaults(SOW_INIT_TRUNC_NORMAL), sow_trunc_normal(0, 1, -2, 2)));
  assert_true(same(sow__initializer_defaults(SOW_INIT_DIRAC), sow_dirac(1)));
  assert_true(same(sow__initializer_defaults(SOW_INIT_XAVIER_UNIFORM), sow_xavier_uniform(1)));
  assert_true(same(sow__initializer_defaults(SOW_INIT_KAIMING_NORMAL),
                   sow_kaiming_normal(0, SOW_FAN_IN, SOW_LEAKY_RELU)));
  assert_true(same(sow__initializer_defaults(SOW_INIT_ORTHOGONAL), sow_orthogonal(1)));
  assert_true(same(sow__initializer_defaults(SOW_INIT_SPARSE), sow_sparse(0, 0.01)));
}

static void printed_as_python(void **state) {
  (void)state;
  static const struct {
    sow_initializer initializer;
    const char *text;
  } known[] = {
      {{.kind = SOW_INIT_NORMAL, .argument = {0, 0.02}}, "normal_(mean=0.0, std=0.02)"},
      {{.kind = SOW_INIT_ZEROS}, "zeros_()"},
      {{.kind = SOW_INIT_DIRAC, .integer = -3}, "dirac_(groups=-3)"},
      {{.kind = SOW_INIT_KAIMING_UNIFORM,
        .mode = SOW_FAN_OUT,
        .nonlinearity = SOW_CONV_TRANSPOSE3D,
        .argument = {-2.2250738585072014e-308}},
       "kaiming_uniform_(a=-2.2250738585072014e-308, mode='fan_out', nonlinearity='conv_transpose3d')"},
      {{.kind = SOW_INIT_CONSTANT, .argument = {(double)INFINITY}}, "constant_(val=float('inf'))"},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    char text[SOW_INITIALIZER_TEXT_SIZE], cut[8];
    assert_int_equal(sow_initializer_print(known[i].initializer, text, sizeof text), strlen(known[i].text));
    assert_string_equal(text, known[i].text);
    assert_int_equal(sow_initializer_print(known[i].initializer, cut, sizeof cut), strlen(known[i].text));
    assert_int_equal(strncmp(cut, known[i].text, 7), 0);
    assert_int_equal(cut[7], 0);
  }
}

static void the_longest_text_fits(void **state) {
  (void)state;
  double longest = -2.2250738585072014e-308;
  char text[SOW_INITIALIZER_TEXT_SIZE];
  size_t length =
      sow_initializer_print(sow_trunc_normal(longest, longest, longest, longest), text, sizeof text);
  assert_int_equal(length, strlen(text));
  assert_int_equal(text[length - 1], ')');
}

/* Hexadecimal values are Python's, from torch.nn.init.calculate_gain. */
static void gains_are_torchs(void **state) {
  (void)state;
  static const struct {
    double slope, gain;
  } leaky[] = {{0.2, 0x1.63021484ae2bbp+0},
               {0.01, 0x1.6a05442aad7e4p+0},
               {2.23606797749979, 0x1.279a74590331cp-1},
               {-1.5, 0x1.91a556151761cp-1},
               {0x1.04a0e410b630bp+0, 0x1.fb648307b9f9cp-1}}; /* s*s would give …9dp-1 */
  for (unsigned i = 0; i < SOW_SIGMOID; i++)
    assert_true(sow_calculate_gain((sow_nonlinearity)i, NULL) == 1);
  assert_true(sow_calculate_gain(SOW_SIGMOID, NULL) == 1);
  assert_true(sow_calculate_gain(SOW_TANH, NULL) == 5.0 / 3);
  assert_true(sow_calculate_gain(SOW_RELU, &leaky[0].slope) == 1.4142135623730951);
  assert_true(sow_calculate_gain(SOW_SELU, NULL) == 0.75);
  assert_true(sow_calculate_gain(SOW_LEAKY_RELU, NULL) == leaky[1].gain);
  for (size_t i = 0; i < sizeof leaky / sizeof *leaky; i++)
    assert_true(sow_calculate_gain(SOW_LEAKY_RELU, &leaky[i].slope) == leaky[i].gain);
}

static void nonlinearities_have_names(void **state) {
  (void)state;
  sow_nonlinearity parsed;
  for (unsigned i = 0; i < SOW_NONLINEARITY_COUNT; i++) {
    assert_int_equal(sow_nonlinearity_parse(sow_nonlinearity_name((sow_nonlinearity)i), &parsed, NULL),
                     SOW_OK);
    assert_int_equal(parsed, i);
  }
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_nonlinearity_parse("gelu", &parsed, &error), SOW_UNKNOWN_NAME);
  assert_non_null(strstr(error.message, "'gelu'"));
  assert_string_equal(sow_nonlinearity_name(SOW_NONLINEARITY_COUNT), "unknown");
}

static void fans_of_shapes(void **state) {
  (void)state;
  int64_t in = -1, out = -1;
  assert_int_equal(sow_fan(1, (const int64_t[]){3}, &in, &out, NULL), SOW_SHAPE);
  assert_int_equal(sow_fan(0, NULL, &in, &out, NULL), SOW_SHAPE);
  assert_int_equal(sow_fan(2, (const int64_t[]){3, -5}, &in, &out, NULL), SOW_INVALID_ARGUMENT);
  int64_t hidden = INT64_C(1) << 40;
  assert_int_equal(sow_fan(3, (const int64_t[]){0, hidden, hidden}, &in, &out, NULL), SOW_OVERFLOW);
  assert_true(in == -1 && out == -1);
  assert_int_equal(sow_fan(2, (const int64_t[]){3, 5}, &in, &out, NULL), SOW_OK);
  assert_true(in == 5 && out == 3);
  assert_int_equal(sow_fan(5, (const int64_t[]){64, 3, 3, 5, 7}, &in, &out, NULL), SOW_OK);
  assert_true(in == 315 && out == 6720);
  assert_int_equal(sow_fan(3, (const int64_t[]){2, 0, 4}, &in, &out, NULL), SOW_OK);
  assert_true(in == 0 && out == 8);
}

static void dtypes_have_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    sow_dtype dtype;
  } known[] = {{"torch.float32", SOW_FLOAT32}, {"bf16", SOW_BFLOAT16}, {"half", SOW_FLOAT16},
               {"double", SOW_FLOAT64},        {"fp32", SOW_FLOAT32},  {"torch.long", SOW_INT64},
               {"TORCH.FLOAT32", SOW_FLOAT32}};
  sow_dtype parsed;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    assert_int_equal(sow_dtype_parse(known[i].name, &parsed, NULL), SOW_OK);
    assert_int_equal(parsed, known[i].dtype);
  }
  for (unsigned i = 0; i < SOW_DTYPE_COUNT; i++) {
    assert_int_equal(sow_dtype_parse(sow_dtype_name((sow_dtype)i), &parsed, NULL), SOW_OK);
    assert_int_equal(parsed, i);
  }
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_dtype_parse("flaot32", &parsed, &error), SOW_UNKNOWN_NAME);
  assert_non_null(strstr(error.message, "did you mean 'float32'?"));
  assert_int_equal(sow_dtype_parse("complex128", &parsed, &error), SOW_UNKNOWN_NAME);
  assert_int_equal(sow_dtype_parse("torch.", &parsed, &error), SOW_UNKNOWN_NAME);
  assert_string_equal(sow_dtype_name(SOW_DTYPE_COUNT), "unknown");
  assert_int_equal(sow_dtype_size(SOW_DTYPE_COUNT), 0);
  assert_int_equal(sow_dtype_size(SOW_FLOAT64), 8);
  assert_int_equal(sow_dtype_size(SOW_BFLOAT16), 2);
}

static void owned_tensors(void **state) {
  (void)state;
  DLManagedTensor *tensor = NULL;
  int64_t shape[] = {3, 0, 5}, many[SOW_MAX_DIMS];
  assert_int_equal(sow_empty(SOW_BFLOAT16, 3, shape, &tensor, NULL), SOW_OK);
  assert_int_equal(tensor->dl_tensor.dtype.code, kDLBfloat);
  assert_memory_equal(tensor->dl_tensor.shape, shape, sizeof shape);
  tensor->deleter(tensor);
  for (int i = 0; i < SOW_MAX_DIMS; i++)
    many[i] = i < 5 ? 5 : 1;
  for (int ndim = 0; ndim <= SOW_MAX_DIMS; ndim += 16) {
    assert_int_equal(sow_empty(SOW_FLOAT64, ndim, many, &tensor, NULL), SOW_OK);
    assert_int_equal((uintptr_t)tensor->dl_tensor.data % 64, 0);
    assert_null(tensor->dl_tensor.strides);
    memset(tensor->dl_tensor.data, 0, ndim == 0 ? 8 : 8 * 3125);
    tensor->deleter(tensor);
  }
  DLManagedTensor *kept = tensor = NULL;
  shape[1] = -1;
  assert_int_equal(sow_empty(SOW_FLOAT32, 3, shape, &tensor, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_empty(SOW_FLOAT32, SOW_MAX_DIMS + 1, shape, &tensor, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_empty(SOW_DTYPE_COUNT, 1, shape, &tensor, NULL), SOW_DTYPE);
  shape[0] = shape[1] = INT64_C(1) << 31;
  assert_int_equal(sow_empty(SOW_FLOAT32, 2, shape, &tensor, NULL), SOW_OVERFLOW);
  assert_ptr_equal(tensor, kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_and_signatures_are_torchs),
      cmocka_unit_test(defaults_are_torchs),
      cmocka_unit_test(printed_as_python),
      cmocka_unit_test(the_longest_text_fits),
      cmocka_unit_test(gains_are_torchs),
      cmocka_unit_test(nonlinearities_have_names),
      cmocka_unit_test(fans_of_shapes),
      cmocka_unit_test(dtypes_have_names),
      cmocka_unit_test(owned_tensors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
