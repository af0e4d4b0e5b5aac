/* The methods of a tensor that are no functions of torch.nn.init: copy_, mul_ and their kin, norm_. */
#include "base/error.h"
#include "init/initializer.h"

sow_status sow__resolve_copy(sow__step *step, sow_error *error) {
  (void)error;
  step->op = &sow__op_copy;
  return SOW_OK;
}

static sow_status need_float(const sow__step *step, sow_error *error) {
  if (sow_dtype_is_float(step->dtype))
    return SOW_OK;
  return sow__fail(error, SOW_DTYPE, "%s is for floating-point tensors here, and this one is %s",
                   sow_initializer_name(step->call.kind), sow_dtype_name(step->dtype));
}

_Static_assert(SOW_INIT_ERFINV - SOW_INIT_MUL == SOW__ERFINV - SOW__MUL, "both in one order");

sow_status sow__resolve_elementwise(sow__step *step, sow_error *error) {
  step->op = &sow__op_elementwise[step->call.kind - SOW_INIT_MUL];
  step->p[0] = step->call.argument[0];
  step->p[1] = step->call.argument[1];
  return need_float(step, error);
}

sow_status sow__resolve_norm(sow__step *step, sow_error *error) {
  step->op = &sow__op_norm;
  step->p[0] = (double)step->call.integer;
  return need_float(step, error);
}
