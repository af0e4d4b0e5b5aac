/*
 * The tape: storages, and what was done to them in order. A printed model with rules, a recording and C calls
 * all write one; a plan is made by replaying it. What a storage holds in the end is the last of its steps,
 * from the one on that wrote all of it; earlier ones only move the stream.
 */
#ifndef SOW_TAPE_TAPE_H
#define SOW_TAPE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/init.h"

typedef struct sow__storage {
  sow_dtype dtype; /* SOW_DTYPE_COUNT: the model's */
  bool written;    /* some step writes it */
  int64_t count;   /* elements */
} sow__storage;

/* Part of a storage as a tensor. */
typedef struct sow__tape_view {
  size_t storage;
  int ndim;
  const int64_t *shape;
  const int64_t *strides; /* in elements; NULL where it is contiguous */
  int64_t offset;
} sow__tape_view;

/* Bytes in the order of a view's elements. */
typedef struct sow__literal {
  const void *bytes;
  sow_dtype dtype;
  const char *bound; /* why they hold for the recording's seed only; NULL where they hold for all */
} sow__literal;

typedef enum sow__tape_kind {
  SOW__TAPE_STEP,
  SOW__TAPE_SEED,    /* manual_seed(number) */
  SOW__TAPE_MARK,    /* the generator's state gets a number */
  SOW__TAPE_RESTORE, /* … and comes back */
  SOW__TAPE_SKIP,    /* `number` words pass */
} sow__tape_kind;

typedef struct sow__tape_item {
  sow__tape_kind kind;
  uint32_t generator; /* 0: torch's default one */
  uint64_t number;
  /* ---- of steps ---- */
  sow_initializer call;
  sow__tape_view target;
  const sow__tape_view *source; /* the other tensor that the call reads; NULL for none */
  const sow__literal *literal;  /* for copy_ of bytes; NULL for none */
  const char *rule;             /* "default Conv3d", "weights_init.rules:4" */
  const char *subject;          /* "fc6.weight": for messages */
  bool by_caller;               /* by a rule or a call, not by a constructor */
  bool in_torch_layer; /* what is written has dimensions in the order of torch's layers: (out, in, …) */
  bool uninitialized_before_2_12; /* the bias of a convolution with fan 0: torch left its memory as it was */
} sow__tape_item;

/* Start with {0}. */
typedef struct sow__tape {
  sow__storage *storages;
  size_t storage_count, storage_capacity;
  sow__tape_item *items;
  size_t count, capacity;
} sow__tape;

void sow__tape_free(sow__tape *tape);

/* A new storage's number; SIZE_MAX when memory is short. */
size_t sow__tape_storage(sow__tape *tape, sow_dtype dtype, int64_t count);

/* Appends a copy of `item`, whose pointers are borrowed; NULL when memory is short. Valid until the next one.
 */
sow__tape_item *sow__tape_add(sow__tape *tape, const sow__tape_item *item);

/* Moves the items from `begin` on to before item `to`, in their order; false when memory is short. */
bool sow__tape_move(sow__tape *tape, size_t begin, size_t to);

/* Whether the step writes all elements of its storage, whatever they were. */
bool sow__tape_overwrites(const sow__tape *tape, const sow__tape_item *item);

/*
 * Which steps matter for what the storages hold in the end: live[i] becomes true for item i where it does.
 * needed[s] says whether storage s is asked for, and is used up.
 */
void sow__tape_mark_live(const sow__tape *tape, bool *needed, bool *live);

#endif
