/* The options as one table: how the command line is read, and what help, manual and completions say. */
#ifndef SOW_CLI_OPTIONS_H
#define SOW_CLI_OPTIONS_H

#include "cli/arguments/commands.h"

typedef enum option_id {
  OPTION_SEED,
  OPTION_RULES,
  OPTION_TORCH,
  OPTION_DTYPE,
  OPTION_CAST,
  OPTION_FILE,
  OPTION_TORCH_SEED,
  OPTION_ALIAS,
  OPTION_IGNORE,
  OPTION_ALLOW_MISSING,
  OPTION_EXPECT,
  OPTION_KEEP,
  OPTION_ALLOW_UNUSED,
  OPTION_NO_RECIPE,
  OPTION_THREADS,
  OPTION_ISA,
  OPTION_FORMAT,
  OPTION_ALL,
  OPTION_DIGEST,
  OPTION_BEFORE,
  OPTION_OUTPUT,
  OPTION_SLICE,
  OPTION_FINISH,
  OPTION_MAX_SHARD_SIZE,
  OPTION_FORCE,
  OPTION_QUIET,
  OPTION_HELP,
  OPTION_VERSION,
  OPTION_VERBOSE,
  OPTION_COUNT
} option_id;

typedef struct option {
  const char *name;
  char letter;                      /* 0 for none */
  const char *metavar;              /* NULL: a flag */
  bool repeats;                     /* its member is a text_list */
  reader *read;                     /* NULL: it repeats, or is --help or --version, which are commands */
  size_t member[COMMAND_COUNT + 1]; /* in `arguments`, of each command that takes it; 0: it does not */
  const char *help;
  word_kind kind; /* of its value */
} option;

extern const option option_table[OPTION_COUNT]; /* by option_id */

bool option_is_of(option_id id, command_id at); /* COMMAND_NONE is sow itself */

/* The option of a command that is called so; NULL, with a complaint and what might be meant, for another. */
const option *option_find(command_id at, const char *name, size_t length);
const option *option_find_letter(command_id at, char letter);

/* A variable of the environment that stands for an option where that is not given. */
typedef struct variable {
  const char *name;
  option_id option;
  const char *help;
} variable;

#define VARIABLE_COUNT 2
extern const variable variable_table[VARIABLE_COUNT];

/* Reads the variable that stands for the option, where there is one and it is set; false as a reader's. */
bool variable_read(option_id id, command_id at, void *member);

#endif
