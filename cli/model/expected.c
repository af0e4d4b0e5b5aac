#include "cli/model/expected.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/number.h"
#include "cli/model/input.h"
#include "cli/text/diagnostics.h"
#include "cli/text/difference_print.h"

#define LIST_LIMIT ((size_t)64 << 20)
#define SHOWN 20 /* of each kind of difference */

typedef struct wanted {
  const char *name;
  int ndim; /* -1: only the name is known */
  int64_t *shape;
  bool met;
} wanted;

typedef struct wanted_list {
  wanted *items;
  size_t count, capacity;
  sow__arena texts; /* names and shapes */
  bool failed;      /* memory was short */
} wanted_list;

static size_t limit_of_list(const char *bytes, size_t length) {
  (void)bytes, (void)length;
  return LIST_LIMIT;
}

static void add(wanted_list *list, const char *name, size_t length, int ndim, const int64_t *shape) {
  void *items = list->items;
  bool room = sow__reserve(&items, &list->capacity, list->count + 1, sizeof *list->items);
  list->items = items;
  wanted one = {.name = sow__arena_copy(&list->texts, name, length), .ndim = ndim};
  one.shape = sow__arena_alloc(&list->texts, ((size_t)(ndim > 0 ? ndim : 0) + 1) * sizeof *one.shape);
  if (!room || one.name == NULL || one.shape == NULL) {
    list->failed = true;
    return;
  }
  for (int i = 0; i < ndim; i++)
    one.shape[i] = shape[i];
  list->items[list->count++] = one;
}

static void list_free(wanted_list *list) {
  sow__arena_free(&list->texts);
  free(list->items);
}

/* ---- what a file asks for ---- */

static int read_archive(const model_arguments *given, const char *path, wanted_list *list) {
  sow_error error = error_new(given->quiet);
  sow_archive *archive = NULL;
  if (sow_archive_open(path, &archive, &error) != SOW_OK)
    return report(&error);
  sow_archive_entry entry;
  for (size_t i = 0; sow_archive_get(archive, i, &entry); i++)
    add(list, entry.name, strlen(entry.name), entry.ndim, entry.shape);
  sow_archive_free(archive);
  return EXIT_SUCCESS;
}

static void add_parameter(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                          void *context) {
  (void)owner, (void)own_name;
  add(context, parameter->name, strlen(parameter->name), parameter->ndim, parameter->shape);
}

static int read_shapes(const model_arguments *given, const text *source, wanted_list *list) {
  sow_error error = error_new(given->quiet);
  sow_module *module = NULL;
  sow_dtype dtype;
  if (sow_module_parse_shapes(source->bytes, source->length, source->source, &module, &dtype, &error) !=
          SOW_OK ||
      sow_module_named_parameters(module, add_parameter, list, &error) != SOW_OK) {
    sow_module_free(module);
    return report(&error);
  }
  sow_module_free(module);
  return EXIT_SUCCESS;
}

/* "odict_keys(['a.weight', 'a.bias'])" and its kin: all that is in quotes. False where nothing is. */
static bool read_quoted(const text *source, wanted_list *list) {
  const char *at = source->bytes, *end = at + source->length;
  bool any = false;
  while (at < end) {
    const char *close = *at == '\'' || *at == '"' ? memchr(at + 1, *at, (size_t)(end - at) - 1) : NULL;
    if (close == NULL) {
      at++;
      continue;
    }
    add(list, at + 1, (size_t)(close - at) - 1, -1, NULL);
    any = true;
    at = close + 1;
  }
  return any;
}

/* A name a line, with '#' before comments. */
static void read_lines(const text *source, wanted_list *list) {
  const char *at = source->bytes, *end = at + source->length;
  while (at < end) {
    const char *line = memchr(at, '\n', (size_t)(end - at));
    line = line == NULL ? end : line;
    while (at < line && sow__is_any(*at, " \t\r"))
      at++;
    size_t length = 0;
    while (at + length < line && !sow__is_any(at[length], " \t\r#"))
      length++;
    if (length > 0)
      add(list, at, length, -1, NULL);
    at = line + 1;
  }
}

static int read_wanted(const model_arguments *given, const char *path, wanted_list *list) {
  if (model_is_archive(path))
    return read_archive(given, path, list);
  text source = {0};
  if (!text_read(path, limit_of_list, &source))
    return EXIT_TROUBLE;
  int status = EXIT_SUCCESS;
  if (sow_shapes_recognize(source.bytes, source.length))
    status = read_shapes(given, &source, list);
  else if (!read_quoted(&source, list))
    read_lines(&source, list);
  free(source.bytes);
  return status;
}

/* ---- the difference ---- */

static int by_name(const void *a, const void *b) {
  return strcmp(((const wanted *)a)->name, ((const wanted *)b)->name);
}

