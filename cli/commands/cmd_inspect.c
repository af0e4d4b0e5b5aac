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
  int status = folds_new(archive, !given->all, &rows)
                   ? inspect_table(archive, &rows, statistics, given->digest)
                   : complain_memory();
  folds_free(&rows);
  return status;
}

int cmd_inspect(const arguments *all) {
  const inspect_arguments *given = &all->inspect;
  sow_archive *archive = checkpoint_open_watched(given->path, given->quiet);
  if (archive == NULL)
    return EXIT_TROUBLE;
  sow_statistics *statistics = calloc(sow_archive_count(archive) + 1, sizeof *statistics);
  int status = statistics != NULL ? measure(given, archive, statistics) : complain_memory();
  free(statistics);
  sow_archive_free(archive);
  return status;
}
