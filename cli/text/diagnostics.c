#include "cli/text/diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "cli/text/progress.h"

/* Place, message, excerpt and caret line, and some room. */
#define DIAGNOSTIC_SIZE (SOW_SOURCE_SIZE + SOW_MESSAGE_SIZE + 2 * SOW_EXCERPT_SIZE + 128)

static struct {
  void (*heard)(void *context, const char *text);
  void *context;
} listener;

void warnings_hear(void (*heard)(void *context, const char *text), void *context) {
  listener.heard = heard;
  listener.context = context;
}

/* As the library's messages are: a path may hold what a terminal obeys. */
static char *harmless_text(const char *format, va_list values) {
  char *text = NULL;
  if (vasprintf(&text, format, values) < 0)
    return NULL;
  sow__harmless(text);
  return text;
}

static void speak(const char *word, const char *text) {
  progress_erase();
  fprintf(stderr, "sow: %s: %s\n", word, text == NULL ? "out of memory" : text);
}

void complain(const char *format, ...) {
  va_list values;
  va_start(values, format);
  char *text = harmless_text(format, values);
  va_end(values);
  speak("error", text);
  free(text);
}

int complain_memory(void) {
  speak("error", NULL);
  return EXIT_TROUBLE;
}

void caution(bool quiet, const char *format, ...) {
  va_list values;
  va_start(values, format);
  char *text = harmless_text(format, values);
  va_end(values);
  if (listener.heard != NULL && text != NULL)
    listener.heard(listener.context, text);
  if (!quiet)
    speak("warning", text);
  free(text);
}

static void diagnostic_print(const sow_error *error) {
  char text[DIAGNOSTIC_SIZE];
  sow_error_print(error, text, sizeof text);
  progress_erase();
  fprintf(stderr, "%s%s\n", error->source[0] == 0 ? "sow: " : "", text);
}

int report(const sow_error *error) {
  diagnostic_print(error);
  return EXIT_TROUBLE;
}

/* "c3d.txt:12: …", without the line that it points at. */
static void hear_warning(void *context, const sow_error *warning) {
  (void)context;
  char text[DIAGNOSTIC_SIZE];
  if (listener.heard == NULL)
    return;
  if (warning->source[0] != 0 && warning->line > 0)
    snprintf(text, sizeof text, "%s:%d: %s", warning->source, warning->line, warning->message);
  else
    snprintf(text, sizeof text, "%s", warning->message);
  listener.heard(listener.context, text);
}

static void print_warning(void *context, const sow_error *warning) {
  hear_warning(context, warning);
  diagnostic_print(warning);
}

sow_error error_new(bool quiet) {
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = quiet ? hear_warning : print_warning;
  return error;
}
