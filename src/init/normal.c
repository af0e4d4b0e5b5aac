/*
 * normal_. Fewer than 16 elements, and views that are not contiguous, are made one pair after the other with
 * a cache for the odd one out; everything else in blocks of 16, where a rest is made by 16 fresh uniforms
 * over the last 16 elements.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "stream/pair.h"
#include "init/block_libm.h"
#include "init/fill.h"
#include "kernel/kernel.h"

enum { CHUNK_BLOCKS = 32 };

static bool is_serial(const sow__fill *fill) {
  return fill->count < SOW__BLOCK || fill->strides != NULL;
}

static unsigned words_each(const sow__fill *fill) {
  return fill->dtype == SOW_FLOAT64 ? 2 : 1;
}

static uint64_t block_rest(const sow__fill *fill) {
  return (uint64_t)fill->count % SOW__BLOCK;
}

/* Words before those of the tail: from 2.12 on, 16-bit dtypes do not draw for the rest that it overwrites. */
static uint64_t tail_position(const sow__fill *fill) {
  uint64_t count = (uint64_t)fill->count;
  bool half = fill->dtype == SOW_FLOAT16 || fill->dtype == SOW_BFLOAT16;
  if (half && fill->edition == SOW_TORCH_2_12)
    return count - block_rest(fill);
  return count * words_each(fill);
}

static void bind_serial(sow__fill *fill, sow__place *place) {
  uint64_t cached = place->cache != SOW__CACHE_EMPTY && fill->count > 0;
  uint64_t drawn = (uint64_t)fill->count - cached;
  uint64_t pairs = (drawn + 1) / 2;
  fill->draws = pairs * SOW__PAIR_WORDS;
  fill->grain = 1;
  place->position += fill->draws;
  if (drawn % 2 == 1) {
    place->cache = SOW__CACHE_DRAWN;
    place->cache_position = place->position - SOW__PAIR_WORDS;
  } else if (cached) {
    place->cache = SOW__CACHE_EMPTY;
    place->cache_position = 0;
  }
}

static sow_status normal_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error) {
  (void)cursor;
  (void)error;
  if (is_serial(fill)) {
    bind_serial(fill, place);
    return SOW_OK;
  }
  fill->draws = tail_position(fill);
  if (block_rest(fill) != 0)
    fill->draws += (uint64_t)SOW__BLOCK * words_each(fill);
  fill->grain = SOW__BLOCK;
  place->position += fill->draws;
  return SOW_OK;
}

