/*
 * What torch.nn.init and the tensor methods under it check before they draw, in their order, and the numbers
 * they arrive at. Sources: torch/nn/init.py of 1.13, 2.6 and 2.14; ATen's checks were measured there.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/number.h"
#include "base/size.h"
#include "init/resolve.h"
#include "op/layout.h"
#include "op/truncation.h"

/* The largest finite number of a floating-point dtype. */
static double largest(sow_dtype dtype) {
  switch (dtype) {
  case SOW_FLOAT16:
    return 65504;
  case SOW_BFLOAT16:
    return 0x1.FEp127;
  case SOW_FLOAT32:
    return (double)FLT_MAX;
  default:
    return DBL_MAX;
  }
}

static const char *name_of(const sow__step *step) {
  return sow_initializer_name(step->call.kind);
}

static bool is_half(sow_dtype dtype) {
  return dtype == SOW_FLOAT16 || dtype == SOW_BFLOAT16;
}

sow_status sow__refuse_dtype(const sow__step *step, const char *what, sow_error *error) {
  return sow__fail(error, SOW_DTYPE, "%s cannot make %s%s", name_of(step), sow_dtype_name(step->dtype), what);
}

sow_status sow__refuse_shape(const sow__step *step, const char *wanted, sow_error *error) {
  char text[128];
  return sow__fail(error, SOW_SHAPE, "%s needs %s, the shape is %s", name_of(step), wanted,
                   sow__shape_print(step->ndim, step->shape, text, sizeof text));
}

/* ---- uniform_ and normal_, which the others end in ---- */

/* `why` follows the bounds. */
static sow_status refuse_bounds(const sow__step *step, double a, double b, const char *why,
                                sow_error *error) {
  char low[SOW__NUMBER_SIZE], high[SOW__NUMBER_SIZE];
  return sow__fail(error, SOW_INVALID_ARGUMENT, "%s draws from [%s, %s)%s", name_of(step),
                   sow__number_print(a, low), sow__number_print(b, high), why);
}

sow_status sow__use_uniform(sow__step *step, double a, double b, sow_error *error) {
  char why[64];
  double limit = largest(step->dtype);
  if (!sow_dtype_is_float(step->dtype))
    return sow__refuse_dtype(step, "; give a floating-point tensor", error);
  if (!(a >= -limit && a <= limit) || !(b >= -limit && b <= limit)) {
    snprintf(why, sizeof why, ", which is outside the range of %s", sow_dtype_name(step->dtype));
    return refuse_bounds(step, a, b, why, error);
  }
  if (!(a <= b))
    return refuse_bounds(step, a, b, ": the lower bound must not be above the upper one", error);
  if (!(b - a <= limit)) {
    snprintf(why, sizeof why, ", which is wider than %s's largest value", sow_dtype_name(step->dtype));
    return refuse_bounds(step, a, b, why, error);
  }
  step->op = &sow__op_uniform;
  step->p[0] = a;
  step->p[1] = b;
  return SOW_OK;
}

sow_status sow__use_normal(sow__step *step, double mean, double std, sow_error *error) {
  char text[SOW__NUMBER_SIZE];
  if (!(std >= 0))
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s needs a standard deviation of 0 or more, and it is %s here", name_of(step),
                     sow__number_print(std, text));
  /* From 2.1 on torch returns from an empty tensor before it looks at the dtype. */
  if (!sow_dtype_is_float(step->dtype) && (step->count > 0 || step->edition < SOW_TORCH_2_1))
    return sow__refuse_dtype(step, "; give a floating-point tensor", error);
  step->op = &sow__op_normal;
  step->p[0] = mean;
  step->p[1] = std;
  return SOW_OK;
}

sow_status sow__resolve_uniform(sow__step *step, sow_error *error) {
  return sow__use_uniform(step, step->call.argument[0], step->call.argument[1], error);
}

sow_status sow__resolve_normal(sow__step *step, sow_error *error) {
  return sow__use_normal(step, step->call.argument[0], step->call.argument[1], error);
}

/* ---- trunc_normal_ ---- */

