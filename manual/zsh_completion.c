#include <string.h>

#include "candidates.h"
#include "manual.h"

static const char begin[] = "#compdef sow\n"
                            "# Completion of sow in zsh, made from the tables of the program; edit those.\n"
                            "\n"
                            "_sow_commands() {\n"
                            "  local -a commands=(\n";

/* Calls hold spaces and quotes; where the user has begun no quotes they are put in new ones. */
static const char calls_begin[] = "  )\n"
                                  "  _describe -t commands command commands\n"
                                  "}\n"
                                  "\n"
                                  "_sow_calls() {\n"
                                  "  local -a calls=(\n";

static const char calls_end[] = "  )\n"
                                "  if [[ -n $compstate[quote] ]]; then\n"
                                "    compadd -a calls\n"
                                "  else\n"
                                "    compadd -Q -P '\"' -S '\" ' -a calls\n"
                                "  fi\n"
                                "}\n"
                                "\n"
                                "_sow() {\n"
                                "  local context state line\n"
                                "  typeset -A opt_args\n"
                                "  _arguments -s -S \\\n";

static const char rest_begin[] = "    '1:COMMAND:_sow_commands' '*:: :->rest'\n"
                                 "  [[ $state == rest ]] || return\n"
                                 "  case $words[1] in\n";

static const char rest_end[] = "  esac\n"
                               "}\n"
                               "\n"
                               "_sow \"$@\"\n";

/* Text within single quotes, and within [explanations] of _arguments. */
static void print_quoted(const char *text, size_t length, FILE *stream) {
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\'')
      fputs("'\\''", stream);
    else if (strchr("[]:\\", text[i]) != NULL)
      fprintf(stream, "\\%c", text[i]);
    else
      fputc(text[i], stream);
}

/* An explanation stands in one line, so the first sentence has to do. */
static size_t sentence_length(const char *text) {
  size_t i = 0;
  while (text[i] != 0 && !(text[i] == '.' && (text[i + 1] == ' ' || text[i + 1] == 0)))
    i++;
  return i;
}

/* What stands behind the name of an operand or a value: the words that it can be, or how they are found. */
static void print_action(word_kind kind, command_id id, FILE *stream) {
  char buffer[CANDIDATE_SIZE];
  const char *word;
  if (kind == WORD_FILE)
    fputs("_files", stream);
  else if (kind == WORD_COMMAND)
    fputs("_sow_commands", stream);
  else if (kind == WORD_EXPRESSION)
    fputs("_sow_calls", stream);
  else if (kind == WORD_ANY)
    fputc(' ', stream);
  else
    for (size_t i = 0; (word = candidate_at(kind, id, i, buffer)) != NULL; i++)
      fprintf(stream, "%c%s", i == 0 ? '(' : ' ', word);
  if (kind != WORD_ANY && kind != WORD_FILE && kind != WORD_COMMAND && kind != WORD_EXPRESSION)
    fputc(')', stream);
}

static void print_option(const option *one, command_id id, FILE *stream) {
  const char *value = one->metavar != NULL ? "=" : "";
  fputs("    '", stream);
  if (one->repeats)
    fputc('*', stream);
  else if (one->letter != 0)
    fprintf(stream, "(-%c --%s)", one->letter, one->name);
  if (one->letter != 0)
    fprintf(stream, "'{-%c%s,--%s%s}'[", one->letter, one->metavar != NULL ? "+" : "", one->name, value);
  else
    fprintf(stream, "--%s%s[", one->name, value);
  print_quoted(one->help, sentence_length(one->help), stream);
  fputc(']', stream);
  if (one->metavar != NULL) {
    fputc(':', stream);
    print_quoted(one->metavar, strlen(one->metavar), stream);
    fputc(':', stream);
    print_action(one->kind, id, stream);
  }
  fputs("' \\\n", stream);
}

static void print_options(command_id id, FILE *stream) {
  for (int i = 0; i < OPTION_COUNT; i++)
    if (option_is_of((option_id)i, id))
      print_option(&option_table[i], id, stream);
}

static void print_command(command_id id, FILE *stream) {
  fprintf(stream, "  %s) _arguments -s -S \\\n", command_table[id].name);
  print_options(id, stream);
  fputs("   ", stream);
  for (int i = 0; i < command_operands(id); i++) {
    const operand *one = &command_table[id].operands[i];
    fprintf(stream, " '%d:%s%s:", i + 1, one->optional ? ":" : "", one->name);
    print_action(one->kind, id, stream);
    fputc('\'', stream);
  }
  fputs(" ;;\n", stream);
}

void zsh_completion(FILE *stream) {
  char buffer[CANDIDATE_SIZE];
  const char *word;
  fputs(begin, stream);
  for (int i = 0; i < COMMAND_COUNT; i++) {
    fprintf(stream, "    '%s:", command_table[i].name);
    print_quoted(command_table[i].summary, strlen(command_table[i].summary), stream);
    fputs("'\n", stream);
  }
  fputs(calls_begin, stream);
  for (size_t i = 0; (word = candidate_at(WORD_EXPRESSION, COMMAND_NONE, i, buffer)) != NULL; i++)
    fprintf(stream, "    \"%s\"\n", word);
  fputs(calls_end, stream);
  print_options(COMMAND_NONE, stream);
  fputs(rest_begin, stream);
  for (int i = 0; i < COMMAND_COUNT; i++)
    print_command((command_id)i, stream);
  fputs(rest_end, stream);
}
