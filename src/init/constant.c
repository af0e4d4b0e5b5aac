/* The families that draw nothing: one value everywhere, and nothing at all. */
#include "init/pattern.h"
#include "kernel/core/libm_f64.h"
#include "kernel/kernel.h"

/* torch takes the double to the 16-bit dtypes by way of float. */
static sow_status constant_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                               void *out, sow_error *error) {
  (void)cursor;
  (void)error;
  double value = fill->p[0];
  size_t count = (size_t)(end - begin);
  const sow__kernel *kernel = sow__kernel_select();
  switch (fill->dtype) {
  case SOW_INT64:
    kernel->repeat_64(out, (uint64_t)(int64_t)value, count);
    break;
  case SOW_FLOAT64:
    kernel->repeat_64(out, sow__f64_bits(value), count);
    break;
  case SOW_FLOAT16:
    kernel->repeat_16(out, sow__f32_to_f16((float)value), count);
    break;
  case SOW_BFLOAT16:
    kernel->repeat_16(out, sow__f32_to_bf16((float)value), count);
    break;
  default:
    kernel->repeat_32(out, sow__f32_bits((float)value), count);
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

const sow__family sow__family_constant = {
    .name = "constant", .bind = sow__drawless_bind, .run = constant_run};
const sow__family sow__family_none = {.name = "none", .bind = sow__drawless_bind, .run = none_run};
