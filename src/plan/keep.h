/* Tensors of a plan that are copied from another checkpoint. */
#ifndef SOW_PLAN_KEEP_H
#define SOW_PLAN_KEEP_H

#include "module/tree.h"
#include "plan/entry.h"

/*
 * Makes entry names[0] a copy of what the kept checkpoint has under its name, or else under the first of the
 * `count` names of the same tensor that it has. SOW_UNKNOWN_NAME, SOW_SHAPE, SOW_DTYPE, SOW_NO_MEMORY.
 */
sow_status sow__keep_entry(sow_plan *plan, const size_t *names, size_t count, const sow__tensor *tensor,
                           sow_error *error);

/* Once the plan is made: warns of what the checkpoint has and the model has not, and of types that differ. */
sow_status sow__keep_warn(const sow_plan *plan, sow_error *error);

#endif
