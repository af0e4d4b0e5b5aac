#include "cli/arguments/options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "cli/arguments/commands.h"
#include "cli/text/diagnostics.h"

#define IN(command) (1u << COMMAND_##command)
#define MODELS (IN(INIT) | IN(PLAN) | IN(CHECK) | IN(REPORT))

const option option_table[OPTION_COUNT] = {
    [OPTION_RULES] =
        {"rules", 0, "FILE", true, MODELS,
         "Initialise by these rules, or by a function (FILE.py, FILE.py:NAME), after the default "
         "initialisation; again for more, in order.",
         WORD_FILE},
    [OPTION_SEED] = {"seed", 0, "N", false, MODELS | IN(FILL),
                     "The seed of torch.manual_seed, -2^63 to 2^64-1; default 0."},
    [OPTION_TORCH] = {"torch", 0, "VERSION", false, MODELS | IN(FILL),
                      "Give the bits of this version of torch, 1.13 or later; default newest.", WORD_TORCH},
    [OPTION_DTYPE] = {"dtype", 0, "TYPE", false, MODELS | IN(FILL) | IN(RECORD),
                      "Draw in this type: float32 (default), float64, float16, bfloat16.", WORD_DTYPE},
    [OPTION_CAST] = {"cast", 0, "TYPE", false, MODELS,
                     "Draw in --dtype and store in this type, as model.to(TYPE) does.", WORD_DTYPE},
    [OPTION_FILE] = {"file", 0, "FILE", false, IN(RECORD),
                     "Run this Python file first, and take names from it.", WORD_FILE},
    [OPTION_TORCH_SEED] = {"torch-seed", 0, "N", false, IN(RECORD),
                           "torch.manual_seed before the run, for what is bound to it; default 0."},
    [OPTION_ALIAS] =
        {"alias", 0, "NAME=CLASS", true, MODELS,
         "Read class NAME of the model, or all of a glob that sow does not know ('*RMSNorm'), as "
         "torch.nn's CLASS; again for more."},
    [OPTION_IGNORE] = {"ignore", 0, "NAME", true, MODELS,
                       "Take class NAME of the model, or a glob, as having no parameters; again for more."},
    [OPTION_ALLOW_MISSING] = {"allow-missing", 0, NULL, false, MODELS,
                              "Leave out what modules hold beyond their print; otherwise that is an error."},
    [OPTION_EXPECT] = {"expect", 0, "FILE", false, MODELS,
                       "Stop unless the model has exactly the tensors that FILE names (a checkpoint, a list "
                       "of shapes, a name a line) or, for a number, so many parameters.",
                       WORD_FILE},
    [OPTION_KEEP] = {"keep", 0, "CHECKPOINT", false, MODELS,
                     "Make what the rules name; copy all other tensors from this checkpoint.", WORD_FILE},
    [OPTION_ALLOW_UNUSED] = {"allow-unused", 0, NULL, false, MODELS,
                             "Let a rule match nothing; otherwise that is an error."},
    [OPTION_NO_RECIPE] = {"no-recipe", 0, NULL, false, IN(INIT),
                          "Leave the recipe out: the very bytes of safetensors.torch.save_file."},
    [OPTION_THREADS] = {"threads", 0, "N", false, MODELS | IN(INSPECT) | IN(DIFF) | IN(FILL),
                        "Use N threads, 0 (default) for all processors. The numbers are the same."},
    [OPTION_ISA] = {"isa", 0, "NAME", false, MODELS | IN(FILL) | IN(INSPECT),
                    "Use this instruction set; default the best. The numbers are the same.", WORD_ISA},
    [OPTION_FORMAT] =
        {"format", 0, "FORMAT", false, IN(PLAN) | IN(INSPECT) | IN(CHECK) | IN(DIFF) | IN(GAIN) | IN(LIST),
         "json, for a program; otherwise for people, as table (plan, inspect) or text. A plan also as "
         "shapes, a list that is a MODEL.",
         WORD_FORMAT},
    [OPTION_ALL] = {"all", 0, NULL, false, IN(INSPECT),
                    "A row for each tensor; otherwise equal layers share one."},
    [OPTION_DIGEST] = {"digest", 0, NULL, false, IN(INSPECT), "Show the SHA-256 of each tensor's bytes."},
    [OPTION_BEFORE] = {"before", 0, "CHECKPOINT", false, IN(REPORT),
                       "Show the same tensors of this checkpoint beside those of FILE.", WORD_FILE},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", false, IN(RECORD) | IN(INIT) | IN(FILL) | IN(REPORT),
                       "Write to FILE; '-' is standard output.", WORD_FILE},
    [OPTION_SLICE] =
        {"slice", 0, "I/N", false, IN(INIT),
         "Write part I of N, each by a process of its own; the last one completes FILE. auto: the part that "
         "mpirun, srun or torchrun says."},
    [OPTION_FINISH] = {"finish", 0, NULL, false, IN(INIT),
                       "Complete FILE where all parts are done, or say which are missing."},
    [OPTION_MAX_SHARD_SIZE] = {"max-shard-size", 0, "SIZE", false, IN(INIT),
                               "Write shards of at most SIZE (5GB, 500M; 4GiB where it is binary) and their "
                               "index, as huggingface_hub "
                               "does."},
    [OPTION_FORCE] = {"force", 0, NULL, false, IN(RECORD) | IN(INIT) | IN(FILL) | IN(REPORT),
                      "Replace an existing file; write to a terminal what is not for one."},
    [OPTION_QUIET] = {"quiet", 'q', NULL, false, MODELS | IN(INSPECT) | IN(DIFF) | IN(FILL) | IN(GAIN),
                      "Print errors only."},
    [OPTION_HELP] = {"help", 'h', NULL, false, ~0u, "Show this text."},
    [OPTION_VERSION] = {"version", 0, NULL, false, ~0u, "Show the version."},
    [OPTION_VERBOSE] = {"verbose", 'v', NULL, false, IN(NONE) | IN(VERSION),
                        "With the version: show the instruction sets too."},
};

