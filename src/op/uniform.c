/* uniform_: a word an element, two in float64, from the place on; any range alone. */
#include <math.h>

#include "base/streaming.h"
#include "kernel/kernel.h"
#include "op/expect.h"
#include "op/half.h"
#include "op/op.h"

static unsigned words_each(sow_dtype dtype) {
  return dtype == SOW_FLOAT64 ? 2 : 1;
}

static sow_status uniform_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  (void)worker;
  (void)error;
  step->draws = (uint64_t)step->count * words_each(step->dtype);
  step->grain = 1;
  place->position += step->draws;
  return SOW_OK;
}

static float round_to(sow_dtype dtype, float value) {
  return sow_dtype_size(dtype) == 2 ? sow__half_round(dtype, value) : value;
}

/* 16-bit dtypes before 2.12: as many bits as their significand has, and every bound rounded to them. */
static sow__uniform_f32 uniform_narrow(sow_dtype dtype, float a, float b) {
  uint32_t range = dtype == SOW_FLOAT16 ? 1u << 11 : 1u << 8;
  float low = round_to(dtype, a);
  return (sow__uniform_f32){
      .mask = range - 1,
      .unit = 1.0f / (float)range,
      .low = low,
      .width = round_to(dtype, round_to(dtype, b) - low),
      .replaced = NAN,
  };
}

/*
 * The short way multiplies once and compares nothing. Numbers grow with their words, so that the last one
 * tells whether any reaches what would be replaced; units are powers of two, so that only an underflow is
 * inexact.
 */
static float short_step_f32(const sow__uniform_f32 *u, sow_dtype dtype) {
  float step = u->width * u->unit, last = round_to(dtype, sow__uniform_step_f32(u, u->mask));
  bool replaces = u->replaced == u->replaced && !(last < u->replaced);
  return !replaces && step / u->unit == u->width ? step : 0.0f;
}

static double short_step_f64(const sow__uniform_f64 *u) {
  double step = u->width * 0x1p-53, last = sow__uniform_step_f64(u, UINT32_MAX, UINT32_MAX);
  bool replaces = u->replaced == u->replaced && !(last < u->replaced);
  return !replaces && step / 0x1p-53 == u->width ? step : 0.0;
}

static sow__uniform_f32 uniform_single(const sow__step *step) {
  float a = (float)step->p[0], b = (float)step->p[1];
  bool from_2_12 = step->edition >= SOW_TORCH_2_12;
  sow__uniform_f32 made = {
      .mask = (1u << 24) - 1,
      .unit = 0x1p-24f,
      .low = a,
      .width = b - a,
      .replaced = from_2_12 ? round_to(step->dtype, b) : NAN,
      .replacement = round_to(step->dtype, a),
  };
  if (step->dtype != SOW_FLOAT32 && !from_2_12)
    made = uniform_narrow(step->dtype, a, b);
  made.step = short_step_f32(&made, step->dtype);
  return made;
}

static sow__uniform_f64 uniform_double(const sow__step *step) {
  double a = step->p[0], b = step->p[1];
  sow__uniform_f64 made = {
      .low = a,
      .width = b - a,
      .replaced = step->edition >= SOW_TORCH_2_12 ? b : (double)NAN,
      .replacement = a,
  };
  made.step = short_step_f64(&made);
  return made;
}

static bool stays_unread(const sow__worker *worker, const void *out) {
  uintptr_t at = (uintptr_t)out;
  return at >= (uintptr_t)worker->unread && at < (uintptr_t)worker->unread_end;
}

static sow_status uniform_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                              void *out, sow_error *error) {
  (void)error;
  const sow__kernel *kernel = sow__kernel_select();
  sow__uniform_f32 single = uniform_single(step);
  sow__uniform_f64 twice = uniform_double(step);
  single.streams = twice.streams = stays_unread(worker, out);
  unsigned each = words_each(step->dtype);
  uint8_t *at = out;
  sow__chunk chunk_room;
  uint32_t *words = sow__chunk_words(&chunk_room);

  sow__cursor_seek(&worker->cursor, step->begin.stream, step->begin.position + begin * each);
  while (begin < end) {
    size_t count = sow__cursor_chunk(&worker->cursor, each);
    if (count > end - begin)
      count = (size_t)(end - begin);
    sow__cursor_words(&worker->cursor, words, count * each);
    switch (step->dtype) {
    case SOW_FLOAT64:
      kernel->uniform_f64(&twice, words, (double *)(void *)at, count);
      break;
    case SOW_FLOAT16:
      kernel->uniform_f16(&single, words, (uint16_t *)(void *)at, count);
      break;
    case SOW_BFLOAT16:
      kernel->uniform_bf16(&single, words, (uint16_t *)(void *)at, count);
      break;
    default:
      kernel->uniform_f32(&single, words, (float *)(void *)at, count);
      break;
    }
    at += count * sow_dtype_size(step->dtype);
    begin += count;
  }
  if (single.streams)
    sow__streams_finish();
  return SOW_OK;
}

/* ---- the row ---- */

enum { WEIGHT = 2 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t uniform_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

static sow_distribution uniform_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  return sow__expect_uniform(step, step->p[0], step->p[1]);
}

SOW__OP(uniform, "uniform_", SOW__DRAWS, SOW__OVERWRITES, SOW__CUT, SOW__BY_MEMORY, SOW__SURE, uniform_bind,
        uniform_run, sow__no_memory, uniform_weight, uniform_expect);
