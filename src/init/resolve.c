/*
 * What torch.nn.init and the tensor methods under it check before they draw, in their order, and the numbers
 * they arrive at. Sources: torch/nn/init.py of 1.13, 2.6 and 2.14; ATen's checks were measured there.
 */
#include <float.h>
#include <math.h>

#include "base/error.h"
#include "base/number.h"
#include "base/size.h"
#include "init/fill.h"
#include "init/layout.h"
#include "init/truncation.h"

static const char *name_of(const sow__fill *fill) {
  return sow_initializer_name(fill->initializer.kind);
}

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

static bool is_half(sow_dtype dtype) {
  return dtype == SOW_FLOAT16 || dtype == SOW_BFLOAT16;
}

static sow_status refuse_dtype(const sow__fill *fill, const char *what, sow_error *error) {
  return sow__fail(error, SOW_DTYPE, "%s cannot make %s%s", name_of(fill), sow_dtype_name(fill->dtype), what);
}

static sow_status refuse_shape(const sow__fill *fill, const char *wanted, sow_error *error) {
  char text[128];
  return sow__fail(error, SOW_SHAPE, "%s needs %s, the shape is %s", name_of(fill), wanted,
                   sow__shape_print(fill->ndim, fill->shape, text, sizeof text));
}

/* ---- uniform_ and normal_, which the others end in ---- */

static sow_status use_uniform(sow__fill *fill, double a, double b, sow_error *error) {
  char low[SOW__NUMBER_SIZE], high[SOW__NUMBER_SIZE];
  double limit = largest(fill->dtype);
  sow__number_print(a, low);
  sow__number_print(b, high);
  if (fill->dtype == SOW_INT64)
    return refuse_dtype(fill, "; give a floating-point tensor", error);
  if (!(a >= -limit && a <= limit) || !(b >= -limit && b <= limit))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s draws from [%s, %s), which is outside the range of %s",
                     name_of(fill), low, high, sow_dtype_name(fill->dtype));
  if (!(a <= b))
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s draws from [%s, %s): the lower bound must not be above the upper one", name_of(fill),
                     low, high);
  if (!(b - a <= limit))
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s draws from [%s, %s), which is wider than %s's largest value", name_of(fill), low,
                     high, sow_dtype_name(fill->dtype));
  fill->family = &sow__family_uniform;
  fill->p[0] = a;
  fill->p[1] = b;
  return SOW_OK;
}

static sow_status use_normal(sow__fill *fill, double mean, double std, sow_error *error) {
  char text[SOW__NUMBER_SIZE];
  if (!(std >= 0))
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s needs a standard deviation of 0 or more, and it is %s here", name_of(fill),
                     sow__number_print(std, text));
  /* torch 2 returns from an empty tensor before it looks at the dtype. */
  if (fill->dtype == SOW_INT64 && (fill->count > 0 || fill->edition == SOW_TORCH_1_13))
    return refuse_dtype(fill, "; give a floating-point tensor", error);
  fill->family = &sow__family_normal;
  fill->p[0] = mean;
  fill->p[1] = std;
  return SOW_OK;
}

static sow_status resolve_uniform(sow__fill *fill, sow_error *error) {
  return use_uniform(fill, fill->initializer.argument[0], fill->initializer.argument[1], error);
}

static sow_status resolve_normal(sow__fill *fill, sow_error *error) {
  return use_normal(fill, fill->initializer.argument[0], fill->initializer.argument[1], error);
}

/* ---- trunc_normal_ ---- */

/* By uniform_, erfinv_, mul_, add_ and clamp_. */
static sow_status resolve_erfinv(sow__fill *fill, double mean, double std, double a, double b,
                                 sow_error *error) {
  double low = sow__normal_cdf((a - mean) / std), high = sow__normal_cdf((b - mean) / std);
  sow_status status = use_uniform(fill, 2 * low - 1, 2 * high - 1, error);
  if (status != SOW_OK)
    return status;
  if (fill->edition == SOW_TORCH_1_13 && fill->dtype == SOW_FLOAT16)
    return refuse_dtype(fill, " in torch 1.13, which has no erfinv for it", error);
  double limit = largest(fill->dtype);
  if ((isfinite(a) && fabs(a) > limit) || (isfinite(b) && fabs(b) > limit))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: the bounds must fit in %s, or be infinite",
                     name_of(fill), sow_dtype_name(fill->dtype));
  fill->family = &sow__family_trunc_erfinv;
  return SOW_OK;
}

