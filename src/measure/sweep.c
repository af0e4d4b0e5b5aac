#include "measure/sweep.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "archive/archive_progress.h"
#include "base/pace.h"
#include "base/team.h"

typedef struct progress {
  const sow__sweep *sweep;
  void *context;
  pthread_mutex_t lock; /* guards what follows */
  size_t array;         /* of the next unit */
  uint64_t unit, units; /* the next unit, and how many its array has */
  bool begun;           /* whether that array was started */
  uint64_t *left;       /* of each array: units that are not done */
  uint64_t done, total; /* bytes */
  struct timespec told; /* when that was last said */
  sow_error failure;
} progress;

/* The next unit, with the array of it started; false after the last or a failure. Holds the lock. */
static bool take(progress *p, size_t *array, uint64_t *unit) {
  const sow__sweep *sweep = p->sweep;
  while (p->failure.status == SOW_OK && p->array < sweep->arrays) {
    if (!p->begun) {
      p->units = p->left[p->array] = sweep->units(p->context, p->array);
      p->unit = 0;
      p->begun = true;
      if (sweep->start(p->context, p->array, &p->failure) != SOW_OK)
        return false;
      if (p->units == 0)
        sweep->finish(p->context, p->array);
    }
    if (p->unit < p->units) {
      *array = p->array;
      *unit = p->unit++;
      return true;
    }
    p->array++;
    p->begun = false;
  }
  return false;
}

/* Whether that was the array's last unit. Holds the lock. */
static bool done(progress *p, size_t array, const sow_error *error) {
  if (error->status != SOW_OK && p->failure.status == SOW_OK)
    p->failure = *error;
  return error->status == SOW_OK && --p->left[array] == 0;
}

/* On the calling thread, and not every time. */
static void tell(progress *p, int index, uint64_t done) {
  if (index == 0 && sow__pace_due(&p->told))
    sow__archive_tell(p->sweep->archive, done, p->total);
}

static uint64_t total_of(const sow__sweep *sweep, void *context) {
  uint64_t total = 0;
  for (size_t i = 0; i < sweep->arrays; i++)
    for (uint64_t unit = sweep->units(context, i); unit-- > 0;)
      total += sweep->bytes(context, i, unit);
  return total;
}

static void work(void *context, int index, int count) {
  (void)count;
  progress *p = context;
  void *memory = aligned_alloc(64, (p->sweep->memory + 63) / 64 * 64 + 64);
  size_t array;
  uint64_t unit;
  pthread_mutex_lock(&p->lock);
  if (memory == NULL && p->failure.status == SOW_OK)
    sow__fail(&p->failure, SOW_NO_MEMORY, NULL);
  while (take(p, &array, &unit)) {
    pthread_mutex_unlock(&p->lock);
    sow_error error = SOW_ERROR_NONE;
    p->sweep->run(p->context, memory, array, unit, &error);
    pthread_mutex_lock(&p->lock);
    uint64_t so_far = p->done += p->sweep->bytes(p->context, array, unit);
    if (done(p, array, &error)) {
      pthread_mutex_unlock(&p->lock);
      p->sweep->finish(p->context, array);
      pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    tell(p, index, so_far);
    pthread_mutex_lock(&p->lock);
  }
  pthread_mutex_unlock(&p->lock);
  free(memory);
}

sow_status sow__sweep_run(const sow__sweep *sweep, void *context, int threads, sow_error *error) {
  progress p = {.sweep = sweep, .context = context, .failure = SOW_ERROR_NONE};
  p.total = total_of(sweep, context);
  sow__pace_begin(&p.told);
  p.left = calloc(sweep->arrays + 1, sizeof *p.left);
  if (p.left == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  pthread_mutex_init(&p.lock, NULL);
  sow__team_run(threads, work, &p);
  pthread_mutex_destroy(&p.lock);
  free(p.left);
  return p.failure.status == SOW_OK ? SOW_OK : sow__fail_again(error, &p.failure);
}
