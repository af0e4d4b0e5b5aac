/* The commands as one table; each is a function in a file of its own. */
#ifndef SOW_CLI_COMMANDS_H
#define SOW_CLI_COMMANDS_H

#include <stdio.h>

#define EXIT_MISUSE 2

typedef enum command_id {
  COMMAND_INIT,
  COMMAND_PLAN,
  COMMAND_INSPECT,
  COMMAND_CHECK,
  COMMAND_DIFF,
  COMMAND_FILL,
  COMMAND_GAIN,
  COMMAND_LIST,
  COMMAND_HELP,
  COMMAND_NONE, /* `sow` itself: --help and --version */
  COMMAND_COUNT = COMMAND_NONE
} command_id;

typedef struct arguments arguments;

typedef struct command {
  const char *name;
  const char *usage; /* what follows the name */
  int min_operands, max_operands;
  const char *summary;
  const char *description;            /* paragraphs and examples of --help */
  int (*run)(const arguments *given); /* returns the exit status */
} command;

extern const command command_table[COMMAND_COUNT];

/* COMMAND_NONE, with a complaint and a suggestion, when there is none of that name. */
command_id command_find(const char *name);

int cmd_init(const arguments *given);
int cmd_plan(const arguments *given);
int cmd_inspect(const arguments *given);
int cmd_check(const arguments *given);
int cmd_diff(const arguments *given);
int cmd_fill(const arguments *given);
int cmd_gain(const arguments *given);
int cmd_list(const arguments *given);
int cmd_help(const arguments *given);

/* One line for misuse, and the whole text for those who ask; COMMAND_NONE is sow itself. */
void usage_print(command_id id, FILE *stream);
void help_print(command_id id, FILE *stream);

#endif
