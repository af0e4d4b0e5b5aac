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

/* How many bytes a text may have that begins so; `bytes` are its first ones, or NULL for none. */
typedef size_t text_limit(const char *bytes, size_t length);

/*
 * Reads `path` ('-' is standard input), and never much more than its limit. False, with a complaint, when it
 * cannot.
 */
bool text_read(const char *path, text_limit *limit, text *out);

#endif