/* By uniform_, erfinv_, mul_, add_ and clamp_. */
sow_status sow__use_erfinv(sow__step *step, double mean, double std, double a, double b, sow_error *error) {
  double low = sow__normal_cdf((a - mean) / std), high = sow__normal_cdf((b - mean) / std);
  sow_status status = sow__use_uniform(step, 2 * low - 1, 2 * high - 1, error);
  if (status != SOW_OK)
    return status;
  if (step->edition < SOW_TORCH_2_1 && step->dtype == SOW_FLOAT16)
    return sow__refuse_dtype(step, " before torch 2.1, which has no erfinv for it", error);
  double limit = largest(step->dtype);
  if ((isfinite(a) && fabs(a) > limit) || (isfinite(b) && fabs(b) > limit))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: the bounds must fit in %s, or be infinite",
                     name_of(step), sow_dtype_name(step->dtype));
  step->op = &sow__op_trunc_erfinv;
  step->p[0] = mean;
  step->p[1] = std;
  step->p[2] = a;
  step->p[3] = b;
  return SOW_OK;
}

/* By normal_, or by uniform_ and a test, until all are accepted; no normal is refused by bounds far away. */
static sow_status resolve_rejection(sow__step *step, double mean, double std, double a, double b,
                                    sow_error *error) {
  if (!sow_dtype_is_float(step->dtype))
    return sow__refuse_dtype(step, "; give a floating-point tensor", error);
  sow_status status;
  if (sow__truncation_inside(mean, std, a, b) > 0.3) {
    status = sow__use_normal(step, mean, std, error);
  } else {
    double distance = (sow__truncation_mode(mean, a, b) - mean) / std;
    if (isfinite(distance) && isinf(distance * distance))
      return sow__fail(
          error, SOW_INVALID_ARGUMENT,
          "%s: the bounds are so many standard deviations from the mean that the square overflows",
          name_of(step));
    status = sow__use_uniform(step, a, b, error);
  }
  if (status == SOW_OK)
    step->op = sow__truncation_is_idle(mean, std, a, b) ? &sow__op_trunc_idle : &sow__op_trunc_rejection;
  return status;
}

sow_status sow__resolve_trunc_normal(sow__step *step, sow_error *error) {
  const double *argument = step->call.argument;
  double mean = argument[0], std = argument[1], a = argument[2], b = argument[3];
  if (mean < a - 2 * std || mean > b + 2 * std)
    sow__warn(error,
              "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values "
              "may be incorrect.");
  if (std == 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s divides by the standard deviation, which is 0; constant_ gives one value",
                     name_of(step));
  sow_status status = step->edition < SOW_TORCH_2_12 ? sow__use_erfinv(step, mean, std, a, b, error)
                                                     : resolve_rejection(step, mean, std, a, b, error);
  for (int i = 0; i < 4 && status == SOW_OK; i++)
    step->p[i] = argument[i];
  return status;
}

/* ---- without a draw ---- */

/* A negative number for unsigned integers wraps around, as in torch; any number has a truth value. */
static bool fits_integer(sow_dtype dtype, double value) {
  double half = ldexp(1, 8 * (int)sow_dtype_size(dtype) - 1);
  switch (dtype) {
  case SOW_BOOL:
    return !isnan(value);
  case SOW_UINT8:
    return value > -2 * half && value < 2 * half;
  default:
    return value >= -half && value < half;
  }
}

sow_status sow__use_constant(sow__step *step, double value, sow_error *error) {
  /* torch 2.14 fills a single 16-bit element by another path, without the check, and gets infinity. */
  bool unchecked = step->edition >= SOW_TORCH_2_12 && step->count == 1 && is_half(step->dtype);
  sow_dtype real = step->dtype == SOW_COMPLEX64 ? SOW_FLOAT32 : step->dtype;
  bool fits =
      sow_dtype_is_float(real) ? !isfinite(value) || fabs(value) <= largest(real) : fits_integer(real, value);
  if (!fits && !unchecked) {
    char text[SOW__NUMBER_SIZE];
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: %s does not fit in %s", name_of(step),
                     sow__number_print(value, text), sow_dtype_name(step->dtype));
  }
  step->op = &sow__op_constant;
  step->p[0] = value;
  return SOW_OK;
}

sow_status sow__resolve_constant(sow__step *step, sow_error *error) {
  return sow__use_constant(step, step->call.argument[0], error);
}

sow_status sow__resolve_ones(sow__step *step, sow_error *error) {
  return sow__use_constant(step, 1, error);
}

sow_status sow__resolve_zeros(sow__step *step, sow_error *error) {
  return sow__use_constant(step, 0, error);
}

