/*
 * Tensor.to between the floating dtypes: to nearest, ties to even, float64 to a 16-bit dtype by way of
 * float32. NaNs as PyTorch 2.6 and 2.14 on x86-64 give them in bulk (measured): float16 keeps sign and
 * payload; bfloat16 is 0xffff from a wider dtype and 0x7fc0 from float16.
 */
#include <math.h>
#include <string.h>

#include "init/fill.h"
#include "kernel/kernel.h"

enum { CHUNK = 512 };

static void narrow_bf16(const float *in, uint16_t *out, size_t count, uint16_t nan) {
  sow__kernel_select()->f32_to_bf16(in, out, count);
  for (size_t i = 0; i < count; i++)
    if (isnan(in[i]))
      out[i] = nan;
}

/* `in` and `out` may be the same memory: each chunk is read whole before it is written. */
static void read_f32(sow_dtype from, const uint8_t *in, float *values, size_t count) {
  uint16_t halves[CHUNK];
  double doubles[CHUNK];
  switch (from) {
  case SOW_FLOAT64:
    memcpy(doubles, in, count * sizeof *doubles);
    for (size_t i = 0; i < count; i++)
      values[i] = (float)doubles[i];
    break;
  case SOW_FLOAT16:
    memcpy(halves, in, count * sizeof *halves);
    sow__kernel_select()->f16_to_f32(halves, values, count);
    break;
  case SOW_BFLOAT16:
    memcpy(halves, in, count * sizeof *halves);
    sow__kernel_select()->bf16_to_f32(halves, values, count);
    break;
  default:
    memcpy(values, in, count * sizeof *values);
    break;
  }
}

static void write_f32(sow_dtype from, const float *values, sow_dtype to, uint8_t *out, size_t count) {
  uint16_t halves[CHUNK];
  double doubles[CHUNK];
  switch (to) {
  case SOW_FLOAT64:
    for (size_t i = 0; i < count; i++)
      doubles[i] = (double)values[i];
    memcpy(out, doubles, count * sizeof *doubles);
    break;
  case SOW_FLOAT16:
    sow__kernel_select()->f32_to_f16(values, halves, count);
    memcpy(out, halves, count * sizeof *halves);
    break;
  case SOW_BFLOAT16:
    narrow_bf16(values, halves, count, from == SOW_FLOAT16 ? 0x7fc0u : 0xffffu);
    memcpy(out, halves, count * sizeof *halves);
    break;
  default:
    memcpy(out, values, count * sizeof *values);
    break;
  }
}

void sow__convert(sow_dtype from, const void *in, sow_dtype to, void *out, size_t count) {
  size_t from_size = sow_dtype_size(from), to_size = sow_dtype_size(to);
  if (from == to) {
    memmove(out, in, count * from_size);
    return;
  }
  const uint8_t *source = in;
  uint8_t *target = out;
  float values[CHUNK];
  while (count > 0) {
    size_t part = count < CHUNK ? count : CHUNK;
    read_f32(from, source, values, part);
    write_f32(from, values, to, target, part);
    source += part * from_size;
    target += part * to_size;
    count -= part;
  }
}
