/* What a step reads beside its own elements. */
#ifndef SOW_OP_SOURCE_H
#define SOW_OP_SOURCE_H

#include "op/expect.h"
#include "op/value.h"

sow_dtype sow__source_dtype(const sow__source *source);

/*
 * Elements [begin, end) of the step's source, numbered by index, in the step's dtype, contiguous at `out`.
 * SOW_NO_MEMORY, SOW_IO.
 */
sow_status sow__source_read(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                            void *out, sow_error *error);

/*
 * The same in the dtype of the source's value, in memory of the worker's scratch, which the caller gives
 * back; *memory is NULL on failure.
 */
sow_status sow__source_take(const sow__source *source, sow__worker *worker, uint64_t begin, uint64_t end,
                            void **memory, sow_error *error);

/*
 * The same of a source whose elements are pairs: pairs [begin, end), in the dtype of the source's value,
 * contiguous at `out`.
 */
sow_status sow__source_pairs(const sow__source *source, sow__worker *worker, uint64_t begin, uint64_t end,
                             void *out, sow_error *error);

#endif