sow_status sow__resolve_eye(sow__step *step, sow_error *error) {
  if (step->ndim != 2)
    return sow__refuse_shape(step, "two dimensions", error);
  if (step->dtype == SOW_BFLOAT16 && step->edition < SOW_TORCH_2_1)
    return sow__refuse_dtype(step, " before torch 2.1", error);
  step->op = &sow__op_eye;
  step->p[0] = 1;
  return SOW_OK;
}

sow_status sow__resolve_dirac(sow__step *step, sow_error *error) {
  int64_t groups = step->call.integer;
  if (step->ndim < 3 || step->ndim > 5)
    return sow__refuse_shape(step, "three, four or five dimensions", error);
  if (groups == 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s divides size 0 by groups, which is 0", name_of(step));
  if (step->shape[0] % groups != 0)
    return sow__refuse_shape(step, "a size 0 that groups divides", error);
  bool ones = groups > 0 && step->shape[0] / groups > 0 && step->shape[1] > 0;
  for (int i = 2; i < step->ndim && ones; i++)
    if (step->shape[i] == 0)
      return sow__refuse_shape(step, "a kernel that is not empty", error);
  step->op = &sow__op_dirac;
  return SOW_OK;
}

/* ---- from the fans ---- */

static sow_status xavier_std(const sow__step *step, double *std, sow_error *error) {
  int64_t fan_in, fan_out, sum;
  sow_status status = sow_fan(step->ndim, step->shape, &fan_in, &fan_out, error);
  if (status != SOW_OK)
    return sow__fail_within(error, status, "%s", name_of(step));
  if (!sow__add(fan_in, fan_out, &sum))
    return sow__fail(error, SOW_OVERFLOW, "%s: fan_in + fan_out does not fit in 63 bits", name_of(step));
  if (sum == 0)
    return sow__refuse_shape(step, "a fan_in + fan_out above 0, by which it divides", error);
  *std = step->call.argument[0] * sqrt(2.0 / (double)sum);
  return SOW_OK;
}

sow_status sow__resolve_xavier_uniform(sow__step *step, sow_error *error) {
  double std = 0;
  sow_status status = xavier_std(step, &std, error);
  double bound = status == SOW_OK ? sqrt(3.0) * std : 0;
  return status == SOW_OK ? sow__use_uniform(step, -bound, bound, error) : status;
}

sow_status sow__resolve_xavier_normal(sow__step *step, sow_error *error) {
  double std = 0;
  sow_status status = xavier_std(step, &std, error);
  return status == SOW_OK ? sow__use_normal(step, 0, std, error) : status;
}

/* For a tensor that is not empty. */
static sow_status kaiming_std(const sow__step *step, double *std, sow_error *error) {
  const sow_initializer *given = &step->call;
  int64_t fan_in, fan_out;
  sow_status status = sow__initializer_check_words(given, error);
  if (status != SOW_OK)
    return status;
  status = sow_fan(step->ndim, step->shape, &fan_in, &fan_out, error);
  if (status != SOW_OK)
    return sow__fail_within(error, status, "%s", name_of(step));
  if ((unsigned)given->nonlinearity >= SOW_NONLINEARITY_COUNT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: %d is no sow_nonlinearity", name_of(step),
                     (int)given->nonlinearity);
  double a = given->argument[0];
  /* Python's a**2 raises where the square of a finite number overflows. */
  if (given->nonlinearity == SOW_LEAKY_RELU && isfinite(a) && isinf(a * a))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: the square of the slope a overflows", name_of(step));
  double gain = sow_calculate_gain(given->nonlinearity, &a);
  *std = gain / sqrt((double)(given->mode == SOW_FAN_IN ? fan_in : fan_out));
  return SOW_OK;
}

static sow_status use_kaiming(sow__step *step, bool uniform, sow_error *error) {
  if (step->count == 0) {
    sow__warn(error, "Initializing zero-element tensors is a no-op");
    step->op = &sow__op_none;
    return SOW_OK;
  }
  double std = 0;
  sow_status status = kaiming_std(step, &std, error);
  if (status != SOW_OK)
    return status;
  double bound = sqrt(3.0) * std;
  return uniform ? sow__use_uniform(step, -bound, bound, error) : sow__use_normal(step, 0, std, error);
}

sow_status sow__resolve_kaiming_uniform(sow__step *step, sow_error *error) {
  return use_kaiming(step, true, error);
}

sow_status sow__resolve_kaiming_normal(sow__step *step, sow_error *error) {
  return use_kaiming(step, false, error);
}

/* ---- matrices ---- */

sow_status sow__use_orthogonal(sow__step *step, double gain, int64_t rows, sow_error *error) {
  if (step->dtype != SOW_FLOAT32 && step->dtype != SOW_FLOAT64)
    return sow__refuse_dtype(step, "; there is a QR for float32 and float64 only, as in torch", error);
  step->op = &sow__op_orthogonal;
  step->p[0] = gain;
  step->p[1] = (double)rows;
  return SOW_OK;
}

sow_status sow__resolve_orthogonal(sow__step *step, sow_error *error) {
  if (step->ndim < 2)
    return sow__refuse_shape(step, "two dimensions or more", error);
  step->op = &sow__op_none;
  if (step->count == 0)
    return SOW_OK;
  sow_status status = sow__use_orthogonal(step, step->call.argument[0], step->shape[0], error);
  if (status == SOW_OK && !sow__layout_is_matrix(step->ndim, step->shape, step->strides))
    return sow__fail(error, SOW_LAYOUT,
                     "%s views the tensor as a matrix of size(0) rows, and these strides do not let it; "
                     "fill a contiguous tensor",
                     name_of(step));
  return status;
}

sow_status sow__resolve_sparse(sow__step *step, sow_error *error) {
  if (step->ndim != 2)
    return sow__refuse_shape(step, "two dimensions", error);
  double sparsity = step->call.argument[0], std = step->call.argument[1];
  double zeros = sparsity * (double)step->shape[0];
  if (!isfinite(zeros))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: sparsity times the rows must be a finite number",
                     name_of(step));
  sow_status status = sow__use_normal(step, 0, std, error);
  if (status != SOW_OK)
    return status;
  /* Its slices take ends that low for symbols; measured between -3e18 and -6e18. */
  if (step->edition == SOW_TORCH_1_13 && zeros < -0x1p62 && step->shape[1] > 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: torch 1.13 has no slice that ends at sparsity*rows",
                     name_of(step));
  step->op = &sow__op_sparse;
  step->p[0] = sparsity;
  step->p[1] = std;
  return SOW_OK;
}

