/* Files that tests read: the data beside them, and the examples in docs/, which people read. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <string.h>

#include "files.h"

/* What a file of tests/data holds; NULL if there is none. */
static inline char *read_data(const char *name) {
  char path[400];
  size_t size;
  snprintf(path, sizeof path, "%s/%s", SOW_TEST_DATA, name);
  return (char *)bytes_if_there(path, &size);
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
