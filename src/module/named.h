/* Trees without classes: one module whose parameters bear their full names. */
#ifndef SOW_MODULE_NAMED_H
#define SOW_MODULE_NAMED_H

#include "sow/module.h"

/* The root of one; NULL when memory is short. */
sow_module *sow__named_new(void);

/*
 * Adds a parameter under a name that may hold dots, of a type of its own; `dtype` SOW_DTYPE_COUNT means "the
 * model's". A failure is recorded in the tree.
 */
void sow__named_add(sow_module *root, const char *name, sow_dtype dtype, int ndim, const int64_t *shape);

#endif
