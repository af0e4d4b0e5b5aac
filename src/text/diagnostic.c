#include "text/diagnostic.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Copies whole characters while they fit in `room`, made harmless; returns how many bytes were written. */
static size_t copy_clean(const char *bytes, size_t length, char *out, size_t room, size_t *read) {
  size_t from = 0, used = 0;
  while (from < length) {
    size_t size = sow__utf8_length(bytes + from, length - from);
    bool plain = size > 0 && sow__harm_size(bytes + from) == 0; /* which looks at no more than a character */
    if (used + (plain ? size : 1) > room)
      break;
    if (plain) {
      memcpy(out + used, bytes + from, size);
      used += size;
    } else {
      out[used++] = bytes[from] == '\t' ? ' ' : '?';
    }
    from += size > 0 ? size : 1;
  }
  *read = from;
  return used;
}

char *sow__text_quote(const char *bytes, size_t length, char buffer[SOW__QUOTE_SIZE]) {
  size_t read, room = SOW__QUOTE_SIZE - sizeof "...";
  size_t used = copy_clean(bytes, length, buffer, room, &read);
  snprintf(buffer + used, SOW__QUOTE_SIZE - used, "%s", read < length ? "..." : "");
  return buffer;
}

#define BEFORE_CARET 70 /* bytes of a long line that an excerpt shows before the caret */

static void set_excerpt(const char *line, size_t length, size_t column, sow_error *error) {
  size_t start = 0;
  if (length >= SOW_EXCERPT_SIZE && column > BEFORE_CARET) {
    start = column - BEFORE_CARET;
    while (start < column && ((unsigned char)line[start] & 0xC0) == 0x80)
      start++;
  }
  size_t read, room = SOW_EXCERPT_SIZE - 1;
  size_t used = copy_clean(line + start, column - start, error->excerpt, room, &read);
  error->caret = (int)used;
  used += copy_clean(line + column, length - column, error->excerpt + used, room - used, &read);
  error->excerpt[used] = 0;
}

static void set_place(const sow__text *text, size_t offset, sow_error *error) {
  const char *bytes = text->bytes;
  if (offset > text->length)
    offset = text->length;
  size_t line = 1, start = 0;
  for (;;) {
    const char *end = memchr(bytes + start, '\n', offset - start);
    if (end == NULL)
      break;
    start = (size_t)(end - bytes) + 1;
    line++;
  }
  const char *end = memchr(bytes + offset, '\n', text->length - offset);
  size_t length = (end ? (size_t)(end - bytes) : text->length) - start;
  if (length > 0 && length > offset - start && bytes[start + length - 1] == '\r')
    length--;
  error->line = line > INT_MAX ? INT_MAX : (int)line;
  error->column = offset - start >= INT_MAX ? INT_MAX : (int)(offset - start) + 1;
  set_excerpt((text->shown ? text->shown : bytes) + start, length, offset - start, error);
  size_t read, source = text->source ? strlen(text->source) : 0;
  error->source[copy_clean(source ? text->source : "", source, error->source, SOW_SOURCE_SIZE - 1, &read)] =
      0;
}

sow_status sow__text_place(const sow__text *text, size_t offset, sow_error *error, sow_status status) {
  if (error != NULL)
    set_place(text, offset, error);
  return status;
}

sow_status sow__text_fail(const sow__text *text, size_t offset, sow_error *error, sow_status status,
                          const char *format, ...) {
  if (error == NULL)
    return status;
  char message[SOW_MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  sow__fail(error, status, "%s", message);
  return sow__text_place(text, offset, error, status);
}

void sow__text_warn(const sow__text *text, size_t offset, sow_error *error, const char *format, ...) {
  if (error == NULL || error->on_warning == NULL)
    return;
  sow_error place = SOW_ERROR_NONE;
  set_place(text, offset, &place);
  va_list arguments;
  va_start(arguments, format);
  sow__warn_at(error, &place, format, arguments);
  va_end(arguments);
}
