#include <stdlib.h>

#include "base/number.h"
#include "cli/model/checked_model.h"
#include "cli/model/checkpoint_open.h"
#include "cli/text/diagnostics.h"
#include "cli/text/findings.h"
#include "cli/text/progress.h"
#include "cli/text/tensor_json.h"

/* What the command tells of. */
typedef struct outcome {
  verdict verdict;
  size_t planned, tensors; /* of the recipe, and of the file */
} outcome;

static bool is_sound(const verdict *of) {
  return of->compared ? of->differences.count == 0 : of->examination.findings == 0;
}

/* ---- for people ---- */

static void print_compared(const outcome *of) {
  size_t differing = of->verdict.differences.count;
  findings_print(&of->verdict.differences, stdout);
  if (differing > 0)
    printf("%zu tensor%s from the recipe\n", differing, differing == 1 ? " differs" : "s differ");
  else if (of->planned == 1)
    puts("the tensor is equal to the recipe's, bit for bit");
  else
    printf("all %zu tensors are equal to the recipe's, bit for bit\n", of->planned);
}

static void print_examined(const outcome *of) {
  const sow_examination *done = &of->verdict.examination;
  findings_print(&of->verdict.found, stdout);
  printf("%zu tensor%s examined", of->tensors, sow__plural(of->tensors));
  if (done->unread > 0)
    printf(" (%zu of them of %s not read as numbers)", done->unread,
           done->unread == 1 ? "a type that is" : "types that are");
  printf(", %zu finding%s", done->findings, sow__plural(done->findings));
  if (done->tests > 0)
    printf("; %zu test%s of means and deviations, which a sound file fails with probability %g", done->tests,
           sow__plural(done->tests), done->error_rate);
  putchar('\n');
}

static void print_text(const outcome *of) {
  if (of->verdict.compared)
    print_compared(of);
  if (of->verdict.examined)
    print_examined(of);
}

/* ---- for programs ---- */

static int print_json(const check_arguments *given, const outcome *all) {
  const verdict *of = &all->verdict;
  sow__buffer out = {0};
  sow__json_open(&out, "check");
  sow__json_put_text(&out, "file", given->path);
  sow__json_put_text(&out, "model", given->model_path);
  sow__json_put_bool(&out, "sound", is_sound(of));
  sow__json_line(&out, "compared");
  sow__buffer_text(&out, of->compared ? "" : "null");
  if (of->compared) {
    sow__buffer_printf(&out, "{\"tensors\": %zu", all->planned);
    sow__json_key(&out, "differences");
    findings_json(&out, &of->differences);
    sow__buffer_text(&out, "}");
  }
  sow__json_line(&out, "examined");
  sow__buffer_text(&out, of->examined ? "" : "null");
  if (of->examined) {
    sow__buffer_printf(&out, "{\"tensors\": %zu", all->tensors);
    sow__json_put_count(&out, "unread", of->examination.unread);
    sow__json_put_count(&out, "tests", of->examination.tests);
    sow__json_put_number(&out, "error_rate", of->examination.error_rate);
    sow__json_key(&out, "findings");
    findings_json(&out, &of->found);
    sow__buffer_text(&out, "}");
  }
  sow__buffer_text(&out, "\n}\n");
  return json_print(&out, stdout);
}

/* ---- the whole ---- */

static int check(const check_arguments *given, const sow_archive *archive, const sow_plan *plan,
                 bool seeded) {
  outcome all = {.planned = plan == NULL ? 0 : sow_plan_count(plan), .tensors = sow_archive_count(archive)};
  int status =
      verdict_reach(given->model.quiet, archive, plan, seeded, given->model.draw.threads, &all.verdict);
  progress_erase();
  if (status == EXIT_SUCCESS && given->format == FORMAT_JSON)
    status = print_json(given, &all);
  else if (status == EXIT_SUCCESS)
    print_text(&all);
  if (status == EXIT_SUCCESS && !is_sound(&all.verdict))
    status = EXIT_NO;
  verdict_free(&all.verdict);
  return status;
}

static int check_model(const check_arguments *given, const sow_archive *archive) {
  checked_model against;
  int status = checked_model_read(&given->model, archive, given->model_path, &against);
  if (status != EXIT_SUCCESS)
    return status;
  status = check(given, archive, against.made.plan, against.seeded);
  checked_model_free(&against);
  return status;
}

int cmd_check(const arguments *all) {
  const check_arguments *given = &all->check;
  if (given->model_path == NULL && !checked_without_model(&given->model, given->path))
    return EXIT_TROUBLE;
  sow_archive *archive = checkpoint_open_watched(given->path, given->model.quiet);
  if (archive == NULL)
    return EXIT_TROUBLE;
  int status;
  if (given->model_path != NULL) {
    status = check_model(given, archive);
  } else {
    if (sow_archive_metadata_find(archive, "sow.seed") != NULL)
      caution(given->model.quiet,
              "with the model's text too, sow compares the file with its recipe bit for bit: "
              "sow check FILE MODEL");
    status = check(given, archive, NULL, false);
  }
  sow_archive_free(archive);
  return status;
}
