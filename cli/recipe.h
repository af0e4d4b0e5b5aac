/* What a checkpoint's metadata says about how to make it again. */
#ifndef SOW_CLI_RECIPE_H
#define SOW_CLI_RECIPE_H

#include "model.h"

#define RECIPE_LIMIT 16

typedef struct recipe {
  sow_metadata entries[RECIPE_LIMIT];
  size_t count;
  char *owned[RECIPE_LIMIT]; /* the values that were made for it */
  size_t owned_count;
} recipe;

/* False when memory is short. Free it in either case; it borrows from both arguments. */
bool recipe_new(const arguments *given, const model *from, recipe *out);
void recipe_free(recipe *one);

#endif
