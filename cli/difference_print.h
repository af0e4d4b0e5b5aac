/* A difference of two tensors in words. */
#ifndef SOW_CLI_DIFFERENCE_PRINT_H
#define SOW_CLI_DIFFERENCE_PRINT_H

#include <stdio.h>

#include "sow/archive.h"

/* A tensor's name with its control characters as '?'. */
void name_print(const char *name, FILE *stream);

/* "float32 [3, 4]", in torch's words where it has them */
void type_print(const char *type, sow_dtype dtype, int ndim, const int64_t *shape, FILE *stream);

/*
 * One line about a tensor whose kind is SOW_DIFFERENT: how many elements, the first of them with its two
 * values
 * (`sides` says whose), and how far apart they are.
 */
void difference_print(const char *name, sow_dtype dtype, int ndim, const int64_t *shape,
                      const sow_difference *difference, const char *const sides[2], FILE *stream);

#endif
