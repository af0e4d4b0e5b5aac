/* From the arguments of a model to its plan. */
#ifndef SOW_CLI_MODEL_H
#define SOW_CLI_MODEL_H

#include "cli/arguments/arguments.h"
#include "sow/sow.h"

typedef struct model {
  sow_plan *plan;
  char digest[SOW_DIGEST_TEXT_SIZE]; /* of the model's text */
  char *rules;                       /* all rules in canonical form; NULL where none were given */
  uint64_t parameters;               /* numbers in parameters, ties counted once */
  sow_archive *kept;                 /* --keep; NULL where it was not given */
} model;

/* Where a model comes from, beside the options. */
typedef struct model_source {
  const char *path;  /* a recording, a printed model, a list of shapes, or a checkpoint */
  const char *rules; /* the text of rules to use where the options give none; NULL for none */
} model_source;

/* Reads model and rules and makes the plan; EXIT_SUCCESS, or what the program must exit with. */
int model_read(const model_arguments *given, const model_source *from, model *out);
void model_free(model *one);

/* What the library is to draw; the rest is its default. */
sow_plan_options draw_options(const draw_arguments *given);

/* Whether the model at `path` is a checkpoint, whose tensors stand in no order of the model's. */
bool model_is_archive(const char *path);

#endif
