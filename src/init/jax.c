/*
 * JAX's initialisers. Source: jax/_src/nn/initializers.py, 0.10. A kernel is (…, in, out), unless in_axis and
 * out_axis say otherwise; all that is neither these nor batch_axis is the receptive field. JAX rounds the
 * variance to the dtype before it takes the root; here it is double.
 */
#include <math.h>

#include "base/error.h"
#include "init/resolve.h"
#include "init/scaling.h"

/* ---- values ---- */

sow_initializer sow_jax_normal(double stddev) {
  return sow__with_numbers(SOW_INIT_JAX_NORMAL, stddev, 0);
}

sow_initializer sow_jax_uniform(double scale) {
  return sow__with_numbers(SOW_INIT_JAX_UNIFORM, scale, 0);
}

sow_initializer sow_jax_truncated_normal(double stddev, double lower, double upper) {
  sow_initializer made = sow__with_numbers(SOW_INIT_JAX_TRUNCATED_NORMAL, stddev, lower);
  made.argument[2] = upper;
  return made;
}

sow_initializer sow_jax_variance_scaling(double scale, sow_fan_mode mode, sow_scaling distribution) {
  sow_initializer made = sow__with_numbers(SOW_INIT_JAX_VARIANCE_SCALING, scale, (double)distribution);
  made.mode = mode;
  return made;
}

sow_initializer sow_jax_glorot_uniform(void) {
  return sow__initializer_defaults(SOW_INIT_JAX_GLOROT_UNIFORM);
}

sow_initializer sow_jax_glorot_normal(void) {
  return sow__initializer_defaults(SOW_INIT_JAX_GLOROT_NORMAL);
}

sow_initializer sow_jax_he_uniform(void) {
  return sow__initializer_defaults(SOW_INIT_JAX_HE_UNIFORM);
}

sow_initializer sow_jax_he_normal(void) {
  return sow__initializer_defaults(SOW_INIT_JAX_HE_NORMAL);
}

sow_initializer sow_jax_lecun_uniform(void) {
  return sow__initializer_defaults(SOW_INIT_JAX_LECUN_UNIFORM);
}

sow_initializer sow_jax_lecun_normal(void) {
  return sow__initializer_defaults(SOW_INIT_JAX_LECUN_NORMAL);
}

static sow_initializer with_column(sow_initializer_kind kind, double scale, int column_axis) {
  sow_initializer made = sow__with_numbers(kind, scale, 0);
  made.integer = column_axis;
  return made;
}

sow_initializer sow_jax_orthogonal(double scale, int column_axis) {
  return with_column(SOW_INIT_JAX_ORTHOGONAL, scale, column_axis);
}

sow_initializer sow_jax_delta_orthogonal(double scale, int column_axis) {
  return with_column(SOW_INIT_JAX_DELTA_ORTHOGONAL, scale, column_axis);
}

/* ---- numbers ---- */

sow_status sow__resolve_jax_normal(sow__step *step, sow_error *error) {
  return sow__use_normal(step, 0, step->call.argument[0], error);
}

sow_status sow__resolve_jax_uniform(sow__step *step, sow_error *error) {
  return sow__use_uniform(step, 0, step->call.argument[0], error);
}

sow_status sow__resolve_jax_truncated_normal(sow__step *step, sow_error *error) {
  const double *argument = step->call.argument;
  return sow__use_truncated(step, 0, argument[0], argument[1], argument[2], error);
}

/* ---- scaling ---- */

/* The quotients in JAX's order. Where an axis is named twice they are what JAX makes of it. */
static sow_status find_fans(sow__step *step, sow__fans *fans, sow_error *error) {
  double in = 1, out = 1, batch = 1;
  if (step->call.layout == SOW_KERNEL_TORCH) {
    step->call.axes[0] = (sow_axes){1, {1}};
    step->call.axes[1] = (sow_axes){1, {0}};
  }
  sow_status status = sow__axes_product(step, 0, &in, error);
  if (status == SOW_OK)
    status = sow__axes_product(step, 1, &out, error);
  if (status == SOW_OK)
    status = sow__axes_product(step, 2, &batch, error);
  if (status != SOW_OK)
    return status;
  if (step->count == 0)
    return sow__refuse_shape(step, "no size of 0, by which it divides", error);
  double field = (double)step->count / in / out / batch;
  *fans = (sow__fans){in * field, out * field};
  return SOW_OK;
}

sow_status sow__resolve_jax_scaling(sow__step *step, sow_error *error) {
  const sow_initializer call = step->call;
  sow__fans fans = {1, 1};
  sow_status status = sow__initializer_check_words(&call, error);
  if (status == SOW_OK)
    status = sow__check_layout(step, error);
  if (status == SOW_OK)
    status = find_fans(step, &fans, error);
  step->call = call; /* as it was written */
  if (status != SOW_OK)
    return status;
  sow__variance scaling = sow__variance_of(&call);
  return sow__use_variance(step, &scaling, sow__variance_fan(scaling.mode, &fans), error);
}

/* ---- matrices ---- */

/* Which axis of `ndim`; -1 for none. */
static int axis_of(int64_t axis, int ndim) {
  axis = axis < 0 ? axis + ndim : axis;
  return axis >= 0 && axis < ndim ? (int)axis : -1;
}

/* The columns are the last axis, or the first: then the matrix is the transpose of what lies there. */
sow_status sow__resolve_jax_orthogonal(sow__step *step, sow_error *error) {
  bool torchs = step->call.layout == SOW_KERNEL_TORCH;
  int axis = torchs ? 0 : axis_of(step->call.integer, step->ndim);
  sow_status status = sow__initializer_check_words(&step->call, error);
  if (status == SOW_OK)
    status = sow__check_layout(step, error);
  if (status != SOW_OK)
    return status;
  if (step->ndim < 2)
    return sow__refuse_shape(step, "two dimensions or more", error);
  if (axis != 0 && axis != step->ndim - 1)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "jax.orthogonal: column_axis is the first axis or the last here, not %lld",
                     (long long)step->call.integer);
  int64_t size = step->shape[axis], rest = size == 0 ? 0 : step->count / size;
  return sow__use_orthogonal(step, step->call.argument[0], axis == 0 ? size : rest, error);
}

sow_status sow__resolve_jax_delta_orthogonal(sow__step *step, sow_error *error) {
  bool torchs = step->call.layout == SOW_KERNEL_TORCH;
  sow_status status = sow__initializer_check_words(&step->call, error);
  if (status != SOW_OK)
    return status;
  if (step->ndim < 3 || step->ndim > 5)
    return sow__refuse_shape(step, "three, four or five dimensions", error);
  int64_t in = step->shape[torchs ? 1 : step->ndim - 2], out = step->shape[torchs ? 0 : step->ndim - 1];
  if (out < in)
    return sow__refuse_shape(step, "as many outputs as inputs, or more", error);
  if (axis_of(step->call.integer, 2) < 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "jax.delta_orthogonal: column_axis is one of the matrix's two axes, not %lld",
                     (long long)step->call.integer);
  status = sow__use_orthogonal(step, step->call.argument[0], 1, error);
  step->op = &sow__op_delta_orthogonal;
  step->p[1] = torchs;
  return status;
}
