/* The layers of a checkpoint by depth, and what each does to the size of a signal. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/text/archive_entry.h"

bool report_planned(const report_data *data, size_t index, sow_plan_entry *out) {
  sow_archive_entry entry = entry_of(data->archive, index);
  size_t at;
  if (data->plan == NULL || !sow_plan_find(data->plan, entry.name, &at))
    return false;
  sow_plan_get(data->plan, at, out);
  return out->ndim == entry.ndim &&
         memcmp(out->shape, entry.shape, (size_t)entry.ndim * sizeof *entry.shape) == 0;
}

static void add_layer(report_data *data, size_t index, double inputs, double expected_std) {
  const sow_statistics *s = &data->statistics[index];
  sow_archive_entry entry = entry_of(data->archive, index);
  bool floating = sow_dtype_is_float(entry.dtype);
  if (!s->measured || !floating || !(inputs > 0))
    return;
  data->layers[data->layer_count++] = (report_layer){
      .index = index,
      .inputs = inputs,
      .gain = s->std * sqrt(inputs),
      .expected = expected_std * sqrt(inputs),
      .earlier = NOT_THERE,
  };
}

static void take_planned(report_data *data) {
  sow_plan_entry entry;
  size_t index;
  for (size_t i = 0; sow_plan_get(data->plan, i, &entry); i++)
    if (entry.tied_to == NULL && sow_archive_find(data->archive, entry.name, &index) &&
        report_planned(data, index, &entry))
      add_layer(data, index, entry.inputs, entry.values.std);
}

static void take_stored(report_data *data) {
  for (size_t i = 0; i < sow_archive_count(data->archive); i++) {
    sow_archive_entry entry = entry_of(data->archive, data->order[i]);
    double inputs = entry.ndim >= 2 ? 1 : 0;
    for (int d = 1; d < entry.ndim; d++)
      inputs *= (double)entry.shape[d];
    add_layer(data, data->order[i], inputs, (double)NAN);
  }
}

/* ---- the checkpoint before ---- */

static void find_earlier(const report_data *data, report_layer *layer) {
  sow_archive_entry entry = entry_of(data->archive, layer->index);
  size_t partner;
  if (data->earlier == NULL || !sow_archive_find(data->earlier, entry.name, &partner))
    return;
  sow_archive_entry twin = entry_of(data->earlier, partner);
  if (twin.ndim == entry.ndim && data->earlier_statistics[partner].measured &&
      memcmp(twin.shape, entry.shape, (size_t)entry.ndim * sizeof *entry.shape) == 0) {
    layer->earlier = partner;
    layer->earlier_gain = data->earlier_statistics[partner].std * sqrt(layer->inputs);
  }
}

/* ---- the whole ---- */

/* Vectors named weight belong to norms, save for the odd PReLU. */
static bool is_norm(const sow_archive_entry *entry) {
  const char *dot = strrchr(entry->name, '.');
  return entry->ndim == 1 && entry->count > 1 && dot != NULL && strcmp(dot, ".weight") == 0;
}

/* fraction*2^exponent: a product over hundreds of layers can leave what a double holds, and come back. */
typedef struct product {
  double fraction;
  long exponent;
} product;

/* Multiplies by what ReLU leaves of a signal after a layer of this gain, and returns the whole. */
static double pass(product *signal, double gain) {
  int exponent = 0;
  signal->fraction = frexp(signal->fraction * (gain / sqrt(2.0)), &exponent);
  if (isfinite(signal->fraction))
    signal->exponent += exponent;
  double value = scalbln(signal->fraction, signal->exponent);
  return isfinite(signal->fraction) ? fmin(value, DBL_MAX) : value;
}

static void follow_signal(report_data *data) {
  product signal = {1, 0}, earlier = {1, 0};
  for (size_t i = 0; i < data->layer_count; i++) {
    report_layer *layer = &data->layers[i];
    layer->signal = pass(&signal, layer->gain);
    find_earlier(data, layer);
    if (layer->earlier != NOT_THERE)
      layer->earlier_signal = pass(&earlier, layer->earlier_gain);
  }
}

bool report_layers(report_data *data) {
  sow_archive_entry entry;
  data->layers = calloc(sow_archive_count(data->archive) + 1, sizeof *data->layers);
  if (data->layers == NULL)
    return false;
  if (data->plan != NULL)
    take_planned(data);
  else
    take_stored(data);
  follow_signal(data);
  for (size_t i = 0; sow_archive_get(data->archive, i, &entry); i++)
    data->normalised = data->normalised || is_norm(&entry);
  return true;
}
