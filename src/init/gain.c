/* torch.nn.init.calculate_gain. */
#include <math.h>

#include "sow/init.h"

/*
 * Python's s**2 is libm's pow, which differs from s*s in the last bit for one s in a thousand; the exponent
 * is hidden so that the compiler does not turn the call into s*s.
 */
static double square_as_python(double s) {
  volatile double two = 2;
  return pow(s, two);
}

double sow_calculate_gain(sow_nonlinearity nonlinearity, const double *param) {
  switch (nonlinearity) {
  case SOW_TANH:
    return 5.0 / 3;
  case SOW_RELU:
    return sqrt(2.0);
  case SOW_LEAKY_RELU:
    return sqrt(2.0 / (1 + square_as_python(param != NULL ? *param : 0.01)));
  case SOW_SELU:
    return 3.0 / 4;
  default:
    return 1;
  }
}
