/* What the files of a replay share. */
#ifndef SOW_PLAN_REPLAY_INSIDE_H
#define SOW_PLAN_REPLAY_INSIDE_H

#include "plan/tape_replay.h"

/* A stream from a base generator, and the place where it begins. */
sow_status sow__replay_stream_add(sow__replay *replay, const sow_generator *base, sow__place *place,
                                  sow_error *error);

/* Puts a generator of the tape at a place; those below it that are not there yet have no seed. */
sow_status sow__replay_place_set(sow__replay *replay, uint32_t generator, const sow__place *place,
                                 sow_error *error);

/* Where a generator stands; SOW_INVALID_ARGUMENT where it has no seed. */
sow_status sow__replay_need_place(const sow__replay *replay, uint32_t generator, sow__place *place,
                                  sow_error *error);

/* SOW_OVERFLOW where a stream has passed 63 bits. */
sow_status sow__replay_check_position(const sow__place *place, sow_error *error);

/* Counts words that were taken of any stream. SOW_OVERFLOW where all of them pass 63 bits. */
sow_status sow__replay_add_words(sow__replay *replay, uint64_t words, sow_error *error);

/* Seeds, marks, restores and skips. */
sow_status sow__replay_generator_item(sow__replay *replay, const sow__tape_item *item, sow_error *error);

#endif
