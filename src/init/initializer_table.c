/*
 * The table of calls, and torch's as values. A new call is a row here, a constructor in sow/init.h, and what
 * it resolves to; constructors of other frameworks stand beside that.
 */
#include <math.h>

#include "init/initializer.h"

/* ---- arguments ---- */

#define NUMBER(NAME, SLOT, FALLBACK)                                                                         \
  { NAME, SOW__ARGUMENT_NUMBER, SLOT, false, FALLBACK }
#define REQUIRED(NAME, SLOT)                                                                                 \
  { NAME, SOW__ARGUMENT_NUMBER, SLOT, true, 0 }
#define BOUND(NAME, SLOT, FALLBACK)                                                                          \
  { NAME, SOW__ARGUMENT_BOUND, SLOT, false, FALLBACK }
#define OTHER(KIND)                                                                                          \
  { "other", KIND, 0, true, 0 }
#define INTEGER(NAME, FALLBACK)                                                                              \
  { NAME, SOW__ARGUMENT_INTEGER, 0, false, FALLBACK }
#define NO_ARGUMENTS                                                                                         \
  { 0 }
#define SLOPE NUMBER("a", 0, 0)
#define MODE(NAME, WORDS)                                                                                    \
  { NAME, SOW__ARGUMENT_MODE, 0, false, 0, WORDS }
#define NONLINEARITY                                                                                         \
  { "nonlinearity", SOW__ARGUMENT_NONLINEARITY, 0, false, 0 }
#define WORD(NAME, SLOT, WORDS, FALLBACK)                                                                    \
  { NAME, SOW__ARGUMENT_WORD, SLOT, false, FALLBACK, WORDS }
#define LAYOUT(WORDS)                                                                                        \
  { "layout", SOW__ARGUMENT_LAYOUT, 0, false, 0, WORDS }
#define AXES(NAME, SLOT, ...)                                                                                \
  { NAME, SOW__ARGUMENT_AXES, SLOT, false, 0, NULL, __VA_ARGS__ }
#define KERAS_AXES AXES("input_axes", 0, {-1}), AXES("output_axes", 1, {-1}), LAYOUT(keras_layouts)
#define JAX_AXES                                                                                             \
  AXES("in_axis", 0, {1, {-2}}), AXES("out_axis", 1, {1, {-1}}), AXES("batch_axis", 2, {0}),                 \
      LAYOUT(jax_layouts)
#define KAIMING "a=0, mode='fan_in', nonlinearity='leaky_relu'"
#define CAFFE_NORM "variance_norm='FAN_IN'"
#define KERAS_FANS "input_axes=None, output_axes=None, layout=None"
#define JAX_MATRIX "scale=1.0, column_axis=-1, layout=None"
#define JAX_FANS "in_axis=-2, out_axis=-1, batch_axis=(), layout=None"

/* In the order of sow_fan_mode. */
static const char *const torch_modes[] = {"fan_in", "fan_out", NULL};
static const char *const caffe_norms[] = {"FAN_IN", "FAN_OUT", "AVERAGE", NULL};
static const char *const keras_modes[] = {"fan_in", "fan_out", "fan_avg", NULL};
static const char *const jax_modes[] = {"fan_in", "fan_out", "fan_avg", "fan_geo_avg", NULL};

/* In the order of sow_scaling; Keras takes "normal" for the first. */
static const char *const keras_distributions[] = {"truncated_normal", "untruncated_normal", "uniform",
                                                  "normal", NULL};
static const char *const jax_distributions[] = {"truncated_normal", "normal", "uniform", NULL};

/* In the order of sow_kernel_layout. */
static const char *const keras_layouts[] = {"None", "keras", "torch", NULL};
static const char *const jax_layouts[] = {"None", "jax", "torch", NULL};

static const char *const sides[] = {"real", "imag", NULL};
static const char *const windows[] = {"None",    "boxcar",         "hann",    "hamming", "blackman",
                                      "nuttall", "blackmanharris", "flattop", NULL};
