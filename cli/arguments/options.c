#include "cli/arguments/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "cli/arguments/arguments.h"
#include "cli/arguments/readers.h"
#include "cli/text/diagnostics.h"

/* Which commands take an option, and which member of the struct of each it fills. */
#define FILLS(...)                                                                                           \
  { __VA_ARGS__ }
#define IN(command, member) [COMMAND_##command] = offsetof(arguments, member)
#define MODELS(member)                                                                                       \
  IN(INIT, init.model.member), IN(PLAN, plan.model.member), IN(CHECK, check.model.member),                   \
      IN(REPORT, report.model.member)
#define OUTPUTS(member)                                                                                      \
  IN(RECORD, record.output.member), IN(INIT, init.output.member), IN(FILL, fill.output.member),              \
      IN(REPORT, report.output.member)

const option option_table[OPTION_COUNT] = {
    [OPTION_RULES] =
        {"rules", 0, "FILE", true, NULL, FILLS(MODELS(rules)),
         "Initialise by these rules, or by a function (FILE.py, FILE.py:NAME), after the default "
         "initialisation; again for more, in order.",
         WORD_FILE},
    [OPTION_SEED] = {"seed", 0, "N", false, read_seed, FILLS(MODELS(draw.seed), IN(FILL, fill.draw.seed)),
                     "The seed of torch.manual_seed, -2^63 to 2^64-1; default 0, or that of the recipe in a "
                     "file that is checked."},
    [OPTION_TORCH] = {"torch", 0, "VERSION", false, read_edition,
                      FILLS(MODELS(draw.torch), IN(FILL, fill.draw.torch)),
                      "Give the bits of this version of torch, 1.13 or later; default newest.", WORD_TORCH},
    [OPTION_DTYPE] = {"dtype", 0, "TYPE", false, read_dtype,
                      FILLS(MODELS(draw.dtype), IN(FILL, fill.draw.dtype), IN(RECORD, record.dtype)),
                      "Draw in this type: float32 (default), float64, float16, bfloat16.", WORD_DTYPE},
    [OPTION_CAST] = {"cast", 0, "TYPE", false, read_dtype, FILLS(MODELS(draw.cast)),
                     "Draw in --dtype and store in this type, as model.to(TYPE) does.", WORD_DTYPE},
    [OPTION_FILE] = {"file", 0, "FILE", false, read_text, FILLS(IN(RECORD, record.file)),
                     "Run this Python file first, and take names from it.", WORD_FILE},
    [OPTION_TORCH_SEED] = {"torch-seed", 0, "N", false, read_text, FILLS(IN(RECORD, record.torch_seed)),
                           "torch.manual_seed before the run, for what is bound to it; default 0."},
    [OPTION_ALIAS] =
        {"alias", 0, "NAME=CLASS", true, NULL, FILLS(MODELS(aliases)),
         "Read class NAME of the model, or all of a glob that sow does not know ('*RMSNorm'), as "
         "torch.nn's CLASS; again for more."},
    [OPTION_IGNORE] = {"ignore", 0, "NAME", true, NULL, FILLS(MODELS(ignored)),
                       "Take class NAME of the model, or a glob, as having no parameters; again for more."},
    [OPTION_ALLOW_MISSING] = {"allow-missing", 0, NULL, false, read_flag, FILLS(MODELS(allow_missing)),
                              "Leave out what modules hold beyond their print; otherwise that is an error."},
    [OPTION_EXPECT] = {"expect", 0, "FILE", false, read_text, FILLS(MODELS(expect)),
                       "Stop unless the model has exactly the tensors that FILE names (a checkpoint, a list "
                       "of shapes, a name a line) or, for a number, so many parameters.",
                       WORD_FILE},
    [OPTION_KEEP] = {"keep", 0, "CHECKPOINT", false, read_text, FILLS(MODELS(keep)),
                     "Make what the rules name; copy all other tensors from this checkpoint.", WORD_FILE},
    [OPTION_ALLOW_UNUSED] = {"allow-unused", 0, NULL, false, read_flag, FILLS(MODELS(allow_unused)),
                             "Let a rule match nothing; otherwise that is an error."},
    [OPTION_NO_RECIPE] = {"no-recipe", 0, NULL, false, read_flag, FILLS(IN(INIT, init.no_recipe)),
                          "Leave the recipe out: the very bytes of safetensors.torch.save_file."},
    [OPTION_THREADS] = {"threads", 0, "N", false, read_threads,
                        FILLS(MODELS(draw.threads), IN(FILL, fill.draw.threads), IN(INSPECT, inspect.threads),
                              IN(DIFF, diff.threads)),
                        "Use N threads, 0 (default) for all processors. The numbers are the same."},
    [OPTION_ISA] = {"isa", 0, "NAME", false, read_isa,
                    FILLS(IN(INIT, init), IN(PLAN, plan), IN(CHECK, check), IN(REPORT, report),
                          IN(FILL, fill), IN(INSPECT, inspect)),
                    "Use this instruction set; default the best. The numbers are the same.", WORD_ISA},
    [OPTION_FORMAT] =
        {"format", 0, "FORMAT", false, read_choice,
         FILLS(IN(PLAN, plan.format), IN(INSPECT, inspect.format), IN(CHECK, check.format),
               IN(DIFF, diff.format), IN(GAIN, gain.format), IN(LIST, list.format)),
         "json, for a program; otherwise for people, as table (plan, inspect) or text. A plan also as "
         "shapes, a list that is a MODEL.",
         WORD_FORMAT},
    [OPTION_ALL] = {"all", 0, NULL, false, read_flag, FILLS(IN(INSPECT, inspect.all)),
                    "A row for each tensor; otherwise equal layers share one."},
    [OPTION_DIGEST] = {"digest", 0, NULL, false, read_flag, FILLS(IN(INSPECT, inspect.digest)),
                       "Show the SHA-256 of each tensor's bytes."},
    [OPTION_BEFORE] = {"before", 0, "CHECKPOINT", false, read_text, FILLS(IN(REPORT, report.before)),
                       "Show the same tensors of this checkpoint beside those of FILE.", WORD_FILE},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", false, read_text, FILLS(OUTPUTS(path)),
                       "Write to FILE; '-' is standard output.", WORD_FILE},
    [OPTION_SLICE] =
        {"slice", 0, "I/N", false, read_slice, FILLS(IN(INIT, init.slice)),
         "Write part I of N, each by a process of its own; the last one completes FILE. auto: the part that "
         "mpirun, srun or torchrun says."},
    [OPTION_FINISH] = {"finish", 0, NULL, false, read_flag, FILLS(IN(INIT, init.finish)),
                       "Complete FILE where all parts are done, or say which are missing."},
    [OPTION_MAX_SHARD_SIZE] = {"max-shard-size", 0, "SIZE", false, read_shard_size,
                               FILLS(IN(INIT, init.shard_size)),
                               "Write shards of at most SIZE (5GB, 500M; 4GiB where it is binary) and their "
                               "index, as huggingface_hub "
                               "does."},
    [OPTION_FORCE] = {"force", 0, NULL, false, read_flag, FILLS(OUTPUTS(force)),
                      "Replace an existing file; write to a terminal what is not for one."},
    [OPTION_QUIET] = {"quiet", 'q', NULL, false, read_flag,
                      FILLS(MODELS(quiet), IN(INSPECT, inspect.quiet), IN(DIFF, diff.quiet),
                            IN(FILL, fill.quiet), IN(GAIN, gain.quiet)),
                      "Print errors only."},
    [OPTION_HELP] = {"help", 'h', NULL, false, NULL, FILLS(0), "Show this text."},
    [OPTION_VERSION] = {"version", 0, NULL, false, NULL, FILLS(0), "Show the version."},
    [OPTION_VERBOSE] = {"verbose", 'v', NULL, false, read_flag,
                        FILLS(IN(VERSION, version.verbose), IN(NONE, version.verbose)),
                        "With the version: show the instruction sets too."},
};

