/* Some entries of a plan as a plan of their own. */
#ifndef SOW_PLAN_PART_H
#define SOW_PLAN_PART_H

#include "plan/entry.h"

/*
 * The stored entries for which part_of[index] is `part`, with offsets of a file of their own. Borrows names
 * and shapes: `plan` must live as long. SOW_NO_MEMORY. Free with sow__plan_part_free.
 */
sow_status sow__plan_part(const sow_plan *plan, const size_t *part_of, size_t part, sow_plan **out,
                          sow_error *error);
void sow__plan_part_free(sow_plan *part); /* NULL is fine */

#endif
