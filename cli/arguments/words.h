/* The words that operands and values of options can be: to read them, and for a shell to complete them. */
#ifndef SOW_CLI_WORDS_H
#define SOW_CLI_WORDS_H

#include <stddef.h>

#include "base/names.h"
#include "cli/arguments/commands.h"
#include "sow/init.h"

/* The word of that index; NULL past the end, and for any text and for files. */
const char *word_at(word_kind kind, command_id id, size_t index);

/* The index of `word` among them; -1 where it is none of them, and near->best is then what it may be a typo
 * of. */
int word_find(word_kind kind, command_id id, const char *word, sow__nearest *near);

/* The initialiser whose name is the WORD_EXPRESSION of that index: of those that make a new tensor. */
sow_initializer_kind initializer_at(size_t index);

#endif
