/* The model that a checkpoint is held against: MODEL's text, the file's recipe, and the options, which win.
 */
#ifndef SOW_CLI_CHECKED_MODEL_H
#define SOW_CLI_CHECKED_MODEL_H

#include "cli/model/recipe.h"

typedef struct checked_model {
  model made;
  bool seeded; /* by the recipe or by --seed: the file can be compared bit for bit */
  recipe_read from;
} checked_model;

/*
 * Reads the model at `path`; cautions where it is not the recipe's. EXIT_SUCCESS, or what the program must
 * exit with, and then there is nothing to free.
 */
int checked_model_read(const model_arguments *given, const sow_archive *archive, const char *path,
                       checked_model *out);
void checked_model_free(checked_model *one);

/* Where no model is named: whether the options ask for nothing of one; complains otherwise. */
bool checked_without_model(const model_arguments *given, const char *file);

#endif
