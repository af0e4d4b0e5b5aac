/* Filling a sow_error, in one line at the place of failure: return sow__fail(error, SOW_SHAPE, "…"). */
#ifndef SOW_BASE_ERROR_H
#define SOW_BASE_ERROR_H

#include <stdarg.h>

#include "sow/status.h"

#if defined(__GNUC__)
#define SOW__PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define SOW__PRINTF(text, first)
#endif

/* Control characters as '?': names come from files, and a message may be read in a terminal, which obeys
 * them. */
void sow__harmless(char *text);

/* Bytes of the control character that `at` begins with, of Unicode's too; 0 for none. */
size_t sow__harm_size(const char *at);

/*
 * Sets status and message (the status's own text where `format` is NULL), clears the position, and returns
 * `status`. `error` may be NULL. Do not format doubles here: %g depends on the locale; use sow__number_print.
 */
sow_status sow__fail(sow_error *error, sow_status status, const char *format, ...) SOW__PRINTF(3, 4);

/* The failure that another sow_error holds, errno included; returns its status. */
sow_status sow__fail_again(sow_error *error, const sow_error *failure);

/* Hands a warning without a position to error->on_warning, if there is one. */
void sow__warn(sow_error *error, const char *format, ...) SOW__PRINTF(2, 3);

/* The same with the position that `place` has, if it is not NULL. */
void sow__warn_at(sow_error *error, const sow_error *place, const char *format, va_list arguments)
    SOW__PRINTF(3, 0);

/* Puts "CONTEXT: " before the message of a failure that a lower layer reported; returns error's status. */
sow_status sow__fail_within(sow_error *error, sow_status status, const char *format, ...) SOW__PRINTF(3, 4);

#endif
