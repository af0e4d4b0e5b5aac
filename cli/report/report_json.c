/* The data of a report as JSON; report/main.js reads it. Every number on the page is computed here or before.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/model/model.h"
#include "cli/report/report.h"
#include "cli/report/report_rules.h"
#include "cli/text/json_text.h"

static sow_archive_entry entry_of(const sow_archive *archive, size_t index) {
  sow_archive_entry entry = {0};
  sow_archive_get(archive, index, &entry);
  return entry;
}

static void print_key(const char *key, FILE *stream) {
  fprintf(stream, ", \"%s\": ", key);
}

static void print_number(const char *key, double value, FILE *stream) {
  print_key(key, stream);
  json_number(value, stream);
}

/* null for NULL */
static bool print_text(const char *key, const char *value, FILE *stream) {
  print_key(key, stream);
  if (value != NULL)
    return json_text(value, stream);
  fputs("null", stream);
  return true;
}

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
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  if (stream == NULL)
    return NULL;
  fputs("{\"points\": [", stream);
  for (int i = 0; i < curve->count; i++)
    fprintf(stream, "%s[%.5g,%.5g]", i == 0 ? "" : ",", curve->x[i], curve->y[i]);
  fputs("], \"marks\": [", stream);
  for (int i = 0; i < curve->mark_count; i++) {
    fputs(i == 0 ? "" : ", ", stream);
    json_number(curve->marks[i], stream);
  }
  fputs("]}", stream);
  if (fclose(stream) == 0)
    return text;
  free(text);
  return NULL;
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

static bool print_curve(const report_data *data, const sow_plan_entry *entry, curves *all, FILE *stream) {
  report_curve curve;
  size_t index;
  if (!report_curve_of(data->plan, entry, &curve))
    return false;
  if (curve.count + curve.mark_count == 0)
    return true;
  if (!curves_add(all, curve_text(&curve), &index))
    return false;
  fprintf(stream, ", \"curve\": %zu", index);
  return true;
}

static void print_curves(const curves *all, FILE *stream) {
  fputs(",\n\"curves\": [", stream);
  for (size_t i = 0; i < all->count; i++)
    fprintf(stream, "%s%s", i == 0 ? "\n" : ",\n", all->texts[i]);
  fputs(all->count == 0 ? "]" : "\n]", stream);
}

static bool print_expected(const sow_plan *plan, const sow_plan_entry *entry, FILE *stream) {
  fputs(", \"rule\": ", stream);
  bool done = json_text(entry->rule, stream);
  if (entry->kept)
    return done;
  char *line = NULL;
  size_t index = 0;
  if (!sow_plan_find(plan, entry->name, &index) || sow_plan_line(plan, index, &line, NULL) != SOW_OK)
    return false;
  done = print_text("initializer", line, stream) && done;
  free(line);
  fputs(", \"expected\": {\"mean\": ", stream);
  json_number(entry->values.mean, stream);
  print_number("std", entry->values.std, stream);
  print_number("low", entry->values.low, stream);
  print_number("high", entry->values.high, stream);
  fputc('}', stream);
  return done;
}

static bool print_tensors(const report_data *data, FILE *stream) {
  bool done = true;
  curves all = {0};
  size_t count = sow_archive_count(data->archive);
  fputs(",\n\"tensors\": [", stream);
  for (size_t i = 0; i < count; i++) {
    sow_archive_entry entry = entry_of(data->archive, i);
    sow_plan_entry planned;
    fputs(i == 0 ? "\n{" : ",\n{", stream);
    done = json_tensor(&entry, &data->statistics[i], stream) && done;
    if (report_planned(data, i, &planned)) {
      done = print_expected(data->plan, &planned, stream) && done;
      done = print_curve(data, &planned, &all, stream) && done;
    }
    fputc('}', stream);
  }
  fputs(count == 0 ? "]" : "\n]", stream);
  print_curves(&all, stream);
  curves_free(&all);
  return done;
}

/* Equal layers as one, with the statistics of all of them. */
static bool print_rows(const report_data *data, FILE *stream) {
  bool done = true;
  fputs(",\n\"rows\": [", stream);
  for (size_t i = 0; i < data->rows.count; i++) {
    const fold *row = &data->rows.rows[i];
    sow_statistics s = data->statistics[row->members[0]];
    fputs(i == 0 ? "\n{\"name\": " : ",\n{\"name\": ", stream);
    done = json_text(row->name, stream) && done;
    fputs(", \"members\": [", stream);
    for (size_t m = 0; m < row->count; m++) {
      fprintf(stream, m == 0 ? "%zu" : ", %zu", row->members[m]);
      s = m == 0 ? s : sow_statistics_join(&s, &data->statistics[row->members[m]]);
    }
    fputc(']', stream);
    if (s.measured) {
      fprintf(stream, ", \"count\": %" PRIu64 ", ", s.count);
      json_statistics(&s, stream);
    }
    fputc('}', stream);
  }
  fputs(data->rows.count == 0 ? "]" : "\n]", stream);
  return done;
}

