#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "difference_print.h"
#include "model.h"
#include "recipe.h"
#include "settings.h"

/* ---- bit for bit ---- */

static size_t print_missing(const sow_plan_entry *entry, sow_difference_kind kind,
                            const sow_archive_entry *stored) {
  name_print(entry->name, stdout);
  fputs(": ", stdout);
  type_print("", entry->dtype, entry->ndim, entry->shape, stdout);
  if (kind == SOW_ABSENT) {
    fputs(" by the recipe, and not in the file\n", stdout);
    return 1;
  }
  fputs(" by the recipe, ", stdout);
  type_print(stored->type, stored->dtype, stored->ndim, stored->shape, stdout);
  fputs(" in the file\n", stdout);
  return 1;
}

/* Prints what is wrong with one tensor of the plan; 1 where something is. */
static size_t print_entry(const sow_archive *archive, const sow_plan *plan, size_t index,
                          const sow_difference *difference) {
  static const char *const sides[2] = {"by the recipe", "in the file"};
  sow_plan_entry entry;
  sow_archive_entry stored = {0};
  size_t partner;
  sow_plan_get(plan, index, &entry);
  if (difference->kind == SOW_EQUAL || difference->kind == SOW_STORED_AS_FIRST)
    return 0;
  if (sow_archive_find(archive, entry.name, &partner))
    sow_archive_get(archive, partner, &stored);
  if (difference->kind != SOW_DIFFERENT)
    return print_missing(&entry, difference->kind, &stored);
  difference_print(entry.name, entry.dtype, entry.ndim, entry.shape, difference, sides, stdout);
  return 1;
}

static size_t print_unplanned(const sow_archive *archive, const sow_plan *plan) {
  size_t count = 0, found;
  sow_archive_entry entry;
  for (size_t i = 0; sow_archive_get(archive, i, &entry); i++)
    if (!sow_plan_find(plan, entry.name, &found)) {
      name_print(entry.name, stdout);
      fputs(": in the file, and not made by the recipe\n", stdout);
      count++;
    }
  return count;
}

static int print_differences(const sow_archive *archive, const sow_plan *plan,
                             const sow_difference *differences) {
  size_t wrong = 0, count = sow_plan_count(plan);
  for (size_t i = 0; i < count; i++)
    wrong += print_entry(archive, plan, i, &differences[i]);
  wrong += print_unplanned(archive, plan);
  if (wrong > 0)
    printf("%zu tensor%s from the recipe\n", wrong, wrong == 1 ? " differs" : "s differ");
  else
    printf("all %zu tensors are equal to the recipe's, bit for bit\n", count);
  return wrong > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int check_bits(const arguments *given, const sow_archive *archive, int threads, const sow_plan *plan) {
  sow_error error = error_new(is_quiet(given));
  sow_difference *differences = calloc(sow_plan_count(plan) + 1, sizeof *differences);
  int status = EXIT_FAILURE;
  if (differences == NULL)
    complain("out of memory");
  else if (sow_archive_check(archive, plan, threads, differences, &error) != SOW_OK)
    report(&error);
  else
    status = print_differences(archive, plan, differences);
  free(differences);
  return status;
}

/* ---- by statistics ---- */

static void print_finding(void *context, const sow_finding *finding) {
  (void)context;
  name_print(finding->name, stdout);
  printf(": %s\n", finding->text);
}

static int check_statistics(const arguments *given, const sow_archive *archive, int threads,
                            const sow_plan *plan) {
  sow_error error = error_new(is_quiet(given));
  sow_examination done;
  if (sow_archive_examine(archive, plan, threads, print_finding, NULL, &done, &error) != SOW_OK)
    return report(&error);
  printf("%zu tensors examined, %zu finding%s", sow_archive_count(archive), done.findings,
         done.findings == 1 ? "" : "s");
  if (done.tests > 0)
    printf("; %zu tests of means and deviations, which a sound file fails with probability %g", done.tests,
           done.error_rate);
  putchar('\n');
  return done.findings == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- the whole ---- */

static int check_model(const arguments *given, const sow_archive *archive, int threads) {
  arguments all;
  recipe_options from;
  if (!recipe_read(archive, given, &all, &from)) {
    recipe_options_free(&from);
    complain("out of memory");
    return EXIT_FAILURE;
  }
  model one;
  int status = model_read(&all, &(model_source){given->operands[1], from.rules}, &one);
  if (status == EXIT_SUCCESS) {
    if (from.model_digest != NULL && strcmp(from.model_digest, one.digest) != 0)
      caution(is_quiet(given), "%s is not the model that the recipe names (its SHA-256 differs)",
              given->operands[1]);
    bool seeded = from.has_seed || arguments_value(given, OPTION_SEED) != NULL;
    if (!seeded)
      caution(is_quiet(given),
              "the file has no recipe, and --seed was not given: only statistics are tested");
    status = seeded ? check_bits(given, archive, threads, one.plan) : EXIT_SUCCESS;
    if (!seeded || status != EXIT_SUCCESS) {
      int found = check_statistics(given, archive, threads, one.plan);
      status = seeded ? status : found;
    }
    model_free(&one);
  }
  recipe_options_free(&from);
  return status;
}

int cmd_check(const arguments *given) {
  int threads;
  if (!threads_read(given, &threads) || !isa_choose(given))
    return EXIT_MISUSE;
  sow_error error = error_new(is_quiet(given));
  sow_archive *archive = NULL;
  if (sow_archive_open(given->operands[0], &archive, &error) != SOW_OK)
    return report(&error);
  int status;
  if (given->operand_count > 1) {
    status = check_model(given, archive, threads);
  } else {
    if (sow_archive_metadata_find(archive, "sow.seed") != NULL)
      caution(is_quiet(given),
              "with the model's text too, sow compares the file with its recipe bit for bit: "
              "sow check FILE MODEL");
    status = check_statistics(given, archive, threads, NULL);
  }
  sow_archive_free(archive);
  return status;
}
