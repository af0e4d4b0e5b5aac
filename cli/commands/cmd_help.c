#include "cli/arguments/options.h"
#include "cli/text/diagnostics.h"

int cmd_help(const arguments *given) {
  command_id id = COMMAND_NONE;
  if (given->operand_count > 0) {
    id = command_find(given->operands[0]);
    if (id == COMMAND_NONE)
      return EXIT_TROUBLE;
  }
  help_print(id, stdout);
  return 0;
}
