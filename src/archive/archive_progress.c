#include "archive/archive_progress.h"

#include "archive/archive_inside.h"

void sow_archive_on_progress(sow_archive *archive,
                             void (*progress)(void *context, uint64_t done, uint64_t total), void *context) {
  archive->progress = progress;
  archive->progress_context = context;
}

void sow__archive_tell(const sow_archive *archive, uint64_t done, uint64_t total) {
  if (archive->progress != NULL)
    archive->progress(archive->progress_context, done, total);
}
