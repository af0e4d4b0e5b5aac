/* A tensor that is a copy: of a part of another value, or of bytes that are there. */
#ifndef SOW_PLAN_COPY_VALUE_H
#define SOW_PLAN_COPY_VALUE_H

#include "base/memory.h"
#include "op/value.h"

/* One step that copies `source` into a contiguous tensor. All in the arena; NULL when memory is short. */
const sow__value *sow__copy_value(sow__arena *arena, int ndim, const int64_t *shape, sow_dtype dtype,
                                  const sow__source *source, const char *rule);

#endif
