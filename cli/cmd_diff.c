#include <inttypes.h>
#include <stdlib.h>

#include "diagnostics.h"
#include "difference_print.h"
#include "settings.h"

typedef struct tally {
  size_t equal, different, changed, absent, added;
} tally;

static sow_archive_entry entry_of(const sow_archive *archive, size_t index) {
  sow_archive_entry entry = {0};
  sow_archive_get(archive, index, &entry);
  return entry;
}

static void print_only(const char *path, const sow_archive_entry *entry) {
  name_print(entry->name, stdout);
  fputs(": ", stdout);
  type_print(entry->type, entry->dtype, entry->ndim, entry->shape, stdout);
  printf(" in %s only\n", path);
}

static void print_change(const sow_archive_entry *a, const sow_archive_entry *b) {
  name_print(a->name, stdout);
  fputs(": ", stdout);
  type_print(a->type, a->dtype, a->ndim, a->shape, stdout);
  fputs(" became ", stdout);
  type_print(b->type, b->dtype, b->ndim, b->shape, stdout);
  putchar('\n');
}

static void print_one(const arguments *given, const sow_archive *a, const sow_archive *b, size_t index,
                      const sow_difference *difference, tally *all) {
  static const char *const sides[2] = {"before", "after"};
  sow_archive_entry mine = entry_of(a, index), theirs;
  size_t partner = 0;
  switch (difference->kind) {
  case SOW_EQUAL:
    all->equal++;
    break;
  case SOW_ABSENT:
    all->absent++;
    print_only(given->operands[0], &mine);
    break;
  case SOW_OTHER_SHAPE:
  case SOW_OTHER_TYPE:
    all->changed++;
    sow_archive_find(b, mine.name, &partner);
    theirs = entry_of(b, partner);
    print_change(&mine, &theirs);
    break;
  default:
    all->different++;
    name_print(mine.name, stdout);
    fputs(": ", stdout);
    difference_print(mine.dtype, mine.ndim, mine.shape, difference, sides, stdout);
    putchar('\n');
  }
}

static int print_all(const arguments *given, const sow_archive *a, const sow_archive *b,
                     const sow_difference *differences) {
  tally all = {0};
  size_t found;
  for (size_t i = 0; i < sow_archive_count(a); i++)
    print_one(given, a, b, i, &differences[i], &all);
  for (size_t i = 0; i < sow_archive_count(b); i++) {
    sow_archive_entry entry = entry_of(b, i);
    if (sow_archive_find(a, entry.name, &found))
      continue;
    all.added++;
    print_only(given->operands[1], &entry);
  }
  printf("%zu equal, %zu different, %zu of another type or shape, %zu in the first only, %zu in the second "
         "only\n",
         all.equal, all.different, all.changed, all.absent, all.added);
  return all.different + all.changed + all.absent + all.added == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int cmd_diff(const arguments *given) {
  sow_error error = error_new(is_quiet(given));
  sow_archive *a = NULL, *b = NULL;
  sow_difference *differences = NULL;
  int status = EXIT_FAILURE, threads;
  if (!threads_read(given, &threads))
    return EXIT_MISUSE;
  bool opened = sow_archive_open(given->operands[0], &a, &error) == SOW_OK &&
                sow_archive_open(given->operands[1], &b, &error) == SOW_OK;
  if (opened && (differences = calloc(sow_archive_count(a) + 1, sizeof *differences)) == NULL)
    complain("out of memory");
  else if (!opened || sow_archive_compare(a, b, threads, differences, &error) != SOW_OK)
    report(&error);
  else
    status = print_all(given, a, b, differences);
  free(differences);
  sow_archive_free(a);
  sow_archive_free(b);
  return status;
}
