#include "signals.h"

#include <math.h>
#include <stdlib.h>

/* Of `count` values that lie `stride` apart. */
static double variance(const float *values, size_t count, size_t stride) {
  double sum = 0;
  double squares = 0;
  for (size_t i = 0; i < count; i++)
    sum += values[i * stride];
  double mean = sum / (double)count;
  for (size_t i = 0; i < count; i++)
    squares += (values[i * stride] - mean) * (values[i * stride] - mean);
  return squares / (double)count;
}

static sow_status deviation(network *net, int index, network_part part, double *all, double *across,
                            int batch, sow_error *error) {
  size_t count = network_count(net, index, part);
  if (count == 0)
    return SOW_OK;
  float *values = malloc(count * sizeof *values);
  if (values == NULL)
    return fault(error, SOW_NO_MEMORY, "no memory to measure a layer");
  sow_status status = network_read(net, index, part, values, error);
  if (status == SOW_OK)
    *all = sqrt(variance(values, count, 1));
  if (status == SOW_OK && across != NULL) {
    size_t outputs = count / (size_t)batch;
    double sum = 0;
    for (size_t i = 0; i < outputs; i++)
      sum += variance(values + i, (size_t)batch, outputs);
    *across = sqrt(sum / (double)outputs);
  }
  free(values);
  return status;
}

sow_status signals_measure(network *net, int index, int batch, signals *measured, sow_error *error) {
  signals s = {0};
  sow_status status = deviation(net, index, NETWORK_WEIGHT, &s.weight, NULL, batch, error);
  if (status == SOW_OK)
    status = deviation(net, index, NETWORK_OUTPUT, &s.output, &s.across, batch, error);
  if (status == SOW_OK)
    status = deviation(net, index, NETWORK_OUTPUT_GRADIENT, &s.gradient, NULL, batch, error);
  if (status == SOW_OK)
    status = deviation(net, index, NETWORK_WEIGHT_GRADIENT, &s.weight_gradient, NULL, batch, error);
  if (status == SOW_OK)
    *measured = s;
  return status;
}
