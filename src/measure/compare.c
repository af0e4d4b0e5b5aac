/* sow_archive_compare: two checkpoints, tensor by tensor. */
#include <pthread.h>
#include <string.h>

#include "base/size.h"
#include "base/team.h"
#include "measure/difference.h"
#include "measure/sweep.h"

#define CHUNK ((uint64_t)1 << 18) /* bytes of each side at once */
#define UNIT ((uint64_t)1 << 22)  /* bytes that one thread takes at a time */
#define BYTE_WORK 2               /* sixteenths of a nanosecond */

typedef struct memory {
  unsigned char mine[CHUNK], theirs[CHUNK];
} memory;

typedef struct comparison {
  const sow_archive *archive, *other;
  sow_difference *differences;
  pthread_mutex_t lock; /* guards the differences */
} comparison;

static sow_difference_kind kind_of(const comparison *c, size_t index, size_t *partner) {
  sow_archive_entry mine = {0}, theirs = {0};
  sow_archive_get(c->archive, index, &mine);
  if (!sow_archive_find(c->other, mine.name, partner))
    return SOW_ABSENT;
  sow_archive_get(c->other, *partner, &theirs);
  if (!sow__shape_equal(mine.ndim, mine.shape, theirs.ndim, theirs.shape))
    return SOW_OTHER_SHAPE;
  return strcmp(mine.type, theirs.type) == 0 ? SOW_EQUAL : SOW_OTHER_TYPE;
}

static uint64_t units(void *context, size_t index) {
  const comparison *c = context;
  sow_archive_entry entry = {0};
  size_t partner;
  sow_archive_get(c->archive, index, &entry);
  return kind_of(c, index, &partner) == SOW_EQUAL ? (entry.bytes + UNIT - 1) / UNIT : 0;
}

static uint64_t unit_bytes(void *context, size_t index, uint64_t unit) {
  const comparison *c = context;
  sow_archive_entry entry = {0};
  sow_archive_get(c->archive, index, &entry);
  return entry.bytes - unit * UNIT < UNIT ? entry.bytes - unit * UNIT : UNIT;
}

static sow_status start(void *context, size_t index, sow_error *error) {
  (void)error;
  const comparison *c = context;
  size_t partner;
  c->differences[index] = (sow_difference){.kind = kind_of(c, index, &partner)};
  return SOW_OK;
}

static sow_status run(void *context, void *mine, size_t index, uint64_t unit, sow_error *error) {
  comparison *c = context;
  memory *own = mine;
  sow_archive_entry entry = {0};
  size_t partner = 0;
  sow_archive_get(c->archive, index, &entry);
  sow_archive_find(c->other, entry.name, &partner);
  uint64_t begin = unit * UNIT, end = entry.bytes - begin < UNIT ? entry.bytes : begin + UNIT;
  sow__element element = sow__element_of(entry.type);
  sow_difference found = {0};
  for (uint64_t at = begin; at < end; at += CHUNK) {
    size_t size = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
    sow_status status = sow_archive_read(c->archive, index, at, size, own->mine, error);
    if (status == SOW_OK)
      status = sow_archive_read(c->other, partner, at, size, own->theirs, error);
    if (status != SOW_OK)
      return status;
    sow__difference_add(&found, element, entry.bits, at * 8 / (uint64_t)entry.bits, own->mine, own->theirs,
                        size);
  }
  pthread_mutex_lock(&c->lock);
  sow__difference_join(&c->differences[index], &found);
  pthread_mutex_unlock(&c->lock);
  return SOW_OK;
}

static void finish(void *context, size_t index) {
  (void)context, (void)index;
}

sow_status sow_archive_compare(const sow_archive *archive, const sow_archive *other, int threads,
                               sow_difference *differences, sow_error *error) {
  comparison c = {.archive = archive, .other = other, .differences = differences};
  sow_status status = sow__threads_check(threads, error);
  if (status != SOW_OK)
    return status;
  uint64_t bytes = sow_archive_bytes(archive);
  sow__sweep sweep = {
      sow_archive_count(archive), units, start, run, finish, sizeof(memory), archive, unit_bytes};
  pthread_mutex_init(&c.lock, NULL);
  status = sow__sweep_run(&sweep, &c, sow__threads(threads, bytes * BYTE_WORK, bytes / CHUNK + 1), error);
  pthread_mutex_destroy(&c.lock);
  return status;
}
