/* Recording takes Python: the command becomes `python3 -m sow record`, where there is the package. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments/arguments.h"
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

/* Adds an option and its value, where it has one. */
static void pass(char **words, size_t *count, char *option, const char *value) {
  if (value == NULL)
    return;
  words[(*count)++] = option;
  words[(*count)++] = (char *)value;
}

int cmd_record(const arguments *all) {
  const record_arguments *given = &all->record;
  if (given->file != NULL && strcmp(given->file, "-") == 0) {
    complain("--file names a file of Python, which is not read from standard input");
    return EXIT_TROUBLE;
  }
  char *words[ARGUMENTS] = {"python3", "-c", (char *)script};
  size_t count = 3;
  pass(words, &count, "--output", given->output.path);
  pass(words, &count, "--file", given->file);
  pass(words, &count, "--dtype", given->dtype.given ? sow_dtype_name(given->dtype.value) : NULL);
  pass(words, &count, "--torch-seed", given->torch_seed);
  if (given->output.force)
    words[count++] = "--force";
  words[count++] = "--";
  words[count] = (char *)given->expression;
  execvp(words[0], words);
  complain("recording takes Python, and python3 cannot be run: %s", strerror(errno));
  return EXIT_TROUBLE;
}