const variable variable_table[VARIABLE_COUNT] = {
    {"SOW_THREADS", OPTION_THREADS, "The number of threads where --threads is not given."},
    {"SOW_ISA", OPTION_ISA, "The instruction set where --isa is not given."},
};

bool option_is_of(option_id id, command_id at) {
  return id == OPTION_HELP || id == OPTION_VERSION || option_table[id].member[at] != 0;
}

/* ---- finding one ---- */

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

const option *option_find(command_id at, const char *name, size_t length) {
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    if (option_is_of((option_id)i, at) && strlen(one->name) == length && memcmp(one->name, name, length) == 0)
      return one;
  }
  complain_unknown(at, name, length);
  return NULL;
}

const option *option_find_letter(command_id at, char letter) {
  for (int i = 0; i < OPTION_COUNT; i++)
    if (option_is_of((option_id)i, at) && option_table[i].letter == letter)
      return &option_table[i];
  complain("unknown option '-%c'", letter);
  return NULL;
}

/* ---- variables ---- */

bool variable_read(option_id id, command_id at, void *member) {
  for (int i = 0; i < VARIABLE_COUNT; i++) {
    const variable *one = &variable_table[i];
    const char *value = one->option == id ? getenv(one->name) : NULL;
    if (value != NULL && value[0] != 0) /* an empty one is how scripts unset it */
      return option_table[id].read(&(reading){one->name, value, option_table[id].kind, at}, member);
  }
  return true;
}
