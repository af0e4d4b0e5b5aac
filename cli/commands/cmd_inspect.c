#include <stdlib.h>

#include "cli/arguments/arguments.h"
#include "cli/model/checkpoint_open.h"
#include "cli/text/diagnostics.h"
#include "cli/text/inspect_print.h"
#include "cli/text/progress.h"

static int measure(const inspect_arguments *given, const sow_archive *archive, sow_statistics *statistics) {
  sow_measure_options options = {
      .size = sizeof options,
      .threads = given->threads,
      .digest = given->digest,
  };
  sow_error error = error_new(given->quiet);
  if (sow_archive_measure(archive, &options, statistics, &error) != SOW_OK)
    return report(&error);
  progress_erase();
  if (given->format == FORMAT_JSON)
    return inspect_json(archive, statistics);
  folds rows = {0};
  int status = EXIT_TROUBLE;
  if (folds_new(archive, !given->all, &rows))
    status = inspect_table(archive, &rows, statistics, given->digest);
  else
    complain("out of memory");
  folds_free(&rows);
  return status;
}

int cmd_inspect(const arguments *all) {
  const inspect_arguments *given = &all->inspect;
  sow_archive *archive = checkpoint_open_watched(given->path, given->quiet);
  if (archive == NULL)
    return EXIT_TROUBLE;
  int status = EXIT_TROUBLE;
  sow_statistics *statistics = calloc(sow_archive_count(archive) + 1, sizeof *statistics);
  if (statistics == NULL)
    complain("out of memory");
  else
    status = measure(given, archive, statistics);
  free(statistics);
  sow_archive_free(archive);
  return status;
}