/* Serial numbers are double whatever the dtype. */
static void serial_store(const sow__fill *fill, double normal, void *out, uint64_t index) {
  double value = sow__fused_f64(normal, fill->p[1], fill->p[0]);
  switch (fill->dtype) {
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

static void run_serial(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end, void *out) {
  uint64_t cached = fill->begin.cache != SOW__CACHE_EMPTY;
  uint64_t at = begin;
  if (cached && at == 0 && at < end) {
    sow_generator engine;
    sow__place_engine(&fill->begin, cursor, &engine);
    serial_store(fill, engine.cache, out, 0);
    at = 1;
  }
  if (at == end)
    return;
  uint64_t pair = (at - cached) / 2;
  sow__cursor_seek(cursor, fill->begin.position + pair * SOW__PAIR_WORDS);
  for (; at < end; pair++) {
    uint32_t words[SOW__PAIR_WORDS];
    double normal[2];
    sow__cursor_words(cursor, words, SOW__PAIR_WORDS);
    sow__normal_pair(fill->edition, words, &normal[0], &normal[1]);
    uint64_t first = pair * 2 + cached;
    for (; at < end && at < first + 2; at++)
      serial_store(fill, normal[at - first], out, at - begin);
  }
}

/* What uses the C library's functions of float. */
static bool is_narrow(const sow__fill *fill) {
  return sow_dtype_size(fill->dtype) == 2 && fill->edition != SOW_TORCH_2_12;
}

static void make_blocks(const sow__fill *fill, const sow__half_tables *tables, const uint32_t *words,
                        void *out, size_t blocks) {
  const sow__kernel *kernel = sow__kernel_select();
  double mean = fill->p[0], std = fill->p[1];
  float single[CHUNK_BLOCKS * SOW__BLOCK];
  if (fill->dtype == SOW_FLOAT64) {
    kernel->normal_f64(words, out, blocks, mean, std);
  } else if (fill->dtype == SOW_FLOAT32) {
    kernel->normal_f32(words, out, blocks, (float)mean, (float)std);
  } else if (is_narrow(fill)) {
    sow__block_half(fill->edition, fill->dtype, tables, words, out, blocks, mean, std);
  } else {
    kernel->normal_f32(words, single, blocks, (float)mean, (float)std);
    (fill->dtype == SOW_FLOAT16 ? kernel->f32_to_f16 : kernel->f32_to_bf16)(single, out, blocks * SOW__BLOCK);
  }
}

/* Elements [begin, end) of the blocks whose words start at `position`. */
static void run_blocks(const sow__fill *fill, const sow__half_tables *tables, sow__cursor *cursor,
                       uint64_t position, uint64_t begin, uint64_t end, uint8_t *out) {
  uint32_t words[2 * CHUNK_BLOCKS * SOW__BLOCK];
  double scratch[CHUNK_BLOCKS * SOW__BLOCK];
  size_t size = sow_dtype_size(fill->dtype);
  unsigned each = words_each(fill);
  uint64_t at = begin - begin % SOW__BLOCK;

  sow__cursor_seek(cursor, position + at * each);
  while (at < end) {
    uint64_t blocks = (end - at + SOW__BLOCK - 1) / SOW__BLOCK;
    if (blocks > CHUNK_BLOCKS)
      blocks = CHUNK_BLOCKS;
    uint64_t stop = at + blocks * SOW__BLOCK;
    sow__cursor_words(cursor, words, (size_t)(blocks * SOW__BLOCK * each));
    if (at >= begin && stop <= end) {
      make_blocks(fill, tables, words, out + (at - begin) * size, (size_t)blocks);
    } else {
      make_blocks(fill, tables, words, scratch, (size_t)blocks);
      uint64_t from = at < begin ? begin : at, to = stop < end ? stop : end;
      memcpy(out + (from - begin) * size, (uint8_t *)scratch + (from - at) * size,
             (size_t)((to - from) * size));
    }
    at = stop;
  }
}

/* The whole blocks, and the 16 over the end. */
static void run_parts(const sow__fill *fill, const sow__half_tables *tables, sow__cursor *cursor,
                      uint64_t begin, uint64_t end, uint8_t *out) {
  uint64_t count = (uint64_t)fill->count;
  uint64_t tail = block_rest(fill) != 0 ? count - SOW__BLOCK : count;
  if (begin < tail)
    run_blocks(fill, tables, cursor, fill->begin.position, begin, end < tail ? end : tail, out);
  if (end > tail) {
    uint64_t from = begin > tail ? begin : tail;
    run_blocks(fill, tables, cursor, fill->begin.position + tail_position(fill), from - tail, end - tail,
               out + (from - begin) * sow_dtype_size(fill->dtype));
  }
}

static sow_status normal_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                             void *out, sow_error *error) {
  if (begin == end)
    return SOW_OK;
  if (is_serial(fill)) {
    run_serial(fill, cursor, begin, end, out);
    return SOW_OK;
  }
  sow__half_tables *tables = NULL;
  if (is_narrow(fill) && end - begin >= SOW__HALF_TABLES_FROM) {
    tables = malloc(sizeof *tables);
    if (tables == NULL)
      return sow__fail(error, SOW_NO_MEMORY, NULL);
    sow__half_tables_make(fill->edition, fill->dtype, fill->p[0], fill->p[1], tables);
  }
  run_parts(fill, tables, cursor, begin, end, out);
  free(tables);
  return SOW_OK;
}

const sow__family sow__family_normal = {.name = "normal", .bind = normal_bind, .run = normal_run};
