/* One tensor of a checkpoint. */
#ifndef SOW_CLI_ARCHIVE_ENTRY_H
#define SOW_CLI_ARCHIVE_ENTRY_H

#include "sow/archive.h"

/* `index` is one of the archive's. */
static inline sow_archive_entry entry_of(const sow_archive *archive, size_t index) {
  sow_archive_entry entry = {0};
  sow_archive_get(archive, index, &entry);
  return entry;
}

#endif
