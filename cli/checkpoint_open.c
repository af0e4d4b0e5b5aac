#include "checkpoint_open.h"

#include <string.h>

#include "diagnostics.h"
#include "settings.h"

sow_archive *checkpoint_open(const arguments *given, const char *path) {
  sow_error error = error_new(is_quiet(given));
  sow_archive *archive = NULL;
  if (strcmp(path, "-") == 0)
    complain("'-': a checkpoint is read from a file, not from standard input");
  else if (sow_archive_open(path, &archive, &error) != SOW_OK)
    report(&error);
  return archive;
}
