/* The commands as one table; each is a function in a file of its own below cli/commands/. */
#ifndef SOW_CLI_COMMANDS_H
#define SOW_CLI_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OPERAND_LIMIT 2
#define EXAMPLE_LIMIT 6

typedef enum command_id {
  COMMAND_RECORD,
  COMMAND_INIT,
  COMMAND_PLAN,
  COMMAND_INSPECT,
  COMMAND_CHECK,
  COMMAND_DIFF,
  COMMAND_REPORT,
  COMMAND_FILL,
  COMMAND_GAIN,
  COMMAND_LIST,
  COMMAND_HELP,
  COMMAND_VERSION,
  COMMAND_NONE, /* `sow` itself: --help and --version */
  COMMAND_COUNT = COMMAND_NONE
} command_id;

typedef struct arguments arguments;

/* What an operand or the value of an option can be; words.h has the words. */
typedef enum word_kind {
  WORD_ANY,
  WORD_FILE,
  WORD_COMMAND,
  WORD_DTYPE,
  WORD_EXPRESSION, /* its beginning */
  WORD_FORMAT,     /* others at each command */
  WORD_ISA,
  WORD_LIST,
  WORD_NONLINEARITY,
  WORD_TORCH,
} word_kind;

/* A word of the command line that is a value. */
typedef struct reading {
  const char *name; /* what messages call it: "--seed", "SOW_THREADS", "SHAPE" */
  const char *value;
  word_kind kind;
  command_id command;
} reading;

/* Reads it into its member of the command's struct; false, with a complaint, where it means nothing. */
typedef bool reader(const reading *from, void *member);

typedef struct operand {
  const char *name;
  word_kind kind;
  bool optional;
  reader *read;
  size_t member; /* in `arguments` */
} operand;

typedef struct example {
  const char *what; /* it does, in half a sentence */
  const char *line;
} example;

typedef struct command {
  const char *name;
  operand operands[OPERAND_LIMIT];
  const char *output; /* what --output names, where it must be given; NULL: it may be left out, or is none */
  const char *summary;
  const char *description; /* paragraphs with an empty line between them; who prints them breaks the lines */
  const char *exit_status; /* what 0 and 1 say of a command that compares; NULL: there is no 1 */
  example examples[EXAMPLE_LIMIT];
  int (*run)(const arguments *all); /* returns the exit status */
} command;

extern const command command_table[COMMAND_COUNT];

/* How many operands it takes at most; the first ones of them must be given. */
int command_operands(command_id id);

/* What follows "sow" in the usage: "gain NONLINEARITY [PARAM] [options]". Returns buffer. */
const char *command_usage(command_id id, char *buffer, size_t size);

int cmd_record(const arguments *all);
int cmd_init(const arguments *all);
int cmd_plan(const arguments *all);
int cmd_inspect(const arguments *all);
int cmd_check(const arguments *all);
int cmd_diff(const arguments *all);
int cmd_report(const arguments *all);
int cmd_fill(const arguments *all);
int cmd_gain(const arguments *all);
int cmd_list(const arguments *all);
int cmd_help(const arguments *all);
int cmd_version(const arguments *all);

/* What help and the manual say of the program as a whole. */
extern const char program_summary[];
extern const char program_description[];

#define EXIT_COUNT 3
typedef struct exit_row {
  const char *word;
  const char *more; /* sentences for the manual */
} exit_row;
extern const exit_row exit_table[EXIT_COUNT]; /* by exit status */

/* One line for misuse, and the whole text for those who ask; COMMAND_NONE is sow itself. */
void usage_print(command_id id, FILE *stream);
void help_print(command_id id, FILE *stream);

#endif
