#include "measure/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "measure/element.h"

#define COUNT_LEAST 16 /* elements that are not equal by chance */
#define FRONT 256      /* bytes that decide whether the rest is compared */
#define CHUNK ((size_t)1 << 16)

typedef struct front {
  size_t index, size;
  uint64_t bytes; /* of the tensor */
  unsigned char start[FRONT];
} front;

/* A stretch of a tensor. */
typedef struct part {
  size_t index;
  uint64_t begin;
} part;

static sow_status compare(const sow_archive *archive, part a, part b, uint64_t bytes, bool *equal,
                          sow_error *error) {
  unsigned char x[2][CHUNK / 2];
  *equal = true;
  for (uint64_t at = 0; *equal && at < bytes;) {
    size_t size = bytes - at < sizeof x[0] ? (size_t)(bytes - at) : sizeof x[0];
    size = at == 0 && size > FRONT ? FRONT : size;
    sow_status status = sow_archive_read(archive, a.index, a.begin + at, size, x[0], error);
    if (status == SOW_OK)
      status = sow_archive_read(archive, b.index, b.begin + at, size, x[1], error);
    if (status != SOW_OK)
      return status;
    *equal = memcmp(x[0], x[1], size) == 0;
    at += size;
  }
  return SOW_OK;
}

static int by_front(const void *a, const void *b) {
  const front *x = a, *y = b;
  int order = (x->bytes > y->bytes) - (x->bytes < y->bytes);
  if (order == 0)
    order = memcmp(x->start, y->start, x->size);
  return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static bool same_front(const front *a, const front *b) {
  return a->bytes == b->bytes && memcmp(a->start, b->start, a->size) == 0;
}

/* Integers are masks and indices, which layers have alike. */
static bool may_be_drawn(const sow_archive_entry *entry, const sow_statistics *statistics) {
  if (!statistics->measured)
    return true;
  return sow__element_is_float(sow__element_of(entry->type)) && statistics->std > 0;
}

/* The tensors that are worth comparing, with how they begin. */
static sow_status read_fronts(const sow_archive *archive, const sow_statistics *statistics, front *fronts,
                              size_t *count, sow_error *error) {
  sow_archive_entry entry;
  for (size_t i = 0; sow_archive_get(archive, i, &entry); i++) {
    if (entry.count < COUNT_LEAST || !may_be_drawn(&entry, &statistics[i]))
      continue;
    front *one = &fronts[(*count)++];
    *one =
        (front){.index = i, .size = entry.bytes < FRONT ? (size_t)entry.bytes : FRONT, .bytes = entry.bytes};
    sow_status status = sow_archive_read(archive, i, 0, one->size, one->start, error);
    if (status != SOW_OK)
      return status;
  }
  return SOW_OK;
}

static sow_status find_pairs(const sow_archive *archive, const front *fronts, size_t count,
                             void (*found)(void *context, size_t index, size_t other), void *context,
                             sow_error *error) {
  for (size_t i = 1; i < count; i++) {
    bool equal = false;
    /* The nearest earlier one; equal ones follow each other, since what is equal to the same is equal. */
    for (size_t j = i; j-- > 0 && !equal && same_front(&fronts[j], &fronts[i]);) {
      sow_status status = compare(archive, (part){fronts[j].index, 0}, (part){fronts[i].index, 0},
                                  fronts[i].bytes, &equal, error);
      if (status != SOW_OK)
        return status;
      if (equal)
        found(context, fronts[i].index, fronts[j].index);
    }
  }
  return SOW_OK;
}

static sow_status find_halves(const sow_archive *archive, const front *fronts, size_t count,
                              void (*found)(void *context, size_t index, size_t other), void *context,
                              sow_error *error) {
  for (size_t i = 0; i < count; i++) {
    sow_archive_entry entry = {0};
    sow_archive_get(archive, fronts[i].index, &entry);
    uint64_t half = entry.bytes / 2;
    bool equal = false;
    if (entry.count % 2 != 0 || entry.count < (uint64_t)2 * COUNT_LEAST || entry.bytes % 2 != 0)
      continue;
    sow_status status =
        compare(archive, (part){fronts[i].index, 0}, (part){fronts[i].index, half}, half, &equal, error);
    if (status != SOW_OK)
      return status;
    if (equal)
      found(context, fronts[i].index, fronts[i].index);
  }
  return SOW_OK;
}

sow_status sow__duplicates_find(const sow_archive *archive, const sow_statistics *statistics,
                                void (*found)(void *context, size_t index, size_t other), void *context,
                                sow_error *error) {
  size_t count = 0;
  front *fronts = calloc(sow_archive_count(archive) + 1, sizeof *fronts);
  if (fronts == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = read_fronts(archive, statistics, fronts, &count, error);
  if (status == SOW_OK)
    status = find_halves(archive, fronts, count, found, context, error);
  if (status == SOW_OK && count > 0) {
    qsort(fronts, count, sizeof *fronts, by_front);
    status = find_pairs(archive, fronts, count, found, context, error);
  }
  free(fronts);
  return status;
}
