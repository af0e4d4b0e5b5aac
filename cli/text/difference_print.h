/* A difference of two tensors in words. */
#ifndef SOW_CLI_DIFFERENCE_PRINT_H
#define SOW_CLI_DIFFERENCE_PRINT_H

#include <stdio.h>

#include "sow/archive.h"

/* A tensor's name with its control characters as '?'. */
void name_print(const char *name, FILE *stream);

/* "[3, 4]" */
void shape_print(int ndim, const int64_t *shape, FILE *stream);

/* The place of a row-major index. */
void place_of(int ndim, const int64_t *shape, uint64_t index, int64_t place[SOW_MAX_DIMS]);

/* "float32 [3, 4]", in torch's words where it has them */
void type_print(const char *type, sow_dtype dtype, int ndim, const int64_t *shape, FILE *stream);

/*
 * Says of a tensor whose kind is SOW_DIFFERENT how many elements differ, the first of them with its two
 * values
 * (`sides` says whose), and how far apart they are. No line end.
 */
void difference_print(sow_dtype dtype, int ndim, const int64_t *shape, const sow_difference *difference,
                      const char *const sides[2], FILE *stream);

/* The same of any difference between what a plan makes and what is in a file. */
void planned_difference_print(const sow_archive *archive, const sow_plan_entry *entry,
                              const sow_difference *difference, FILE *stream);

#endif
