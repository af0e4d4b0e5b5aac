/* Other frameworks' initialisers as text and as C calls, and what they refuse. */
#include <stdio.h>

#include "frameworks_samples.h"
#include "init/resolve.h"

static void printed_calls_read_back(void **state) {
  (void)state;
  EACH_SAMPLE(s) {
    char once[SOW_INITIALIZER_TEXT_SIZE], twice[SOW_INITIALIZER_TEXT_SIZE];
    sow_initializer read;
    sow_initializer_print(call_of(s), once, sizeof once);
    assert_int_equal(sow_initializer_parse(once, NULL, &read, NULL), SOW_OK);
    sow_initializer_print(read, twice, sizeof twice);
    assert_string_equal(once, twice);
    sow_initializer given = call_of(s);
    assert_memory_equal(given.axes, read.axes, sizeof read.axes);
    assert_memory_equal(given.argument, read.argument, sizeof read.argument);
    assert_true(given.mode == read.mode && given.layout == read.layout && given.integer == read.integer);
  }
}

/* What `sow list` shows is what an empty call means. */
static void signatures_say_the_defaults(void **state) {
  (void)state;
  for (int kind = 0; kind < SOW_INITIALIZER_COUNT; kind++) {
    char text[SOW_INITIALIZER_TEXT_SIZE];
    sow_initializer shown, empty = sow__initializer_defaults((sow_initializer_kind)kind);
    const sow__initializer_row *row = &sow__initializer_rows[kind];
    if (row->arguments[0].required)
      continue;
    snprintf(text, sizeof text, "%s(%s)", row->name, row->signature);
    assert_int_equal(sow_initializer_parse(text, NULL, &shown, NULL), SOW_OK);
    assert_memory_equal(shown.argument, empty.argument, sizeof empty.argument);
    assert_memory_equal(shown.axes, empty.axes, sizeof empty.axes);
    assert_true(shown.mode == empty.mode && shown.nonlinearity == empty.nonlinearity &&
                shown.layout == empty.layout && shown.integer == empty.integer);
  }
}