/* Other frameworks' calls draw alike in every edition: by the arithmetic of the latest of today's. */
#define OTHERS_EDITION SOW_TORCH_2_13

/* Complex numbers are drawn and calculated with as pairs of real ones. */
static bool makes_complex(const sow__op *op) {
  return op == &sow__op_constant || op == &sow__op_copy || op == &sow__op_view_as_complex ||
         op == &sow__op_none;
}

sow_status sow__resolve(sow_initializer call, sow_dtype dtype, sow_edition edition, int ndim,
                        const int64_t *shape, const int64_t *strides, sow__step *step, sow_error *error) {
  if ((unsigned)call.kind >= SOW_INITIALIZER_COUNT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%d is no sow_initializer_kind", (int)call.kind);
  if ((unsigned)dtype >= SOW_DTYPE_COUNT)
    return sow__fail(error, SOW_DTYPE, "%d is no sow_dtype", (int)dtype);
  if ((unsigned)edition >= SOW_EDITION_COUNT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%d is no sow_edition", (int)edition);
  if (call.layout != SOW_KERNEL_UNSAID && !sow__initializer_takes_layout(call.kind))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s takes no layout", sow_initializer_name(call.kind));
  sow__step made = {
      .call = call, .dtype = dtype, .edition = edition, .ndim = ndim, .shape = shape, .strides = strides};
  if (!sow__initializer_is_torchs(call.kind))
    made.edition = OTHERS_EDITION;
  sow_status status = sow__count(ndim, shape, &made.count, error);
  if (status == SOW_OK)
    status = sow__initializer_rows[call.kind].resolve(&made, error);
  if (status == SOW_OK && dtype == SOW_COMPLEX64 && !makes_complex(made.op))
    status = sow__refuse_dtype(&made, "; give its real and imaginary parts, a floating-point tensor", error);
  if (status != SOW_OK)
    return status;
  if (made.count == 0)
    made.op = &sow__op_none;
  *step = made;
  return SOW_OK;
}
