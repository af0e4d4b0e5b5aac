/* What a file holds. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

/* Its bytes and a NUL, to be freed; NULL where there is no such file. */
static inline unsigned char *bytes_if_there(const char *path, size_t *size) {
  *size = 0;
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return NULL;
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*size + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, *size, file), *size);
  bytes[*size] = 0;
  fclose(file);
  return bytes;
}

static inline unsigned char *file_bytes(const char *path, size_t *size) {
  unsigned char *bytes = bytes_if_there(path, size);
  if (bytes == NULL)
    fail_msg("there is no %s", path);
  return bytes;
}

#endif