const variable variable_table[VARIABLE_COUNT] = {
    {"SOW_THREADS", OPTION_THREADS, "The number of threads where --threads is not given."},
    {"SOW_ISA", OPTION_ISA, "The instruction set where --isa is not given."},
};

bool option_is_of(option_id id, command_id at) {
  return (option_table[id].commands >> at & 1u) != 0;
}

/* Says that a command does not take an option, and what might be meant instead. */
static void complain_unknown(command_id id, const char *name, size_t length) {
  char text[64];
  snprintf(text, sizeof text, "%.*s", (int)(length < 60 ? length : 60), name);
  sow__nearest near = {.name = text};
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    if (option_is_of((option_id)i, id)) {
      sow__nearest_offer(&near, one->name);
      continue;
    }
    if (strcmp(one->name, text) != 0)
      continue;
    for (int c = 0; c < COMMAND_COUNT; c++)
      if (option_is_of((option_id)i, (command_id)c)) {
        complain("'sow%s%s' takes no --%s; 'sow %s' does", id == COMMAND_NONE ? "" : " ",
                 id == COMMAND_NONE ? "" : command_table[id].name, text, command_table[c].name);
        return;
      }
  }
  if (near.best != NULL)
    complain("unknown option '--%s', did you mean '--%s'?", text, near.best);
  else
    complain("unknown option '--%s'", text);
}

static const option *option_long(command_id id, const char *name, size_t length) {
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    if (option_is_of((option_id)i, id) && strlen(one->name) == length && memcmp(one->name, name, length) == 0)
      return one;
  }
  complain_unknown(id, name, length);
  return NULL;
}

static const option *option_short(command_id id, char letter) {
  for (int i = 0; i < OPTION_COUNT; i++)
    if (option_is_of((option_id)i, id) && option_table[i].letter == letter)
      return &option_table[i];
  complain("unknown option '-%c'", letter);
  return NULL;
}

static void add(arguments *given, const option *one, const char *value) {
  given->given[given->given_count++] = (struct given){(option_id)(one - option_table), value};
}

