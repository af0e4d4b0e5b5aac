/* sow_replay: a recording followed while it is being made. */
#include <stdlib.h>

#include "base/team.h"
#include "plan/tape_replay.h"
#include "recording/recording_steps.h"
#include "run/job.h"
#include "sow/recording.h"

struct sow_replay {
  sow__tree *tree; /* its tape, and the memory of what was fed */
  sow__arena made; /* steps and values */
  sow__replay following;
  size_t followed; /* items of the tape */
};

sow_replay *sow_replay_new(const sow_generator *generator, sow_dtype dtype) {
  sow_replay *replay = calloc(1, sizeof *replay);
  if (replay == NULL)
    return NULL;
  replay->tree = sow__tree_new();
  replay->following = (sow__replay){.edition = generator->edition, .dtype = dtype, .arena = &replay->made};
  if (replay->tree != NULL && sow__replay_open(&replay->following, generator, NULL) == SOW_OK)
    return replay;
  sow_replay_free(replay);
  return NULL;
}

void sow_replay_free(sow_replay *replay) {
  if (replay == NULL)
    return;
  free(replay->following.bases);
  sow__replay_close(&replay->following);
  sow__arena_free(&replay->made);
  sow__tree_free(replay->tree);
  free(replay);
}

static sow_status follow_new(sow_replay *replay, sow_error *error) {
  const sow__tape *tape = &replay->tree->tape;
  sow_status status = SOW_OK;
  for (; status == SOW_OK && replay->followed < tape->count; replay->followed++)
    status = sow__replay_item(&replay->following, tape, &tape->items[replay->followed], true, error);
  return status;
}

sow_status sow_replay_feed(sow_replay *replay, const char *text, size_t length, int threads,
                           sow_error *error) {
  sow_error own = SOW_ERROR_NONE;
  sow__steps_reader reader = {.line = {.text = {NULL, text, length},
                                       .arena = &replay->tree->arena,
                                       .error = error == NULL ? &own : error},
                              .tree = replay->tree,
                              .dtype = replay->following.dtype};
  sow_status status = sow__threads_check(threads, error);
  bool known = true;
  if (status != SOW_OK)
    return status;
  replay->following.threads = threads;
  while (status == SOW_OK && known && sow__line_next(&reader.line))
    status = sow__steps_read(&reader, &known);
  if (status == SOW_OK && !known)
    return sow__line_fail(&reader.line, SOW_SYNTAX, "this line is none of a recording's steps");
  return status == SOW_OK ? follow_new(replay, error) : status;
}

/* ---- making ---- */

typedef struct made {
  const sow__value *value;
  char *out;
  sow__place place;
} made;

static int by_place(const void *a, const void *b) {
  const sow__place *x = &((const made *)a)->place, *y = &((const made *)b)->place;
  if (x->stream != y->stream)
    return x->stream < y->stream ? -1 : 1;
  return (x->position > y->position) - (x->position < y->position);
}

/* In the order of the stream, so that each thread's cursor only ever goes forward. */
static sow_status add_all(sow_replay *replay, sow__job *job, size_t count, const sow_replay_target *targets,
                          sow_error *error) {
  const sow__tape *tape = &replay->tree->tape;
  made *all = calloc(count + 1, sizeof *all);
  sow_status status = all == NULL ? sow__fail(error, SOW_NO_MEMORY, NULL) : SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < count; i++) {
    if (targets[i].storage >= tape->storage_count) {
      status = sow__fail(error, SOW_UNKNOWN_NAME, "there is no storage %llu",
                         (unsigned long long)targets[i].storage);
      break;
    }
    const sow__value *value = sow__replay_value(&replay->following, tape, (size_t)targets[i].storage);
    if (value == NULL)
      status = sow__fail(error, SOW_NO_MEMORY, NULL);
    else
      all[i] = (made){value, targets[i].out, sow__value_place(value)};
  }
  if (status == SOW_OK)
    qsort(all, count, sizeof *all, by_place);
  for (size_t i = 0; status == SOW_OK && i < count; i++)
    if (all[i].value->step_count > 0)
      status = sow__job_add(job, all[i].value, NULL, 0, (uint64_t)all[i].value->count, all[i].out, error);
  free(all);
  return status;
}

sow_status sow_replay_run(sow_replay *replay, size_t count, const sow_replay_target *targets, int threads,
                          const volatile int *cancel, sow_error *error) {
  sow__job job = {.bases = replay->following.bases, .threads = threads, .cancel = cancel};
  sow_status status = sow__threads_check(threads, error);
  if (status == SOW_OK)
    status = add_all(replay, &job, count, targets, error);
  if (status == SOW_OK && job.count > 0)
    status = sow__job_prepare(&job, error);
  if (status == SOW_OK && job.count > 0)
    status = sow__job_run(&job, error);
  sow__job_free(&job);
  return status;
}

sow_status sow_replay_generator(sow_replay *replay, uint64_t generator, sow_generator **state,
                                sow_error *error) {
  sow__place place;
  if (!sow__replay_place(&replay->following, generator, &place))
    return sow__fail(error, SOW_UNKNOWN_NAME, "generator %llu is not seeded", (unsigned long long)generator);
  sow_generator *made_one = sow_generator_copy(&replay->following.bases[place.stream]);
  if (made_one == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow__place_engine(&place, &replay->following.worker.cursor, made_one);
  *state = made_one;
  return SOW_OK;
}
