#include <ctype.h>
#include <string.h>

#include "candidates.h"
#include "manual.h"
#include "roff.h"
#include "sow/sow.h"

#define NAMES_SIZE 512

/* Adds the words of "NAME=CLASS" to a list of names. */
static void names_add(char names[NAMES_SIZE], const char *text) {
  size_t used = strlen(names);
  if (used > 0 && used + 1 < NAMES_SIZE)
    names[used++] = ' ';
  for (; *text != 0 && used + 1 < NAMES_SIZE; text++)
    names[used++] = (char)(isupper((unsigned char)*text) ? *text : ' ');
  names[used] = 0;
}

static const char *names_of(command_id id, char names[NAMES_SIZE]) {
  names[0] = 0;
  for (int i = 0; id != COMMAND_NONE && i < command_operands(id); i++)
    names_add(names, command_table[id].operands[i].name);
  for (int i = 0; i < OPTION_COUNT; i++)
    if (option_is_of((option_id)i, id) && option_table[i].metavar != NULL)
      names_add(names, option_table[i].metavar);
  return names;
}

/* "print x" as "Print x." */
static void sentence(const char *text, FILE *stream) {
  char whole[256];
  snprintf(whole, sizeof whole, "%s.", text);
  whole[0] = (char)toupper((unsigned char)whole[0]);
  roff_text(whole, "", stream);
}

/* What is typed as it stands becomes bold, what stands for something italic. */
static void usage(command_id id, FILE *stream) {
  char text[128], *rest = text;
  command_usage(id, text, sizeof text);
  roff_font("sow", 'B', stream);
  for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
    fputc(' ', stream);
    if (word[0] == '[') {
      word[strcspn(word, "]")] = 0;
      fputc('[', stream);
      roff_font(word + 1, 'I', stream);
      fputc(']', stream);
    } else {
      roff_font(word, isupper((unsigned char)word[0]) ? 'I' : 'B', stream);
    }
  }
  fputc('\n', stream);
}

static void options(command_id id, FILE *stream) {
  char names[NAMES_SIZE];
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    if (!option_is_of((option_id)i, id))
      continue;
    fputs(".TP\n", stream);
    if (one->letter != 0) {
      roff_font((char[]){'-', one->letter, 0}, 'B', stream);
      fputs(", ", stream);
    }
    char name[64];
    snprintf(name, sizeof name, "--%s", one->name);
    roff_font(name, 'B', stream);
    names[0] = 0;
    if (one->metavar != NULL) {
      fputc(' ', stream);
      roff_font(one->metavar, 'I', stream);
      names_add(names, one->metavar);
    }
    fputc('\n', stream);
    roff_text(one->help, names, stream);
  }
}

static void commands(FILE *stream) {
  char names[NAMES_SIZE];
  fputs(".SH COMMANDS\n", stream);
  for (int i = 0; i < COMMAND_COUNT; i++) {
    const command *one = &command_table[i];
    fprintf(stream, ".SS %s\n", one->name);
    usage((command_id)i, stream);
    fputs(".PP\n", stream);
    sentence(one->summary, stream);
    fputs(".PP\n", stream);
    roff_text(one->description, names_of((command_id)i, names), stream);
    if (one->exit_status != NULL) {
      fputs(".PP\nExit status: ", stream);
      roff_font(one->exit_status, 'R', stream);
      fputs(".\n", stream);
    }
    options((command_id)i, stream);
  }
}

static void exit_status(FILE *stream) {
  fputs(".SH \"EXIT STATUS\"\n", stream);
  for (int i = 0; i < EXIT_COUNT; i++) {
    fprintf(stream, ".TP\n\\fB%d\\fR\n", i);
    roff_text(exit_table[i].more, "", stream);
  }
}

static void environment(FILE *stream) {
  fputs(".SH ENVIRONMENT\n", stream);
  for (int i = 0; i < VARIABLE_COUNT; i++) {
    fputs(".TP\n", stream);
    roff_font(variable_table[i].name, 'B', stream);
    fputc('\n', stream);
    roff_text(variable_table[i].help, "", stream);
  }
}

static void code(const char *text, FILE *stream) {
  fputs(".PP\n.RS 4\n.EX\n", stream);
  roff_font(text, 'R', stream);
  fputs("\n.EE\n.RE\n", stream);
}

static void examples(FILE *stream) {
  fputs(".SH EXAMPLES\n", stream);
  const char *space = "";
  for (int i = 0; i < COMMAND_COUNT; i++)
    for (int e = 0; e < EXAMPLE_LIMIT && command_table[i].examples[e].line != NULL; e++) {
      const char *what = command_table[i].examples[e].what;
      fputs(space, stream);
      roff_font(what, 'R', stream);
      fputs(what[strlen(what) - 1] == '?' ? "\n" : ":\n", stream);
      code(command_table[i].examples[e].line, stream);
      space = ".PP\n";
    }
}

