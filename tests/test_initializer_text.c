/* Initialisers as text: bound as Python binds them, printed so that they read back, refused with a reason. */
#include <math.h>
#include <string.h>

#include "refusals.h"
#include "sow/init.h"
#include "unit.h"

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void initializers_are_read_as_python_binds_them(void **state) {
  (void)state;
  const double third = 1.0 / 3;
  const struct {
    const char *text;
    sow_initializer expected;
  } cases[] = {
      {"uniform_()", sow_uniform(0, 1)},
      {"uniform_(-1/3, b=1/3)", sow_uniform(-third, third)},
      {"nn.init.normal_(std=0.02)", sow_normal(0, 0.02)},
      {"torch.nn.init.normal_(1, 2,)", sow_normal(1, 2)},
      {"init.trunc_normal_(std=.02, a=-0.04, b=0.04)", sow_trunc_normal(0, 0.02, -0.04, 0.04)},
      {"trunc_normal_()", sow_trunc_normal(0, 1, -2, 2)},
      {"constant_(0)", sow_constant(0)},
      {"constant_(val=True)", sow_constant(1)},
      {"constant_(9007199254740994)", sow_constant(0x1.0000000000001p53)},
      {"ones_()", sow_ones()},
      {" zeros_ ( ) # nothing", sow_zeros()},
      {"eye_()", sow_eye()},
      {"dirac_()", sow_dirac(1)},
      {"dirac_(groups=2)", sow_dirac(2)},
      {"xavier_uniform_(gain=calculate_gain('relu'))", sow_xavier_uniform(1.4142135623730951)},
      {"xavier_normal_()", sow_xavier_normal(1)},
      {"kaiming_uniform_()", sow_kaiming_uniform(0, SOW_FAN_IN, SOW_LEAKY_RELU)},
      {"kaiming_uniform_(a=math.sqrt(5))", sow_kaiming_uniform(2.23606797749979, SOW_FAN_IN, SOW_LEAKY_RELU)},
      {"kaiming_normal_(mode='fan_out', nonlinearity='relu')", sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU)},
      {"kaiming_normal_(0, 'Fan_OUT', 'relu')", sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU)},
      {"kaiming_normal_(a=None)", sow_kaiming_normal(0.01, SOW_FAN_IN, SOW_LEAKY_RELU)},
      {"kaiming_normal_(a=True, nonlinearity='relu')", sow_kaiming_normal(1, SOW_FAN_IN, SOW_RELU)},
      {"orthogonal_(gain=2)", sow_orthogonal(2)},
      {"sparse_(sparsity=0.1)", sow_sparse(0.1, 0.01)},
      {"sparse_(0.1,\n  std=1\n)", sow_sparse(0.1, 1)},
      {"caffe.msra('Fan_Out')", sow_caffe_msra(SOW_FAN_OUT)},
      {"keras.initializers.he_normal()", sow_keras_he_normal()},
      {"tf.keras.initializers.variance_scaling(2, 'fan_avg', 'Uniform')",
       sow_keras_variance_scaling(2, SOW_FAN_AVERAGE, SOW_SCALING_UNIFORM)},
      {"jax.nn.initializers.lecun_normal()", sow_jax_lecun_normal()},
      {"nn.initializers.lecun_normal(in_axis=(-2,), batch_axis=())", sow_jax_lecun_normal()},
      {"keras.stft(window=None)", sow_keras_stft(SOW_STFT_REAL, SOW_STFT_NO_WINDOW, SOW_STFT_DENSITY, false)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_initializer read = {0};
    sow_error error = SOW_ERROR_NONE;
    if (sow_initializer_parse(cases[i].text, NULL, &read, &error) != SOW_OK)
      fail_msg("%s: %s", cases[i].text, error.message);
    char got[SOW_INITIALIZER_TEXT_SIZE], expected[SOW_INITIALIZER_TEXT_SIZE];
    sow_initializer_print(read, got, sizeof got);
    sow_initializer_print(cases[i].expected, expected, sizeof expected);
    assert_string_equal(got, expected);
    for (int a = 0; a < 4; a++)
      assert_true(read.argument[a] == cases[i].expected.argument[a]);
  }
}

