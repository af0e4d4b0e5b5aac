#include "cli/arguments/choice.h"

#include <stdio.h>
#include <string.h>

#include "cli/arguments/words.h"
#include "cli/text/diagnostics.h"

/* "table, json or shapes" */
static void join(word_kind kind, command_id id, char *buffer, size_t size) {
  const char *word;
  buffer[0] = 0;
  for (size_t i = 0; (word = word_at(kind, id, i)) != NULL; i++) {
    const char *link = i == 0 ? "" : word_at(kind, id, i + 1) == NULL ? " or " : ", ";
    size_t used = strlen(buffer);
    snprintf(buffer + used, size - used, "%s%s", link, word);
  }
}

int choice_read(const arguments *given, option_id id) {
  const char *value = arguments_value(given, id);
  if (value == NULL)
    return 0;
  sow__nearest near;
  word_kind kind = option_table[id].kind;
  int found = word_find(kind, given->command, value, &near);
  if (found >= 0)
    return found;
  char all[128], hint[64];
  join(kind, given->command, all, sizeof all);
  complain("--%s %s: must be %s%s", option_table[id].name, value, all,
           sow__nearest_hint(&near, hint, sizeof hint));
  return -1;
}