/* By normal_, or by uniform_ and a test, until all are accepted. */
static sow_status resolve_rejection(sow__fill *fill, double mean, double std, double a, double b,
                                    sow_error *error) {
  if (fill->dtype == SOW_INT64)
    return refuse_dtype(fill, "; give a floating-point tensor", error);
  sow_status status;
  if (sow__truncation_inside(mean, std, a, b) > 0.3) {
    status = use_normal(fill, mean, std, error);
  } else {
    double distance = (sow__truncation_mode(mean, a, b) - mean) / std;
    if (isfinite(distance) && isinf(distance * distance))
      return sow__fail(
          error, SOW_INVALID_ARGUMENT,
          "%s: the bounds are so many standard deviations from the mean that the square overflows",
          name_of(fill));
    status = use_uniform(fill, a, b, error);
  }
  if (status == SOW_OK)
    fill->family = &sow__family_trunc_rejection;
  return status;
}

static sow_status resolve_trunc_normal(sow__fill *fill, sow_error *error) {
  const double *argument = fill->initializer.argument;
  double mean = argument[0], std = argument[1], a = argument[2], b = argument[3];
  if (mean < a - 2 * std || mean > b + 2 * std)
    sow__warn(error,
              "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values "
              "may be incorrect.");
  if (std == 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s divides by the standard deviation, which is 0; constant_ gives one value",
                     name_of(fill));
  sow_status status = fill->edition < SOW_TORCH_2_12 ? resolve_erfinv(fill, mean, std, a, b, error)
                                                     : resolve_rejection(fill, mean, std, a, b, error);
  for (int i = 0; i < 4 && status == SOW_OK; i++)
    fill->p[i] = argument[i];
  return status;
}

/* ---- without a draw ---- */

static sow_status use_constant(sow__fill *fill, double value, sow_error *error) {
  /* torch 2.14 fills a single 16-bit element by another path, without the check, and gets infinity. */
  bool unchecked = fill->edition == SOW_TORCH_2_12 && fill->count == 1 && is_half(fill->dtype);
  bool fits = fill->dtype == SOW_INT64 ? value >= -0x1p63 && value < 0x1p63
                                       : !isfinite(value) || fabs(value) <= largest(fill->dtype);
  if (!fits && !unchecked) {
    char text[SOW__NUMBER_SIZE];
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: %s does not fit in %s", name_of(fill),
                     sow__number_print(value, text), sow_dtype_name(fill->dtype));
  }
  fill->family = &sow__family_constant;
  fill->p[0] = value;
  return SOW_OK;
}

static sow_status resolve_constant(sow__fill *fill, sow_error *error) {
  return use_constant(fill, fill->initializer.argument[0], error);
}

static sow_status resolve_ones(sow__fill *fill, sow_error *error) {
  return use_constant(fill, 1, error);
}

static sow_status resolve_zeros(sow__fill *fill, sow_error *error) {
  return use_constant(fill, 0, error);
}

static sow_status resolve_eye(sow__fill *fill, sow_error *error) {
  if (fill->ndim != 2)
    return refuse_shape(fill, "two dimensions", error);
  if (fill->dtype == SOW_BFLOAT16 && fill->edition == SOW_TORCH_1_13)
    return refuse_dtype(fill, " in torch 1.13", error);
  fill->family = &sow__family_eye;
  return SOW_OK;
}

