/*
 * Caffe's fillers. Source: include/caffe/filler.hpp and src/caffe/proto/caffe.proto of BVLC/caffe 9b89154
 * (2020). A blob lies as torch's weight does, (out, in, …): fan_in is all that follows the first axis, and
 * fan_out all but the second. Caffe computes the numbers in the dtype; here they are double.
 */
#include <math.h>

#include "base/error.h"
#include "init/resolve.h"

/* variance_norm's n, by which a variance is divided. */
static sow_status fan_of(const sow__step *step, double *fan, sow_error *error) {
  sow_status status = sow__initializer_check_words(&step->call, error);
  if (status != SOW_OK)
    return status;
  if (step->ndim == 0 || step->count == 0)
    return sow__refuse_shape(step, "one dimension or more, and no size of 0", error);
  double fan_in = (double)(step->count / step->shape[0]);
  double fan_out = (double)(step->ndim > 1 ? step->count / step->shape[1] : step->count);
  *fan = step->call.mode == SOW_FAN_IN    ? fan_in
         : step->call.mode == SOW_FAN_OUT ? fan_out
                                          : (fan_in + fan_out) / 2;
  return SOW_OK;
}

/* ---- values ---- */

static sow_initializer with_norm(sow_initializer_kind kind, sow_fan_mode variance_norm) {
  sow_initializer made = sow__initializer_defaults(kind);
  made.mode = variance_norm;
  return made;
}

sow_initializer sow_caffe_constant(double value) {
  return sow__with_numbers(SOW_INIT_CAFFE_CONSTANT, value, 0);
}

sow_initializer sow_caffe_uniform(double min, double max) {
  return sow__with_numbers(SOW_INIT_CAFFE_UNIFORM, min, max);
}

sow_initializer sow_caffe_gaussian(double mean, double std, int64_t sparse) {
  sow_initializer made = sow__with_numbers(SOW_INIT_CAFFE_GAUSSIAN, mean, std);
  made.integer = sparse;
  return made;
}

sow_initializer sow_caffe_xavier(sow_fan_mode variance_norm) {
  return with_norm(SOW_INIT_CAFFE_XAVIER, variance_norm);
}

sow_initializer sow_caffe_msra(sow_fan_mode variance_norm) {
  return with_norm(SOW_INIT_CAFFE_MSRA, variance_norm);
}

sow_initializer sow_caffe_bilinear(void) {
  return sow__initializer_defaults(SOW_INIT_CAFFE_BILINEAR);
}

sow_initializer sow_caffe_positive_unitball(void) {
  return sow__initializer_defaults(SOW_INIT_CAFFE_POSITIVE_UNITBALL);
}

/* ---- checks ---- */

sow_status sow__resolve_caffe_constant(sow__step *step, sow_error *error) {
  return sow__use_constant(step, step->call.argument[0], error);
}

sow_status sow__resolve_caffe_uniform(sow__step *step, sow_error *error) {
  return sow__use_uniform(step, step->call.argument[0], step->call.argument[1], error);
}

/* Caffe asks for a deviation above 0, and for a probability. */
sow_status sow__resolve_caffe_gaussian(sow__step *step, sow_error *error) {
  int64_t sparse = step->call.integer;
  double mean = step->call.argument[0], std = step->call.argument[1];
  if (std == 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "caffe.gaussian needs a deviation above 0; caffe.constant gives one value");
  if (sparse < -1)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "caffe.gaussian: sparse is -1 for none, or 0 or more");
  sow_status status = sow__use_normal(step, mean, std, error);
  if (status != SOW_OK || sparse == -1)
    return status;
  if (step->ndim == 0 || sparse > step->shape[0])
    return sow__refuse_shape(step, "a size 0 of sparse or more, for sparse/size(0) is a probability", error);
  step->op = &sow__op_sparse_gaussian;
  step->p[2] = step->shape[0] == 0 ? 0 : (double)sparse / (double)step->shape[0];
  return SOW_OK;
}

sow_status sow__resolve_caffe_xavier(sow__step *step, sow_error *error) {
  double fan = 0;
  sow_status status = fan_of(step, &fan, error);
  double bound = sqrt(3 / fan);
  return status == SOW_OK ? sow__use_uniform(step, -bound, bound, error) : status;
}

sow_status sow__resolve_caffe_msra(sow__step *step, sow_error *error) {
  double fan = 0;
  sow_status status = fan_of(step, &fan, error);
  return status == SOW_OK ? sow__use_normal(step, 0, sqrt(2 / fan), error) : status;
}

sow_status sow__resolve_caffe_bilinear(sow__step *step, sow_error *error) {
  if (!sow_dtype_is_float(step->dtype))
    return sow__refuse_dtype(step, "; give a floating-point tensor", error);
  if (step->ndim != 4 || step->shape[2] != step->shape[3])
    return sow__refuse_shape(step, "four dimensions, of which the last two are equal", error);
  step->op = &sow__op_bilinear;
  return SOW_OK;
}

sow_status sow__resolve_caffe_positive_unitball(sow__step *step, sow_error *error) {
  if (!sow_dtype_is_float(step->dtype))
    return sow__refuse_dtype(step, "; give a floating-point tensor", error);
  if (step->ndim == 0)
    return sow__refuse_shape(step, "one dimension or more", error);
  step->op = &sow__op_unitball;
  return SOW_OK;
}
