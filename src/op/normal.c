/*
 * normal_. Fewer than 16 elements, and views that are not contiguous, are made one pair after the other with
 * a cache for the odd one out; everything else in blocks of 16, where a rest is made by 16 fresh uniforms
 * over the last 16 elements.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"
#include "op/block_libm.h"
#include "op/expect.h"
#include "op/op.h"
#include "stream/pair.h"

enum { CHUNK_BLOCKS = SOW__CHUNK / SOW__BLOCK };

static bool is_serial(const sow__step *step) {
  return step->count < SOW__BLOCK || step->strides != NULL;
}

static unsigned words_each(const sow__step *step) {
  return step->dtype == SOW_FLOAT64 ? 2 : 1;
}

static uint64_t block_rest(const sow__step *step) {
  return (uint64_t)step->count % SOW__BLOCK;
}

/* Words before those of the tail: from 2.12 on, 16-bit dtypes do not draw for the rest that it overwrites. */
static uint64_t tail_position(const sow__step *step) {
  uint64_t count = (uint64_t)step->count;
  bool half = step->dtype == SOW_FLOAT16 || step->dtype == SOW_BFLOAT16;
  if (half && step->edition >= SOW_TORCH_2_12)
    return count - block_rest(step);
  return count * words_each(step);
}

static void bind_serial(sow__step *step, sow__place *place) {
  uint64_t cached = place->cache != SOW__CACHE_EMPTY && step->count > 0;
  uint64_t drawn = (uint64_t)step->count - cached;
  uint64_t pairs = (drawn + 1) / 2;
  step->draws = pairs * SOW__PAIR_WORDS;
  step->grain = 1;
  place->position += step->draws;
  if (drawn % 2 == 1) {
    place->cache = SOW__CACHE_DRAWN;
    place->cache_position = place->position - SOW__PAIR_WORDS;
  } else if (cached) {
    place->cache = SOW__CACHE_EMPTY;
    place->cache_position = 0;
  }
}

static sow_status normal_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  (void)worker;
  (void)error;
  if (is_serial(step)) {
    bind_serial(step, place);
    return SOW_OK;
  }
  step->draws = tail_position(step);
  if (block_rest(step) != 0)
    step->draws += (uint64_t)SOW__BLOCK * words_each(step);
  step->grain = SOW__BLOCK;
  place->position += step->draws;
  return SOW_OK;
}

/* Serial numbers are double whatever the dtype. */
static void serial_store(const sow__step *step, double normal, void *out, uint64_t index) {
  double value = sow__fused_f64(normal, step->p[1], step->p[0]);
  switch (step->dtype) {
  case SOW_FLOAT64:
    ((double *)out)[index] = value;
    break;
  case SOW_FLOAT16:
    ((uint16_t *)out)[index] = sow__f32_to_f16((float)value);
    break;
  case SOW_BFLOAT16:
    ((uint16_t *)out)[index] = sow__f32_to_bf16((float)value);
    break;
  default:
    ((float *)out)[index] = (float)value;
    break;
  }
}

static void run_serial(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end, void *out) {
  uint64_t cached = step->begin.cache != SOW__CACHE_EMPTY;
  uint64_t at = begin;
  if (cached && at == 0 && at < end) {
    sow_generator engine;
    sow__place_engine(&step->begin, &worker->cursor, &engine);
    serial_store(step, engine.cache, out, 0);
    at = 1;
  }
  if (at == end)
    return;
  uint64_t pair = (at - cached) / 2;
  sow__cursor_seek(&worker->cursor, step->begin.stream, step->begin.position + pair * SOW__PAIR_WORDS);
  for (; at < end; pair++) {
    uint32_t words[SOW__PAIR_WORDS];
    double normal[2];
    sow__cursor_words(&worker->cursor, words, SOW__PAIR_WORDS);
    sow__normal_pair(step->edition, words, &normal[0], &normal[1]);
    uint64_t first = pair * 2 + cached;
    for (; at < end && at < first + 2; at++)
      serial_store(step, normal[at - first], out, at - begin);
  }
}

/* What uses the C library's functions of float. */
static bool is_narrow(const sow__step *step) {
  return sow_dtype_size(step->dtype) == 2 && step->edition < SOW_TORCH_2_13;
}

static void make_blocks(const sow__step *step, const sow__half_tables *tables, const uint32_t *words,
                        void *out, size_t blocks) {
  const sow__kernel *kernel = sow__kernel_select();
  double mean = step->p[0], std = step->p[1];
  if (is_narrow(step))
    sow__block_half(step->edition, step->dtype, tables, words, out, blocks, mean, std);
  else if (step->dtype == SOW_FLOAT64)
    kernel->normal_f64(words, out, blocks, mean, std);
  else if (step->dtype == SOW_FLOAT16)
    kernel->normal_f16(words, out, blocks, (float)mean, (float)std);
  else if (step->dtype == SOW_BFLOAT16)
    kernel->normal_bf16(words, out, blocks, (float)mean, (float)std);
  else
    kernel->normal_f32(words, out, blocks, (float)mean, (float)std);
}

