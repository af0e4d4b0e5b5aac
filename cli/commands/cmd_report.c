#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/descriptor.h"
#include "cli/arguments/arguments.h"
#include "cli/commands/interrupt.h"
#include "cli/commands/output.h"
#include "cli/model/checked_model.h"
#include "cli/model/checkpoint_open.h"
#include "cli/report/report.h"
#include "cli/report/report_page.h"
#include "cli/text/diagnostics.h"
#include "cli/text/progress.h"

/* ---- gathering ---- */

static int measure(const report_arguments *given, const sow_archive *archive, sow_statistics **statistics) {
  sow_error error = error_new(given->model.quiet);
  sow_measure_options options = {.size = sizeof options, .threads = given->model.draw.threads};
  *statistics = calloc(sow_archive_count(archive) + 1, sizeof **statistics);
  if (*statistics == NULL)
    return complain_memory();
  return sow_archive_measure(archive, &options, *statistics, &error) == SOW_OK ? EXIT_SUCCESS
                                                                               : report(&error);
}

static int gather(const report_arguments *given, report_data *data) {
  int status = measure(given, data->archive, &data->statistics);
  if (status == EXIT_SUCCESS && data->earlier != NULL)
    status = measure(given, data->earlier, &data->earlier_statistics);
  if (status == EXIT_SUCCESS)
    status = verdict_reach(given->model.quiet, data->archive, data->plan, data->seeded,
                           given->model.draw.threads, &data->verdict);
  if (status == EXIT_SUCCESS &&
      !(folds_new(data->archive, true, &data->rows) && report_order(data) && report_layers(data)))
    status = complain_memory();
  return status;
}

static void data_free(report_data *data) {
  free(data->statistics);
  free(data->earlier_statistics);
  verdict_free(&data->verdict);
  folds_free(&data->rows);
  free(data->order);
  free(data->rank);
  free(data->layers);
}

/* ---- the page ---- */

/* No text of a checkpoint may end the element that holds it, so no '<' of it is left. */
static void add_data(sow__buffer *page, const sow__buffer *json) {
  for (const char *at = json->data; !json->failed && *at != 0;) {
    size_t plain = strcspn(at, "<");
    sow__buffer_add(page, at, plain);
    at += plain;
    if (*at == '<') {
      sow__buffer_text(page, "\\u003c");
      at++;
    }
  }
  page->failed = page->failed || json->failed;
}

static void make_page(const report_data *data, sow__buffer *page) {
  size_t head;
  const char *begin = report_page(&head);
  sow__buffer json = {0};
  report_json(&json, data);
  sow__buffer_add(page, begin, head);
  add_data(page, &json);
  sow__buffer_text(page, "</script>\n</body>\n</html>\n");
  sow__buffer_free(&json);
}

static int write_page(const report_arguments *given, const report_data *data, const char *path) {
  sow__buffer page = {0};
  make_page(data, &page);
  if (page.failed) {
    sow__buffer_free(&page);
    return complain_memory();
  }
  sow_checkpoint_options options = {
      .size = sizeof options,
      .force = given->output.force,
      .interrupt = &interrupt_signal,
  };
  sow_error error = error_new(given->model.quiet);
  interrupt_catch();
  sow_status status = sow_file_write(path, page.data, page.length, &options, &error);
  interrupt_obey();
  sow__buffer_free(&page);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

/* ---- the whole ---- */

static int report_on(const report_arguments *given, report_data *data, const char *path) {
  checked_model against = {0};
  int status = EXIT_SUCCESS;
  if (data->model_path != NULL) {
    status = checked_model_read(&given->model, data->archive, data->model_path, &against);
    if (status != EXIT_SUCCESS)
      return status;
    data->plan = against.made.plan;
    data->seeded = against.seeded;
  }
  status = gather(given, data);
  progress_erase();
  if (status == EXIT_SUCCESS && data->warnings->failed)
    status = complain_memory();
  if (status == EXIT_SUCCESS)
    status = write_page(given, data, path);
  data_free(data);
  if (data->model_path != NULL)
    checked_model_free(&against);
  return status;
}

static bool can_report(void) {
  size_t size;
  if (report_page(&size) == NULL)
    complain("this sow was built without the page of its reports, which needs npm and network: install npm "
             "and build again; -DSOW_REPORT=ON has CMake say what fails");
  return report_page(&size) != NULL;
}

static bool same_file(const struct stat *about, const char *path) {
  struct stat other;
  return stat(path, &other) == 0 && about->st_dev == other.st_dev && about->st_ino == other.st_ino;
}

static bool has_file(const sow_archive *archive, const struct stat *about) {
  const char *path;
  for (size_t i = 0; archive != NULL && (path = sow_archive_file(archive, i)) != NULL; i++)
    if (same_file(about, path))
      return true;
  return false;
}

/*
 * Known before anything is measured, which may take long; sow_file_write looks again. A page that replaces
 * what it reports on is a mistake even with --force.
 */
static bool is_free(const report_arguments *given, const report_data *data, const char *path) {
  struct stat about;
  if (sow__descriptor_of(path) >= 0 || stat(path, &about) != 0 || !S_ISREG(about.st_mode))
    return true;
  if (has_file(data->archive, &about) || has_file(data->earlier, &about) ||
      (data->model_path != NULL && same_file(&about, data->model_path))) {
    complain("%s: the page would replace what it is about", path);
    return false;
  }
  if (given->output.force)
    return true;
  complain("%s: the file exists, and force was not given", path);
  return false;
}

static void keep_warning(void *context, const char *text) {
  findings_add(context, "", strdup(text));
}

/* A page of more could not be read, nor even opened by many browsers. */
#define TENSORS_LIMIT ((size_t)20000)

static bool fits_page(const sow_archive *archive, const char *path) {
  size_t count = sow_archive_count(archive);
  if (count <= TENSORS_LIMIT)
    return true;
  complain(
      "%s: it has %zu tensors, and a page shows at most %zu: sow inspect lists them all, and sow inspect "
      "--format json as data",
      path, count, TENSORS_LIMIT);
  return false;
}

int cmd_report(const arguments *all) {
  const report_arguments *given = &all->report;
  if (given->model_path == NULL && !checked_without_model(&given->model, given->path))
    return EXIT_TROUBLE;
  const char *path = can_report() ? output_path(&given->output) : NULL;
  if (path == NULL)
    return EXIT_TROUBLE;
  findings warnings = {0};
  warnings_hear(keep_warning, &warnings);
  bool quiet = given->model.quiet, compares = given->before != NULL;
  sow_archive *archive = checkpoint_open_watched(given->path, quiet);
  sow_archive *earlier = archive != NULL && compares ? checkpoint_open_watched(given->before, quiet) : NULL;
  int status = EXIT_TROUBLE;
  if (archive != NULL && (!compares || earlier != NULL) && fits_page(archive, given->path)) {
    report_data data = {
        .path = given->path,
        .model_path = given->model_path,
        .earlier_path = given->before,
        .archive = archive,
        .earlier = earlier,
        .warnings = &warnings,
    };
    status = is_free(given, &data, path) ? report_on(given, &data, path) : EXIT_TROUBLE;
  }
  warnings_hear(NULL, NULL);
  findings_free(&warnings);
  sow_archive_free(archive);
  sow_archive_free(earlier);
  return status;
}