static void constructors_make_what_the_text_says(void **state) {
  (void)state;
  const struct {
    const char *text;
    sow_initializer made;
  } cases[] = {
      {"caffe.constant(value=2.0)", sow_caffe_constant(2)},
      {"caffe.uniform(min=-1.0, max=3.0)", sow_caffe_uniform(-1, 3)},
      {"caffe.gaussian(mean=1.0, std=2.0, sparse=3)", sow_caffe_gaussian(1, 2, 3)},
      {"caffe.xavier(variance_norm='AVERAGE')", sow_caffe_xavier(SOW_FAN_AVERAGE)},
      {"caffe.msra(variance_norm='FAN_OUT')", sow_caffe_msra(SOW_FAN_OUT)},
      {"caffe.bilinear()", sow_caffe_bilinear()},
      {"caffe.positive_unitball()", sow_caffe_positive_unitball()},
      {"keras.random_normal(mean=1.0, stddev=2.0)", sow_keras_random_normal(1, 2)},
      {"keras.random_uniform(minval=1.0, maxval=2.0)", sow_keras_random_uniform(1, 2)},
      {"keras.truncated_normal(mean=1.0, stddev=2.0)", sow_keras_truncated_normal(1, 2)},
      {"keras.variance_scaling(scale=2.0, mode='fan_avg', distribution='uniform')",
       sow_keras_variance_scaling(2, SOW_FAN_AVERAGE, SOW_SCALING_UNIFORM)},
      {"keras.glorot_uniform()", sow_keras_glorot_uniform()},
      {"keras.glorot_normal()", sow_keras_glorot_normal()},
      {"keras.he_uniform()", sow_keras_he_uniform()},
      {"keras.he_normal()", sow_keras_he_normal()},
      {"keras.lecun_uniform()", sow_keras_lecun_uniform()},
      {"keras.lecun_normal()", sow_keras_lecun_normal()},
      {"keras.orthogonal(gain=2.0)", sow_keras_orthogonal(2)},
      {"keras.identity(gain=2.0)", sow_keras_identity(2)},
      {"keras.stft(side='imag', window=None, scaling='spectrum', periodic=True)",
       sow_keras_stft(SOW_STFT_IMAG, SOW_STFT_NO_WINDOW, SOW_STFT_SPECTRUM, true)},
      {"jax.normal(stddev=2.0)", sow_jax_normal(2)},
      {"jax.uniform(scale=2.0)", sow_jax_uniform(2)},
      {"jax.truncated_normal(stddev=2.0, lower=-1.0, upper=3.0)", sow_jax_truncated_normal(2, -1, 3)},
      {"jax.variance_scaling(scale=2.0, mode='fan_geo_avg', distribution='normal')",
       sow_jax_variance_scaling(2, SOW_FAN_GEOMETRIC, SOW_SCALING_NORMAL)},
      {"jax.glorot_uniform()", sow_jax_glorot_uniform()},
      {"jax.glorot_normal()", sow_jax_glorot_normal()},
      {"jax.he_uniform()", sow_jax_he_uniform()},
      {"jax.he_normal()", sow_jax_he_normal()},
      {"jax.lecun_uniform()", sow_jax_lecun_uniform()},
      {"jax.lecun_normal()", sow_jax_lecun_normal()},
      {"jax.orthogonal(scale=2.0, column_axis=0)", sow_jax_orthogonal(2, 0)},
      {"jax.delta_orthogonal(scale=2.0, column_axis=-1)", sow_jax_delta_orthogonal(2, -1)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[SOW_INITIALIZER_TEXT_SIZE];
    sow_initializer_print(cases[i].made, text, sizeof text);
    assert_string_equal(text, cases[i].text);
  }
  sow_initializer call = sow_jax_he_normal();
  char text[SOW_INITIALIZER_TEXT_SIZE];
  call.axes[0] = (sow_axes){2, {0, -3}};
  call.axes[2] = (sow_axes){1, {3}};
  sow_initializer_print(call, text, sizeof text);
  assert_string_equal(text, "jax.he_normal(in_axis=(0, -3), batch_axis=3)");
}

static void axes_may_be_a_list(void **state) {
  (void)state;
  static const char *const texts[] = {"jax.he_normal(in_axis=[0, -3], batch_axis=[3])",
                                      "jax.he_normal(in_axis=[\n0,\n-3,], batch_axis=(3,))"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    sow_initializer call;
    char text[SOW_INITIALIZER_TEXT_SIZE];
    assert_int_equal(sow_initializer_parse(texts[i], NULL, &call, NULL), SOW_OK);
    sow_initializer_print(call, text, sizeof text);
    assert_string_equal(text, "jax.he_normal(in_axis=(0, -3), batch_axis=3)");
  }
  sow_error error = SOW_ERROR_NONE;
  sow_initializer call;
  assert_int_equal(sow_initializer_parse("jax.he_normal(in_axis=[0, 1)", NULL, &call, &error), SOW_SYNTAX);
  assert_non_null(strstr(error.message, "expected ',' or ']'"));
}

static void more_axes_than_there_may_be_are_refused(void **state) {
  (void)state;
  sow_initializer call = sow_jax_he_normal();
  sow_error error = SOW_ERROR_NONE;
  const int64_t shape[] = {4, 6};
  DLManagedTensor *tensor = NULL;
  sow_generator *generator = sow_generator_new(0, SOW_TORCH_NEWEST);
  assert_int_equal(sow_empty(SOW_FLOAT32, 2, shape, &tensor, NULL), SOW_OK);
  call.axes[0].count = 100;
  assert_int_equal(sow_fill(&tensor->dl_tensor, call, generator, &error), SOW_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "100 axes; there may be"));
  sow_generator_free(generator);
  tensor->deleter(tensor);
}

/* The longest that can be said. */
static void the_longest_text_fits(void **state) {
  (void)state;
  sow_initializer call =
      sow_jax_variance_scaling(-2.2250738585072014e-308, SOW_FAN_GEOMETRIC, SOW_SCALING_TRUNCATED_NORMAL);
  char text[SOW_INITIALIZER_TEXT_SIZE];
  call.layout = SOW_KERNEL_TORCH;
  for (int i = 0; i < 3; i++)
    call.axes[i] = (sow_axes){7, {-64, -64, -64, -64, -64, -64, -64}};
  assert_true(sow_initializer_print(call, text, sizeof text) < sizeof text);
  assert_string_equal(text + strlen(text) - strlen("layout='torch')"), "layout='torch')");
}

/* ---- refusals ---- */

