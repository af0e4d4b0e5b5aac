/* Files that tests read: the data beside them, and the examples in docs/, which people read. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

/* What a file of tests/data holds; NULL if there is none. */
static inline char *read_data(const char *name) {
  char path[400], block[4096], *taken = NULL;
  snprintf(path, sizeof path, "%s/%s", SOW_TEST_DATA, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return NULL;
  sow__buffer text = {0};
  size_t got;
  while ((got = fread(block, 1, sizeof block, file)) > 0)
    sow__buffer_add(&text, block, got);
  fclose(file);
  assert_int_equal(sow__buffer_take(&text, &taken, &got, NULL), SOW_OK);
  return taken;
}

static inline char *read_document(const char *name) {
  char path[200];
  snprintf(path, sizeof path, "../../docs/%s", name);
  char *text = read_data(path);
  assert_non_null(text);
  return text;
}

/* The contents of the next block that begins with ```kind; NULL when there is none. */
static inline char *next_example(char *from, const char *kind, size_t *length) {
  char fence[32];
  snprintf(fence, sizeof fence, "```%s\n", kind);
  char *start = strstr(from, fence);
  if (start == NULL)
    return NULL;
  start += strlen(fence);
  char *end = strstr(start, "```\n");
  assert_non_null(end);
  *length = (size_t)(end - start);
  return start;
}

#endif