static const char *const window_scalings[] = {"None", "density", "spectrum", NULL};
static const char *const bools[] = {"False", "True", NULL};

/* ---- rows ---- */

/* The name, what Python shows between the parentheses, the arguments, the check. */
#define ANY(KIND, USE, NAME, SIGNATURE, RESOLVE, ...)                                                        \
  [SOW_INIT_##KIND] = {NAME, SIGNATURE, USE, {__VA_ARGS__}, sow__resolve_##RESOLVE}
#define ROW(KIND, NAME, SIGNATURE, RESOLVE, ...)                                                             \
  ANY(KIND, SOW__USE_MAKES, NAME, SIGNATURE, RESOLVE, __VA_ARGS__)
#define METHOD(KIND, NAME, SIGNATURE, ...)                                                                   \
  ANY(KIND, SOW__USE_CHANGES, NAME, SIGNATURE, elementwise, __VA_ARGS__)
#define READER(KIND, NAME, SIGNATURE, RESOLVE, ...)                                                          \
  ANY(KIND, SOW__USE_READS, NAME, SIGNATURE, RESOLVE, __VA_ARGS__)

/* A case of variance_scaling. */
#define SCALED(KIND, FRAMEWORK, NAME, FANS, SCALE, MODE, DISTRIBUTION, ...)                                  \
  [SOW_INIT_##KIND] = {NAME,                                                                                 \
                       FANS,                                                                                 \
                       SOW__USE_MAKES,                                                                       \
                       {__VA_ARGS__},                                                                        \
                       sow__resolve_##FRAMEWORK##_scaling,                                                   \
                       {SCALE, SOW_FAN_##MODE, SOW_SCALING_##DISTRIBUTION}}
#define KERAS(KIND, NAME, ...) SCALED(KERAS_##KIND, keras, "keras." NAME, KERAS_FANS, __VA_ARGS__, KERAS_AXES)
#define JAX(KIND, NAME, ...) SCALED(JAX_##KIND, jax, "jax." NAME, JAX_FANS, __VA_ARGS__, JAX_AXES)

const sow__initializer_row sow__initializer_rows[SOW_INITIALIZER_COUNT] = {
    ROW(UNIFORM, "uniform_", "a=0.0, b=1.0", uniform, NUMBER("a", 0, 0), NUMBER("b", 1, 1)),
    ROW(NORMAL, "normal_", "mean=0.0, std=1.0", normal, NUMBER("mean", 0, 0), NUMBER("std", 1, 1)),
    ROW(TRUNC_NORMAL, "trunc_normal_", "mean=0.0, std=1.0, a=-2.0, b=2.0", trunc_normal, NUMBER("mean", 0, 0),
        NUMBER("std", 1, 1), NUMBER("a", 2, -2), NUMBER("b", 3, 2)),
    ROW(CONSTANT, "constant_", "val", constant, REQUIRED("val", 0)),
    ROW(ONES, "ones_", "", ones, NO_ARGUMENTS),
    ROW(ZEROS, "zeros_", "", zeros, NO_ARGUMENTS),
    ROW(EYE, "eye_", "", eye, NO_ARGUMENTS),
    ROW(DIRAC, "dirac_", "groups=1", dirac, INTEGER("groups", 1)),
    ROW(XAVIER_UNIFORM, "xavier_uniform_", "gain=1.0", xavier_uniform, NUMBER("gain", 0, 1)),
    ROW(XAVIER_NORMAL, "xavier_normal_", "gain=1.0", xavier_normal, NUMBER("gain", 0, 1)),
    ROW(KAIMING_UNIFORM, "kaiming_uniform_", KAIMING, kaiming_uniform, SLOPE, MODE("mode", torch_modes),
        NONLINEARITY),
    ROW(KAIMING_NORMAL, "kaiming_normal_", KAIMING, kaiming_normal, SLOPE, MODE("mode", torch_modes),
        NONLINEARITY),
    ROW(ORTHOGONAL, "orthogonal_", "gain=1", orthogonal, NUMBER("gain", 0, 1)),
    ROW(SPARSE, "sparse_", "sparsity, std=0.01", sparse, REQUIRED("sparsity", 0), NUMBER("std", 1, 0.01)),
    ROW(FILL, "fill_", "value", constant, REQUIRED("value", 0)),
    ROW(ZERO, "zero_", "", zeros, NO_ARGUMENTS),
    READER(COPY, "copy_", "other", copy, OTHER(SOW__ARGUMENT_TENSOR)),
    METHOD(MUL, "mul_", "other", OTHER(SOW__ARGUMENT_OTHER)),
    METHOD(ADD, "add_", "other, alpha=1", OTHER(SOW__ARGUMENT_OTHER), NUMBER("alpha", 1, 1)),
    METHOD(SUB, "sub_", "other, alpha=1", OTHER(SOW__ARGUMENT_OTHER), NUMBER("alpha", 1, 1)),
    METHOD(DIV, "div_", "other", OTHER(SOW__ARGUMENT_OTHER)),
    METHOD(NEG, "neg_", "", NO_ARGUMENTS),
    METHOD(ABS, "abs_", "", NO_ARGUMENTS),
    METHOD(POW, "pow_", "exponent", REQUIRED("exponent", 0)),
    METHOD(SQRT, "sqrt_", "", NO_ARGUMENTS),
    METHOD(RSQRT, "rsqrt_", "", NO_ARGUMENTS),
    METHOD(RECIPROCAL, "reciprocal_", "", NO_ARGUMENTS),
    METHOD(CLAMP, "clamp_", "min=None, max=None", BOUND("min", 0, -(double)INFINITY),
           BOUND("max", 1, (double)INFINITY)),
    METHOD(FMOD, "fmod_", "other", REQUIRED("other", 0)),
    METHOD(EXP, "exp_", "", NO_ARGUMENTS),
    METHOD(EXPM1, "expm1_", "", NO_ARGUMENTS),
    METHOD(LOG, "log_", "", NO_ARGUMENTS),
    METHOD(LOG1P, "log1p_", "", NO_ARGUMENTS),
    METHOD(ERFINV, "erfinv_", "", NO_ARGUMENTS),
    READER(NORM, "norm_", "other, dim=0", norm, OTHER(SOW__ARGUMENT_TENSOR), INTEGER("dim", 0)),
    READER(VIEW_AS_COMPLEX, "view_as_complex_", "other", view_as_complex, OTHER(SOW__ARGUMENT_TENSOR)),
    ROW(CAFFE_CONSTANT, "caffe.constant", "value=0.0", caffe_constant, NUMBER("value", 0, 0)),
    ROW(CAFFE_UNIFORM, "caffe.uniform", "min=0.0, max=1.0", caffe_uniform, NUMBER("min", 0, 0),
        NUMBER("max", 1, 1)),
    ROW(CAFFE_GAUSSIAN, "caffe.gaussian", "mean=0.0, std=1.0, sparse=-1", caffe_gaussian,
        NUMBER("mean", 0, 0), NUMBER("std", 1, 1), INTEGER("sparse", -1)),
    ROW(CAFFE_XAVIER, "caffe.xavier", CAFFE_NORM, caffe_xavier, MODE("variance_norm", caffe_norms)),
    ROW(CAFFE_MSRA, "caffe.msra", CAFFE_NORM, caffe_msra, MODE("variance_norm", caffe_norms)),
    ROW(CAFFE_BILINEAR, "caffe.bilinear", "", caffe_bilinear, NO_ARGUMENTS),
    ROW(CAFFE_POSITIVE_UNITBALL, "caffe.positive_unitball", "", caffe_positive_unitball, NO_ARGUMENTS),
    ROW(KERAS_RANDOM_NORMAL, "keras.random_normal", "mean=0.0, stddev=0.05", normal, NUMBER("mean", 0, 0),
        NUMBER("stddev", 1, 0.05)),
    ROW(KERAS_RANDOM_UNIFORM, "keras.random_uniform", "minval=-0.05, maxval=0.05", uniform,
        NUMBER("minval", 0, -0.05), NUMBER("maxval", 1, 0.05)),
    ROW(KERAS_TRUNCATED_NORMAL, "keras.truncated_normal", "mean=0.0, stddev=0.05", keras_truncated_normal,
        NUMBER("mean", 0, 0), NUMBER("stddev", 1, 0.05)),
    ROW(KERAS_VARIANCE_SCALING, "keras.variance_scaling",
        "scale=1.0, mode='fan_in', distribution='truncated_normal', " KERAS_FANS, keras_scaling,
        NUMBER("scale", 0, 1), MODE("mode", keras_modes), WORD("distribution", 1, keras_distributions, 0),
        KERAS_AXES),
    KERAS(GLOROT_UNIFORM, "glorot_uniform", 1, AVERAGE, UNIFORM),
    KERAS(GLOROT_NORMAL, "glorot_normal", 1, AVERAGE, TRUNCATED_NORMAL),
    KERAS(HE_UNIFORM, "he_uniform", 2, IN, UNIFORM),
    KERAS(HE_NORMAL, "he_normal", 2, IN, TRUNCATED_NORMAL),
    KERAS(LECUN_UNIFORM, "lecun_uniform", 1, IN, UNIFORM),
    KERAS(LECUN_NORMAL, "lecun_normal", 1, IN, TRUNCATED_NORMAL),
    ROW(KERAS_ORTHOGONAL, "keras.orthogonal", "gain=1.0, layout=None", keras_orthogonal, NUMBER("gain", 0, 1),
        LAYOUT(keras_layouts)),
    ROW(KERAS_IDENTITY, "keras.identity", "gain=1.0", keras_identity, NUMBER("gain", 0, 1)),
    ROW(KERAS_STFT, "keras.stft", "side='real', window='hann', scaling='density', periodic=False", keras_stft,
        WORD("side", 0, sides, SOW_STFT_REAL), WORD("window", 1, windows, SOW_STFT_HANN),
        WORD("scaling", 2, window_scalings, SOW_STFT_DENSITY), WORD("periodic", 3, bools, 0)),
    ROW(JAX_NORMAL, "jax.normal", "stddev=0.01", jax_normal, NUMBER("stddev", 0, 0.01)),
    ROW(JAX_UNIFORM, "jax.uniform", "scale=0.01", jax_uniform, NUMBER("scale", 0, 0.01)),
    ROW(JAX_TRUNCATED_NORMAL, "jax.truncated_normal", "stddev=0.01, lower=-2.0, upper=2.0",
        jax_truncated_normal, NUMBER("stddev", 0, 0.01), NUMBER("lower", 1, -2), NUMBER("upper", 2, 2)),
    ROW(JAX_VARIANCE_SCALING, "jax.variance_scaling", "scale, mode, distribution, " JAX_FANS, jax_scaling,
        REQUIRED("scale", 0), {"mode", SOW__ARGUMENT_MODE, 0, true, 0, jax_modes},
        {"distribution", SOW__ARGUMENT_WORD, 1, true, 0, jax_distributions}, JAX_AXES),
    JAX(GLOROT_UNIFORM, "glorot_uniform", 1, AVERAGE, UNIFORM),
    JAX(GLOROT_NORMAL, "glorot_normal", 1, AVERAGE, TRUNCATED_NORMAL),
    JAX(HE_UNIFORM, "he_uniform", 2, IN, UNIFORM),
    JAX(HE_NORMAL, "he_normal", 2, IN, TRUNCATED_NORMAL),
    JAX(LECUN_UNIFORM, "lecun_uniform", 1, IN, UNIFORM),
    JAX(LECUN_NORMAL, "lecun_normal", 1, IN, TRUNCATED_NORMAL),
    ROW(JAX_ORTHOGONAL, "jax.orthogonal", JAX_MATRIX, jax_orthogonal, NUMBER("scale", 0, 1),
        INTEGER("column_axis", -1), LAYOUT(jax_layouts)),
    ROW(JAX_DELTA_ORTHOGONAL, "jax.delta_orthogonal", JAX_MATRIX, jax_delta_orthogonal, NUMBER("scale", 0, 1),
        INTEGER("column_axis", -1), LAYOUT(jax_layouts)),
};

/* ---- torch.nn.init ---- */

sow_initializer sow__with_numbers(sow_initializer_kind kind, double first, double second) {
  sow_initializer made = sow__initializer_defaults(kind);
  made.argument[0] = first;
  made.argument[1] = second;
  return made;
}

sow_initializer sow_uniform(double a, double b) {
  return sow__with_numbers(SOW_INIT_UNIFORM, a, b);
}

sow_initializer sow_normal(double mean, double std) {
  return sow__with_numbers(SOW_INIT_NORMAL, mean, std);
}

sow_initializer sow_trunc_normal(double mean, double std, double a, double b) {
  sow_initializer made = sow__with_numbers(SOW_INIT_TRUNC_NORMAL, mean, std);
  made.argument[2] = a;
  made.argument[3] = b;
  return made;
}

sow_initializer sow_constant(double value) {
  return sow__with_numbers(SOW_INIT_CONSTANT, value, 0);
}

sow_initializer sow_ones(void) {
  return sow__initializer_defaults(SOW_INIT_ONES);
}

sow_initializer sow_zeros(void) {
  return sow__initializer_defaults(SOW_INIT_ZEROS);
}

sow_initializer sow_eye(void) {
  return sow__initializer_defaults(SOW_INIT_EYE);
}

sow_initializer sow_dirac(int64_t groups) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_DIRAC);
  made.integer = groups;
  return made;
}

sow_initializer sow_xavier_uniform(double gain) {
  return sow__with_numbers(SOW_INIT_XAVIER_UNIFORM, gain, 0);
}

sow_initializer sow_xavier_normal(double gain) {
  return sow__with_numbers(SOW_INIT_XAVIER_NORMAL, gain, 0);
}

static sow_initializer kaiming(sow_initializer_kind kind, double a, sow_fan_mode mode,
                               sow_nonlinearity nonlinearity) {
  sow_initializer made = sow__with_numbers(kind, a, 0);
  made.mode = mode;
  made.nonlinearity = nonlinearity;
  return made;
}

sow_initializer sow_kaiming_uniform(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_UNIFORM, a, mode, nonlinearity);
}

