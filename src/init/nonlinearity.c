/* The nonlinearities that calculate_gain knows, by torch's names. */
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "sow/init.h"

static const char *const names[SOW_NONLINEARITY_COUNT] = {
    [SOW_LINEAR] = "linear",
    [SOW_CONV1D] = "conv1d",
    [SOW_CONV2D] = "conv2d",
    [SOW_CONV3D] = "conv3d",
    [SOW_CONV_TRANSPOSE1D] = "conv_transpose1d",
    [SOW_CONV_TRANSPOSE2D] = "conv_transpose2d",
    [SOW_CONV_TRANSPOSE3D] = "conv_transpose3d",
    [SOW_SIGMOID] = "sigmoid",
    [SOW_TANH] = "tanh",
    [SOW_RELU] = "relu",
    [SOW_LEAKY_RELU] = "leaky_relu",
    [SOW_SELU] = "selu",
};

const char *sow_nonlinearity_name(sow_nonlinearity nonlinearity) {
  return (unsigned)nonlinearity < SOW_NONLINEARITY_COUNT ? names[nonlinearity] : "unknown";
}

sow_status sow_nonlinearity_parse(const char *name, sow_nonlinearity *nonlinearity, sow_error *error) {
  sow__nearest nearest = {.name = name};
  for (unsigned i = 0; i < SOW_NONLINEARITY_COUNT; i++) {
    if (strcmp(name, names[i]) == 0) {
      *nonlinearity = (sow_nonlinearity)i;
      return SOW_OK;
    }
    sow__nearest_offer(&nearest, names[i]);
  }
  char hint[96];
  return sow__fail(error, SOW_UNKNOWN_NAME, "unsupported nonlinearity '%.80s'%s", name,
                   sow__nearest_hint(&nearest, hint, sizeof hint));
}
