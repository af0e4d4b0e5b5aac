/* The options as one table, from which the command line is read and --help is written. */
#ifndef SOW_CLI_OPTIONS_H
#define SOW_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

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
  char letter;         /* 0 for none */
  const char *metavar; /* NULL: a flag */
  bool repeats;
  unsigned commands; /* bit COMMAND_* of each that takes it */
  const char *help;
  word_kind kind; /* of its value */
} option;

extern const option option_table[OPTION_COUNT]; /* by option_id */

/* A variable of the environment that stands for an option where that is not given. */
typedef struct variable {
  const char *name;
  option_id option;
  const char *help;
} variable;

#define VARIABLE_COUNT 2
extern const variable variable_table[VARIABLE_COUNT];

bool option_is_of(option_id id, command_id at); /* COMMAND_NONE is sow itself */

/* What the user gave, in order. The strings are argv's. */
struct arguments {
  command_id command;
  const char **operands;
  int operand_count;
  struct given {
    option_id option;
    const char *value; /* "" for a flag */
  } * given;
  int given_count;
  bool mute; /* as if --quiet had been given */
};

/*
 * Reads argv[1…]. Returns -1 when there is a command to run, else the exit status: misuse, already explained
 * on stderr, or out of memory. Free with arguments_free in every case.
 */
int arguments_parse(int argc, char **argv, arguments *given);
void arguments_free(arguments *given);

/* The last value of an option, "" for a flag; NULL when it was not given. */
const char *arguments_value(const arguments *given, option_id id);

/* How often an option was given, and its values in order. */
int arguments_count(const arguments *given, option_id id);
const char *arguments_each(const arguments *given, option_id id, int index);

#endif
