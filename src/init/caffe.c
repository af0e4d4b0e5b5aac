/*
 * Caffe's fillers. Source: include/caffe/filler.hpp and src/caffe/proto/caffe.proto of BVLC/caffe 9b89154
 * (2020). A blob lies as torch's weight does, (out, in, …): fan_in is all that follows the first axis, and
 * fan_out all but the second. Caffe computes the numbers in the dtype; here they are double.
 */
#include <math.h>

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

/* ---- xavier ---- */

sow_initializer sow_caffe_xavier(sow_fan_mode variance_norm) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_CAFFE_XAVIER);
  made.mode = variance_norm;
  return made;
}

sow_status sow__resolve_caffe_xavier(sow__step *step, sow_error *error) {
  double fan = 0;
  sow_status status = fan_of(step, &fan, error);
  double bound = sqrt(3 / fan);
  return status == SOW_OK ? sow__use_uniform(step, -bound, bound, error) : status;
}
