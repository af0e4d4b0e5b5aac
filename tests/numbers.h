/* What the tests of generator and families share: a stream, fills from it, and a checksum. */
#ifndef SOW_TESTS_NUMBERS_H
#define SOW_TESTS_NUMBERS_H

#include <stdlib.h>
#include <string.h>

#include "op/op.h"
#include "picks.h"
#include "unit.h"

static const sow_dtype float_dtypes[] = {SOW_FLOAT64, SOW_FLOAT32, SOW_BFLOAT16, SOW_FLOAT16};

/* A generator, and how far the fills so far have moved it. */
typedef struct stream {
  sow_generator base;
  sow__scratch scratch;
  sow__worker worker;
  sow__place place;
} stream;

static inline void stream_start(stream *s) {
  s->scratch = (sow__scratch){0};
  s->worker = (sow__worker){.scratch = &s->scratch};
  sow__cursor_open(&s->worker.cursor, &s->base);
  s->place = sow__place_start(&s->base, 0);
}

static inline void stream_open(stream *s, uint64_t seed, sow_edition edition) {
  s->base.edition = edition;
  sow__engine_seed(&s->base, seed);
  stream_start(s);
}

/* A one-dimensional fill of `count` elements at the stream's place; `view` makes it not contiguous. */
static inline sow__step stream_bind(stream *s, const sow__op *op, sow_dtype dtype, int64_t count, bool view,
                                    double p0, double p1) {
  static const int64_t stride_of_view[] = {2};
  sow__step fill = {.op = op,
                    .dtype = dtype,
                    .edition = s->base.edition,
                    .ndim = 1,
                    .strides = view ? stride_of_view : NULL,
                    .count = count,
                    .p = {p0, p1},
                    .begin = s->place};
  assert_int_equal(op->bind(&fill, &s->worker, &s->place, NULL), SOW_OK);
  assert_true(s->place.position - fill.begin.position == fill.draws);
  return fill;
}

static inline void stream_run(stream *s, const sow__step *fill, uint64_t begin, uint64_t end, void *out) {
  assert_int_equal(fill->op->run(fill, &s->worker, begin, end, out, NULL), SOW_OK);
}

/* Binds and runs all of it; the memory is the caller's to free. Returns the words that were drawn. */
static inline uint64_t stream_fill(stream *s, const sow__op *op, sow_dtype dtype, int64_t count, double p0,
                                   double p1, void *out) {
  sow__step fill = stream_bind(s, op, dtype, count, false, p0, p1);
  stream_run(s, &fill, 0, (uint64_t)count, out);
  return fill.draws;
}

/* The generator where the fills so far have left it. */
static inline void stream_state(stream *s, uint8_t state[SOW_GENERATOR_STATE_SIZE]) {
  sow_generator now;
  sow__place_engine(&s->place, &s->worker.cursor, &now);
  sow_generator_get_state(&now, state);
}

/* zlib.crc32, so that what PyTorch made can be compared without keeping it. */
static inline uint32_t checksum(const void *bytes, size_t size) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < size; i++) {
    crc ^= ((const uint8_t *)bytes)[i];
    for (int bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static inline void *allocate(size_t size) {
  void *memory = malloc(size + 1);
  assert_non_null(memory);
  return memory;
}

/* Any part of a fill equals the same part of the whole. */
static inline void check_cuts(stream *s, const sow__step *fill, int cuts, uint64_t *seed) {
  size_t size = sow_dtype_size(fill->dtype);
  uint64_t count = (uint64_t)fill->count;
  uint8_t *whole = allocate((size_t)count * size);
  stream_run(s, fill, 0, count, whole);
  for (int i = 0; i < cuts; i++) {
    uint64_t begin = pick(seed, count + 1), end = begin + pick(seed, count - begin + 1);
    uint8_t *part = allocate((size_t)(end - begin) * size);
    part[(end - begin) * size] = 0xca;
    stream_run(s, fill, begin, end, part);
    assert_memory_equal(part, whole + begin * size, (end - begin) * size);
    assert_int_equal(part[(end - begin) * size], 0xca);
    free(part);
  }
  free(whole);
}

#endif
