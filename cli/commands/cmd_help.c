#include <stdio.h>
#include <stdlib.h>

#include "cli/arguments/arguments.h"

int cmd_help(const arguments *all) {
  help_print(all->help.about, stdout);
  return EXIT_SUCCESS;
}
