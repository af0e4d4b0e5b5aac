#include "cli/model/checkpoint_open.h"

#include <string.h>

#include "cli/arguments/settings.h"
#include "cli/text/diagnostics.h"
#include "cli/text/progress.h"

sow_archive *checkpoint_open(const arguments *given, const char *path) {
  sow_error error = error_new(is_quiet(given));
  sow_archive *archive = NULL;
  if (strcmp(path, "-") == 0)
    complain("'-': a checkpoint is read from a file, not from standard input");
  else if (sow_archive_open(path, &archive, &error) != SOW_OK)
    report(&error);
  return archive;
}

sow_archive *checkpoint_open_watched(const arguments *given, const char *path) {
  sow_archive *archive = checkpoint_open(given, path);
  progress_begin(is_quiet(given));
  if (archive != NULL)
    sow_archive_on_progress(archive, progress_show, NULL);
  return archive;
}
