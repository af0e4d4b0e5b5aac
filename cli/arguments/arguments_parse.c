#include "cli/arguments/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "cli/arguments/options.h"
#include "cli/arguments/readers.h"
#include "cli/text/diagnostics.h"

/* The command line in its parts, not yet read. The strings are argv's. */
typedef struct parts {
  command_id command;
  const char **operands;
  int operand_count;
  struct given {
    const option *option;
    const char *value; /* "" for a flag */
  } * given;
  int given_count;
} parts;

static void add(parts *of, const option *one, const char *value) {
  of->given[of->given_count++] = (struct given){one, value};
}

/* The last value of an option; NULL where it was not given. */
static const char *value_of(const parts *of, option_id id) {
  for (int i = of->given_count - 1; i >= 0; i--)
    if (of->given[i].option == &option_table[id])
      return of->given[i].value;
  return NULL;
}

/* ---- the parts ---- */

/* Takes one --name, --name=value or --name value; false for misuse. */
static bool take_long(parts *of, char **argv, int argc, int *i) {
  const char *name = argv[*i] + 2, *equals = strchr(name, '=');
  const option *one = option_find(of->command, name, equals != NULL ? (size_t)(equals - name) : strlen(name));
  if (one == NULL)
    return false;
  const char *value = "";
  if (one->metavar == NULL && equals != NULL) {
    complain("--%s takes no value", one->name);
    return false;
  }
  if (one->metavar != NULL) {
    if (equals == NULL && *i + 1 >= argc) {
      complain("--%s needs a value: --%s %s", one->name, one->name, one->metavar);
      return false;
    }
    value = equals != NULL ? equals + 1 : argv[++*i];
  }
  add(of, one, value);
  return true;
}

/* Takes -q, -qh, -oFILE or -o FILE; false for misuse. */
static bool take_short(parts *of, char **argv, int argc, int *i) {
  for (const char *letter = argv[*i] + 1; *letter != 0; letter++) {
    const option *one = option_find_letter(of->command, *letter);
    if (one == NULL)
      return false;
    if (one->metavar == NULL) {
      add(of, one, "");
      continue;
    }
    if (letter[1] == 0 && *i + 1 >= argc) {
      complain("-%c needs a value: -%c %s", one->letter, one->letter, one->metavar);
      return false;
    }
    add(of, one, letter[1] != 0 ? letter + 1 : argv[++*i]);
    break;
  }
  return true;
}

/* A minus sign before a digit begins a number (sow gain leaky_relu -0.2), and a single one is a file. */
static bool is_operand(const char *word) {
  return word[0] != '-' || word[1] == 0 || word[1] == '.' || sow__is_digit(word[1]);
}

/* The first operand of sow itself is the command. */
static bool take_operand(parts *of, const char *word) {
  if (of->command == COMMAND_NONE)
    return read_command(&(reading){"COMMAND", word, WORD_COMMAND, COMMAND_NONE}, &of->command);
  of->operands[of->operand_count++] = word;
  return true;
}

static bool take_words(int argc, char **argv, parts *of) {
  bool ended = false, done = true;
  for (int i = 1; done && i < argc; i++) {
    char *word = argv[i];
    if (!ended && strcmp(word, "--") == 0)
      ended = true;
    else if (ended || is_operand(word))
      done = take_operand(of, word);
    else
      done = (word[1] == '-' ? take_long : take_short)(of, argv, argc, &i);
  }
  return done;
}

static bool is_complete(const parts *of) {
  if (of->command == COMMAND_NONE) {
    complain("which command?");
    return false;
  }
  const command *one = &command_table[of->command];
  int most = command_operands(of->command);
  if (of->operand_count > most) {
    complain("'%s' is one operand too many", of->operands[most]);
    return false;
  }
  if (of->operand_count < most && !one->operands[of->operand_count].optional) {
    complain("an operand is missing");
    return false;
  }
  if (one->output != NULL && value_of(of, OPTION_OUTPUT) == NULL) {
    complain("where to? Give -o FILE, or -o - for standard output");
    return false;
  }
  return true;
}

/* ---- the members ---- */

/* All values of an option; `texts` moves behind them. */
static text_list values_of(const parts *of, const option *one, const char ***texts) {
  text_list list = {*texts, 0};
  for (int i = 0; i < of->given_count; i++)
    if (of->given[i].option == one)
      (*texts)[list.count++] = of->given[i].value;
  *texts += list.count;
  return list;
}

static bool read_option(const parts *of, option_id id, arguments *out, const char ***texts) {
  const option *one = &option_table[id];
  void *member = (char *)out + one->member[out->command];
  const char *value = value_of(of, id);
  char name[32];
  if (one->repeats) {
    *(text_list *)member = values_of(of, one, texts);
    return true;
  }
  if (value == NULL)
    return variable_read(id, out->command, member);
  snprintf(name, sizeof name, "--%s", one->name);
  return one->read(&(reading){name, value, one->kind, out->command}, member);
}

static bool read_all(const parts *of, arguments *out) {
  const char **texts = out->texts;
  for (int i = 0; i < OPTION_COUNT; i++)
    if (option_table[i].member[out->command] != 0 && !read_option(of, (option_id)i, out, &texts))
      return false;
  for (int i = 0; i < of->operand_count; i++) {
    const operand *one = &command_table[out->command].operands[i];
    const reading from = {one->name, of->operands[i], one->kind, out->command};
    if (!one->read(&from, (char *)out + one->member))
      return false;
  }
  return true;
}

/* ---- the whole ---- */

/* --help and --version are commands, wherever they stand, and ask for nothing more; false for misuse. */
static bool settle(parts *of, arguments *out) {
  bool help = value_of(of, OPTION_HELP) != NULL, version = value_of(of, OPTION_VERSION) != NULL;
  out->command = help ? COMMAND_HELP : version ? COMMAND_VERSION : of->command;
  if (out->command == COMMAND_HELP)
    out->help.about = help ? of->command : COMMAND_NONE;
  if (!help && !version)
    return is_complete(of);
  of->operand_count = 0;
  return true;
}

static bool parse(int argc, char **argv, parts *of, arguments *out) {
  /* One word may hold many short flags. */
  size_t room = (size_t)argc + 1;
  for (int i = 1; i < argc; i++)
    room += strlen(argv[i]);
  of->operands = calloc((size_t)argc + 1, sizeof *of->operands);
  of->given = calloc(room, sizeof *of->given);
  out->texts = calloc(room, sizeof *out->texts);
  if (of->operands == NULL || of->given == NULL || out->texts == NULL) {
    complain_memory();
    return false;
  }
  if (take_words(argc, argv, of) && settle(of, out))
    return read_all(of, out);
  usage_print(of->command, stderr);
  return false;
}

bool arguments_parse(int argc, char **argv, arguments *out) {
  parts of = {.command = COMMAND_NONE};
  *out = (arguments){.command = COMMAND_NONE};
  bool done = parse(argc, argv, &of, out);
  free(of.operands);
  free(of.given);
  return done;
}

void arguments_free(arguments *all) {
  free(all->texts);
}