static sow_status resolve_dirac(sow__fill *fill, sow_error *error) {
  int64_t groups = fill->initializer.groups;
  if (fill->ndim < 3 || fill->ndim > 5)
    return refuse_shape(fill, "three, four or five dimensions", error);
  if (groups == 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s divides size 0 by groups, which is 0", name_of(fill));
  if (fill->shape[0] % groups != 0)
    return refuse_shape(fill, "a size 0 that groups divides", error);
  bool ones = groups > 0 && fill->shape[0] / groups > 0 && fill->shape[1] > 0;
  for (int i = 2; i < fill->ndim && ones; i++)
    if (fill->shape[i] == 0)
      return refuse_shape(fill, "a kernel that is not empty", error);
  fill->family = &sow__family_dirac;
  return SOW_OK;
}

/* ---- from the fans ---- */

static sow_status xavier_std(const sow__fill *fill, double *std, sow_error *error) {
  int64_t fan_in, fan_out, sum;
  sow_status status = sow_fan(fill->ndim, fill->shape, &fan_in, &fan_out, error);
  if (status != SOW_OK)
    return sow__fail_within(error, status, "%s", name_of(fill));
  if (!sow__add(fan_in, fan_out, &sum))
    return sow__fail(error, SOW_OVERFLOW, "%s: fan_in + fan_out does not fit in 63 bits", name_of(fill));
  if (sum == 0)
    return refuse_shape(fill, "a fan_in + fan_out above 0, by which it divides", error);
  *std = fill->initializer.argument[0] * sqrt(2.0 / (double)sum);
  return SOW_OK;
}

static sow_status resolve_xavier_uniform(sow__fill *fill, sow_error *error) {
  double std = 0;
  sow_status status = xavier_std(fill, &std, error);
  double bound = status == SOW_OK ? sqrt(3.0) * std : 0;
  return status == SOW_OK ? use_uniform(fill, -bound, bound, error) : status;
}

static sow_status resolve_xavier_normal(sow__fill *fill, sow_error *error) {
  double std = 0;
  sow_status status = xavier_std(fill, &std, error);
  return status == SOW_OK ? use_normal(fill, 0, std, error) : status;
}

/* For a tensor that is not empty. */
static sow_status kaiming_std(const sow__fill *fill, double *std, sow_error *error) {
  const sow_initializer *given = &fill->initializer;
  if (given->mode != SOW_FAN_IN && given->mode != SOW_FAN_OUT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: mode is fan_in or fan_out, not %d", name_of(fill),
                     (int)given->mode);
  int64_t fan_in, fan_out;
  sow_status status = sow_fan(fill->ndim, fill->shape, &fan_in, &fan_out, error);
  if (status != SOW_OK)
    return sow__fail_within(error, status, "%s", name_of(fill));
  if ((unsigned)given->nonlinearity >= SOW_NONLINEARITY_COUNT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: %d is no sow_nonlinearity", name_of(fill),
                     (int)given->nonlinearity);
  double a = given->argument[0];
  /* Python's a**2 raises where the square of a finite number overflows. */
  if (given->nonlinearity == SOW_LEAKY_RELU && isfinite(a) && isinf(a * a))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: the square of the slope a overflows", name_of(fill));
  double gain = sow_calculate_gain(given->nonlinearity, &a);
  *std = gain / sqrt((double)(given->mode == SOW_FAN_IN ? fan_in : fan_out));
  return SOW_OK;
}

static sow_status use_kaiming(sow__fill *fill, bool uniform, sow_error *error) {
  if (fill->count == 0) {
    sow__warn(error, "Initializing zero-element tensors is a no-op");
    fill->family = &sow__family_none;
    return SOW_OK;
  }
  double std = 0;
  sow_status status = kaiming_std(fill, &std, error);
  if (status != SOW_OK)
    return status;
  double bound = sqrt(3.0) * std;
  return uniform ? use_uniform(fill, -bound, bound, error) : use_normal(fill, 0, std, error);
}

static sow_status resolve_kaiming_uniform(sow__fill *fill, sow_error *error) {
  return use_kaiming(fill, true, error);
}

static sow_status resolve_kaiming_normal(sow__fill *fill, sow_error *error) {
  return use_kaiming(fill, false, error);
}

/* ---- matrices ---- */

static sow_status resolve_orthogonal(sow__fill *fill, sow_error *error) {
  if (fill->ndim < 2)
    return refuse_shape(fill, "two dimensions or more", error);
  fill->family = &sow__family_none;
  if (fill->count == 0)
    return SOW_OK;
  if (fill->dtype != SOW_FLOAT32 && fill->dtype != SOW_FLOAT64)
    return refuse_dtype(fill, "; torch has its QR for float32 and float64 only", error);
  if (!sow__layout_is_matrix(fill->ndim, fill->shape, fill->strides))
    return sow__fail(error, SOW_LAYOUT,
                     "%s views the tensor as a matrix of size(0) rows, and these strides do not let it; "
                     "fill a contiguous tensor",
                     name_of(fill));
  fill->family = &sow__family_orthogonal;
  fill->p[0] = fill->initializer.argument[0];
  return SOW_OK;
}

static sow_status resolve_sparse(sow__fill *fill, sow_error *error) {
  if (fill->ndim != 2)
    return refuse_shape(fill, "two dimensions", error);
  double sparsity = fill->initializer.argument[0], std = fill->initializer.argument[1];
  double zeros = sparsity * (double)fill->shape[0];
  if (!isfinite(zeros))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: sparsity times the rows must be a finite number",
                     name_of(fill));
  sow_status status = use_normal(fill, 0, std, error);
  if (status != SOW_OK)
    return status;
  /* Its slices take ends that low for symbols; measured between -3e18 and -6e18. */
  if (fill->edition == SOW_TORCH_1_13 && zeros < -0x1p62 && fill->shape[1] > 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: torch 1.13 has no slice that ends at sparsity*rows",
                     name_of(fill));
  fill->family = &sow__family_sparse;
  fill->p[0] = sparsity;
  fill->p[1] = std;
  return SOW_OK;
}

