/* Whole text files in memory. */
#ifndef SOW_CLI_INPUT_H
#define SOW_CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct text {
  char *bytes; /* free() it */
  size_t length;
  const char *source; /* its name in diagnostics */
} text;

/*
 * Reads `path` ('-' is standard input), of at most `limit` bytes; never reads more than that. False, with a
 * complaint, when it cannot.
 */
bool text_read(const char *path, size_t limit, text *out);

#endif
