/* Recording takes Python: the command becomes `python3 -m sow record`, where there is the package. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments/options.h"
#include "cli/text/diagnostics.h"

/* As `python3 -m sow record`, which is there with the package; says so where it is not. */
static const char script[] =
    "import sys\n"
    "try:\n"
    "    from sow import _record_program\n"
    "except ModuleNotFoundError as error:\n"
    "    if (error.name or '').split('.')[0] != 'sow':\n"
    "        raise\n"
    "    sys.stderr.write('sow: error: python3 has no package sow, which records: install it (pip install . "
    "in the '\n"
    "                     'sources of sow), or record where it is and bring the file here\\n')\n"
    "    sys.exit(2)\n"
    "sys.exit(_record_program.main(sys.argv[1:]))\n";

enum { ARGUMENTS = 32 }; /* more than the options and the operand can fill */

int cmd_record(const arguments *given) {
  static const struct {
    option_id option;
    char *word;
  } passed[] = {{OPTION_OUTPUT, "--output"},
                {OPTION_FILE, "--file"},
                {OPTION_DTYPE, "--dtype"},
                {OPTION_TORCH_SEED, "--torch-seed"}};
  const char *file = arguments_value(given, OPTION_FILE);
  if (file != NULL && strcmp(file, "-") == 0) {
    complain("--file names a file of Python, which is not read from standard input");
    return EXIT_TROUBLE;
  }
  char *words[ARGUMENTS] = {"python3", "-c", (char *)script};
  size_t count = 3;
  for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
    const char *value = arguments_value(given, passed[i].option);
    if (value == NULL)
      continue;
    words[count++] = passed[i].word;
    words[count++] = (char *)value;
  }
  if (arguments_value(given, OPTION_FORCE) != NULL)
    words[count++] = "--force";
  words[count++] = "--";
  words[count] = (char *)given->operands[0];
  execvp(words[0], words);
  complain("recording takes Python, and python3 cannot be run: %s", strerror(errno));
  return EXIT_TROUBLE;
}
