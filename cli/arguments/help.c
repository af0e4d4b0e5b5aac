#include <string.h>

#include "cli/arguments/options.h"

#define WIDTH 80
#define INDENT 28 /* where the explanations of options begin */

void usage_print(command_id id, FILE *stream) {
  char usage[128];
  const char *name = id == COMMAND_NONE ? "" : command_table[id].name;
  fprintf(stream, "usage: sow %s\n", command_usage(id, usage, sizeof usage));
  if (stream != stdout)
    fprintf(stream, "'sow %s%s--help' tells more.\n", name, name[0] != 0 ? " " : "");
}

/* Words from column `indent` on, where the line stands already; broken before WIDTH. A line end is one more.
 */
static void print_wrapped(const char *text, size_t indent, FILE *stream) {
  size_t column = indent;
  while (*text != 0) {
    size_t length = strcspn(text, " \n");
    if (column > indent && column + 1 + length > WIDTH) {
      fprintf(stream, "\n%*s", (int)indent, "");
      column = indent;
    } else if (column > indent) {
      fputc(' ', stream);
      column++;
    }
    fwrite(text, 1, length, stream);
    column += length;
    text += length;
    for (; *text == ' ' || *text == '\n'; text++)
      if (*text == '\n') {
        fprintf(stream, "\n%*s", text[1] == '\n' ? 0 : (int)indent, "");
        column = indent;
      }
  }
  fputc('\n', stream);
}

/* One row of a list: `left`, and its explanation beside it or, where it is long, below. */
static void print_row(const char *left, const char *text, FILE *stream) {
  fprintf(stream, "%-*s", INDENT, left);
  if (strlen(left) >= INDENT)
    fprintf(stream, "\n%*s", INDENT, "");
  print_wrapped(text, INDENT, stream);
}

static void print_options(command_id id, FILE *stream) {
  fputs("\nOptions:\n", stream);
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    if (!option_is_of((option_id)i, id))
      continue;
    char left[64], letter[8] = "    ";
    if (one->letter != 0)
      snprintf(letter, sizeof letter, "-%c, ", one->letter);
    snprintf(left, sizeof left, "  %s--%s%s%s", letter, one->name, one->metavar != NULL ? " " : "",
             one->metavar != NULL ? one->metavar : "");
    print_row(left, one->help, stream);
  }
}

static void print_overview(FILE *stream) {
  char left[64];
  fprintf(stream, "sow: %s\n\n", program_summary);
  usage_print(COMMAND_NONE, stream);
  fputc('\n', stream);
  print_wrapped(program_description, 0, stream);
  fputs("\nCommands:\n", stream);
  for (int i = 0; i < COMMAND_COUNT; i++)
    fprintf(stream, "  %-7s %s\n", command_table[i].name, command_table[i].summary);
  print_options(COMMAND_NONE, stream);
  fputs("\nEnvironment:\n", stream);
  for (int i = 0; i < VARIABLE_COUNT; i++) {
    snprintf(left, sizeof left, "  %s", variable_table[i].name);
    print_row(left, variable_table[i].help, stream);
  }
  fputs("\n'sow COMMAND --help' explains a command, 'man sow' all of them.\nExit status:", stream);
  for (int i = 0; i < EXIT_COUNT; i++)
    fprintf(stream, "%s %d %s", i > 0 ? "," : "", i, exit_table[i].word);
  fputs(".\n", stream);
}

static void print_examples(const command *one, FILE *stream) {
  for (int i = 0; i < EXAMPLE_LIMIT && one->examples[i].line != NULL; i++)
    fprintf(stream, "%s  %s\n", i == 0 ? "\nExamples:\n" : "", one->examples[i].line);
}

void help_print(command_id id, FILE *stream) {
  if (id == COMMAND_NONE) {
    print_overview(stream);
    return;
  }
  const command *one = &command_table[id];
  fprintf(stream, "sow %s: %s\n\n", one->name, one->summary);
  usage_print(id, stream);
  fputc('\n', stream);
  print_wrapped(one->description, 0, stream);
  if (one->exit_status != NULL)
    fprintf(stream, "\nExit status: %s.\n", one->exit_status);
  print_examples(one, stream);
  print_options(id, stream);
}
