/* What no step may leave open. */
#ifndef SOW_PLAN_VERIFY_H
#define SOW_PLAN_VERIFY_H

#include "module/tree.h"
#include "plan/entry.h"

/* SOW_UNCOVERED where some elements of the value are written by no step; SOW_NO_MEMORY. */
sow_status sow__verify_written(const char *name, const sow__value *value, sow_error *error);

/*
 * SOW_INVALID_ARGUMENT, with the tensors' names, where literals hold for the recording's seed only and the
 * plan has another, or another edition or dtype.
 */
sow_status sow__verify_bound(const sow_plan *plan, const sow__tree *tree, sow_error *error);

/* Warns where the recording counts words that torch may have drawn otherwise under the plan's dtype. */
void sow__verify_skips(const sow_plan *plan, const sow__tree *tree, sow_error *error);

/* Warns where tensors draw one after another in an order that is not the model's. */
void sow__verify_order(const sow_plan *plan, const sow__tree *tree, sow_error *error);

#endif
