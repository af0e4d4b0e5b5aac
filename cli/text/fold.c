#include "cli/text/fold.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "cli/text/archive_entry.h"

/*
 * A name is cut at its dots. Parts that are numbers ("0", "11"; not "007") are the positions in which the
 * names of a row may differ.
 */
#define POSITIONS 8 /* later numbers are taken as words */
#define DIGITS 9
#define HOLE 1 /* stands for a number; the names' own control characters become '?' */

typedef struct numbered {
  size_t index;
  char *key;          /* the name with its numbers as HOLE, then the type and the shape */
  size_t name_length; /* in the key */
  unsigned long numbers[POSITIONS];
  int positions;
} numbered;

static size_t part_length(const char *part) {
  return strcspn(part, ".");
}

static bool is_number(const char *part, size_t length) {
  return length > 0 && length <= DIGITS && strspn(part, "0123456789") >= length &&
         (part[0] != '0' || length == 1);
}

/* ---- keys ---- */

static bool number_name(const sow_archive *archive, size_t index, numbered *out) {
  sow_archive_entry entry = entry_of(archive, index);
  sow__buffer key = {0};
  *out = (numbered){.index = index};
  for (const char *part = entry.name;; part++) {
    size_t length = part_length(part);
    if (out->positions < POSITIONS && is_number(part, length)) {
      out->numbers[out->positions++] = strtoul(part, NULL, 10);
      sow__buffer_fill(&key, HOLE, 1);
    } else {
      for (size_t i = 0; i < length; i++)
        sow__buffer_fill(&key, sow__is_control(part[i]) ? '?' : part[i], 1);
    }
    part += length;
    if (*part == 0)
      break;
    sow__buffer_text(&key, ".");
  }
  out->name_length = key.length;
  sow__buffer_printf(&key, " %s", entry.type);
  for (int i = 0; i < entry.ndim; i++)
    sow__buffer_printf(&key, " %" PRId64, entry.shape[i]);
  return sow__buffer_take(&key, &out->key, NULL, NULL) == SOW_OK;
}

static int by_key(const void *a, const void *b) {
  const numbered *x = a, *y = b;
  int order = strcmp(x->key, y->key);
  for (int i = 0; order == 0 && i < x->positions; i++)
    order = (x->numbers[i] > y->numbers[i]) - (x->numbers[i] < y->numbers[i]);
  return order;
}

static int by_number(const void *a, const void *b) {
  unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;
  return (x > y) - (x < y);
}

static int by_index(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

/* ---- rows ---- */

/* The different numbers at one position, sorted; returns how many, 0 when memory is short. */
static size_t distinct(const numbered *items, size_t count, int position, unsigned long **out) {
  unsigned long *values = calloc(count, sizeof *values);
  if (values == NULL)
    return 0;
  for (size_t i = 0; i < count; i++)
    values[i] = items[i].numbers[position];
  qsort(values, count, sizeof *values, by_number);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || values[kept - 1] != values[i])
      values[kept++] = values[i];
  *out = values;
  return kept;
}

/* "0-3,7" */
static void add_ranges(sow__buffer *name, const unsigned long *values, size_t count) {
  for (size_t i = 0; i < count;) {
    size_t last = i;
    while (last + 1 < count && values[last + 1] == values[last] + 1)
      last++;
    sow__buffer_printf(name, "%s%lu", i == 0 ? "" : ",", values[i]);
    if (last > i)
      sow__buffer_printf(name, "%c%lu", last == i + 1 ? ',' : '-', values[last]);
    i = last + 1;
  }
}

/* NULL when memory is short. */
static char *name_of(const numbered *items, size_t count) {
  sow__buffer name = {0};
  char *text = NULL;
  int position = 0;
  for (size_t i = 0; i < items->name_length; i++) {
    if (items->key[i] != HOLE) {
      sow__buffer_fill(&name, items->key[i], 1);
      continue;
    }
    unsigned long *values;
    size_t different = distinct(items, count, position++, &values);
    if (different == 0) {
      sow__buffer_free(&name);
      return NULL;
    }
    add_ranges(&name, values, different);
    free(values);
  }
  return sow__buffer_take(&name, &text, NULL, NULL) == SOW_OK ? text : NULL;
}

static bool add_row(folds *out, const numbered *items, size_t count, size_t *members) {
  void *rows = out->rows;
  bool room = sow__reserve(&rows, &out->capacity, out->count + 1, sizeof *out->rows);
  out->rows = rows;
  char *name = room ? name_of(items, count) : NULL;
  if (name == NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    members[i] = items[i].index;
  qsort(members, count, sizeof *members, by_index);
  out->rows[out->count++] = (fold){name, members, count};
  return true;
}

/*
 * One row where the names are all combinations of the numbers at their positions, so that the row's name says
 * just which there are; otherwise a row or more for each number at the first position that varies. (None does
 * where names differ in control characters.)
 */
static bool add_rows(folds *out, const numbered *items, size_t count, size_t *members) {
  size_t combinations = 1;
  int varying = -1;
  for (int p = 0; p < items->positions && combinations <= count; p++) { /* more: one is missing */
    unsigned long *values;
    size_t different = distinct(items, count, p, &values);
    if (different == 0)
      return false;
    free(values);
    combinations *= different;
    if (different > 1 && varying < 0)
      varying = p;
  }
  if (combinations == count)
    return add_row(out, items, count, members);
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1;
         next < count && varying >= 0 && items[next].numbers[varying] == items[i].numbers[varying];)
      next++;
    if (!add_rows(out, items + i, next - i, members + i))
      return false;
  }
  return true;
}

static int by_first(const void *a, const void *b) {
  return by_index(((const fold *)a)->members, ((const fold *)b)->members);
}

static bool fold_all(folds *out, numbered *items, size_t count, bool folding) {
  if (folding)
    qsort(items, count, sizeof *items, by_key);
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1; folding && next < count && strcmp(items[next].key, items[i].key) == 0;)
      next++;
    if (!add_rows(out, items + i, next - i, out->members + i))
      return false;
  }
  if (out->count > 0)
    qsort(out->rows, out->count, sizeof *out->rows, by_first);
  return true;
}

bool folds_new(const sow_archive *archive, bool folding, folds *out) {
  size_t count = sow_archive_count(archive), named = 0;
  *out = (folds){.members = calloc(count + 1, sizeof *out->members)};
  numbered *items = calloc(count + 1, sizeof *items);
  bool done = items != NULL && out->members != NULL;
  for (; done && named < count; named++)
    done = number_name(archive, named, &items[named]);
  done = done && fold_all(out, items, count, folding);
  for (size_t i = 0; items != NULL && i < named; i++)
    free(items[i].key);
  free(items);
  return done;
}

sow_statistics fold_statistics(const fold *row, const sow_statistics *statistics) {
  sow_statistics all = statistics[row->members[0]];
  for (size_t i = 1; i < row->count; i++)
    all = sow_statistics_join(&all, &statistics[row->members[i]]);
  return all;
}

void folds_free(folds *all) {
  for (size_t i = 0; i < all->count; i++)
    free(all->rows[i].name);
  free(all->rows);
  free(all->members);
}
