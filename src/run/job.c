#include "run/job.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/team.h"
#include "run/range.h"

/* One thread's own. */
typedef struct sow__maker {
  sow__cursor cursor;
  sow__readers readers;
  void *drawn, *stored; /* room for a piece */
  sow_error error;
} maker;

typedef struct crew {
  const sow__job *job;
  sow__shares shares;
  atomic_int failed; /* the status that stopped the first thread to fail; SOW_OK while all is well */
  atomic_int failed_thread;
  atomic_uint_fast64_t done; /* bytes */
  struct timespec told;      /* when progress was last told */
} crew;

sow_status sow__job_add(sow__job *job, const sow__entry *entry, uint64_t begin, uint64_t end, char *out,
                        sow_error *error) {
  if (begin == end)
    return SOW_OK;
  void *stretches = job->stretches;
  if (!sow__reserve(&stretches, &job->capacity, job->count + 1, sizeof *job->stretches))
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  job->stretches = stretches;
  sow__stretch *added = &job->stretches[job->count++];
  *added = (sow__stretch){.entry = entry, .begin = begin, .end = end};
  added->out = out;
  job->bytes += (end - begin) * sow_dtype_size(entry->stored);
  return SOW_OK;
}

/* ---- memory ---- */

/* Pieces that can be cut are shorter; a whole that cannot gets memory of its own for as long as it is made.
 */
#define ROOM_LIMIT ((uint64_t)2 << 20)

typedef struct room {
  uint64_t drawn, stored;
} room;

/* What elements [begin, end) need beside where they go. */
static room room_for(const sow__stretch *one, uint64_t count) {
  bool cast = sow__range_cast(one->entry);
  return (room){.drawn = cast ? count * sow_dtype_size(one->entry->fill.dtype) : 0,
                .stored = one->out == NULL ? count * sow_dtype_size(one->entry->stored) : 0};
}

static room room_common(const sow__job *job) {
  room most = {0};
  for (size_t i = 0; i < job->count; i++) {
    const sow__stretch *one = &job->stretches[i];
    uint64_t longest = sow__range_longest(one->entry), length = one->end - one->begin;
    room needed = room_for(one, length < longest ? length : longest);
    if (needed.drawn > ROOM_LIMIT || needed.stored > ROOM_LIMIT)
      continue;
    most.drawn = needed.drawn > most.drawn ? needed.drawn : most.drawn;
    most.stored = needed.stored > most.stored ? needed.stored : most.stored;
  }
  return most;
}

static void *take(uint64_t bytes) {
  return bytes > SIZE_MAX ? NULL : malloc(bytes == 0 ? 1 : (size_t)bytes);
}

sow_status sow__job_prepare(sow__job *job, sow_error *error) {
  sow__job_line(job);
  room common = room_common(job);
  job->makers = calloc((size_t)job->threads, sizeof *job->makers);
  bool taken = job->makers != NULL;
  for (int i = 0; taken && i < job->threads; i++) {
    maker *one = &job->makers[i];
    one->drawn = take(common.drawn);
    one->stored = take(common.stored);
    taken = one->drawn != NULL && one->stored != NULL;
  }
  return taken ? SOW_OK : sow__fail(error, SOW_NO_MEMORY, NULL);
}

void sow__job_free(sow__job *job) {
  for (int i = 0; job->makers != NULL && i < job->threads; i++) {
    free(job->makers[i].drawn);
    free(job->makers[i].stored);
    free(job->makers[i].readers.items);
  }
  free(job->makers);
  free(job->stretches);
}

/* ---- making ---- */

static sow_status make(const sow__job *job, int thread, int threads, const sow__stretch *one, uint64_t begin,
                       uint64_t end, void *drawn, void *stored) {
  maker *by = &job->makers[thread];
  size_t size = sow_dtype_size(one->entry->stored);
  void *out = one->out != NULL ? one->out + (begin - one->begin) * size : stored;
  sow_status status = sow__range_run(one->entry, &by->cursor, threads, begin, end, drawn, out, &by->error);
  if (status == SOW_OK && one->out == NULL)
    status =
        job->write(job->context, thread, one->entry, begin, out, (size_t)(end - begin) * size, &by->error);
  return status;
}

