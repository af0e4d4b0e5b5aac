/* All elements of one fill, by several threads. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/shares.h"
#include "base/team.h"
#include "init/fill.h"

/* Elements made at once. A multiple of every grain; small, so that a share can be cut anywhere. */
#define PIECE ((uint64_t)1 << 16)

/* A thread that would do less than this after a jump leaves it to whoever has it. */
#define LEAST_WORK (3 * SOW__WORK_JUMP)

typedef struct crew {
  const sow__fill *fill;
  sow__cursor *cursor; /* the caller's: NULL for what draws nothing; at the end, that of the last element */
  char *out;
  sow__shares shares; /* of a line of elements */
  atomic_int status;
  sow__cursor last;
} crew;

static uint64_t cut(const void *context, uint64_t at) {
  (void)context;
  return at - at % PIECE;
}

/* normal_'s last grain overlaps the one before it, so a last piece is never short. */
static uint64_t next(const void *context, uint64_t at) {
  uint64_t count = (uint64_t)((const crew *)context)->fill->count;
  return count - at < 2 * PIECE ? count : at + PIECE;
}

static void work(void *context, int index, int count) {
  (void)count;
  crew *all = context;
  sow__readers readers = {0};
  sow__cursor cursor = {0};
  if (all->cursor != NULL)
    sow__cursor_open(&cursor, all->cursor->base);
  cursor.readers = &readers;
  size_t size = sow_dtype_size(all->fill->dtype);
  sow_status status = SOW_OK;
  uint64_t begin, end;
  while (status == SOW_OK && atomic_load(&all->status) == SOW_OK &&
         sow__shares_take(&all->shares, index, &begin, &end)) {
    status = sow__fill_run(all->fill, &cursor, begin, end, all->out + begin * size, NULL);
    if (end == (uint64_t)all->fill->count)
      all->last = cursor;
  }
  if (status != SOW_OK)
    atomic_store(&all->status, (int)status);
  free(readers.items);
}

int sow__fill_threads(const sow__fill *fill, int setting) {
  uint64_t count = (uint64_t)fill->count, total;
  if (__builtin_mul_overflow(count, sow__fill_weight(fill), &total))
    total = UINT64_MAX;
  return sow__threads(setting, total, fill->grain == count ? UINT64_MAX : count / PIECE);
}

sow_status sow__fill_run_whole(const sow__fill *fill, sow__cursor *cursor, int threads, void *out,
                               sow_error *error) {
  uint64_t count = (uint64_t)fill->count;
  crew all = {.fill = fill, .cursor = cursor, .out = out};
  sow__line line = {.length = count,
                    .jump = cursor == NULL ? 0 : SOW__WORK_JUMP / sow__fill_weight(fill),
                    .least = LEAST_WORK / sow__fill_weight(fill),
                    .cut = cut,
                    .next = next,
                    .context = &all};
  threads = sow__fill_threads(fill, threads);
  if (threads == 1 || fill->grain == count || !sow__shares_open(&all.shares, &line, threads)) {
    sow__fill alone = *fill;
    alone.threads = threads;
    return sow__fill_run(&alone, cursor, 0, count, out, error);
  }
  sow__team_run(threads, work, &all);
  sow__shares_close(&all.shares);
  sow_status status = (sow_status)atomic_load(&all.status);
  if (status != SOW_OK)
    return sow__fail(error, status, NULL);
  if (cursor != NULL) {
    *cursor = all.last;
    cursor->readers = NULL;
  }
  return SOW_OK;
}
