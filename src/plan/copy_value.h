/* A part of a value, and a tensor that is a copy: of such a part, or of bytes that are there. */
#ifndef SOW_PLAN_COPY_VALUE_H
#define SOW_PLAN_COPY_VALUE_H

#include "base/memory.h"
#include "op/value.h"

/* One step that copies `source` into a contiguous tensor. All in the arena; NULL when memory is short. */
const sow__value *sow__copy_value(sow__arena *arena, int ndim, const int64_t *shape, sow_dtype dtype,
                                  const sow__source *source, const char *rule);

/*
 * What a view of a value is made of: without the steps that write elsewhere, which would be made for nothing,
 * and shown as if they made it. The value itself where all may write it. NULL when memory is short.
 */
const sow__value *sow__value_narrow(sow__arena *arena, const sow__value *value, const sow__view *view);

#endif
