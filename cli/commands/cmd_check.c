#include <stdlib.h>

#include "base/number.h"
#include "cli/model/checked_model.h"
#include "cli/model/checkpoint_open.h"
#include "cli/text/diagnostics.h"
#include "cli/text/findings.h"
#include "cli/text/json_text.h"
#include "cli/text/progress.h"

/* What was found out about a checkpoint. */
typedef struct verdict {
  bool compared;  /* bit for bit with what the recipe makes */
  size_t planned; /* tensors of the recipe */
  findings differences;
  bool examined; /* by statistics */
  size_t tensors;
  findings found;
  sow_examination examination;
} verdict;

static bool is_sound(const verdict *of) {
  return of->compared ? of->differences.count == 0 : of->examination.findings == 0;
}

/* Statistics where bits differ, too, for they may say why. */
static int judge(const check_arguments *given, const sow_archive *archive, const sow_plan *plan, bool seeded,
                 verdict *out) {
  int threads = given->model.draw.threads, status = EXIT_SUCCESS;
  bool quiet = given->model.quiet;
  out->compared = seeded;
  out->planned = plan == NULL ? 0 : sow_plan_count(plan);
  out->tensors = sow_archive_count(archive);
  if (seeded)
    status = findings_compare(quiet, archive, plan, threads, &out->differences);
  out->examined = !seeded || out->differences.count > 0;
  if (status == EXIT_SUCCESS && out->examined)
    status = findings_examine(quiet, archive, plan, threads, &out->found, &out->examination);
  return status;
}

/* ---- for people ---- */

static void print_compared(const verdict *of) {
  size_t differing = of->differences.count;
  findings_print(&of->differences, stdout);
  if (differing > 0)
    printf("%zu tensor%s from the recipe\n", differing, differing == 1 ? " differs" : "s differ");
  else if (of->planned == 1)
    puts("the tensor is equal to the recipe's, bit for bit");
  else
    printf("all %zu tensors are equal to the recipe's, bit for bit\n", of->planned);
}

static void print_examined(const verdict *of) {
  const sow_examination *done = &of->examination;
  findings_print(&of->found, stdout);
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

static void print_text(const verdict *of) {
  if (of->compared)
    print_compared(of);
  if (of->examined)
    print_examined(of);
}

/* ---- for programs ---- */

static bool print_list(const char *key, const findings *all) {
  bool done = true;
  printf(", \"%s\": [", key);
  for (size_t i = 0; i < all->count; i++) {
    fputs(i == 0 ? "\n    {\"name\": " : ",\n    {\"name\": ", stdout);
    done = json_text(all->items[i].name, stdout) && done;
    done = json_put_text("text", all->items[i].text, stdout) && done;
    putchar('}');
  }
  fputs(all->count > 0 ? "\n  ]" : "]", stdout);
  return done;
}

static bool print_json(const check_arguments *given, const verdict *of) {
  json_open("check", stdout);
  bool done = json_put_text("file", given->path, stdout);
  done = json_put_text("model", given->model_path, stdout) && done;
  json_put_bool("sound", is_sound(of), stdout);
  fputs(of->compared ? ",\n  \"compared\": {" : ",\n  \"compared\": null", stdout);
  if (of->compared) {
    printf("\"tensors\": %zu", of->planned);
    done = print_list("differences", &of->differences) && done;
    putchar('}');
  }
  fputs(of->examined ? ",\n  \"examined\": {" : ",\n  \"examined\": null", stdout);
  if (of->examined) {
    printf("\"tensors\": %zu", of->tensors);
    json_put_count("unread", of->examination.unread, stdout);
    json_put_count("tests", of->examination.tests, stdout);
    json_put_number("error_rate", of->examination.error_rate, stdout);
    done = print_list("findings", &of->found) && done;
    putchar('}');
  }
  fputs("\n}\n", stdout);
  return done;
}

/* ---- the whole ---- */

static int check(const check_arguments *given, const sow_archive *archive, const sow_plan *plan,
                 bool seeded) {
  verdict found = {0};
  int status = judge(given, archive, plan, seeded, &found);
  progress_erase();
  if (status == EXIT_SUCCESS) {
    status = is_sound(&found) ? EXIT_SUCCESS : EXIT_NO;
    if (given->format == FORMAT_PEOPLE) {
      print_text(&found);
    } else if (!print_json(given, &found)) {
      complain("out of memory");
      status = EXIT_TROUBLE;
    }
  }
  findings_free(&found.differences);
  findings_free(&found.found);
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
