/*
 * A tape: oneDNN primitives in the order in which they run, and the memory that they work on. It is recorded
 * once and played as often as one likes.
 *
 * Recording never needs a check per call: the first failure is kept, later calls do nothing, and tape_check
 * reports it.
 */
#ifndef TRAIN_TAPE_H
#define TRAIN_TAPE_H

#include <stdbool.h>
#include <stddef.h>

#include <dnnl.h>

#include "sow/status.h"

typedef struct tape tape;

/* What a tape plays: forward, then backward. */
typedef enum tape_side { TAPE_FORWARD, TAPE_BACKWARD, TAPE_SIDE_COUNT } tape_side;

/* NULL when memory is short. */
tape *tape_new(void);

/* Frees the primitives and the memory too; NULL is fine. */
void tape_free(tape *t);

/* The first failure: SOW_NO_MEMORY, or SOW_UNSUPPORTED with what oneDNN could not do. */
sow_status tape_check(const tape *t, sow_error *error);

/* A layout of float32; with `dnnl_format_tag_any` the primitive that is made of it chooses. */
dnnl_memory_desc_t tape_layout(tape *t, int ndims, const dnnl_dims_t dims, dnnl_format_tag_t tag);

/* The row-major layout, which is torch's, of 1 to 5 dimensions. */
dnnl_memory_desc_t tape_plain_layout(tape *t, int ndims, const dnnl_dims_t dims);

/* Memory of that layout, filled with zeros; the tape's to free. */
dnnl_memory_t tape_memory(tape *t, const dnnl_memory_desc_t *layout);

dnnl_memory_desc_t tape_layout_of(tape *t, dnnl_memory_t memory);

/* `memory` itself if it has that layout, else memory that a reorder on `side` fills from it. */
dnnl_memory_t tape_converted(tape *t, tape_side side, dnnl_memory_t memory, const dnnl_memory_desc_t *layout);

/* Keeps `status` as the tape's if it is a failure, the first one: oneDNN could not do `what`. */
bool tape_note(tape *t, const char *what, dnnl_status_t status);

/*
 * The best implementation of an operation whose description gave `described`; `forward` is the hint of a
 * backward one. The tape's to free.
 */
dnnl_primitive_desc_t tape_choose(tape *t, const char *what, dnnl_status_t described,
                                  const_dnnl_op_desc_t operation, const_dnnl_primitive_attr_t attributes,
                                  dnnl_primitive_desc_t forward);

/* The layout that an implementation chose for one of its arguments (dnnl_query_src_md and its like). */
dnnl_memory_desc_t tape_chosen_layout(tape *t, dnnl_primitive_desc_t chosen, dnnl_query_t argument);

/* Appends a primitive with its arguments. */
void tape_append(tape *t, tape_side side, dnnl_primitive_desc_t chosen, int argument_count,
                 const dnnl_exec_arg_t *arguments);

sow_status tape_play(tape *t, tape_side side, sow_error *error);

/* The elements as they lie in memory, padding included, and how many they are. */
float *tape_elements(dnnl_memory_t memory, size_t *count);

/* Elements without padding. */
size_t tape_count(dnnl_memory_t memory);

/* Copies between memory of any layout and row-major floats. */
sow_status tape_read(tape *t, dnnl_memory_t memory, float *plain, sow_error *error);
sow_status tape_write(tape *t, dnnl_memory_t memory, const float *plain, sow_error *error);

#endif
