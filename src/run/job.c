#include "run/job.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/pace.h"
#include "base/streaming.h"
#include "base/team.h"
#include "run/pieces.h"
#include "run/rows.h"

/* One thread's own. */
typedef struct sow__maker {
  _Alignas(SOW__STATE_ALIGNMENT) sow__worker worker;
  sow__readers readers;
  sow__scratch scratch; /* room for a piece */
  sow_error error;
  sow__jump_memory jumps; /* last: it is large, and only its count is set */
} maker;

typedef struct crew {
  const sow__job *job;
  sow__shares shares;
  atomic_int failed; /* the status that stopped the first thread to fail; SOW_OK while all is well */
  atomic_int failed_thread;
  const sow__stretch *failed_stretch; /* set by that thread, read when all have ended */
  atomic_uint_fast64_t done;          /* bytes */
  struct timespec told;               /* when progress was last told */
} crew;

/* ---- stretches ---- */

static sow_status add(sow__job *job, const sow__stretch *one, sow_error *error) {
  if (one->begin == one->end)
    return SOW_OK;
  void *stretches = job->stretches;
  if (!sow__reserve(&stretches, &job->capacity, job->count + 1, sizeof *job->stretches))
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  job->stretches = stretches;
  job->stretches[job->count++] = *one;
  job->bytes += (one->end - one->begin) * sow_dtype_size(one->value->dtype);
  return SOW_OK;
}

sow_status sow__job_add(sow__job *job, const sow__value *value, const void *tag, uint64_t begin, uint64_t end,
                        char *out, sow_error *error) {
  return add(job, &(sow__stretch){.value = value, .tag = tag, .begin = begin, .end = end, .out = out}, error);
}

sow_status sow__job_add_rows(sow__job *job, const sow__value *value, const sow__rows *rows, char *out,
                             sow_error *error) {
  return add(job,
             &(sow__stretch){.value = value, .end = rows->length * rows->count, .rows = rows, .out = out},
             error);
}

/* ---- memory ---- */

/* A piece that can be cut takes less; a whole that cannot gets memory of its own while it is made. */
#define ROOM_LIMIT ((uint64_t)4 << 20)

/* What elements need beside where they go. */
static uint64_t room_for(const sow__stretch *one) {
  uint64_t count = sow__pieces_longest(one), size = sow_dtype_size(one->value->dtype);
  uint64_t room = sow__value_scratch(one->value, count) + 64;
  return sow__stretch_is_straight(one) ? room : room + count * size;
}

static uint64_t room_common(const sow__job *job) {
  uint64_t most = 0;
  for (size_t i = 0; i < job->count; i++) {
    uint64_t needed = room_for(&job->stretches[i]);
    if (needed <= ROOM_LIMIT && needed > most)
      most = needed;
  }
  return most;
}

sow_status sow__job_prepare(sow__job *job, sow_error *error) {
  sow__pieces_lay(job);
  uint64_t room = room_common(job);
  job->makers = aligned_alloc(SOW__STATE_ALIGNMENT, (size_t)job->threads * sizeof *job->makers);
  bool taken = job->makers != NULL;
  for (int i = 0; taken && i < job->threads; i++) {
    memset(&job->makers[i], 0, offsetof(maker, jumps));
    job->makers[i].jumps.count = 0;
  }
  for (int i = 0; taken && i < job->threads; i++) {
    maker *one = &job->makers[i];
    taken = sow__scratch_reserve(&one->scratch, (size_t)room);
    one->worker = (sow__worker){.readers = &one->readers, .scratch = &one->scratch, .threads = 1};
    if (job->bases != NULL)
      sow__cursor_open(&one->worker.cursor, job->bases);
    one->worker.cursor.jumps = &one->jumps;
  }
  return taken ? SOW_OK : sow__fail(error, SOW_NO_MEMORY, NULL);
}

void sow__job_free(sow__job *job) {
  for (int i = 0; job->makers != NULL && i < job->threads; i++) {
    sow__scratch_free(&job->makers[i].scratch);
    free(job->makers[i].readers.items);
  }
  free(job->makers);
  free(job->stretches);
}

sow__cursor *sow__job_cursor(sow__job *job, const sow__place *place) {
  sow__cursor *nearest = NULL;
  for (int i = 0; job->makers != NULL && i < job->threads; i++) {
    sow__cursor *one = &job->makers[i].worker.cursor;
    bool before = one->bases != NULL && one->stream == place->stream && one->position <= place->position;
    if (before && (nearest == NULL || one->position > nearest->position))
      nearest = one;
  }
  return nearest;
}