sow_initializer sow_kaiming_normal(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_NORMAL, a, mode, nonlinearity);
}

sow_initializer sow_orthogonal(double gain) {
  return sow__with_numbers(SOW_INIT_ORTHOGONAL, gain, 0);
}

sow_initializer sow_sparse(double sparsity, double std) {
  return sow__with_numbers(SOW_INIT_SPARSE, sparsity, std);
}

/* ---- methods ---- */

sow_initializer sow_copy(void) {
  return sow__initializer_defaults(SOW_INIT_COPY);
}

sow_initializer sow_mul(double other) {
  return sow__with_numbers(SOW_INIT_MUL, other, 0);
}

sow_initializer sow_add(double other, double alpha) {
  return sow__with_numbers(SOW_INIT_ADD, other, alpha);
}

sow_initializer sow_sub(double other, double alpha) {
  return sow__with_numbers(SOW_INIT_SUB, other, alpha);
}

sow_initializer sow_div(double other) {
  return sow__with_numbers(SOW_INIT_DIV, other, 0);
}

sow_initializer sow_pow(double exponent) {
  return sow__with_numbers(SOW_INIT_POW, exponent, 0);
}

sow_initializer sow_clamp(double min, double max) {
  return sow__with_numbers(SOW_INIT_CLAMP, min, max);
}

sow_initializer sow_fmod(double other) {
  return sow__with_numbers(SOW_INIT_FMOD, other, 0);
}

sow_initializer sow_method(sow_initializer_kind kind) {
  return sow__initializer_defaults(kind);
}

sow_initializer sow_norm(int dim) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_NORM);
  made.integer = dim;
  return made;
}

sow_initializer sow_view_as_complex(void) {
  return sow__initializer_defaults(SOW_INIT_VIEW_AS_COMPLEX);
}