static void rules(FILE *stream) {
  fputs(".SH RULES\n", stream);
  roff_text("Rules are a function weights_init(m) for model.apply, or a loop over model.named_parameters(), "
            "as text:",
            "", stream);
  code("apply:                      # children before their parent\n"
       "  *Conv3d*, *Linear*:       # globs on the class name\n"
       "    weight = xavier_normal_()\n"
       "    bias = constant_(0.0)\n"
       "named_parameters:\n"
       "  fc8.weight = normal_(std=0.01)",
       stream);
  fputs(".PP\n", stream);
  roff_text("The first line that matches a parameter makes it, by a call of torch.nn.init without the "
            "tensor. A tensor "
            "that nothing covers and a rule that covers nothing are errors.",
            "", stream);
}

/* Every call, as `sow list initializers` shows it. */
static void initializers(FILE *stream) {
  fputs(".SH INITIALIZERS\n", stream);
  roff_text(
      "The calls of torch.nn.init, those of Caffe, Keras and JAX by their own names, and their defaults:", "",
      stream);
  fputs(".PP\n.RS 4\n.EX\n", stream);
  char call[CANDIDATE_SIZE];
  for (size_t i = 0; candidate_at(WORD_EXPRESSION, COMMAND_FILL, i, call) != NULL; i++)
    roff_code(call, stream);
  fputs(".EE\n.RE\n", stream);
}

static void functions(FILE *stream) {
  fputs(".SH FUNCTIONS\n", stream);
  roff_text("Where the name of a rules file ends in .py, it is the function itself, read without Python:", "",
            stream);
  code("import torch.nn as nn\n"
       "\n"
       "def weights_init(m):\n"
       "    classname = m.__class__.__name__\n"
       "    if classname.find('Conv3d') != -1 or isinstance(m, nn.Linear):\n"
       "        nn.init.xavier_normal_(m.weight.data)\n"
       "        m.bias.data.fill_(0)",
       stream);
  fputs(".PP\n", stream);
  roff_text("One that takes the whole model, as 'for m in model.modules():' does, is told from one for "
            "model.apply by what it does. Where the file has several, FILE.py:NAME says which, or "
            "FILE.py:CLASS.METHOD, or a call for 'model': 'FILE.py:model.apply(init(0.02))'. What is not "
            "understood is an error at its line.",
            "", stream);
}

static void files(FILE *stream) {
  static const struct {
    const char *name, *text;
  } rows[] = {
      {"FILE.partial, FILE.parts", "What --slice has written so far, and which parts that is. The last part "
                                   "gives FILE its name and removes the "
                                   "record."},
      {"model-00001-of-00003.safetensors, model.safetensors.index.json",
       "Shards of --max-shard-size, and their index."},
  };
  fputs(".SH FILES\n", stream);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fputs(".TP\n", stream);
    roff_font(rows[i].name, 'I', stream);
    fputc('\n', stream);
    roff_text(rows[i].text, "FILE", stream);
  }
}

static void see_also(FILE *stream) {
  fputs(".SH \"SEE ALSO\"\n"
        "The documents of sow, installed beside its licence in share/doc/sow:\n"
        ".IR models.md ,\n.IR rules.md ,\n.IR checkpoints.md ,\n.IR slices.md\nand\n.IR fidelity.md .\n"
        ".PP\n"
        ".UR https://pytorch.org/docs/stable/nn.init.html\ntorch.nn.init\n.UE\n"
        ".PP\n"
        ".UR https://huggingface.co/docs/safetensors\nsafetensors\n.UE\n",
        stream);
}

void man_page(FILE *stream) {
  fprintf(
      stream,
      ".\\\" Made from the tables of the program; edit those.\n.TH SOW 1 %s \"sow %s\" \"User Commands\"\n",
      PAGE_DATE, sow_version());
  /* Words that are copied must not be hyphenated. */
  fputs(".nh\n.ad l\n.SH NAME\nsow \\- ", stream);
  roff_font(program_summary, 'R', stream);
  fputs("\n.SH SYNOPSIS\n", stream);
  for (int i = 0; i < COMMAND_COUNT; i++) {
    fputs(i > 0 ? ".br\n" : "", stream);
    usage((command_id)i, stream);
  }
  fputs(".SH DESCRIPTION\n", stream);
  roff_text(program_description, "MODEL FILE", stream);
  commands(stream);
  fputs(".SH OPTIONS\nOf sow without a command:\n", stream);
  options(COMMAND_NONE, stream);
  rules(stream);
  functions(stream);
  initializers(stream);
  exit_status(stream);
  environment(stream);
  files(stream);
  examples(stream);
  see_also(stream);
}
