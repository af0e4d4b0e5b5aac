/* What a run tells through on_warning. */
#ifndef SOW_RUN_NOTICES_H
#define SOW_RUN_NOTICES_H

#include "plan/entry.h"
#include "run/job.h"

/* Tensors that are stored once under several names. */
void sow__warn_ties(const sow_plan *plan, sow_error *error);

/* Tensors that have to be made whole and take a gigabyte of memory or more; before the run. */
void sow__warn_memory(const sow__job *job, sow_error *error);

/* A job that failed for want of memory, whose tags are entries: which tensor it was at, and what that takes.
 */
sow_status sow__fail_memory(const sow__job *job, sow_error *error);

#endif