/* ---- layers, rules, findings ---- */

static void print_layers(const report_data *data, FILE *stream) {
  fputs(",\n\"layers\": [", stream);
  for (size_t i = 0; i < data->layer_count; i++) {
    const report_layer *layer = &data->layers[i];
    fprintf(stream, "%s{\"tensor\": %zu", i == 0 ? "\n" : ",\n", layer->index);
    print_number("inputs", layer->inputs, stream);
    print_number("gain", layer->gain, stream);
    print_number("expected_gain", layer->expected, stream);
    print_number("signal", layer->signal, stream);
    if (layer->earlier != NOT_THERE) {
      fputs(", \"before\": {\"std\": ", stream);
      json_number(data->earlier_statistics[layer->earlier].std, stream);
      print_number("gain", layer->earlier_gain, stream);
      print_number("signal", layer->earlier_signal, stream);
      fputc('}', stream);
    }
    fputc('}', stream);
  }
  fputs(data->layer_count == 0 ? "]" : "\n]", stream);
}

static bool print_findings(const char *key, const findings *all, FILE *stream) {
  bool done = true;
  fprintf(stream, ",\n\"%s\": [", key);
  for (size_t i = 0; i < all->count; i++) {
    fputs(i == 0 ? "\n{\"name\": " : ",\n{\"name\": ", stream);
    done = json_text(all->items[i].name, stream) && done;
    done = print_text("text", all->items[i].text, stream) && done;
    fputc('}', stream);
  }
  fputs(all->count == 0 ? "]" : "\n]", stream);
  return done;
}

static bool print_rules(const report_data *data, FILE *stream) {
  report_rules rules;
  bool done = report_rules_new(data->plan, &rules);
  fputs(",\n\"rules\": [", stream);
  for (size_t i = 0; i < rules.count; i++) {
    fputs(i == 0 ? "\n{\"rule\": " : ",\n{\"rule\": ", stream);
    done = json_text(rules.items[i].rule, stream) && done;
    done = print_text("initializer", rules.items[i].call, stream) && done;
    fprintf(stream, ", \"calls\": %zu, \"tensors\": %zu, \"elements\": %" PRIu64 "}", rules.items[i].calls,
            rules.items[i].tensors, rules.items[i].elements);
  }
  fputs(rules.count == 0 ? "]" : "\n]", stream);
  report_rules_free(&rules);
  return done;
}

/* ---- the file ---- */

static bool print_metadata(const sow_archive *archive, FILE *stream) {
  bool done = true;
  sow_metadata one;
  fputs(",\n\"metadata\": {", stream);
  for (size_t i = 0; sow_archive_metadata(archive, i, &one); i++) {
    fputs(i == 0 ? "" : ", ", stream);
    done = json_text(one.key, stream) && done;
    fputs(": ", stream);
    done = json_text(one.value, stream) && done;
  }
  fputc('}', stream);
  return done;
}

static void print_settings(const sow_plan *plan, FILE *stream) {
  print_key("plan", stream);
  if (plan == NULL) {
    fputs("null", stream);
    return;
  }
  sow_plan_options settings = {.size = sizeof settings};
  sow_plan_settings(plan, &settings, NULL);
  fprintf(stream, "{\"seed\": \"%" PRIu64 "\", \"torch\": \"%s\", \"dtype\": \"%s\", \"cast\": \"%s\"}",
          settings.seed, sow_edition_name(settings.edition), sow_dtype_name(settings.dtype),
          sow_dtype_name(settings.cast));
}

static const char *truth(bool value) {
  return value ? "true" : "false";
}

bool report_json(const report_data *data, FILE *stream) {
  size_t files = 0;
  while (sow_archive_file(data->archive, files) != NULL)
    files++;
  fprintf(stream, "{\n\"sow\": \"%s\"", sow_version());
  bool done = print_text("path", data->path, stream);
  done = print_text("model", data->model_path, stream) && done;
  done = print_text("before", data->earlier_path, stream) && done;
  fprintf(stream, ", \"files\": %zu, \"bytes\": %" PRIu64, files, sow_archive_bytes(data->archive));
  print_settings(data->plan, stream);
  fprintf(stream, ", \"compared\": %s, \"examined\": %s, \"tests\": %zu", truth(data->seeded),
          truth(data->examined), data->examination.tests);
  print_number("error_rate", data->examination.error_rate, stream);
  bool ordered = data->model_path != NULL && !model_is_archive(data->model_path);
  fprintf(stream, ", \"normalised\": %s, \"ordered\": %s", truth(data->normalised), truth(ordered));
  done = print_metadata(data->archive, stream) && done;
  done = print_findings("warnings", data->warnings, stream) && done;
  done = print_findings("differences", &data->differences, stream) && done;
  done = print_findings("findings", &data->findings, stream) && done;
  done = print_rules(data, stream) && done;
  print_layers(data, stream);
  done = print_rows(data, stream) && done;
  done = print_tensors(data, stream) && done;
  fputs("\n}\n", stream);
  return done;
}