static void what_cannot_be_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *call;
    int ndim;
    int64_t shape[5];
    sow_status status;
  } cases[] = {
      {"keras.variance_scaling(0.0)", 2, {2, 3}, SOW_INVALID_ARGUMENT},
      {"jax.variance_scaling(-1.0, 'fan_in', 'normal')", 2, {2, 3}, SOW_INVALID_ARGUMENT},
      {"keras.he_normal(input_axes=(0,))", 2, {2, 3}, SOW_INVALID_ARGUMENT},
      {"keras.he_normal(input_axes=(0,), output_axes=(2,))", 2, {2, 3}, SOW_SHAPE},
      {"keras.he_normal(input_axes=(0,), output_axes=(1,), layout='torch')", 2, {2, 3}, SOW_INVALID_ARGUMENT},
      {"jax.he_normal(in_axis=1, out_axis=0, layout='torch')", 2, {2, 3}, SOW_INVALID_ARGUMENT},
      {"jax.he_normal()", 1, {3}, SOW_SHAPE},
      {"jax.he_normal(layout='torch')", 1, {3}, SOW_SHAPE},
      {"jax.he_normal(in_axis=-3)", 2, {2, 3}, SOW_SHAPE},
      {"jax.he_normal()", 2, {0, 3}, SOW_SHAPE},
      {"keras.truncated_normal(0, 0)", 1, {3}, SOW_INVALID_ARGUMENT},
      {"jax.truncated_normal(0.1, 2, -2)", 1, {3}, SOW_INVALID_ARGUMENT},
      {"jax.normal(-1)", 1, {3}, SOW_INVALID_ARGUMENT},
      {"jax.uniform(-1)", 1, {3}, SOW_INVALID_ARGUMENT},
      {"keras.orthogonal()", 1, {3}, SOW_SHAPE},
      {"jax.orthogonal(1, 1)", 3, {2, 3, 4}, SOW_INVALID_ARGUMENT},
      {"jax.orthogonal(1, 0, layout='torch')", 3, {2, 3, 4}, SOW_INVALID_ARGUMENT},
      {"jax.orthogonal(1, 3)", 3, {2, 3, 4}, SOW_INVALID_ARGUMENT},
      {"jax.delta_orthogonal()", 2, {3, 3}, SOW_SHAPE},
      {"jax.delta_orthogonal()", 3, {3, 4, 3}, SOW_SHAPE},
      {"jax.delta_orthogonal(layout='torch')", 3, {3, 4, 3}, SOW_SHAPE},
      {"jax.delta_orthogonal(1, 2)", 3, {3, 3, 4}, SOW_INVALID_ARGUMENT},
      {"keras.identity()", 1, {3}, SOW_SHAPE},
      {"keras.stft()", 3, {8, 2, 5}, SOW_SHAPE},
      {"keras.stft()", 3, {8, 1, 1}, SOW_SHAPE},
      {"keras.stft()", 3, {2, 1, 5}, SOW_SHAPE}, /* a Hann window of two zeros */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_initializer call;
    sow__step step;
    assert_int_equal(sow_initializer_parse(cases[i].call, NULL, &call, NULL), SOW_OK);
    sow_status status =
        sow__resolve(call, SOW_FLOAT32, SOW_TORCH_NEWEST, cases[i].ndim, cases[i].shape, NULL, &step, NULL);
    if (status != cases[i].status)
      fail_msg("%s: %s", cases[i].call, sow_status_name(status));
  }
  sow__step step;
  const int64_t shape[] = {4, 4, 4};
  sow_initializer call = sow_normal(0, 1);
  call.layout = SOW_KERNEL_TORCH;
  assert_int_equal(sow__resolve(call, SOW_FLOAT32, SOW_TORCH_NEWEST, 3, shape, NULL, &step, NULL),
                   SOW_INVALID_ARGUMENT);
  call = sow_keras_he_normal();
  call.layout = (sow_kernel_layout)3;
  assert_int_equal(sow__resolve(call, SOW_FLOAT32, SOW_TORCH_NEWEST, 3, shape, NULL, &step, NULL),
                   SOW_INVALID_ARGUMENT);
  call = sow_jax_variance_scaling(1, SOW_FAN_IN, (sow_scaling)9);
  assert_int_equal(sow__resolve(call, SOW_FLOAT32, SOW_TORCH_NEWEST, 3, shape, NULL, &step, NULL),
                   SOW_INVALID_ARGUMENT);
  assert_int_equal(
      sow__resolve(sow_keras_orthogonal(1), SOW_FLOAT16, SOW_TORCH_NEWEST, 3, shape, NULL, &step, NULL),
      SOW_DTYPE);
  assert_int_equal(
      sow__resolve(sow_keras_he_normal(), SOW_INT64, SOW_TORCH_NEWEST, 3, shape, NULL, &step, NULL),
      SOW_DTYPE);
}

static void empty_tensors_are_nothing(void **state) {
  (void)state;
  static const char *const calls[] = {"keras.he_normal()",         "keras.orthogonal()",
                                      "jax.orthogonal()",          "keras.identity()",
                                      "caffe.positive_unitball()", "caffe.gaussian(sparse=0)"};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    box b;
    sow_initializer call;
    box_open(&b, SOW_FLOAT32, SHAPE(0, 3), NULL);
    assert_int_equal(sow_initializer_parse(calls[i], NULL, &call, NULL), SOW_OK);
    fill_ok(&b, call, SOW_TORCH_NEWEST);
    assert_int_equal(b.bytes[0], 0xa5);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(printed_calls_read_back),
      cmocka_unit_test(signatures_say_the_defaults),
      cmocka_unit_test(constructors_make_what_the_text_says),
      cmocka_unit_test(axes_may_be_a_list),
      cmocka_unit_test(more_axes_than_there_may_be_are_refused),
      cmocka_unit_test(the_longest_text_fits),
      cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(empty_tensors_are_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
