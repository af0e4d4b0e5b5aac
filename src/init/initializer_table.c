/* The table of calls: a new one is a row here, a constructor in sow/init.h, and what it resolves to. */
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
#define KAIMING "a=0, mode='fan_in', nonlinearity='leaky_relu'"
#define CAFFE_NORM "variance_norm='FAN_IN'"

/* In the order of sow_fan_mode. */
static const char *const torch_modes[] = {"fan_in", "fan_out", NULL};
static const char *const caffe_norms[] = {"FAN_IN", "FAN_OUT", "AVERAGE", NULL};

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
    METHOD(EXP, "exp_", "", NO_ARGUMENTS),
    METHOD(EXPM1, "expm1_", "", NO_ARGUMENTS),
    METHOD(LOG, "log_", "", NO_ARGUMENTS),
    METHOD(LOG1P, "log1p_", "", NO_ARGUMENTS),
    METHOD(ERFINV, "erfinv_", "", NO_ARGUMENTS),
    READER(NORM, "norm_", "other, dim=0", norm, OTHER(SOW__ARGUMENT_TENSOR), INTEGER("dim", 0)),
    ROW(CAFFE_CONSTANT, "caffe.constant", "value=0.0", caffe_constant, NUMBER("value", 0, 0)),
    ROW(CAFFE_UNIFORM, "caffe.uniform", "min=0.0, max=1.0", caffe_uniform, NUMBER("min", 0, 0),
        NUMBER("max", 1, 1)),
    ROW(CAFFE_GAUSSIAN, "caffe.gaussian", "mean=0.0, std=1.0, sparse=-1", caffe_gaussian,
        NUMBER("mean", 0, 0), NUMBER("std", 1, 1), INTEGER("sparse", -1)),
    ROW(CAFFE_XAVIER, "caffe.xavier", CAFFE_NORM, caffe_xavier, MODE("variance_norm", caffe_norms)),
    ROW(CAFFE_MSRA, "caffe.msra", CAFFE_NORM, caffe_msra, MODE("variance_norm", caffe_norms)),
    ROW(CAFFE_BILINEAR, "caffe.bilinear", "", caffe_bilinear, NO_ARGUMENTS),
    ROW(CAFFE_POSITIVE_UNITBALL, "caffe.positive_unitball", "", caffe_positive_unitball, NO_ARGUMENTS),
};
