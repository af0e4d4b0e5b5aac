/* Tensors that differ in nothing but numbers in their names, as one row. */
#ifndef SOW_CLI_FOLD_H
#define SOW_CLI_FOLD_H

#include "sow/archive.h"

/* "layers.0-11.fc1.weight": `count` tensors of one type and shape. */
typedef struct fold {
  char *name;
  const size_t *members; /* indices of the archive's entries, ascending */
  size_t count;
} fold;

typedef struct folds {
  fold *rows; /* by the first member */
  size_t count, capacity;
  size_t *members;
} folds;

/* One row for each tensor unless `folding`. False when memory is short; free it in either case. */
bool folds_new(const sow_archive *archive, bool folding, folds *out);
void folds_free(folds *all);

/* Those of all tensors of a row, out of one for each entry of the archive. */
sow_statistics fold_statistics(const fold *row, const sow_statistics *statistics);

#endif
