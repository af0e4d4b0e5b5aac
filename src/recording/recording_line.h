/* One line of a recording: words, strings, numbers and views. */
#ifndef SOW_RECORDING_RECORDING_LINE_H
#define SOW_RECORDING_RECORDING_LINE_H

#include "base/memory.h"
#include "tape/tape.h"
#include "text/diagnostic.h"

/* The text, and the part of the line at hand that is not read yet. */
typedef struct sow__line_reader {
  sow__text text;
  size_t at, end; /* of the line */
  size_t next;    /* where the next line begins */
  sow__arena *arena;
  sow_error *error;
} sow__line_reader;

/* Goes to the next line that says something; false at the end of the text. */
bool sow__line_next(sow__line_reader *reader);

/* Fails with a message about the place that is read. */
sow_status sow__line_fail(sow__line_reader *reader, sow_status status, const char *format, ...)
    SOW__PRINTF(3, 4);

/* Takes the word if it is the next one; a word ends at a space or at the end of the line. */
bool sow__line_take(sow__line_reader *reader, const char *word);

/* The next word, which may be empty at the end of the line. */
const char *sow__line_word(sow__line_reader *reader, size_t *length);

/* SOW_SYNTAX where something follows. */
sow_status sow__line_finish(sow__line_reader *reader);

/* A decimal number below 2^64, or below 2^63. */
sow_status sow__line_number(sow__line_reader *reader, uint64_t *number);
sow_status sow__line_size(sow__line_reader *reader, int64_t *size);

/* A JSON string; the text is in the arena. */
sow_status sow__line_string(sow__line_reader *reader, const char **text);

sow_status sow__line_dtype(sow__line_reader *reader, sow_dtype *dtype);

/*
 * "s0[3, 4]", "s0[4, 3]*[1, 4]+8"; sizes and strides in the arena. `reads` lets elements be read several
 * times. The view lies within its storage, which the tape must have.
 */
sow_status sow__line_view(sow__line_reader *reader, const sow__tape *tape, bool reads, sow__tape_view *view);

/* The next character, or 0 at the end of the line. */
char sow__line_peek(const sow__line_reader *reader);

#endif
