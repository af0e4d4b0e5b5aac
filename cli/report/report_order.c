/* The order in which a report shows tensors: the model's, or that of names with their numbers as numbers. */
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/text/archive_entry.h"

static size_t planned_at(const report_data *data, const char *name) {
  size_t at;
  return data->plan != NULL && sow_plan_find(data->plan, name, &at) ? at : NOT_THERE;
}

/* Files are sorted by name, with layer 10 before layer 2. */
static int by_depth(const void *a, const void *b, void *context) {
  const report_data *data = context;
  sow_archive_entry x = entry_of(data->archive, *(const size_t *)a);
  sow_archive_entry y = entry_of(data->archive, *(const size_t *)b);
  size_t i = planned_at(data, x.name), j = planned_at(data, y.name);
  return i != j ? (i > j) - (i < j) : strverscmp(x.name, y.name);
}

static int by_rank(const void *a, const void *b, void *context) {
  const report_data *data = context;
  size_t i = data->rank[*(const size_t *)a], j = data->rank[*(const size_t *)b];
  return (i > j) - (i < j);
}

static int by_first(const void *a, const void *b, void *context) {
  const fold *x = a, *y = b;
  return by_rank(x->members, y->members, context);
}

bool report_order(report_data *data) {
  size_t count = sow_archive_count(data->archive);
  data->order = calloc(count + 1, sizeof *data->order);
  data->rank = calloc(count + 1, sizeof *data->rank);
  if (data->order == NULL || data->rank == NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    data->order[i] = i;
  qsort_r(data->order, count, sizeof *data->order, by_depth, data);
  for (size_t i = 0; i < count; i++)
    data->rank[data->order[i]] = i;
  for (size_t i = 0; i < data->rows.count; i++) {
    const fold *row = &data->rows.rows[i];
    qsort_r(data->rows.members + (row->members - data->rows.members), row->count, sizeof *row->members,
            by_rank, data);
  }
  if (data->rows.count > 0)
    qsort_r(data->rows.rows, data->rows.count, sizeof *data->rows.rows, by_first, data);
  return true;
}
