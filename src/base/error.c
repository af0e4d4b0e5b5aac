#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/utf8.h"

const char *sow_status_name(sow_status status) {
  switch (status) {
#define SOW_STATUS_NAME(name, number, text)                                                                  \
  case SOW_##name:                                                                                           \
    return #name;
    SOW_STATUS_MAP(SOW_STATUS_NAME)
#undef SOW_STATUS_NAME
  }
  return "UNKNOWN";
}

const char *sow_status_text(sow_status status) {
  switch (status) {
#define SOW_STATUS_TEXT(name, number, text)                                                                  \
  case SOW_##name:                                                                                           \
    return text;
    SOW_STATUS_MAP(SOW_STATUS_TEXT)
#undef SOW_STATUS_TEXT
  }
  return "unknown status";
}

/* Those of ASCII, of Latin-1 (U+0080 to U+009F), and those that turn the direction of writing (UAX 9). */
size_t sow__harm_size(const char *at) {
  const unsigned char *bytes = (const unsigned char *)at;
  if (sow__is_control(*at))
    return 1;
  if ((bytes[0] == 0xC2 && bytes[1] >= 0x80 && bytes[1] < 0xA0) || (bytes[0] == 0xD8 && bytes[1] == 0x9C))
    return 2;
  const bool marks = bytes[0] == 0xE2 && bytes[1] == 0x80 &&
                     (bytes[2] == 0x8E || bytes[2] == 0x8F || (bytes[2] >= 0xAA && bytes[2] <= 0xAE));
  const bool isolates = bytes[0] == 0xE2 && bytes[1] == 0x81 && bytes[2] >= 0xA6 && bytes[2] <= 0xA9;
  return marks || isolates ? 3 : 0;
}

void sow__harmless(char *text) {
  while (*text != 0) {
    const size_t size = sow__harm_size(text);
    memset(text, '?', size);
    text += size > 0 ? size : 1;
  }
}

sow_status sow__fail(sow_error *error, sow_status status, const char *format, ...) {
  if (error == NULL)
    return status;
  /* Written beside first: an argument may point into the old message. */
  char message[SOW_MESSAGE_SIZE];
  if (format == NULL) {
    snprintf(message, sizeof message, "%s", sow_status_text(status));
  } else {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    sow__harmless(message);
  }
  error->status = status;
  error->line = error->column = error->caret = error->system_error = 0;
  error->source[0] = error->excerpt[0] = 0;
  memcpy(error->message, message, sizeof message);
  return status;
}

sow_status sow__fail_again(sow_error *error, const sow_error *failure) {
  sow__fail(error, failure->status, "%s", failure->message);
  if (error != NULL)
    error->system_error = failure->system_error;
  return failure->status;
}

void sow__warn_at(sow_error *error, const sow_error *place, const char *format, va_list arguments) {
  if (error == NULL || error->on_warning == NULL)
    return;
  sow_error warning = SOW_ERROR_NONE;
  if (place != NULL)
    warning = *place;
  vsnprintf(warning.message, sizeof warning.message, format, arguments);
  sow__harmless(warning.message);
  error->on_warning(error->warning_context, &warning);
}

void sow__warn(sow_error *error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sow__warn_at(error, NULL, format, arguments);
  va_end(arguments);
}

sow_status sow__fail_within(sow_error *error, sow_status status, const char *format, ...) {
  if (error == NULL)
    return status;
  char context[SOW_MESSAGE_SIZE], message[SOW_MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(context, sizeof context, format, arguments);
  va_end(arguments);
  sow__harmless(context);
  memcpy(message, error->message, sizeof message);
  /* Half for the context, so that a very long name cannot push the reason out. */
  snprintf(error->message, sizeof error->message, "%.*s: %.*s", SOW_MESSAGE_SIZE / 2, context,
           SOW_MESSAGE_SIZE / 2 - 4, message);
  error->status = status;
  return status;
}

/* Columns before the caret. */
static int caret_columns(const sow_error *error) {
  size_t before = error->caret > 0 ? strnlen(error->excerpt, (size_t)error->caret) : 0;
  return (int)sow__utf8_count(error->excerpt, before);
}

size_t sow_error_print(const sow_error *error, char *buffer, size_t size) {
  char place[SOW_SOURCE_SIZE + 32] = "";
  if (error->line > 0 && error->source[0] != 0)
    snprintf(place, sizeof place, "%s:%d:%d: ", error->source, error->line, error->column);
  else if (error->line > 0)
    snprintf(place, sizeof place, "%d:%d: ", error->line, error->column);
  else if (error->source[0] != 0)
    snprintf(place, sizeof place, "%s: ", error->source);

  const char *word = error->status == SOW_OK ? "warning" : "error";
  const char *message = error->message[0] != 0 ? error->message : sow_status_text(error->status);
  int length;
  if (error->excerpt[0] == 0)
    length = snprintf(buffer, size, "%s%s: %s", place, word, message);
  else
    length = snprintf(buffer, size, "%s%s: %s\n%s\n%*s^", place, word, message, error->excerpt,
                      caret_columns(error), "");
  return length < 0 ? 0 : (size_t)length;
}
