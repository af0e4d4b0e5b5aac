/* Files of any bytes and headers, and that they are refused: what the tests of archives share. */
#ifndef TESTS_ARCHIVE_FILES_H
#define TESTS_ARCHIVE_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

/* A tensor of bytes in a header. */
#define U8(name, shape, offsets)                                                                             \
  "\"" name "\":{\"dtype\":\"U8\",\"shape\":[" shape "],\"data_offsets\":[" offsets "]}"

static inline void put_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* A file with the header `json` and `data` bytes 0, 1, 2, … */
static inline void put_header(const char *path, const char *json, size_t length, size_t data) {
  unsigned char *bytes = malloc(8 + length + data);
  assert_non_null(bytes);
  for (int i = 0; i < 8; i++)
    bytes[i] = (unsigned char)((uint64_t)length >> 8 * i);
  memcpy(bytes + 8, json, length);
  for (size_t i = 0; i < data; i++)
    bytes[8 + length + i] = (unsigned char)i;
  put_file(path, bytes, 8 + length + data);
  free(bytes);
}

static inline void refused(const char *path, sow_status status, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_archive *archive = NULL;
  sow_status got = sow_archive_open(path, &archive, &error);
  if (got != status || strstr(error.message, part) == NULL)
    fail_msg("expected %s with '%s', got %s: %s", sow_status_name(status), part, sow_status_name(got),
             error.message);
  assert_null(archive);
}

#endif
