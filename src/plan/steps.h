/* The steps of an entry in one list: those of a value that it is a cast of come first. */
#ifndef SOW_PLAN_STEPS_H
#define SOW_PLAN_STEPS_H

#include "plan/entry.h"

size_t sow__entry_step_count(const sow__entry *entry);

/* Step `index`, and whether it is a cast of all that was made so far; NULL past the end. */
const sow__step *sow__entry_step(const sow__entry *entry, size_t index, bool *cast);

/* One step as a person reads it: "normal_(mean=0.0, std=0.02)", "[0] zero_()", "to(bfloat16)". */
void sow__entry_step_text(const sow__entry *entry, const sow__step *step, bool cast, sow__buffer *out);

/* All of them, with "; " between. */
void sow__entry_line(const sow__entry *entry, sow__buffer *out);

#endif
