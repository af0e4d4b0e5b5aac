/* The families that draw nothing: one value everywhere, and nothing at all. */
#include "init/fill.h"
#include "kernel/core/round.h"

static sow_status drawless_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error) {
  (void)cursor;
  (void)place;
  (void)error;
  fill->draws = 0;
  fill->grain = 1;
  return SOW_OK;
}

static void repeat16(uint16_t *out, uint16_t value, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    out[i] = value;
}

static void repeat32(float *out, float value, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    out[i] = value;
}

static void repeat64(double *out, double value, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    out[i] = value;
}

static void repeat_integer(int64_t *out, int64_t value, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    out[i] = value;
}

/* torch takes the double to the 16-bit dtypes by way of float. */
static sow_status constant_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                               void *out, sow_error *error) {
  (void)cursor;
  (void)error;
  double value = fill->p[0];
  uint64_t count = end - begin;
  switch (fill->dtype) {
  case SOW_INT64:
    repeat_integer(out, (int64_t)value, count);
    break;
  case SOW_FLOAT64:
    repeat64(out, value, count);
    break;
  case SOW_FLOAT16:
    repeat16(out, sow__f32_to_f16((float)value), count);
    break;
  case SOW_BFLOAT16:
    repeat16(out, sow__f32_to_bf16((float)value), count);
    break;
  default:
    repeat32(out, (float)value, count);
    break;
  }
  return SOW_OK;
}

static sow_status none_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                           void *out, sow_error *error) {
  (void)fill;
  (void)cursor;
  (void)begin;
  (void)end;
  (void)out;
  (void)error;
  return SOW_OK;
}

const sow__family sow__family_constant = {.name = "constant", .bind = drawless_bind, .run = constant_run};
const sow__family sow__family_none = {.name = "none", .bind = drawless_bind, .run = none_run};
