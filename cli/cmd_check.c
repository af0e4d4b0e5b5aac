#include <stdlib.h>

#include "checked_model.h"
#include "diagnostics.h"
#include "findings.h"
#include "settings.h"

static int check_bits(const arguments *given, const sow_archive *archive, int threads, const sow_plan *plan) {
  findings all = {0};
  int status = findings_compare(given, archive, plan, threads, &all);
  if (status == EXIT_SUCCESS) {
    findings_print(&all, stdout);
    if (all.count > 0)
      printf("%zu tensor%s from the recipe\n", all.count, all.count == 1 ? " differs" : "s differ");
    else
      printf("all %zu tensors are equal to the recipe's, bit for bit\n", sow_plan_count(plan));
    status = all.count > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
  }
  findings_free(&all);
  return status;
}

static int check_statistics(const arguments *given, const sow_archive *archive, int threads,
                            const sow_plan *plan) {
  findings all = {0};
  sow_examination done;
  int status = findings_examine(given, archive, plan, threads, &all, &done);
  findings_print(&all, stdout);
  if (status == EXIT_SUCCESS) {
    size_t count = sow_archive_count(archive);
    printf("%zu tensor%s examined", count, count == 1 ? "" : "s");
    if (done.unread > 0)
      printf(" (%zu of them of types that are not read as numbers)", done.unread);
    printf(", %zu finding%s", done.findings, done.findings == 1 ? "" : "s");
    if (done.tests > 0)
      printf("; %zu tests of means and deviations, which a sound file fails with probability %g", done.tests,
             done.error_rate);
    putchar('\n');
    status = done.findings == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  findings_free(&all);
  return status;
}

static int check_model(const arguments *given, const sow_archive *archive, int threads) {
  checked_model against;
  int status = checked_model_read(given, archive, given->operands[1], &against);
  if (status != EXIT_SUCCESS)
    return status;
  const sow_plan *plan = against.made.plan;
  if (against.seeded)
    status = check_bits(given, archive, threads, plan);
  if (!against.seeded || status != EXIT_SUCCESS) {
    int found = check_statistics(given, archive, threads, plan);
    status = against.seeded ? status : found;
  }
  checked_model_free(&against);
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
