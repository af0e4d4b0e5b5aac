#include "candidates.h"

#include <stdio.h>

#include "cli/arguments/words.h"
#include "sow/sow.h"

const char *candidate_at(word_kind kind, command_id id, size_t index, char buffer[CANDIDATE_SIZE]) {
  const char *word = word_at(kind, id, index);
  if (word == NULL || kind != WORD_EXPRESSION)
    return word;
  snprintf(buffer, CANDIDATE_SIZE, "%s(%s)", word, sow_initializer_signature(initializer_at(index)));
  return buffer;
}

word_kind operand_kind(command_id id, int index) {
  if (id == COMMAND_NONE)
    return index == 0 ? WORD_COMMAND : WORD_ANY;
  return index < command_operands(id) ? command_table[id].operands[index].kind : WORD_ANY;
}
