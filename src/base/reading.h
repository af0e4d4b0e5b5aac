/* Reading files, and what the system says when that fails. */
#ifndef SOW_BASE_READING_H
#define SOW_BASE_READING_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* "PATH: the system's reason", in English under every locale. */
sow_status sow__fail_path(sow_error *error, const char *path, int number);

/* Opens a regular file for reading. SOW_IO. */
sow_status sow__read_open(const char *path, int *descriptor, uint64_t *size, sow_error *error);

/* Reads exactly `size` bytes; a file that ends before is SOW_IO. */
sow_status sow__read_at(int descriptor, const char *path, uint64_t offset, void *out, size_t size,
                        sow_error *error);

#endif
