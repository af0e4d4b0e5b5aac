#include <string.h>

#include "options.h"
#include "sow/sow.h"

#define WIDTH 90
#define INDENT 28 /* where the explanations of options begin */

void usage_print(command_id id, FILE *stream) {
  const char *name = id == COMMAND_NONE ? "COMMAND" : command_table[id].name;
  const char *usage = id == COMMAND_NONE ? "[options]" : command_table[id].usage;
  fprintf(stream, "usage: sow %s %s\n", name, usage);
  if (stream != stdout)
    fprintf(stream, "'sow %s%s--help' tells more.\n", id == COMMAND_NONE ? "" : name,
            id == COMMAND_NONE ? "" : " ");
}

/* Words from column `column` on, broken before WIDTH and continued at INDENT. */
static void print_wrapped(const char *text, size_t column, FILE *stream) {
  while (*text != 0) {
    size_t length = strcspn(text, " ");
    if (column > INDENT && column + 1 + length > WIDTH) {
      fprintf(stream, "\n%*s", INDENT, "");
      column = INDENT;
    } else if (column > INDENT) {
      fputc(' ', stream);
      column++;
    }
    fwrite(text, 1, length, stream);
    column += length;
    text += length + strspn(text + length, " ");
  }
  fputc('\n', stream);
}

static void print_option(const option *one, FILE *stream) {
  char left[64];
  const char *metavar = one->metavar != NULL ? one->metavar : "";
  char letter[8] = "    ";
  if (one->letter != 0)
    snprintf(letter, sizeof letter, "-%c, ", one->letter);
  int length = snprintf(left, sizeof left, "  %s--%s%s%s", letter, one->name, one->metavar != NULL ? " " : "",
                        metavar);
  fprintf(stream, "%-*s", INDENT, left);
  if (length >= INDENT)
    fprintf(stream, "\n%*s", INDENT, "");
  print_wrapped(one->help, INDENT, stream);
}

static void print_options(command_id id, FILE *stream) {
  fputs("\nOptions:\n", stream);
  for (int i = 0; i < OPTION_COUNT; i++)
    if ((option_table[i].commands >> id & 1u) != 0)
      print_option(&option_table[i], stream);
}

static void print_overview(FILE *stream) {
  fputs(
      "sow writes the weights that PyTorch would give you, bit for bit, from a printed model and a seed.\n\n",
      stream);
  usage_print(COMMAND_NONE, stream);
  fputs("\nCommands:\n", stream);
  for (int i = 0; i < COMMAND_COUNT; i++)
    fprintf(stream, "  %-7s %s\n", command_table[i].name, command_table[i].summary);
  print_options(COMMAND_NONE, stream);
  fputs("\n'sow COMMAND --help' explains a command. A file named '-' is standard input or output.\n"
        "Exit status: 0 done, 1 failed, 2 misuse.\n",
        stream);
}

void help_print(command_id id, FILE *stream) {
  if (id == COMMAND_NONE) {
    print_overview(stream);
    return;
  }
  const command *one = &command_table[id];
  fprintf(stream, "sow %s: %s\n\n", one->name, one->summary);
  usage_print(id, stream);
  fprintf(stream, "\n%s", one->description);
  print_options(id, stream);
}

int cmd_help(const arguments *given) {
  command_id id = COMMAND_NONE;
  if (given->operand_count > 0) {
    id = command_find(given->operands[0]);
    if (id == COMMAND_NONE)
      return EXIT_MISUSE;
  }
  help_print(id, stdout);
  return 0;
}
