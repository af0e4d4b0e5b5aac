/* What a checkpoint's metadata says about how to make it again. */
#ifndef SOW_CLI_RECIPE_H
#define SOW_CLI_RECIPE_H

#include "cli/model/model.h"

#define RECIPE_LIMIT 16

typedef struct recipe {
  sow_metadata entries[RECIPE_LIMIT];
  size_t count;
  char *owned[RECIPE_LIMIT]; /* the values that were made for it */
  size_t owned_count;
} recipe;

/* False when memory is short. Free it in either case; it borrows from both arguments. */
bool recipe_new(const model_arguments *given, const model *from, recipe *out);
void recipe_free(recipe *one);

/* The recipe of a checkpoint, and the arguments that it and the options make together. */
typedef struct recipe_read {
  model_arguments arguments; /* the options win; their --alias and --ignore come after the recipe's */
  const char *rules;         /* NULL: none */
  const char *model_digest;  /* NULL: none */
  const char *kept;          /* how many tensors are another checkpoint's; NULL: none */
  char *texts[2];            /* what the values of --alias and --ignore point into, and the values */
  const char **lists[2];
} recipe_read;

/*
 * It borrows from both arguments. False, with a complaint, for a recipe that means nothing and when memory is
 * short. Free it in either case.
 */
bool recipe_read_new(const sow_archive *archive, const model_arguments *given, recipe_read *out);
void recipe_read_free(recipe_read *one);

#endif