/* Sorted, each name once. */
static void settle(wanted_list *list) {
  size_t kept = 0;
  if (list->count > 0)
    qsort(list->items, list->count, sizeof *list->items, by_name);
  for (size_t i = 0; i < list->count; i++)
    if (kept == 0 || strcmp(list->items[kept - 1].name, list->items[i].name) != 0)
      list->items[kept++] = list->items[i];
  list->count = kept;
}

/* named_parameters() does not list what norms count. */
static bool is_statistic(const char *name) {
  static const char *const ends[] = {"running_mean", "running_var", "num_batches_tracked"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (sow__text_ends(name, ends[i]))
      return true;
  return false;
}

static bool has_statistics(const wanted_list *list) {
  for (size_t i = 0; i < list->count; i++)
    if (is_statistic(list->items[i].name))
      return true;
  return false;
}

static bool same_shape(const wanted *one, const sow_plan_entry *entry) {
  bool same = one->ndim < 0 || one->ndim == entry->ndim;
  for (int i = 0; same && i < one->ndim; i++)
    same = one->shape[i] == entry->shape[i];
  return same;
}

/* One line of the difference, of the first ones of its kind. */
static void show(bool told, size_t count, const char *what, const char *name, int ndim, const int64_t *shape,
                 const wanted *instead) {
  if (!told || count > SHOWN)
    return;
  fprintf(stderr, "  %s ", what);
  name_print(name, stderr);
  if (ndim >= 0) {
    fputc(' ', stderr);
    shape_print(ndim, shape, stderr);
  }
  if (instead != NULL) {
    fputs(", expected ", stderr);
    shape_print(instead->ndim, instead->shape, stderr);
  }
  fputc('\n', stderr);
}

typedef struct tally {
  size_t missing, surplus, reshaped;
} tally;

/* Counts the differences and, where `told`, shows them. Of a tie a checkpoint has the first name only. */
static tally compare(const model *one, wanted_list *list, bool told) {
  tally found = {0};
  bool statistics = has_statistics(list);
  sow_plan_entry entry;
  for (size_t i = 0; sow_plan_get(one->plan, i, &entry); i++) {
    const wanted key = {.name = entry.name};
    wanted *hit = list->count == 0 ? NULL : bsearch(&key, list->items, list->count, sizeof key, by_name);
    if (hit != NULL)
      hit->met = true;
    if (hit == NULL && entry.tied_to == NULL && (statistics || !is_statistic(entry.name)))
      show(told, ++found.surplus, "not expected:", entry.name, entry.ndim, entry.shape, NULL);
    else if (hit != NULL && !same_shape(hit, &entry))
      show(told, ++found.reshaped, "other shape:", entry.name, entry.ndim, entry.shape, hit);
  }
  for (size_t i = 0; i < list->count; i++) {
    const wanted *item = &list->items[i];
    if (!item->met)
      show(told, ++found.missing, "missing:", item->name, item->ndim, item->shape, NULL);
  }
  return found;
}

static const char *are(size_t count) {
  return count == 1 ? "is" : "are";
}

static int check_names(const model_arguments *given, const model *one, const char *path) {
  wanted_list list = {0};
  int status = read_wanted(given, path, &list);
  if (status == EXIT_SUCCESS && list.failed)
    status = complain_memory();
  if (status == EXIT_SUCCESS) {
    settle(&list);
    tally found = compare(one, &list, false);
    if (found.missing + found.surplus + found.reshaped > 0) {
      complain(
          "--expect %s: of its %zu tensor%s %zu %s missing and %zu %s another shape; %zu %s not expected",
          path, list.count, sow__plural(list.count), found.missing, are(found.missing), found.reshaped,
          found.reshaped == 1 ? "has" : "have", found.surplus, are(found.surplus));
      compare(one, &list, true);
      status = EXIT_TROUBLE;
    }
  }
  list_free(&list);
  return status;
}

/* "25557032", "25,557,032" or "25_557_032"; false for anything else. */
static bool read_number(const char *value, uint64_t *number) {
  *number = 0;
  if (*value < '0' || *value > '9')
    return false;
  for (; *value != 0; value++) {
    if ((*value == ',' || *value == '_') && value[1] != 0)
      continue;
    if (*value < '0' || *value > '9' || *number > (UINT64_MAX - 9) / 10)
      return false;
    *number = *number * 10 + (uint64_t)(*value - '0');
  }
  return true;
}

int expect_check(const model_arguments *given, const model *one) {
  const char *value = given->expect;
  uint64_t number;
  if (value == NULL)
    return EXIT_SUCCESS;
  if (!read_number(value, &number))
    return check_names(given, one, value);
  if (number == one->parameters)
    return EXIT_SUCCESS;
  bool fewer = one->parameters < number;
  complain("--expect %s: the model has %" PRIu64 " parameter%s, %" PRIu64
           " %s (sow plan MODEL lists its tensors)",
           value, one->parameters, sow__plural(one->parameters),
           fewer ? number - one->parameters : one->parameters - number, fewer ? "too few" : "too many");
  return EXIT_TROUBLE;
}
