#include <inttypes.h>
#include <stdlib.h>

#include "cli/arguments/arguments.h"
#include "cli/model/checkpoint_open.h"
#include "cli/text/archive_entry.h"
#include "cli/text/diagnostics.h"
#include "cli/text/difference_print.h"
#include "cli/text/progress.h"
#include "cli/text/tensor_json.h"

/* Two checkpoints, what is different between them, and how it is to be said. */
typedef struct comparison {
  const char *const *paths;
  const sow_archive *sides[2];
  const sow_difference *differences; /* of each tensor of the first */
  bool json;
  size_t equal, different, changed, only[2];
  sow__buffer out; /* the document */
} comparison;

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
  sow__json_item(&c->out, differing(c) - 1);
  sow__buffer_text(&c->out, "{\"name\": ");
  sow__json_string(&c->out, name);
  sow__json_put_text(&c->out, "kind", kind);
}

static void json_side(comparison *c, const char *key, const sow_archive_entry *entry) {
  sow__json_key(&c->out, key);
  sow__buffer_printf(&c->out, "{\"dtype\": \"%s\"", entry->type);
  sow__json_put_shape(&c->out, "shape", entry->ndim, entry->shape);
  sow__buffer_text(&c->out, "}");
}

static void json_different(comparison *c, const sow_archive_entry *entry, const sow_difference *d) {
  int64_t place[SOW_MAX_DIMS];
  json_side(c, "a", entry);
  json_side(c, "b", entry);
  sow__json_put_count(&c->out, "count", entry->count);
  sow__json_put_count(&c->out, "differing", d->differing);
  place_of(entry->ndim, entry->shape, d->first, place);
  sow__json_put_shape(&c->out, "first", entry->ndim, place);
  sow__json_key(&c->out, "values");
  sow__buffer_text(&c->out, "[");
  sow__json_number(&c->out, d->first_values[0]);
  sow__buffer_text(&c->out, ", ");
  sow__json_number(&c->out, d->first_values[1]);
  sow__buffer_text(&c->out, "]");
  sow__json_put_number(&c->out, "largest", d->largest);
  sow__json_put_count(&c->out, "ulps", d->ulps);
}

static void json_end(comparison *c) {
  sow__json_close_list(&c->out, differing(c));
  sow__json_put_bool(&c->out, "equal", differing(c) == 0);
  sow__json_line(&c->out, "counts");
  sow__buffer_printf(&c->out, "{\"equal\": %zu", c->equal);
  sow__json_put_count(&c->out, "different", c->different);
  sow__json_put_count(&c->out, "changed", c->changed);
  sow__json_put_count(&c->out, "only_a", c->only[0]);
  sow__json_put_count(&c->out, "only_b", c->only[1]);
  sow__buffer_text(&c->out, "}\n}\n");
}

/* ---- the whole ---- */

static void tell_only(comparison *c, int side, const sow_archive_entry *entry) {
  c->only[side]++;
  if (!c->json) {
    print_only(c, side, entry);
    return;
  }
  json_begin(c, entry->name, side == 0 ? "only_a" : "only_b");
  json_side(c, side == 0 ? "a" : "b", entry);
  sow__buffer_text(&c->out, "}");
}

static void tell_change(comparison *c, const sow_archive_entry *a, const sow_archive_entry *b, bool shape) {
  c->changed++;
  if (!c->json) {
    print_change(a, b);
    return;
  }
  json_begin(c, a->name, shape ? "shape" : "type");
  json_side(c, "a", a);
  json_side(c, "b", b);
  sow__buffer_text(&c->out, "}");
}

static void tell_different(comparison *c, const sow_archive_entry *entry, const sow_difference *difference) {
  c->different++;
  if (!c->json) {
    print_different(entry, difference);
    return;
  }
  json_begin(c, entry->name, "different");
  json_different(c, entry, difference);
  sow__buffer_text(&c->out, "}");
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
    sow__json_open(&c->out, "diff");
    sow__json_put_text(&c->out, "a", c->paths[0]);
    sow__json_put_text(&c->out, "b", c->paths[1]);
    sow__json_line(&c->out, "tensors");
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
  int status = c->json ? json_print(&c->out, stdout) : EXIT_SUCCESS;
  return status == EXIT_SUCCESS && differing(c) > 0 ? EXIT_NO : status;
}

int cmd_diff(const arguments *all) {
  const diff_arguments *given = &all->diff;
  sow_error error = error_new(given->quiet);
  sow_difference *differences = NULL;
  int status = EXIT_TROUBLE;
  sow_archive *a = checkpoint_open_watched(given->paths[0], given->quiet);
  sow_archive *b = a == NULL ? NULL : checkpoint_open(given->paths[1], given->quiet);
  if (b != NULL && (differences = calloc(sow_archive_count(a) + 1, sizeof *differences)) == NULL)
    complain_memory();
  else if (b != NULL && sow_archive_compare(a, b, given->threads, differences, &error) != SOW_OK)
    report(&error);
  else if (b != NULL)
    status = tell_all(&(comparison){given->paths, {a, b}, differences, given->format == FORMAT_JSON});
  free(differences);
  sow_archive_free(a);
  sow_archive_free(b);
  return status;
}