static sow_status make_room(const sow__job *job, int thread, int threads, const sow__stretch *one,
                            uint64_t begin, uint64_t end) {
  maker *by = &job->makers[thread];
  room needed = room_for(one, end - begin);
  if (needed.drawn <= ROOM_LIMIT && needed.stored <= ROOM_LIMIT)
    return make(job, thread, threads, one, begin, end, by->drawn, by->stored);
  void *drawn = take(needed.drawn), *stored = take(needed.stored);
  sow_status status = drawn != NULL && stored != NULL
                          ? make(job, thread, threads, one, begin, end, drawn, stored)
                          : sow__fail(&by->error, SOW_NO_MEMORY, NULL);
  free(drawn);
  free(stored);
  return status;
}

/* ---- progress ---- */

#define TELL_SECONDS 0.2

static void tell(crew *all, const sow__stretch *one, uint64_t elements, int thread) {
  const sow__job *job = all->job;
  uint64_t bytes = elements * sow_dtype_size(one->entry->stored);
  uint64_t done = atomic_fetch_add(&all->done, bytes) + bytes;
  struct timespec now;
  if (thread != 0 || job->progress == NULL || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
    return;
  if ((double)(now.tv_sec - all->told.tv_sec) + (double)(now.tv_nsec - all->told.tv_nsec) * 1e-9 <
      TELL_SECONDS)
    return;
  all->told = now;
  job->progress(job->progress_context, done, job->bytes);
}

/* ---- the team ---- */

static void note_failure(crew *all, int thread, sow_status status) {
  int none = SOW_OK;
  if (atomic_compare_exchange_strong(&all->failed, &none, (int)status))
    atomic_store(&all->failed_thread, thread);
}

static void work(void *context, int thread, int count) {
  (void)count;
  crew *all = context;
  uint64_t at, end, first, last;
  while (atomic_load(&all->failed) == SOW_OK && sow__shares_take(&all->shares, thread, &at, &end)) {
    const sow__stretch *one = sow__job_at(all->job, at, &first);
    last = first + (end - at) / one->weight;
    sow_status status = make_room(all->job, thread, 1, one, first, last);
    if (status == SOW_OK)
      tell(all, one, last - first, thread);
    else
      note_failure(all, thread, status);
  }
}

static void work_alone(crew *all) {
  const sow__job *job = all->job;
  for (size_t i = 0; i < job->count && atomic_load(&all->failed) == SOW_OK; i++) {
    const sow__stretch *one = &job->stretches[i];
    if (!one->alone)
      continue;
    sow_status status = make_room(job, 0, job->threads, one, one->begin, one->end);
    if (status == SOW_OK)
      tell(all, one, one->end - one->begin, 0);
    else
      note_failure(all, 0, status);
  }
}

sow_status sow__job_run(sow__job *job, sow_error *error) {
  crew all = {.job = job};
  if (!sow__shares_open(&all.shares, &job->line, job->threads))
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  clock_gettime(CLOCK_MONOTONIC, &all.told);
  for (int i = 0; i < job->threads; i++) {
    sow__cursor_open(&job->makers[i].cursor, &job->plan->base);
    job->makers[i].cursor.readers = &job->makers[i].readers;
  }
  work_alone(&all);
  if (atomic_load(&all.failed) == SOW_OK)
    sow__team_run(job->threads, work, &all);
  sow__shares_close(&all.shares);
  sow_status status = (sow_status)atomic_load(&all.failed);
  if (status == SOW_OK)
    return SOW_OK;
  return sow__fail(error, status, "%s", job->makers[atomic_load(&all.failed_thread)].error.message);
}
