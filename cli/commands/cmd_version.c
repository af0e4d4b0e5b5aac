#include <stdio.h>
#include <stdlib.h>

#include "cli/arguments/arguments.h"
#include "cli/arguments/options.h"
#include "cli/text/diagnostics.h"
#include "sow/sow.h"

int cmd_version(const arguments *all) {
  bool verbose = all->version.verbose;
  if (verbose && !variable_read(OPTION_ISA, COMMAND_VERSION, NULL))
    return EXIT_TROUBLE;
  printf("sow %s\n", sow_version());
  if (!verbose)
    return EXIT_SUCCESS;
  printf("instruction set: %s\nthis machine can run:", sow_isa_used());
  for (int i = 0; i < sow_isa_count(); i++)
    if (sow_isa_is_supported(i))
      printf(" %s", sow_isa_name(i));
  putchar('\n');
  return EXIT_SUCCESS;
}