/* ---- making ---- */

static sow_status hand_on(const sow__job *job, int thread, const sow__stretch *one, uint64_t begin,
                          uint64_t end) {
  maker *by = &job->makers[thread];
  size_t size = sow_dtype_size(one->value->dtype);
  void *made = sow__scratch_take(&by->scratch, (end - begin) * size);
  if (made == NULL)
    return sow__fail(&by->error, SOW_NO_MEMORY, NULL);
  sow_status status = sow__value_run(one->value, &by->worker, begin, end, made, &by->error);
  if (status == SOW_OK)
    status =
        job->write(job->context, thread, one->tag, begin, made, (size_t)(end - begin) * size, &by->error);
  sow__scratch_give(&by->scratch, made);
  return status;
}

static sow_status make(const sow__job *job, int thread, int threads, const sow__stretch *one, uint64_t begin,
                       uint64_t end) {
  maker *by = &job->makers[thread];
  by->worker.threads = threads;
  if (one->rows != NULL)
    return sow__rows_make(one, &by->worker, begin, end, &by->error);
  if (one->out == NULL)
    return hand_on(job, thread, one, begin, end);
  size_t size = sow_dtype_size(one->value->dtype), bytes = (one->end - one->begin) * size;
  bool is_much = bytes >= SOW__STREAM_FROM && sow__value_is_simple(one->value);
  by->worker.unread = is_much ? one->out : NULL;
  by->worker.unread_end = is_much ? one->out + bytes : NULL;
  char *out = one->out + (begin - one->begin) * size;
  return sow__value_run(one->value, &by->worker, begin, end, out, &by->error);
}

/* ---- progress ---- */

static void tell(crew *all, const sow__stretch *one, uint64_t elements, int thread) {
  const sow__job *job = all->job;
  uint64_t bytes = elements * sow_dtype_size(one->value->dtype);
  uint64_t done = atomic_fetch_add(&all->done, bytes) + bytes;
  if (thread == 0 && job->progress != NULL && sow__pace_due(&all->told))
    job->progress(job->progress_context, done, job->bytes);
}

/* ---- the team ---- */

static void note_failure(crew *all, int thread, const sow__stretch *one, sow_status status) {
  int none = SOW_OK;
  if (!atomic_compare_exchange_strong(&all->failed, &none, (int)status))
    return;
  atomic_store(&all->failed_thread, thread);
  all->failed_stretch = one;
}

/* One piece, unless something failed or somebody asked to stop. */
static void work_piece(crew *all, int thread, int threads, const sow__stretch *one, uint64_t begin,
                       uint64_t end) {
  const sow__job *job = all->job;
  sow_status status = SOW_OK;
  if (job->cancel != NULL && __atomic_load_n(job->cancel, __ATOMIC_RELAXED) != 0)
    status = sow__fail(&job->makers[thread].error, SOW_INTERRUPTED, NULL);
  if (status == SOW_OK)
    status = make(job, thread, threads, one, begin, end);
  if (status == SOW_OK)
    tell(all, one, end - begin, thread);
  else
    note_failure(all, thread, one, status);
}

static void work(void *context, int thread, int count) {
  (void)count;
  crew *all = context;
  uint64_t at, end, first;
  while (atomic_load(&all->failed) == SOW_OK && sow__shares_take(&all->shares, thread, &at, &end)) {
    const sow__stretch *one = sow__pieces_at(all->job, at, &first);
    work_piece(all, thread, 1, one, first, first + (end - at) / one->weight);
  }
}

static void work_alone(crew *all) {
  const sow__job *job = all->job;
  for (size_t i = 0; i < job->count && atomic_load(&all->failed) == SOW_OK; i++) {
    const sow__stretch *one = &job->stretches[i];
    if (one->alone)
      work_piece(all, 0, job->threads, one, one->begin, one->end);
  }
}

sow_status sow__job_run(sow__job *job, sow_error *error) {
  crew all = {.job = job};
  if (!sow__shares_open(&all.shares, &job->line, job->threads))
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow__pace_begin(&all.told);
  work_alone(&all);
  if (atomic_load(&all.failed) == SOW_OK)
    sow__team_run(job->threads, work, &all);
  sow__shares_close(&all.shares);
  sow_status status = (sow_status)atomic_load(&all.failed);
  job->failed = all.failed_stretch;
  if (status == SOW_OK)
    return SOW_OK;
  return sow__fail_again(error, &job->makers[atomic_load(&all.failed_thread)].error);
}
