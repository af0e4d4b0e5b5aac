/* What a tensor of the tree holds: its storage, or the part of it that the tensor is. */
#ifndef SOW_PLAN_TENSOR_VALUE_H
#define SOW_PLAN_TENSOR_VALUE_H

#include "module/tree.h"
#include "op/value.h"

/* All in the arena; without steps where none writes the tensor. NULL when memory is short. */
const sow__value *sow__tensor_value(sow__arena *arena, const sow__tensor *tensor, const sow__value *storage);

/* The same elements cast to another dtype. NULL when memory is short. */
const sow__value *sow__tensor_cast(sow__arena *arena, const sow__tensor *tensor, const sow__value *value,
                                   sow_dtype dtype);

#endif
