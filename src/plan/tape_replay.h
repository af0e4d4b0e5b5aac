/*
 * A tape followed step by step: each is resolved and bound at its place in its stream, and what every storage
 * holds at that moment is a value.
 */
#ifndef SOW_PLAN_TAPE_REPLAY_H
#define SOW_PLAN_TAPE_REPLAY_H

#include "base/memory.h"
#include "op/value.h"
#include "tape/tape.h"

struct sow__written;

#define SOW__REPLAY_TOLD 16 /* there are fewer kinds of warnings */

typedef struct sow__replay {
  sow_edition edition;
  sow_dtype dtype;   /* the model's */
  int threads;       /* where words are counted by drawing; 0: as many as pay */
  sow__arena *arena; /* of the steps and values; the caller's */
  /* ---- */
  sow__arena links; /* of what is needed only while following */
  sow__interner rules;
  sow_generator *bases; /* of each stream; the caller's to free */
  size_t stream_count, stream_capacity;
  sow__place *generators; /* where each of the tape's generators stands */
  size_t generator_count, generator_capacity;
  sow__place *marks;
  size_t mark_count, mark_capacity;
  struct sow__written *storages; /* what each holds */
  size_t storage_count, storage_capacity;
  uint64_t draws; /* words of all streams so far */
  bool warned_of_layout;
  const char *told[SOW__REPLAY_TOLD]; /* texts of warnings, each told once */
  size_t told_count;
  sow__scratch scratch;
  sow__worker worker;
} sow__replay;

/* Begins with the default generator at `base`. SOW_NO_MEMORY. */
sow_status sow__replay_open(sow__replay *replay, const sow_generator *base, sow_error *error);
void sow__replay_close(sow__replay *replay); /* all but the bases */

/*
 * Follows one item. A step that is not `live` only moves its stream. What sow_fill would report, with the
 * tensor's and the rule's name, warnings too; SOW_LIMIT, SOW_OVERFLOW, SOW_INVALID_ARGUMENT for a generator
 * without a seed or a mark that there is not. A warning is told once, of the first tensor that it is true of.
 */
sow_status sow__replay_item(sow__replay *replay, const sow__tape *tape, const sow__tape_item *item, bool live,
                            sow_error *error);

/* What a storage holds now; without steps where nothing has written it. NULL when memory is short. */
const sow__value *sow__replay_value(sow__replay *replay, const sow__tape *tape, size_t storage);

/* The latest step that would have written the storage, had the edition done so; NULL for none. */
const sow__tape_item *sow__replay_skipped(const sow__replay *replay, size_t storage);

/* Where a generator of the tape stands; false for one that is not there. */
bool sow__replay_place(const sow__replay *replay, uint64_t generator, sow__place *place);

/* `ndim` sizes or strides in the arena; NULL when memory is short. */
const int64_t *sow__sizes_copy(sow__arena *arena, int ndim, const int64_t *sizes);

#endif
