/* Diagnostics of the two languages: an offset in a text becomes line, column, excerpt and caret. */
#ifndef SOW_TEXT_DIAGNOSTIC_H
#define SOW_TEXT_DIAGNOSTIC_H

#include <stddef.h>

#include "base/error.h"

/* A text that is being read. `source` may be NULL; the bytes may hold anything, NUL and broken UTF-8 too. */
typedef struct sow__text {
  const char *source;
  const char *bytes;
  size_t length;
  const char *shown; /* what excerpts show instead of the bytes, as long as they are; NULL: the bytes */
} sow__text;

/*
 * As sow__fail, and points at byte `offset` of the text (its length: behind the last byte). Takes time in the
 * length of the text: for the failure that ends a parse, and for warnings that come once per kind.
 */
sow_status sow__text_fail(const sow__text *text, size_t offset, sow_error *error, sow_status status,
                          const char *format, ...) SOW__PRINTF(5, 6);

/* Hands a warning that points at byte `offset` to error->on_warning, if there is one. */
void sow__text_warn(const sow__text *text, size_t offset, sow_error *error, const char *format, ...)
    SOW__PRINTF(4, 5);

/* Adds the position to a failure that a layer below has reported in `error`; returns `status`. */
sow_status sow__text_place(const sow__text *text, size_t offset, sow_error *error, sow_status status);

#define SOW__QUOTE_SIZE 80

/*
 * Bytes of the text for use in a message: control characters and broken UTF-8 as '?', long ones cut with
 * "...". Returns `buffer`.
 */
char *sow__text_quote(const char *bytes, size_t length, char buffer[SOW__QUOTE_SIZE]);

#endif
