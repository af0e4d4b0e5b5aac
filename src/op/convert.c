/*
 * Tensor.to: to nearest, ties to even, float64 to a 16-bit dtype by way of float32; to integers by cutting
 * off; to bool by asking for zero. NaNs as PyTorch 2.6 and 2.14 on x86-64 give them in bulk (measured):
 * float16 keeps sign and payload; bfloat16 is 0xffff from a wider dtype and 0x7fc0 from float16.
 */
#include "op/convert.h"

#include <math.h>
#include <string.h>

#include "kernel/kernel.h"

enum { CHUNK = 512 };

static void narrow_bf16(const float *in, uint16_t *out, size_t count, uint16_t nan) {
  sow__kernel_select()->f32_to_bf16(in, out, count);
  for (size_t i = 0; i < count; i++)
    if (isnan(in[i]))
      out[i] = nan;
}

/* ---- between floating-point dtypes, by way of float32 ---- */

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

/* ---- from and to integers, by way of int64 ---- */

#define READ(type)                                                                                           \
  for (size_t i = 0; i < count; i++) {                                                                       \
    type value;                                                                                              \
    memcpy(&value, in + i * sizeof value, sizeof value);                                                     \
    integers[i] = (int64_t)value;                                                                            \
  }                                                                                                          \
  break

#define WRITE(type)                                                                                          \
  for (size_t i = 0; i < count; i++) {                                                                       \
    type value = (type)integers[i];                                                                          \
    memcpy(out + i * sizeof value, &value, sizeof value);                                                    \
  }                                                                                                          \
  break

static void read_integers(sow_dtype from, const uint8_t *in, int64_t *integers, size_t count) {
  switch (from) {
  case SOW_INT64:
    READ(int64_t);
  case SOW_INT32:
    READ(int32_t);
  case SOW_INT16:
    READ(int16_t);
  case SOW_INT8:
    READ(int8_t);
  default:
    READ(uint8_t);
  }
}

static void write_integers(sow_dtype to, const int64_t *integers, uint8_t *out, size_t count) {
  switch (to) {
  case SOW_INT64:
    WRITE(int64_t);
  case SOW_INT32:
    WRITE(int32_t);
  case SOW_INT16:
    WRITE(int16_t);
  case SOW_INT8:
    WRITE(int8_t);
  case SOW_BOOL:
    for (size_t i = 0; i < count; i++)
      out[i] = integers[i] != 0;
    break;
  default:
    WRITE(uint8_t);
  }
}

/* torch cuts off to an int32 for the narrower types too, but for uint8 (1.13, 2.13 and 2.14, measured). */
static double limit_of(sow_dtype to) {
  return to == SOW_INT64 || to == SOW_UINT8 ? 0x1p63 : 0x1p31;
}

/* What x86-64 makes of a number without an integer, so that no case is left to the compiler. */
static int64_t cut_off(double value, double limit) {
  return value >= -limit && value < limit ? (int64_t)value : (int64_t)-limit;
}

static void to_integers(sow_dtype from, const uint8_t *in, sow_dtype to, uint8_t *out, size_t count) {
  int64_t integers[CHUNK];
  double values[CHUNK];
  if (!sow_dtype_is_float(from)) {
    read_integers(from, in, integers, count);
  } else {
    sow__convert(from, in, SOW_FLOAT64, values, count);
    for (size_t i = 0; i < count; i++)
      integers[i] = to == SOW_BOOL ? values[i] != 0 : cut_off(values[i], limit_of(to));
  }
  write_integers(to, integers, out, count);
}

/* To a 16-bit dtype by way of float32, like any other number. */
static void from_integers(sow_dtype from, const uint8_t *in, sow_dtype to, uint8_t *out, size_t count) {
  int64_t integers[CHUNK];
  float values[CHUNK];
  read_integers(from, in, integers, count);
  if (to == SOW_FLOAT64) {
    for (size_t i = 0; i < count; i++) {
      double value = (double)integers[i];
      memcpy(out + i * sizeof value, &value, sizeof value);
    }
    return;
  }
  for (size_t i = 0; i < count; i++)
    values[i] = (float)integers[i];
  write_f32(SOW_FLOAT32, values, to, out, count);
}

static void convert_chunk(sow_dtype from, const uint8_t *in, sow_dtype to, uint8_t *out, size_t count) {
  float values[CHUNK];
  if (!sow_dtype_is_float(to)) {
    to_integers(from, in, to, out, count);
  } else if (!sow_dtype_is_float(from)) {
    from_integers(from, in, to, out, count);
  } else {
    read_f32(from, in, values, count);
    write_f32(from, values, to, out, count);
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
  while (count > 0) {
    size_t part = count < CHUNK ? count : CHUNK;
    convert_chunk(from, source, to, target, part);
    source += part * from_size;
    target += part * to_size;
    count -= part;
  }
}

double sow__round_to(sow_dtype dtype, double value) {
  double raw = 0;
  if (!sow_dtype_is_float(dtype))
    return trunc(value);
  sow__convert(SOW_FLOAT64, &value, dtype, &raw, 1);
  sow__convert(dtype, &raw, SOW_FLOAT64, &value, 1);
  return value;
}
