/* How far whoever goes through an archive is. */
#ifndef SOW_ARCHIVE_PROGRESS_H
#define SOW_ARCHIVE_PROGRESS_H

#include "sow/archive.h"

/* Tells it to who asked for it by sow_archive_on_progress. */
void sow__archive_tell(const sow_archive *archive, uint64_t done, uint64_t total);

#endif
