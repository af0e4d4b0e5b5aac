/* What a shell offers for an operand or a value. */
#ifndef SOW_MANUAL_CANDIDATES_H
#define SOW_MANUAL_CANDIDATES_H

#include "cli/arguments/options.h"

#define CANDIDATE_SIZE 192
#define WORD_KIND_COUNT (WORD_TORCH + 1)

/*
 * The candidate of that index; NULL past the end, and for any text and for files. That of an expression is a
 * whole call with its defaults, to be edited.
 */
const char *candidate_at(word_kind kind, command_id id, size_t index, char buffer[CANDIDATE_SIZE]);

/* What kind of word an operand is; WORD_ANY past the last. The command is the first operand of sow itself. */
word_kind operand_kind(command_id id, int index);

#endif