/* Reads one --name, --name=value or --name value; false for misuse. */
static bool parse_long(arguments *given, char **argv, int argc, int *i) {
  const char *name = argv[*i] + 2, *equals = strchr(name, '=');
  const option *one =
      option_long(given->command, name, equals != NULL ? (size_t)(equals - name) : strlen(name));
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
  add(given, one, value);
  return true;
}

/* Reads -q, -qh, -oFILE or -o FILE; false for misuse. */
static bool parse_short(arguments *given, char **argv, int argc, int *i) {
  for (const char *letter = argv[*i] + 1; *letter != 0; letter++) {
    const option *one = option_short(given->command, *letter);
    if (one == NULL)
      return false;
    if (one->metavar == NULL) {
      add(given, one, "");
      continue;
    }
    if (letter[1] == 0 && *i + 1 >= argc) {
      complain("-%c needs a value: -%c %s", one->letter, one->letter, one->metavar);
      return false;
    }
    add(given, one, letter[1] != 0 ? letter + 1 : argv[++*i]);
    break;
  }
  return true;
}

/* A minus sign before a digit begins a number (sow gain leaky_relu -0.2), and a single one is a file. */
static bool is_operand(const char *word) {
  return word[0] != '-' || word[1] == 0 || word[1] == '.' || (word[1] >= '0' && word[1] <= '9');
}

static bool parse_words(int argc, char **argv, arguments *given) {
  bool ended = false;
  for (int i = 1; i < argc; i++) {
    char *word = argv[i];
    if (!ended && strcmp(word, "--") == 0) {
      ended = true;
    } else if (ended || is_operand(word)) {
      if (given->command == COMMAND_NONE) {
        given->command = command_find(word);
        if (given->command == COMMAND_NONE)
          return false;
      } else {
        given->operands[given->operand_count++] = word;
      }
    } else if (!(word[1] == '-' ? parse_long : parse_short)(given, argv, argc, &i)) {
      return false;
    }
  }
  return true;
}

static bool check_operands(const arguments *given) {
  if (given->command == COMMAND_NONE) {
    complain("which command?");
    return false;
  }
  const command *one = &command_table[given->command];
  int most = command_operands(given->command);
  if (given->operand_count > most) {
    complain("'%s' is one operand too many", given->operands[most]);
    return false;
  }
  if (given->operand_count < most && !one->operands[given->operand_count].optional) {
    complain("an operand is missing");
    return false;
  }
  return true;
}

int arguments_parse(int argc, char **argv, arguments *given) {
  *given = (arguments){.command = COMMAND_NONE};
  given->operands = calloc((size_t)argc + 1, sizeof *given->operands);
  /* One word may hold many short flags. */
  size_t room = (size_t)argc + 1;
  for (int i = 1; i < argc; i++)
    room += strlen(argv[i]);
  given->given = calloc(room, sizeof *given->given);
  if (given->operands == NULL || given->given == NULL) {
    complain("out of memory");
    return EXIT_TROUBLE;
  }
  bool understood = parse_words(argc, argv, given);
  bool asked = arguments_value(given, OPTION_HELP) != NULL || arguments_value(given, OPTION_VERSION) != NULL;
  if (understood && (asked || check_operands(given)))
    return -1;
  usage_print(given->command, stderr);
  return EXIT_TROUBLE;
}

void arguments_free(arguments *given) {
  free(given->operands);
  free(given->given);
}

const char *arguments_value(const arguments *given, option_id id) {
  int count = arguments_count(given, id);
  return count > 0 ? arguments_each(given, id, count - 1) : NULL;
}

int arguments_count(const arguments *given, option_id id) {
  int count = 0;
  for (int i = 0; i < given->given_count; i++)
    count += given->given[i].option == id;
  return count;
}

const char *arguments_each(const arguments *given, option_id id, int index) {
  for (int i = 0; i < given->given_count; i++)
    if (given->given[i].option == id && index-- == 0)
      return given->given[i].value;
  return NULL;
}