static sow_status (*const resolvers[SOW_INITIALIZER_COUNT])(sow__fill *, sow_error *) = {
    [SOW_INIT_UNIFORM] = resolve_uniform,
    [SOW_INIT_NORMAL] = resolve_normal,
    [SOW_INIT_TRUNC_NORMAL] = resolve_trunc_normal,
    [SOW_INIT_CONSTANT] = resolve_constant,
    [SOW_INIT_ONES] = resolve_ones,
    [SOW_INIT_ZEROS] = resolve_zeros,
    [SOW_INIT_EYE] = resolve_eye,
    [SOW_INIT_DIRAC] = resolve_dirac,
    [SOW_INIT_XAVIER_UNIFORM] = resolve_xavier_uniform,
    [SOW_INIT_XAVIER_NORMAL] = resolve_xavier_normal,
    [SOW_INIT_KAIMING_UNIFORM] = resolve_kaiming_uniform,
    [SOW_INIT_KAIMING_NORMAL] = resolve_kaiming_normal,
    [SOW_INIT_ORTHOGONAL] = resolve_orthogonal,
    [SOW_INIT_SPARSE] = resolve_sparse,
};

sow_status sow__fill_resolve(sow_initializer initializer, sow_dtype dtype, sow_edition edition, int ndim,
                             const int64_t *shape, const int64_t *strides, sow__fill *fill,
                             sow_error *error) {
  if ((unsigned)initializer.kind >= SOW_INITIALIZER_COUNT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%d is no sow_initializer_kind", (int)initializer.kind);
  if ((unsigned)dtype >= SOW_DTYPE_COUNT)
    return sow__fail(error, SOW_DTYPE, "%d is no sow_dtype", (int)dtype);
  if ((unsigned)edition >= SOW_EDITION_COUNT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%d is no sow_edition", (int)edition);
  sow__fill made = {.initializer = initializer,
                    .dtype = dtype,
                    .edition = edition,
                    .ndim = ndim,
                    .shape = shape,
                    .strides = strides};
  sow_status status = sow__count(ndim, shape, &made.count, error);
  if (status == SOW_OK)
    status = resolvers[initializer.kind](&made, error);
  if (status != SOW_OK)
    return status;
  if (made.count == 0)
    made.family = &sow__family_none;
  *fill = made;
  return SOW_OK;
}
