/*
 * Keras 3's initialisers. Source: keras/src/initializers/random_initializers.py and
 * constant_initializers.py, 3.15. A kernel is (…, in, out), and fans count what its shape says, for depthwise
 * and transposed kernels too.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "init/resolve.h"
#include "init/scaling.h"
#include "op/stft.h"

/* ---- values ---- */

sow_initializer sow_keras_random_normal(double mean, double stddev) {
  return sow__with_numbers(SOW_INIT_KERAS_RANDOM_NORMAL, mean, stddev);
}

sow_initializer sow_keras_random_uniform(double minval, double maxval) {
  return sow__with_numbers(SOW_INIT_KERAS_RANDOM_UNIFORM, minval, maxval);
}

sow_initializer sow_keras_truncated_normal(double mean, double stddev) {
  return sow__with_numbers(SOW_INIT_KERAS_TRUNCATED_NORMAL, mean, stddev);
}

sow_initializer sow_keras_variance_scaling(double scale, sow_fan_mode mode, sow_scaling distribution) {
  sow_initializer made = sow__with_numbers(SOW_INIT_KERAS_VARIANCE_SCALING, scale, (double)distribution);
  made.mode = mode;
  return made;
}

sow_initializer sow_keras_glorot_uniform(void) {
  return sow__initializer_defaults(SOW_INIT_KERAS_GLOROT_UNIFORM);
}

sow_initializer sow_keras_glorot_normal(void) {
  return sow__initializer_defaults(SOW_INIT_KERAS_GLOROT_NORMAL);
}

sow_initializer sow_keras_he_uniform(void) {
  return sow__initializer_defaults(SOW_INIT_KERAS_HE_UNIFORM);
}

sow_initializer sow_keras_he_normal(void) {
  return sow__initializer_defaults(SOW_INIT_KERAS_HE_NORMAL);
}

sow_initializer sow_keras_lecun_uniform(void) {
  return sow__initializer_defaults(SOW_INIT_KERAS_LECUN_UNIFORM);
}

sow_initializer sow_keras_lecun_normal(void) {
  return sow__initializer_defaults(SOW_INIT_KERAS_LECUN_NORMAL);
}

sow_initializer sow_keras_orthogonal(double gain) {
  return sow__with_numbers(SOW_INIT_KERAS_ORTHOGONAL, gain, 0);
}

sow_initializer sow_keras_identity(double gain) {
  return sow__with_numbers(SOW_INIT_KERAS_IDENTITY, gain, 0);
}

sow_initializer sow_keras_stft(sow_stft_side side, sow_stft_window window, sow_stft_scaling scaling,
                               bool periodic) {
  sow_initializer made = sow__with_numbers(SOW_INIT_KERAS_STFT, (double)side, (double)window);
  made.argument[2] = (double)scaling;
  made.argument[3] = periodic;
  return made;
}

/* ---- scaling ---- */

/* Of all sizes but those of the two axes. */
static double receptive_field(const sow__step *step, int in, int out) {
  double field = 1;
  for (int i = 0; i < step->ndim; i++)
    field *= i == in || i == out ? 1 : (double)step->shape[i];
  return field;
}

static void fans_of_shape(const sow__step *step, sow__fans *fans) {
  bool torchs = step->call.layout == SOW_KERNEL_TORCH;
  int in = torchs ? 1 : step->ndim - 2, out = torchs ? 0 : step->ndim - 1;
  if (step->ndim < 2) {
    fans->in = fans->out = step->ndim == 1 ? (double)step->shape[0] : 1;
    return;
  }
  double field = receptive_field(step, in, out);
  fans->in = (double)step->shape[in] * field;
  fans->out = (double)step->shape[out] * field;
}

static sow_status find_fans(const sow__step *step, sow__fans *fans, sow_error *error) {
  bool given = step->call.axes[0].count >= 0;
  if (given != (step->call.axes[1].count >= 0))
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "%s: Keras ignores one of input_axes and output_axes without the other; give both",
                     sow_initializer_name(step->call.kind));
  if (!given) {
    fans_of_shape(step, fans);
    return SOW_OK;
  }
  sow_status status = sow__axes_product(step, 0, &fans->in, error);
  return status == SOW_OK ? sow__axes_product(step, 1, &fans->out, error) : status;
}

/* "normal" is the truncated one; it stands behind those of sow_scaling. */
#define NORMAL_IN_KERAS ((sow_scaling)(SOW_SCALING_UNIFORM + 1))

sow_status sow__resolve_keras_scaling(sow__step *step, sow_error *error) {
  sow__fans fans = {1, 1};
  sow_status status = sow__initializer_check_words(&step->call, error);
  if (status == SOW_OK)
    status = sow__check_layout(step, error);
  if (status == SOW_OK)
    status = find_fans(step, &fans, error);
  if (status != SOW_OK)
    return status;
  sow__variance scaling = sow__variance_of(&step->call);
  if (scaling.distribution == NORMAL_IN_KERAS)
    scaling.distribution = SOW_SCALING_TRUNCATED_NORMAL;
  return sow__use_variance(step, &scaling, fmax(1, sow__variance_fan(scaling.mode, &fans)), error);
}

/* ---- the others ---- */

sow_status sow__resolve_keras_truncated_normal(sow__step *step, sow_error *error) {
  return sow__use_truncated(step, step->call.argument[0], step->call.argument[1], -2, 2, error);
}

sow_status sow__resolve_keras_orthogonal(sow__step *step, sow_error *error) {
  sow_status status = sow__initializer_check_words(&step->call, error);
  if (status != SOW_OK)
    return status;
  if (step->ndim < 2)
    return sow__refuse_shape(step, "two dimensions or more", error);
  int64_t outputs = step->shape[0], columns = step->shape[step->ndim - 1];
  int64_t rows = columns == 0 ? 0 : step->count / columns;
  return sow__use_orthogonal(step, step->call.argument[0],
                             step->call.layout == SOW_KERNEL_TORCH ? outputs : rows, error);
}

sow_status sow__resolve_keras_identity(sow__step *step, sow_error *error) {
  if (step->ndim != 2)
    return sow__refuse_shape(step, "two dimensions", error);
  sow_status status = sow__use_constant(step, step->call.argument[0], error);
  if (status == SOW_OK)
    step->op = &sow__op_eye;
  return status;
}

sow_status sow__resolve_keras_stft(sow__step *step, sow_error *error) {
  const double *argument = step->call.argument;
  sow_status status = sow__initializer_check_words(&step->call, error);
  if (status != SOW_OK)
    return status;
  if (!sow_dtype_is_float(step->dtype))
    return sow__refuse_dtype(step, "; give a floating-point tensor", error);
  if (step->ndim != 3 || step->shape[1] != 1 || step->shape[2] < 2)
    return sow__refuse_shape(step, "(length, 1, bins) with two bins or more", error);
  memcpy(step->p, argument, sizeof step->p);
  step->p[2] = sow__stft_divisor((sow_stft_window)argument[1], (sow_stft_scaling)argument[2],
                                 argument[3] != 0, (uint64_t)step->shape[0]);
  if (!(step->p[2] > 1e-9) && step->count > 0)
    return sow__refuse_shape(step, "a longer window, for this one's sum is 0", error);
  step->op = &sow__op_stft;
  return SOW_OK;
}
