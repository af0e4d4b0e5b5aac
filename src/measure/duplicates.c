#include "measure/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "checkpoint/digest_text.h"
#include "measure/element.h"

#define COUNT_LEAST 16 /* elements that are not equal by chance */
#define FRONT 256      /* bytes that decide whether the rest is read */
#define CHUNK ((size_t)1 << 16)

typedef struct front {
  size_t index, size;
  uint64_t bytes; /* of the tensor */
  unsigned char start[FRONT];
  char digest[SOW_DIGEST_TEXT_SIZE]; /* of those that begin like another; else empty */
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
  if (order == 0)
    order = strcmp(x->digest, y->digest);
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

static sow_status digest(const sow_archive *archive, front *one, sow_error *error) {
  unsigned char bytes[CHUNK];
  struct sha256_ctx hash;
  sha256_init(&hash);
  for (uint64_t at = 0; at < one->bytes;) {
    size_t size = one->bytes - at < sizeof bytes ? (size_t)(one->bytes - at) : sizeof bytes;
    sow_status status = sow_archive_read(archive, one->index, at, size, bytes, error);
    if (status != SOW_OK)
      return status;
    sha256_update(&hash, size, bytes);
    at += size;
  }
  sow__digest_text(&hash, one->digest);
  return SOW_OK;
}

/* By digests: thousands of tensors that begin alike, compared with each other, would take hours. */
static sow_status find_pairs(const sow_archive *archive, front *fronts, size_t count,
                             void (*found)(void *context, size_t index, size_t other), void *context,
                             sow_error *error) {
  qsort(fronts, count, sizeof *fronts, by_front);
  for (size_t i = 0; i < count; i++) {
    bool alike = (i > 0 && same_front(&fronts[i - 1], &fronts[i])) ||
                 (i + 1 < count && same_front(&fronts[i], &fronts[i + 1]));
    sow_status status = alike ? digest(archive, &fronts[i], error) : SOW_OK;
    if (status != SOW_OK)
      return status;
  }
  qsort(fronts, count, sizeof *fronts, by_front);
  for (size_t i = 1; i < count; i++)
    if (same_front(&fronts[i - 1], &fronts[i]) && strcmp(fronts[i - 1].digest, fronts[i].digest) == 0)
      found(context, fronts[i].index, fronts[i - 1].index);
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
  if (status == SOW_OK && count > 0)
    status = find_pairs(archive, fronts, count, found, context, error);
  free(fronts);
  return status;
}
