/* The generators of a tape: seeded, marked, restored, moved on. */
#include "plan/replay_inside.h"

#define STREAMS_LIMIT ((size_t)1 << 16)

static sow_status no_memory(sow_error *error) {
  return sow__fail(error, SOW_NO_MEMORY, NULL);
}

/* A stream from a base generator; the cursor follows the array. */
sow_status sow__replay_stream_add(sow__replay *replay, const sow_generator *base, sow__place *place,
                                  sow_error *error) {
  void *bases = replay->bases;
  if (replay->stream_count == STREAMS_LIMIT)
    return sow__fail(error, SOW_LIMIT, "generators are seeded more than %zu times", STREAMS_LIMIT);
  if (!sow__reserve(&bases, &replay->stream_capacity, replay->stream_count + 1, sizeof *replay->bases))
    return no_memory(error);
  replay->bases = bases;
  replay->bases[replay->stream_count] = *base;
  replay->worker.cursor.bases = replay->bases;
  *place = sow__place_start(replay->bases, (uint32_t)replay->stream_count++);
  return SOW_OK;
}

/* generators[index], with those before it; a place without a stream is not seeded yet. */
sow_status sow__replay_place_set(sow__replay *replay, uint32_t generator, const sow__place *place,
                                 sow_error *error) {
  void *generators = replay->generators;
  if (generator >= STREAMS_LIMIT)
    return sow__fail(error, SOW_LIMIT, "there are more than %zu generators", STREAMS_LIMIT);
  if (!sow__reserve(&generators, &replay->generator_capacity, (size_t)generator + 1,
                    sizeof *replay->generators))
    return no_memory(error);
  replay->generators = generators;
  for (; replay->generator_count <= generator; replay->generator_count++)
    replay->generators[replay->generator_count] = (sow__place){.stream = UINT32_MAX};
  replay->generators[generator] = *place;
  return SOW_OK;
}

bool sow__replay_place(const sow__replay *replay, uint64_t generator, sow__place *place) {
  if (generator >= replay->generator_count || replay->generators[generator].stream == UINT32_MAX)
    return false;
  *place = replay->generators[generator];
  return true;
}

sow_status sow__replay_need_place(const sow__replay *replay, uint32_t generator, sow__place *place,
                                  sow_error *error) {
  if (sow__replay_place(replay, generator, place))
    return SOW_OK;
  return sow__fail(error, SOW_INVALID_ARGUMENT, "generator %u has no seed yet", (unsigned)generator);
}

static sow_status seed(sow__replay *replay, const sow__tape_item *item, sow_error *error) {
  sow_generator base = {.edition = replay->edition};
  sow__place place;
  sow__engine_seed(&base, item->number);
  sow_status status = sow__replay_stream_add(replay, &base, &place, error);
  return status == SOW_OK ? sow__replay_place_set(replay, item->generator, &place, error) : status;
}

static sow_status mark(sow__replay *replay, const sow__tape_item *item, sow_error *error) {
  sow__place place;
  sow_status status = sow__replay_need_place(replay, item->generator, &place, error);
  if (status != SOW_OK)
    return status;
  void *marks = replay->marks;
  if (item->number != replay->mark_count)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "marks are numbered 0, 1, 2 …: the next is %zu",
                     replay->mark_count);
  if (!sow__reserve(&marks, &replay->mark_capacity, replay->mark_count + 1, sizeof *replay->marks))
    return no_memory(error);
  replay->marks = marks;
  replay->marks[replay->mark_count++] = place;
  return SOW_OK;
}

static sow_status restore(sow__replay *replay, const sow__tape_item *item, sow_error *error) {
  if (item->number >= replay->mark_count)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "there is no mark %llu", (unsigned long long)item->number);
  return sow__replay_place_set(replay, item->generator, &replay->marks[item->number], error);
}

sow_status sow__replay_check_position(const sow__place *place, sow_error *error) {
  if (place->position > INT64_MAX)
    return sow__fail(error, SOW_OVERFLOW, "the random words before it do not fit in 63 bits");
  return SOW_OK;
}

sow_status sow__replay_add_words(sow__replay *replay, uint64_t words, sow_error *error) {
  if (__builtin_add_overflow(replay->draws, words, &replay->draws) || replay->draws > INT64_MAX)
    return sow__fail(error, SOW_OVERFLOW, "the random words of all streams do not fit in 63 bits");
  return SOW_OK;
}

static sow_status skip(sow__replay *replay, const sow__tape_item *item, sow_error *error) {
  sow__place place;
  sow_status status = sow__replay_need_place(replay, item->generator, &place, error);
  if (status == SOW_OK && __builtin_add_overflow(place.position, item->number, &place.position))
    place.position = UINT64_MAX;
  if (status == SOW_OK)
    status = sow__replay_check_position(&place, error);
  if (status == SOW_OK)
    status = sow__replay_add_words(replay, item->number, error);
  return status == SOW_OK ? sow__replay_place_set(replay, item->generator, &place, error) : status;
}

sow_status sow__replay_generator_item(sow__replay *replay, const sow__tape_item *item, sow_error *error) {
  switch (item->kind) {
  case SOW__TAPE_SEED:
    return seed(replay, item, error);
  case SOW__TAPE_MARK:
    return mark(replay, item, error);
  case SOW__TAPE_RESTORE:
    return restore(replay, item, error);
  default:
    return skip(replay, item, error);
  }
}
