/*
 * A value: the contents of a storage at one moment, as the steps that made them. Immutable. Any range of it
 * can be made alone; what cannot be cut is made whole and the range is taken from it.
 */
#ifndef SOW_OP_VALUE_H
#define SOW_OP_VALUE_H

#include "op/op.h"

typedef struct sow__value {
  sow_dtype dtype;
  uint32_t step_count;
  const sow__step *const *steps; /* in their order */
  int64_t count;
  uint64_t grain; /* elements that are made together; the whole where a step cannot be cut */
  uint32_t work;  /* its steps, and those of the values that they read, each time that they do */
  uint32_t depth; /* of the values that they read within one another */
} sow__value;

/* Part of a value as a tensor. */
typedef struct sow__view {
  int ndim;
  const int64_t *shape;
  const int64_t *strides; /* in elements, 0 where it is expanded; NULL where it is contiguous */
  int64_t offset;
} sow__view;

/* What a step reads beside its own elements: a view of another value, or bytes that are there. */
typedef struct sow__source {
  const sow__value *value; /* NULL: bytes */
  sow__view view;
  /* Bytes [begin, begin + size) of elements of `dtype`, in the order of the step's. */
  sow_status (*read)(const void *context, size_t index, uint64_t begin, size_t size, void *out,
                     sow_error *error);
  const void *context;
  size_t index;
  sow_dtype dtype;
  const char *bound; /* why the bytes hold for the seed of a recording only; NULL where they hold for all */
} sow__source;

/*
 * Settles what the steps say together: dtype, count and steps are set, the rest becomes so. A view's
 * elements may have to be made whole.
 */
void sow__value_settle(sow__value *value);

/*
 * Elements [begin, end) in the value's dtype, contiguous at `out`. An element that no step writes is left as
 * it is. SOW_NO_MEMORY, SOW_IO.
 */
sow_status sow__value_run(const sow__value *value, sow__worker *worker, uint64_t begin, uint64_t end,
                          void *out, sow_error *error);

/* Whether it is one step that reads nothing: what is made of it goes straight to where it stays. */
bool sow__value_is_simple(const sow__value *value);

/* Whether all elements are made together; and whether by calls that share them among several threads. */
bool sow__value_is_whole(const sow__value *value);
bool sow__value_is_shared(const sow__value *value);

/* Bytes beside `out` that a run of `count` elements takes: of its worker's scratch, and of the initialisers'
 * own. */
uint64_t sow__value_scratch(const sow__value *value, uint64_t count);
uint64_t sow__value_memory(const sow__value *value);

/* About how long an element takes, in the unit of sow__threads; at least 1. */
uint64_t sow__value_weight(const sow__value *value);

sow_distribution sow__value_expect(const sow__value *value);

/* Words of all its steps, those of the values that it reads included; and the place of the first that draws,
 * or of the first where none does. */
uint64_t sow__value_draws(const sow__value *value);
sow__place sow__value_place(const sow__value *value);

/* Whether the step writes all elements of a value of `count`, contiguous. */
bool sow__step_covers(const sow__step *step, int64_t count);

/* Calls visit(context, step) for the steps of a value and of all that it reads, until one returns true. */
bool sow__value_any(const sow__value *value, bool (*visit)(void *context, const sow__step *step),
                    void *context);

#endif
