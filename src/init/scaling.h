/* variance_scaling, of which Keras' and JAX's glorot, he and lecun are cases. */
#ifndef SOW_INIT_SCALING_H
#define SOW_INIT_SCALING_H

#include "init/initializer.h"

typedef struct sow__fans {
  double in, out;
} sow__fans;

/* Scale, mode and distribution: the row's, or the call's where the row leaves them open. */
sow__variance sow__variance_of(const sow_initializer *call);

/* The fan that the mode names. */
double sow__variance_fan(sow_fan_mode mode, const sow__fans *fans);

/* Draws with the deviation sqrt(scale/fan), 0 around. */
sow_status sow__use_variance(sow__step *step, const sow__variance *scaling, double fan, sow_error *error);

/* mean + std*z, z from N(0, 1) within [low, high]. */
sow_status sow__use_truncated(sow__step *step, double mean, double std, double low, double high,
                              sow_error *error);

/* The product of the sizes of the call's axes[slot]. SOW_SHAPE where the tensor has no such axis. */
sow_status sow__axes_product(const sow__step *step, int slot, double *product, sow_error *error);

/* SOW_INVALID_ARGUMENT where both the axes and the layout say which are in and out. */
sow_status sow__check_layout(const sow__step *step, sow_error *error);

#endif
