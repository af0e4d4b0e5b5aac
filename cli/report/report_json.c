/* The data of a report as JSON; report/main.js reads it. Every number on the page is computed here or before.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/model/model.h"
#include "cli/report/report.h"
#include "cli/report/report_rules.h"
#include "cli/text/archive_entry.h"
#include "cli/text/tensor_json.h"

/* ---- tensors ---- */

/* Densities as JSON; equal tensors of a thousand layers have one. */
typedef struct curves {
  char **texts;
  size_t count, capacity;
} curves;

static void curves_free(curves *all) {
  for (size_t i = 0; i < all->count; i++)
    free(all->texts[i]);
  free(all->texts);
}

/* The points of a density, and the values that many elements have; NULL when memory is short. */
static char *curve_text(const report_curve *curve) {
  sow__buffer out = {0};
  char *text = NULL;
  sow__buffer_text(&out, "{\"points\": [");
  for (int i = 0; i < curve->count; i++)
    sow__buffer_printf(&out, "%s[%.5g,%.5g]", i == 0 ? "" : ",", curve->x[i], curve->y[i]);
  sow__buffer_text(&out, "], \"marks\": [");
  for (int i = 0; i < curve->mark_count; i++) {
    sow__buffer_text(&out, i == 0 ? "" : ", ");
    sow__json_number(&out, curve->marks[i]);
  }
  sow__buffer_text(&out, "]}");
  return sow__buffer_take(&out, &text, NULL, NULL) == SOW_OK ? text : NULL;
}

/* Takes over `text`, which may be NULL; false when memory is short. */
static bool curves_add(curves *all, char *text, size_t *index) {
  for (*index = 0; text != NULL && *index < all->count; ++*index)
    if (strcmp(all->texts[*index], text) == 0) {
      free(text);
      return true;
    }
  void *texts = all->texts;
  bool room = text != NULL && sow__reserve(&texts, &all->capacity, all->count + 1, sizeof *all->texts);
  all->texts = texts;
  if (!room) {
    free(text);
    return false;
  }
  all->texts[all->count++] = text;
  return true;
}

static void add_curve(sow__buffer *out, const report_data *data, const sow_plan_entry *entry, curves *all) {
  report_curve curve;
  size_t index = 0;
  bool done = report_curve_of(data->plan, entry, &curve);
  if (done && curve.count + curve.mark_count == 0)
    return;
  done = done && curves_add(all, curve_text(&curve), &index);
  sow__json_put_count(out, "curve", index);
  out->failed = out->failed || !done;
}

static void add_curves(sow__buffer *out, const curves *all) {
  sow__json_line(out, "curves");
  for (size_t i = 0; i < all->count; i++) {
    sow__json_item(out, i);
    sow__buffer_text(out, all->texts[i]);
  }
  sow__json_close_list(out, all->count);
}

static void add_expected(sow__buffer *out, const sow_plan *plan, const sow_plan_entry *entry) {
  sow__json_put_text(out, "rule", entry->rule);
  if (entry->kept)
    return;
  char *line = NULL;
  size_t index = 0;
  if (!sow_plan_find(plan, entry->name, &index) || sow_plan_line(plan, index, &line, NULL) != SOW_OK) {
    out->failed = true;
    return;
  }
  sow__json_put_text(out, "initializer", line);
  free(line);
  sow__buffer_text(out, ", \"expected\": {\"mean\": ");
  sow__json_number(out, entry->values.mean);
  sow__json_put_number(out, "std", entry->values.std);
  sow__json_put_number(out, "low", entry->values.low);
  sow__json_put_number(out, "high", entry->values.high);
  sow__buffer_text(out, "}");
}

static void add_tensors(sow__buffer *out, const report_data *data) {
  curves all = {0};
  size_t count = sow_archive_count(data->archive);
  sow__json_line(out, "tensors");
  for (size_t i = 0; i < count; i++) {
    sow_archive_entry entry = entry_of(data->archive, i);
    sow_plan_entry planned;
    sow__json_item(out, i);
    sow__buffer_text(out, "{");
    json_tensor(out, &entry, &data->statistics[i]);
    if (report_planned(data, i, &planned)) {
      add_expected(out, data->plan, &planned);
      add_curve(out, data, &planned, &all);
    }
    sow__buffer_text(out, "}");
  }
  sow__json_close_list(out, count);
  add_curves(out, &all);
  curves_free(&all);
}

