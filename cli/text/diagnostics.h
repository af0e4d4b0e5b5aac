/* What the program says to people: on stderr, in one form. */
#ifndef SOW_CLI_DIAGNOSTICS_H
#define SOW_CLI_DIAGNOSTICS_H

#include <stdbool.h>

#include "sow/status.h"

/* As diff's, for every command; 0 is EXIT_SUCCESS. */
#define EXIT_NO 1      /* the answer of a command that compares is no */
#define EXIT_TROUBLE 2 /* there is no answer, or nothing was done: a message says why */

/* "sow: error: …" and a line end. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says that memory is short; always returns EXIT_TROUBLE. */
int complain_memory(void);

/* "sow: warning: …" and a line end, unless `quiet`. */
void caution(bool quiet, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints a failure of the library, with place and caret where it has them; always returns EXIT_TROUBLE. */
int report(const sow_error *error);

/* An error to hand to the library: warnings are printed as they come, unless `quiet`. */
sow_error error_new(bool quiet);

/* From now on each warning is handed to `heard` too, quiet or not, as one line; NULL ends it. */
void warnings_hear(void (*heard)(void *context, const char *text), void *context);

#endif
