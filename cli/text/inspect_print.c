#include "cli/text/inspect_print.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/size.h"
#include "cli/text/archive_entry.h"
#include "cli/text/diagnostics.h"
#include "cli/text/tensor_json.h"
#include "cli/text/text_table.h"

/* ---- the table ---- */

static void add_shape(text_table *table, const sow_archive_entry *entry, size_t tensors) {
  char shape[SOW__SHAPE_SIZE], times[32] = "";
  if (tensors > 1)
    snprintf(times, sizeof times, "%zu x ", tensors);
  table_add(table, "%s%s", times, sow__shape_print(entry->ndim, entry->shape, shape, sizeof shape));
}

static void add_number(text_table *table, double value) {
  if (isnan(value))
    table_add(table, "-");
  else
    table_add(table, "%.4g", value);
}

static void add_share(text_table *table, uint64_t part, uint64_t whole) {
  double share = whole == 0 ? 0 : 100 * (double)part / (double)whole;
  table_add(table, share > 0 && share < 0.005 ? "<0.01%%" : "%.2f%%", share);
}

#define BARS (SOW_HISTOGRAM_BINS / 2)

/* Bars of eight heights; what is there at all is seen. */
static void add_histogram(text_table *table, const sow_statistics *s) {
  static const char blocks[9][4] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  uint64_t bars[BARS], highest = 0;
  char text[BARS * 3 + 1] = "";
  int last = 0;
  for (int i = 0; i < BARS; i++) {
    bars[i] = (uint64_t)s->histogram[2 * i] + s->histogram[2 * i + 1];
    highest = bars[i] > highest ? bars[i] : highest;
    last = bars[i] > 0 ? i : last;
  }
  char *end = text;
  for (int i = 0; i <= last && highest > 0; i++) {
    const char *block = blocks[(bars[i] * 8 + highest - 1) / highest];
    memcpy(end, block, strlen(block) + 1);
    end += strlen(block);
  }
  table_add(table, "%s", text);
}

static void add_row(text_table *table, const sow_archive *archive, const fold *row,
                    const sow_statistics *statistics, bool digest) {
  sow_archive_entry entry = entry_of(archive, row->members[0]);
  sow_statistics s = fold_statistics(row, statistics);
  uint64_t bytes = entry.bytes * row->count;
  table_add(table, "%s", row->name);
  table_add(table, "%s", entry.type);
  add_shape(table, &entry, row->count);
  table_add(table, "%" PRIu64, s.count);
  add_share(table, bytes, sow_archive_bytes(archive));
  add_number(table, s.mean);
  add_number(table, s.std);
  add_number(table, s.min);
  add_number(table, s.max);
  if (s.measured)
    table_add(table, "%" PRIu64, s.zeros);
  else
    table_add(table, "-");
  if (s.nans + s.infinities > 0)
    table_add(table, "%" PRIu64 "/%" PRIu64, s.nans, s.infinities);
  else
    table_add(table, s.measured ? "0" : "-");
  add_histogram(table, &s);
  if (digest)
    table_add(table, "%s", row->count == 1 ? s.digest : "(--all shows them)");
}

static void print_totals(const sow_archive *archive, const sow_statistics *statistics) {
  uint64_t bytes = sow_archive_bytes(archive), elements = 0, nans = 0, infinities = 0;
  size_t count = sow_archive_count(archive), files = 0;
  for (size_t i = 0; i < count; i++) {
    elements += statistics[i].count;
    nans += statistics[i].nans;
    infinities += statistics[i].infinities;
  }
  while (sow_archive_file(archive, files) != NULL)
    files++;
  printf("%zu tensor%s, %" PRIu64 " element%s, %" PRIu64 " byte%s in %zu file%s", count, sow__plural(count),
         elements, sow__plural(elements), bytes, sow__plural(bytes), files, sow__plural(files));
  if (nans + infinities > 0)
    printf(", %" PRIu64 " NaN, %" PRIu64 " Inf", nans, infinities);
  const char *version = sow_archive_metadata_find(archive, "sow.version");
  const char *seed = sow_archive_metadata_find(archive, "sow.seed");
  if (version != NULL && seed != NULL)
    printf(", made by sow %.20s from seed %.20s", version, seed);
  putchar('\n');
}

int inspect_table(const sow_archive *archive, const folds *rows, const sow_statistics *statistics,
                  bool digest) {
  static const char *const titles[] = {"name", "dtype", "shape", "count",   "share",     "mean",  "std",
                                       "min",  "max",   "zeros", "NaN/Inf", "histogram", "sha256"};
  text_table table = {.columns = digest ? 13 : 12, .right = 0x7F8};
  for (int i = 0; i < table.columns; i++)
    table_add(&table, "%s", titles[i]);
  for (size_t i = 0; i < rows->count; i++)
    add_row(&table, archive, &rows->rows[i], statistics, digest);
  bool printed = table_print(&table, stdout);
  table_free(&table);
  if (!printed)
    return complain_memory();
  print_totals(archive, statistics);
  return EXIT_SUCCESS;
}

/* ---- JSON ---- */

int inspect_json(const sow_archive *archive, const sow_statistics *statistics) {
  sow__buffer out = {0};
  size_t count = sow_archive_count(archive);
  sow__json_open(&out, "inspect");
  sow__json_line(&out, "files");
  sow__buffer_text(&out, "[");
  for (size_t i = 0; sow_archive_file(archive, i) != NULL; i++) {
    sow__buffer_text(&out, i == 0 ? "" : ", ");
    sow__json_string(&out, sow_archive_file(archive, i));
  }
  sow__buffer_text(&out, "]");
  json_metadata(&out, archive);
  sow__json_line(&out, "bytes");
  sow__buffer_printf(&out, "%" PRIu64, sow_archive_bytes(archive));
  sow__json_line(&out, "tensors");
  for (size_t i = 0; i < count; i++) {
    sow_archive_entry entry = entry_of(archive, i);
    sow__json_item(&out, i);
    sow__buffer_text(&out, "{");
    json_tensor(&out, &entry, &statistics[i]);
    sow__buffer_text(&out, "}");
  }
  sow__json_close_list(&out, count);
  sow__buffer_text(&out, "\n}\n");
  return json_print(&out, stdout);
}
