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
bool recipe_new(const arguments *given, const model *from, recipe *out);
void recipe_free(recipe *one);

/* The recipe of a checkpoint as options. */
typedef struct recipe_options {
  bool has_seed;
  const char *rules;        /* NULL: none */
  const char *model_digest; /* NULL: none */
  const char *kept;         /* how many tensors are another checkpoint's; NULL: none */
  char *lists[2];           /* what the values of --alias and --ignore point into */
  struct given *given;
} recipe_options;

/*
 * *out is `given` with the recipe's options before its own, so that its own win; it borrows from all
 * arguments. False when memory is short; free `from` in either case, but not `out`.
 */
bool recipe_read(const sow_archive *archive, const arguments *given, arguments *out, recipe_options *from);
void recipe_options_free(recipe_options *from);

#endif
