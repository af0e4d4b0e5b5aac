/* Reading the header of a .safetensors file, whatever its bytes are. */
#ifndef SOW_ARCHIVE_HEADER_READ_H
#define SOW_ARCHIVE_HEADER_READ_H

#include "archive/archive_inside.h"

/*
 * Appends the entries that the JSON of a header names to the archive, in the order of their data, and takes
 * its metadata where `archive` has no entries and no metadata yet. `data` is how many bytes follow the header
 * in the file, `offset` where they begin. SOW_SYNTAX, SOW_LIMIT, SOW_DUPLICATE_NAME, SOW_NO_MEMORY.
 */
sow_status sow__header_read(sow_archive *archive, const char *json, size_t length, uint64_t offset,
                            uint64_t data, sow_error *error);

#endif
