/*
 * Sources: keras/src/initializers/random_initializers.py, 3.15, and jax/_src/nn/initializers.py, 0.10. Both
 * draw truncated normals through the inverse error function, a number an element, and so does sow: it is the
 * one of its ways that needs no edition and takes a fixed number of words.
 */
#include "init/scaling.h"

#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/number.h"
#include "init/resolve.h"

/* The deviation of N(0, 1) within [-2, 2], in both frameworks' digits. */
#define TRUNCATED_DEVIATION 0.87962566103423978

sow__variance sow__variance_of(const sow_initializer *call) {
  const sow__variance *settled = &sow__initializer_rows[call->kind].variance;
  if (settled->scale != 0)
    return *settled;
  return (sow__variance){call->argument[0], call->mode, (sow_scaling)call->argument[1]};
}

double sow__variance_fan(sow_fan_mode mode, const sow__fans *fans) {
  switch (mode) {
  case SOW_FAN_IN:
    return fans->in;
  case SOW_FAN_OUT:
    return fans->out;
  case SOW_FAN_AVERAGE:
    return (fans->in + fans->out) / 2;
  default:
    return sqrt(fans->in * fans->out);
  }
}

sow_status sow__use_truncated(sow__step *step, double mean, double std, double low, double high,
                              sow_error *error) {
  const char *name = sow_initializer_name(step->call.kind);
  char text[SOW__NUMBER_SIZE];
  if (!(std > 0 && isfinite(std)))
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s needs a deviation above 0, and it is %s here; constant_ gives one value", name,
                     sow__number_print(std, text));
  if (low > 2 || high < -2)
    sow__warn(error,
              "%s: the mean is more than two deviations from the bounds; by the inverse error function the "
              "values out there are few",
              name);
  return sow__use_erfinv(step, mean, std, mean + low * std, mean + high * std, error);
}

sow_status sow__use_variance(sow__step *step, const sow__variance *scaling, double fan, sow_error *error) {
  char text[SOW__NUMBER_SIZE];
  if (!(scaling->scale > 0 && isfinite(scaling->scale)))
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s needs a scale above 0, and it is %s here",
                     sow_initializer_name(step->call.kind), sow__number_print(scaling->scale, text));
  double variance = scaling->scale / fan, bound = sqrt(3 * variance);
  switch (scaling->distribution) {
  case SOW_SCALING_UNIFORM:
    return sow__use_uniform(step, -bound, bound, error);
  case SOW_SCALING_NORMAL:
    return sow__use_normal(step, 0, sqrt(variance), error);
  default:
    return sow__use_truncated(step, 0, sqrt(variance) / TRUNCATED_DEVIATION, -2, 2, error);
  }
}

sow_status sow__axes_product(const sow__step *step, int slot, double *product, sow_error *error) {
  const sow_axes *axes = &step->call.axes[slot];
  *product = 1;
  if (axes->count < 0 || axes->count > SOW_AXES_LIMIT)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: %d axes; there may be %d",
                     sow_initializer_name(step->call.kind), axes->count, SOW_AXES_LIMIT);
  for (int i = 0; i < axes->count; i++) {
    int axis = axes->axis[i] < 0 ? axes->axis[i] + step->ndim : axes->axis[i];
    if (axis < 0 || axis >= step->ndim) {
      char wanted[32];
      snprintf(wanted, sizeof wanted, "an axis %d", axes->axis[i]);
      return sow__refuse_shape(step, wanted, error);
    }
    *product *= (double)step->shape[axis];
  }
  return SOW_OK;
}

sow_status sow__check_layout(const sow__step *step, sow_error *error) {
  if (step->call.layout == SOW_KERNEL_UNSAID || sow__initializer_has_own_axes(&step->call))
    return SOW_OK;
  return sow__fail(error, SOW_INVALID_ARGUMENT, "%s: give the axes, or the layout, not both",
                   sow_initializer_name(step->call.kind));
}
