#include "diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Place, message, excerpt and caret line, and some room. */
#define DIAGNOSTIC_SIZE (SOW_SOURCE_SIZE + SOW_MESSAGE_SIZE + 2 * SOW_EXCERPT_SIZE + 128)

static void speak(const char *word, const char *format, va_list arguments) {
  fprintf(stderr, "sow: %s: ", word);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
}

void complain(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  speak("error", format, arguments);
  va_end(arguments);
}

void caution(bool quiet, const char *format, ...) {
  if (quiet)
    return;
  va_list arguments;
  va_start(arguments, format);
  speak("warning", format, arguments);
  va_end(arguments);
}

static void diagnostic_print(const sow_error *error) {
  char text[DIAGNOSTIC_SIZE];
  sow_error_print(error, text, sizeof text);
  fprintf(stderr, "%s%s\n", error->source[0] == 0 ? "sow: " : "", text);
}

int report(const sow_error *error) {
  diagnostic_print(error);
  return EXIT_FAILURE;
}

static void print_warning(void *context, const sow_error *warning) {
  (void)context;
  diagnostic_print(warning);
}

sow_error error_new(bool quiet) {
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = quiet ? NULL : print_warning;
  return error;
}