/* Equal layers as one, with the statistics of all of them. */
static void add_rows(sow__buffer *out, const report_data *data) {
  sow__json_line(out, "rows");
  for (size_t i = 0; i < data->rows.count; i++) {
    const fold *row = &data->rows.rows[i];
    sow_statistics s = fold_statistics(row, data->statistics);
    sow__json_item(out, i);
    sow__buffer_text(out, "{\"name\": ");
    sow__json_string(out, row->name);
    sow__json_key(out, "members");
    for (size_t m = 0; m < row->count; m++)
      sow__buffer_printf(out, "%s%zu", m == 0 ? "[" : ", ", row->members[m]);
    sow__buffer_text(out, "]");
    if (s.measured) {
      sow__json_put_count(out, "count", s.count);
      sow__buffer_text(out, ", ");
      json_statistics(out, &s);
    }
    sow__buffer_text(out, "}");
  }
  sow__json_close_list(out, data->rows.count);
}

/* ---- layers, rules ---- */

static void add_layers(sow__buffer *out, const report_data *data) {
  sow__json_line(out, "layers");
  for (size_t i = 0; i < data->layer_count; i++) {
    const report_layer *layer = &data->layers[i];
    sow__json_item(out, i);
    sow__buffer_printf(out, "{\"tensor\": %zu", layer->index);
    sow__json_put_number(out, "inputs", layer->inputs);
    sow__json_put_number(out, "gain", layer->gain);
    sow__json_put_number(out, "expected_gain", layer->expected);
    sow__json_put_number(out, "signal", layer->signal);
    if (layer->earlier != NOT_THERE) {
      sow__buffer_text(out, ", \"before\": {\"std\": ");
      sow__json_number(out, data->earlier_statistics[layer->earlier].std);
      sow__json_put_number(out, "gain", layer->earlier_gain);
      sow__json_put_number(out, "signal", layer->earlier_signal);
      sow__buffer_text(out, "}");
    }
    sow__buffer_text(out, "}");
  }
  sow__json_close_list(out, data->layer_count);
}

static void add_rules(sow__buffer *out, const report_data *data) {
  report_rules rules;
  out->failed = !report_rules_new(data->plan, &rules) || out->failed;
  sow__json_line(out, "rules");
  for (size_t i = 0; i < rules.count; i++) {
    const report_rule *rule = &rules.items[i];
    sow__json_item(out, i);
    sow__buffer_text(out, "{\"rule\": ");
    sow__json_string(out, rule->rule);
    sow__json_put_text(out, "initializer", rule->call);
    sow__json_put_count(out, "calls", rule->calls);
    sow__json_put_count(out, "tensors", rule->tensors);
    sow__json_put_count(out, "elements", rule->elements);
    sow__buffer_text(out, "}");
  }
  sow__json_close_list(out, rules.count);
  report_rules_free(&rules);
}

/* ---- the whole ---- */

static void add_settings(sow__buffer *out, const sow_plan *plan) {
  sow__json_key(out, "plan");
  if (plan == NULL) {
    sow__buffer_text(out, "null");
    return;
  }
  sow_plan_options settings = {.size = sizeof settings};
  sow_plan_settings(plan, &settings, NULL);
  sow__buffer_printf(out, "{\"seed\": \"%" PRIu64 "\"", settings.seed); /* JavaScript has 53 bits of it */
  sow__json_put_text(out, "torch", sow_edition_name(settings.edition));
  sow__json_put_text(out, "dtype", sow_dtype_name(settings.dtype));
  sow__json_put_text(out, "cast", sow_dtype_name(settings.cast));
  sow__buffer_text(out, "}");
}

void report_json(sow__buffer *out, const report_data *data) {
  size_t files = 0;
  while (sow_archive_file(data->archive, files) != NULL)
    files++;
  sow__buffer_printf(out, "{\n  \"sow\": \"%s\"", sow_version());
  sow__json_put_text(out, "path", data->path);
  sow__json_put_text(out, "model", data->model_path);
  sow__json_put_text(out, "before", data->earlier_path);
  sow__json_put_count(out, "files", files);
  sow__json_put_count(out, "bytes", sow_archive_bytes(data->archive));
  add_settings(out, data->plan);
  sow__json_put_bool(out, "compared", data->verdict.compared);
  sow__json_put_bool(out, "examined", data->verdict.examined);
  sow__json_put_count(out, "tests", data->verdict.examination.tests);
  sow__json_put_number(out, "error_rate", data->verdict.examination.error_rate);
  sow__json_put_bool(out, "normalised", data->normalised);
  sow__json_put_bool(out, "ordered", data->model_path != NULL && !model_is_archive(data->model_path));
  json_metadata(out, data->archive);
  sow__json_line(out, "warnings");
  findings_json(out, data->warnings);
  sow__json_line(out, "differences");
  findings_json(out, &data->verdict.differences);
  sow__json_line(out, "findings");
  findings_json(out, &data->verdict.found);
  add_rules(out, data);
  add_layers(out, data);
  add_rows(out, data);
  add_tensors(out, data);
  sow__buffer_text(out, "\n}\n");
}
