#include <stdlib.h>

#include "cli/arguments/choice.h"
#include "cli/arguments/settings.h"
#include "cli/model/checkpoint_open.h"
#include "cli/text/diagnostics.h"
#include "cli/text/inspect_print.h"
#include "cli/text/progress.h"

static int measure(const arguments *given, const sow_archive *archive, int threads,
                   sow_statistics *statistics, bool json) {
  sow_measure_options options = {
      .size = sizeof options,
      .threads = threads,
      .digest = arguments_value(given, OPTION_DIGEST) != NULL,
  };
  sow_error error = error_new(is_quiet(given));
  if (sow_archive_measure(archive, &options, statistics, &error) != SOW_OK)
    return report(&error);
  progress_erase();
  folds rows = {0};
  bool done = json || folds_new(archive, arguments_value(given, OPTION_ALL) == NULL, &rows);
  done = done && (json ? inspect_json(archive, statistics)
                       : inspect_table(archive, &rows, statistics, options.digest));
  folds_free(&rows);
  if (!done)
    complain("out of memory");
  return done ? EXIT_SUCCESS : EXIT_TROUBLE;
}

int cmd_inspect(const arguments *given) {
  int format = choice_read(given, OPTION_FORMAT);
  int threads;
  if (format < 0 || !threads_read(given, &threads) || !isa_choose(given))
    return EXIT_TROUBLE;
  sow_archive *archive = checkpoint_open_watched(given, given->operands[0]);
  if (archive == NULL)
    return EXIT_TROUBLE;
  int status = EXIT_TROUBLE;
  sow_statistics *statistics = calloc(sow_archive_count(archive) + 1, sizeof *statistics);
  if (statistics == NULL)
    complain("out of memory");
  else
    status = measure(given, archive, threads, statistics, format == 1);
  free(statistics);
  sow_archive_free(archive);
  return status;
}