/* Elements [begin, end) of the blocks whose words start at `position`. */
static void run_blocks(const sow__step *step, const sow__half_tables *tables, sow__worker *worker,
                       uint64_t position, uint64_t begin, uint64_t end, uint8_t *out) {
  sow__chunk chunk_room;
  uint32_t *words = sow__chunk_words(&chunk_room);
  double scratch[CHUNK_BLOCKS * SOW__BLOCK];
  size_t size = sow_dtype_size(step->dtype);
  unsigned each = words_each(step);
  uint64_t at = begin - begin % SOW__BLOCK;

  sow__cursor_seek(&worker->cursor, step->begin.stream, position + at * each);
  while (at < end) {
    uint64_t blocks = (end - at + SOW__BLOCK - 1) / SOW__BLOCK;
    size_t chunk = sow__cursor_chunk(&worker->cursor, (size_t)SOW__BLOCK * each);
    if (blocks > chunk)
      blocks = chunk;
    uint64_t stop = at + blocks * SOW__BLOCK;
    sow__cursor_words(&worker->cursor, words, (size_t)(blocks * SOW__BLOCK * each));
    if (at >= begin && stop <= end) {
      make_blocks(step, tables, words, out + (at - begin) * size, (size_t)blocks);
    } else {
      make_blocks(step, tables, words, scratch, (size_t)blocks);
      uint64_t from = at < begin ? begin : at, to = stop < end ? stop : end;
      memcpy(out + (from - begin) * size, (uint8_t *)scratch + (from - at) * size,
             (size_t)((to - from) * size));
    }
    at = stop;
  }
}

/* The whole blocks, and the 16 over the end. */
static void run_parts(const sow__step *step, const sow__half_tables *tables, sow__worker *worker,
                      uint64_t begin, uint64_t end, uint8_t *out) {
  uint64_t count = (uint64_t)step->count;
  uint64_t tail = block_rest(step) != 0 ? count - SOW__BLOCK : count;
  if (begin < tail)
    run_blocks(step, tables, worker, step->begin.position, begin, end < tail ? end : tail, out);
  if (end > tail) {
    uint64_t from = begin > tail ? begin : tail;
    run_blocks(step, tables, worker, step->begin.position + tail_position(step), from - tail, end - tail,
               out + (from - begin) * sow_dtype_size(step->dtype));
  }
}

static sow_status normal_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  (void)error;
  if (begin == end)
    return SOW_OK;
  if (is_serial(step)) {
    run_serial(step, worker, begin, end, out);
    return SOW_OK;
  }
  sow__half_tables *tables = NULL;
  if (is_narrow(step) && sow__half_tables_pay(step->edition, end - begin))
    tables = malloc(sizeof *tables); /* where there is no memory, without them: more slowly */
  if (tables != NULL)
    sow__half_tables_make(step->edition, step->dtype, step->p[0], step->p[1], tables);
  run_parts(step, tables, worker, begin, end, out);
  free(tables);
  return SOW_OK;
}

/* ---- the row ---- */

/* Sixteenths of a nanosecond, as measured with AVX2; the C library's logarithms and sines cost most. */
enum { WEIGHT = 9, WEIGHT_DOUBLE = 52, WEIGHT_LIBM = 480 };

static uint32_t normal_weight(const sow__step *step) {
  if (is_serial(step) || is_narrow(step))
    return sow__store_weight(step) + WEIGHT_LIBM;
  return sow__store_weight(step) + (step->dtype == SOW_FLOAT64 ? WEIGHT_DOUBLE : WEIGHT);
}

static sow_distribution normal_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  double mean = step->p[0], std = step->p[1];
  return (sow_distribution){
      SOW_DENSITY_NORMAL, mean, std, -(double)INFINITY, (double)INFINITY, mean, std, 0, 1};
}

SOW__OP(normal, "normal_", SOW__DRAWS, SOW__OVERWRITES, SOW__CUT, SOW__BY_MEMORY, SOW__SURE, normal_bind,
        normal_run, sow__no_memory, normal_weight, normal_expect);

/* trunc_normal_ whose bounds no normal reaches: one round, in which all are accepted. */
SOW__OP(trunc_idle, "trunc_normal_", SOW__DRAWS, SOW__OVERWRITES, SOW__CUT, SOW__BY_MEMORY, SOW__SURE,
        normal_bind, normal_run, sow__no_memory, normal_weight, sow__expect_truncated);
