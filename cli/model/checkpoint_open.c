#include "cli/model/checkpoint_open.h"

#include <string.h>

#include "cli/text/diagnostics.h"
#include "cli/text/progress.h"

sow_archive *checkpoint_open(const char *path, bool quiet) {
  sow_error error = error_new(quiet);
  sow_archive *archive = NULL;
  if (strcmp(path, "-") == 0)
    complain("'-': a checkpoint is read from a file, not from standard input");
  else if (sow_archive_open(path, &archive, &error) != SOW_OK)
    report(&error);
  return archive;
}

sow_archive *checkpoint_open_watched(const char *path, bool quiet) {
  sow_archive *archive = checkpoint_open(path, quiet);
  progress_begin(quiet);
  if (archive != NULL)
    sow_archive_on_progress(archive, progress_show, NULL);
  return archive;
}