static void printed_initializers_read_back(void **state) {
  (void)state;
  const sow_initializer cases[] = {
      sow_uniform(-INFINITY, INFINITY),
      sow_normal(NAN, 1e-300),
      sow_trunc_normal(0.1, 0.2, -1e17, 1e-7),
      sow_constant(-0.0),
      sow_dirac(-3),
      sow_kaiming_normal(-1, SOW_FAN_OUT, SOW_CONV_TRANSPOSE2D),
      sow_sparse(1.0 / 3, 1e22),
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[SOW_INITIALIZER_TEXT_SIZE];
    sow_initializer read = {0};
    sow_initializer_print(cases[i], text, sizeof text);
    assert_int_equal(sow_initializer_parse(text, NULL, &read, NULL), SOW_OK);
    assert_int_equal(read.kind, cases[i].kind);
    assert_int_equal(read.mode, cases[i].mode);
    assert_int_equal(read.nonlinearity, cases[i].nonlinearity);
    assert_true(read.integer == cases[i].integer);
    for (int a = 0; a < 4; a++)
      assert_true(bits_of(read.argument[a]) == bits_of(cases[i].argument[a]) ||
                  (isnan(read.argument[a]) && isnan(cases[i].argument[a])));
  }
}

static void wrong_initializers_say_what_and_where(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"", SOW_SYNTAX, 1, 1, "expected an initialiser such as normal_(std=0.02), not the end"},
      {"0.5", SOW_SYNTAX, 1, 1, "expected an initialiser"},
      {"zeros_", SOW_SYNTAX, 1, 7, "expected '('"},
      {"zeros_() zeros_()", SOW_SYNTAX, 1, 10, "expected nothing after the call"},
      {"normal_(std=)", SOW_SYNTAX, 1, 13, "expected a value, not ')'"},
      {"normal_(std=1", SOW_SYNTAX, 1, 14, "expected ',' or ')', not the end of the text"},
      {"normal_(std=1, 2)", SOW_SYNTAX, 1, 16, "positional argument follows keyword argument"},
      {"constant_(val=-9007199254740993)", SOW_UNSUPPORTED, 1, 15,
       "'val' is the int -9007199254740993, which is no float64"},
      {"constant_(9223372036854775807)", SOW_UNSUPPORTED, 1, 11, "9223372036854775807, which is no float64"},
      {"constant_()", SOW_INVALID_ARGUMENT, 1, 1, "constant_() missing required argument 'val'"},
      {"sparse_(std=1)", SOW_INVALID_ARGUMENT, 1, 1, "sparse_() missing required argument 'sparsity'"},
      {"normal_(0, 1, 2)", SOW_INVALID_ARGUMENT, 1, 15,
       "normal_() takes at most 2 arguments here, but 3 were given"},
      {"ones_(1)", SOW_INVALID_ARGUMENT, 1, 7, "ones_() takes at most 0 arguments"},
      {"normal_(0, mean=1)", SOW_INVALID_ARGUMENT, 1, 12, "multiple values for argument 'mean'"},
      {"normal_(std=1, std=2)", SOW_INVALID_ARGUMENT, 1, 16, "multiple values for argument 'std'"},
      {"normal_(sdt=1)", SOW_UNKNOWN_NAME, 1, 9, "unexpected keyword argument 'sdt', did you mean 'std'?"},
      {"normal_(generator=g)", SOW_INVALID_ARGUMENT, 1, 9, "leave 'generator' out"},
      {"normal_(std='x')", SOW_INVALID_ARGUMENT, 1, 13, "'std' must be a number, not a str"},
      {"normal_(std=sigma)", SOW_UNKNOWN_NAME, 1, 13, "'sigma' has no value here"},
      {"normal_(std=None)", SOW_INVALID_ARGUMENT, 1, 13, "not None"},
      {"xavier_normal", SOW_UNKNOWN_NAME, 1, 1,
       "'xavier_normal' is a deprecated name; write 'xavier_normal_'"},
      {"nn.init.xavier_normal()", SOW_UNKNOWN_NAME, 1, 1, "write 'xavier_normal_'"},
      {"ones()", SOW_UNKNOWN_NAME, 1, 1, "unknown initialiser 'ones', did you mean 'ones_'?"},
      {"xavier()", SOW_UNKNOWN_NAME, 1, 1,
       "'xavier' may be xavier_uniform_(), xavier_normal_() or caffe.xavier(): write which"},
      {"uniform(0, 1)", SOW_UNKNOWN_NAME, 1, 1, "may be uniform_(), caffe.uniform() or jax.uniform()"},
      {"nn.init.uniform(0, 1)", SOW_UNKNOWN_NAME, 1, 1, "deprecated name; write 'uniform_'"},
      {"he_normal_()", SOW_UNKNOWN_NAME, 1, 1, "may be keras.he_normal() or jax.he_normal()"},
      {"initializers.he_normal()", SOW_UNKNOWN_NAME, 1, 1, "may be keras.he_normal() or jax.he_normal()"},
      {"msra()", SOW_UNKNOWN_NAME, 1, 1, "'msra' is caffe.msra() here"},
      {"keras.zeros()", SOW_UNKNOWN_NAME, 1, 1, "'keras.zeros' is 'zeros_' here"},
      {"jax.nn.initializers.kaiming_normal()", SOW_UNKNOWN_NAME, 1, 1, "is 'jax.he_normal' here"},
      {"keras.initializers.HeNormal()", SOW_UNKNOWN_NAME, 1, 1, "did you mean 'keras.he_normal'?"},
      {"caffe.msr()", SOW_UNKNOWN_NAME, 1, 1, "did you mean 'caffe.msra'?"},
      {"keras.he_normal(seed=0)", SOW_INVALID_ARGUMENT, 1, 17, "leave 'seed' out"},
      {"caffe.xavier('average', 1)", SOW_INVALID_ARGUMENT, 1, 25, "takes at most 1 argument"},
      {"caffe.xavier('avg')", SOW_INVALID_ARGUMENT, 1, 14, "one of ['FAN_IN', 'FAN_OUT', 'AVERAGE']"},
      {"jax.variance_scaling(1.0)", SOW_INVALID_ARGUMENT, 1, 1, "missing required argument 'mode'"},
      {"jax.he_normal(layout='keras')", SOW_INVALID_ARGUMENT, 1, 22, "one of [None, 'jax', 'torch']"},
      {"keras.stft(periodic=1)", SOW_INVALID_ARGUMENT, 1, 21, "'periodic' must be False or True, not an int"},
      {"keras.stft(window='None')", SOW_INVALID_ARGUMENT, 1, 19, "window 'None' not supported"},
      {"keras.stft(side=None)", SOW_INVALID_ARGUMENT, 1, 17, "'side' must be 'real' or 'imag', not None"},
      {"jax.he_normal(in_axis=None)", SOW_INVALID_ARGUMENT, 1, 23, "'in_axis' must be an axis"},
      {"jax.he_normal(in_axis=(0, 64))", SOW_INVALID_ARGUMENT, 1, 27, "from -64 to 63"},
      {"jax.he_normal(in_axis=(0, 1, 2, 3, 4, 5, 6, 7))", SOW_INVALID_ARGUMENT, 1, 45, "a tuple of up to 7"},
      {"xavier_norml_()", SOW_UNKNOWN_NAME, 1, 1, "did you mean 'xavier_normal_'?"},
      {"m.weight.data.normal_(0, 0.02)", SOW_UNKNOWN_NAME, 1, 1, "write 'normal_(...)'"},
      {"xavier_normal_(m.weight)", SOW_INVALID_ARGUMENT, 1, 16,
       "leave 'm.weight' out: the left side names the tensor"},
      {"nn.init.constant_(m.bias.data, 0)", SOW_INVALID_ARGUMENT, 1, 19, "leave 'm.bias.data' out"},
      {"zeros_(tensor=w)", SOW_INVALID_ARGUMENT, 1, 8, "leave 'w' out"},
      {"kaiming_normal_(mode='fan_on')", SOW_INVALID_ARGUMENT, 1, 22,
       "please use one of ['fan_in', 'fan_out']"},
      {"kaiming_normal_(mode='fan_outer')", SOW_INVALID_ARGUMENT, 1, 22, "mode 'fan_outer' not supported"},
      {"kaiming_normal_(mode=fan_out)", SOW_UNKNOWN_NAME, 1, 22, "'mode' must be 'fan_in' or 'fan_out'"},
      {"kaiming_normal_(nonlinearity='ReLU')", SOW_UNKNOWN_NAME, 1, 30, "ReLU"},
      {"kaiming_normal_(a=True)", SOW_INVALID_ARGUMENT, 1, 19, "negative_slope True not a valid number"},
      {"dirac_(groups=2.0)", SOW_INVALID_ARGUMENT, 1, 15, "'groups' must be an int, not a float"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_initializer read = sow_eye();
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_initializer_parse(cases[i].text, "here", &read, &error);
    assert_refusal(&cases[i], status, &error);
    assert_string_equal(error.source, "here");
    assert_int_equal(read.kind, SOW_INIT_EYE);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(initializers_are_read_as_python_binds_them),
      cmocka_unit_test(printed_initializers_read_back),
      cmocka_unit_test(wrong_initializers_say_what_and_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
