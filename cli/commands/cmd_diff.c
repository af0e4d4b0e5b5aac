#include <inttypes.h>
#include <stdlib.h>

#include "cli/arguments/arguments.h"
#include "cli/model/checkpoint_open.h"
#include "cli/text/diagnostics.h"
#include "cli/text/difference_print.h"
#include "cli/text/json_text.h"
#include "cli/text/progress.h"

/* Two checkpoints, what is different between them, and how it is to be said. */
typedef struct comparison {
  const char *const *paths;
  const sow_archive *sides[2];
  const sow_difference *differences; /* of each tensor of the first */
  bool json;
  size_t equal, different, changed, only[2];
  bool failed; /* memory was short */
} comparison;

static sow_archive_entry entry_of(const sow_archive *archive, size_t index) {
  sow_archive_entry entry = {0};
  sow_archive_get(archive, index, &entry);
  return entry;
}

static size_t differing(const comparison *c) {
  return c->different + c->changed + c->only[0] + c->only[1];
}

/* ---- for people ---- */

static void print_type(const sow_archive_entry *entry) {
  type_print(entry->type, entry->dtype, entry->ndim, entry->shape, stdout);
}

static void print_name(const sow_archive_entry *entry) {
  name_print(entry->name, stdout);
  fputs(": ", stdout);
}

static void print_only(const comparison *c, int side, const sow_archive_entry *entry) {
  print_name(entry);
  print_type(entry);
  printf(" in %s only\n", c->paths[side]);
}

static void print_change(const sow_archive_entry *a, const sow_archive_entry *b) {
  print_name(a);
  print_type(a);
  fputs(" became ", stdout);
  print_type(b);
  putchar('\n');
}

static void print_different(const sow_archive_entry *entry, const sow_difference *difference) {
  static const char *const sides[2] = {"before", "after"};
  print_name(entry);
  difference_print(entry->dtype, entry->ndim, entry->shape, difference, sides, stdout);
  putchar('\n');
}

/* ---- for programs ---- */

static void json_begin(comparison *c, const char *name, const char *kind) {
  fputs(differing(c) == 1 ? "\n    {\"name\": " : ",\n    {\"name\": ", stdout);
  c->failed = !json_text(name, stdout) || c->failed;
  json_put_text("kind", kind, stdout);
}

static void json_side(const char *key, const sow_archive_entry *entry) {
  json_key(key, stdout);
  printf("{\"dtype\": \"%s\"", entry->type);
  json_put_shape(entry->ndim, entry->shape, stdout);
  putchar('}');
}

static void json_different(const sow_archive_entry *entry, const sow_difference *d) {
  int64_t place[SOW_MAX_DIMS];
  json_side("a", entry);
  json_side("b", entry);
  json_put_count("count", entry->count, stdout);
  json_put_count("differing", d->differing, stdout);
  json_key("first", stdout);
  place_of(entry->ndim, entry->shape, d->first, place);
  shape_print(entry->ndim, place, stdout);
  json_key("values", stdout);
  putchar('[');
  json_number(d->first_values[0], stdout);
  fputs(", ", stdout);
  json_number(d->first_values[1], stdout);
  putchar(']');
  json_put_number("largest", d->largest, stdout);
  json_put_count("ulps", d->ulps, stdout);
}

static void json_end(const comparison *c) {
  fputs(differing(c) > 0 ? "\n  ]" : "]", stdout);
  json_put_bool("equal", differing(c) == 0, stdout);
  fputs(",\n  \"counts\": {\"equal\": ", stdout);
  printf("%zu", c->equal);
  json_put_count("different", c->different, stdout);
  json_put_count("changed", c->changed, stdout);
  json_put_count("only_a", c->only[0], stdout);
  json_put_count("only_b", c->only[1], stdout);
  fputs("}\n}\n", stdout);
}

/* ---- the whole ---- */

static void tell_only(comparison *c, int side, const sow_archive_entry *entry) {
  c->only[side]++;
  if (!c->json) {
    print_only(c, side, entry);
    return;
  }
  json_begin(c, entry->name, side == 0 ? "only_a" : "only_b");
  json_side(side == 0 ? "a" : "b", entry);
  putchar('}');
}

static void tell_change(comparison *c, const sow_archive_entry *a, const sow_archive_entry *b, bool shape) {
  c->changed++;
  if (!c->json) {
    print_change(a, b);
    return;
  }
  json_begin(c, a->name, shape ? "shape" : "type");
  json_side("a", a);
  json_side("b", b);
  putchar('}');
}

static void tell_different(comparison *c, const sow_archive_entry *entry, const sow_difference *difference) {
  c->different++;
  if (!c->json) {
    print_different(entry, difference);
    return;
  }
  json_begin(c, entry->name, "different");
  json_different(entry, difference);
  putchar('}');
}

static void tell_one(comparison *c, size_t index) {
  const sow_difference *difference = &c->differences[index];
  sow_archive_entry mine = entry_of(c->sides[0], index), theirs;
  size_t partner = 0;
  switch (difference->kind) {
  case SOW_EQUAL:
    c->equal++;
    break;
  case SOW_ABSENT:
    tell_only(c, 0, &mine);
    break;
  case SOW_OTHER_SHAPE:
  case SOW_OTHER_TYPE:
    sow_archive_find(c->sides[1], mine.name, &partner);
    theirs = entry_of(c->sides[1], partner);
    tell_change(c, &mine, &theirs, difference->kind == SOW_OTHER_SHAPE);
    break;
  default:
    tell_different(c, &mine, difference);
  }
}

static int tell_all(comparison *c) {
  size_t found;
  progress_erase();
  if (c->json) {
    json_open("diff", stdout);
    c->failed = !json_put_text("a", c->paths[0], stdout) || !json_put_text("b", c->paths[1], stdout);
    fputs(",\n  \"tensors\": [", stdout);
  }
  for (size_t i = 0; i < sow_archive_count(c->sides[0]); i++)
    tell_one(c, i);
  for (size_t i = 0; i < sow_archive_count(c->sides[1]); i++) {
    sow_archive_entry entry = entry_of(c->sides[1], i);
    if (!sow_archive_find(c->sides[0], entry.name, &found))
      tell_only(c, 1, &entry);
  }
  if (c->json)
    json_end(c);
  else
    printf("%zu equal, %zu different, %zu of another type or shape, %zu in the first only, %zu in the second "
           "only\n",
           c->equal, c->different, c->changed, c->only[0], c->only[1]);
  if (c->failed)
    complain("out of memory");
  return c->failed ? EXIT_TROUBLE : differing(c) == 0 ? EXIT_SUCCESS : EXIT_NO;
}

int cmd_diff(const arguments *all) {
  const diff_arguments *given = &all->diff;
  sow_error error = error_new(given->quiet);
  sow_difference *differences = NULL;
  int status = EXIT_TROUBLE;
  sow_archive *a = checkpoint_open_watched(given->paths[0], given->quiet);
  sow_archive *b = a == NULL ? NULL : checkpoint_open(given->paths[1], given->quiet);
  if (b != NULL && (differences = calloc(sow_archive_count(a) + 1, sizeof *differences)) == NULL)
    complain("out of memory");
  else if (b != NULL && sow_archive_compare(a, b, given->threads, differences, &error) != SOW_OK)
    report(&error);
  else if (b != NULL)
    status = tell_all(&(comparison){given->paths, {a, b}, differences, given->format == FORMAT_JSON});
  free(differences);
  sow_archive_free(a);
  sow_archive_free(b);
  return status;
}
