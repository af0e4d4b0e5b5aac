/*
 * The inverse of the error function, over vectors: the steps of core/erfinv.h and core/log_vector.h. Most
 * arguments are within 3/4 and need one rational function; the others are collected first, so that their
 * logarithm and root are not computed for all.
 */
#ifndef SOW_KERNEL_LOOPS_ERFINV_H
#define SOW_KERNEL_LOOPS_ERFINV_H

#include <stdbool.h>

#include "base/inline.h"
#include "kernel/core/clamp.h"
#include "kernel/core/erfinv.h"
#include "kernel/loops_normal_f64.h"

static inline doubles rational(const sow__rational *of, doubles x) {
  doubles p = doubles_splat(of->numerator[7]), q = doubles_splat(of->denominator[7]);
  for (int i = 6; i >= 0; i--) {
    p = wide_fused(p, x, of->numerator[i]);
    q = wide_fused(q, x, of->denominator[i]);
  }
  return doubles_div(p, q);
}

typedef struct doubles_pair {
  doubles high, low;
} doubles_pair;

static inline doubles_pair log_vector_parts_f64(doubles d) {
  longs scaled = longs_right(doubles_bits(wide_scaled(d, 1.0 / 0.75)), 52);
  doubles e = doubles_sub(doubles_from_bits(longs_or(scaled, longs_splat(0x4330000000000000u))),
                          doubles_splat(0x1p52 + 1023.0));
  longs exponent = longs_left(longs_sub(scaled, longs_splat(1023)), 52);
  doubles m = doubles_from_bits(longs_sub(doubles_bits(d), exponent));

  const doubles log2 = doubles_splat(0.693147180559945286226764), one = doubles_splat(1.0);
  doubles sum = doubles_mul(log2, e);
  doubles sum_low = doubles_fused(log2, e, with_sign(sum, longs_splat(0x8000000000000000u)));
  sum_low = doubles_fused(doubles_splat(2.319046813846299558417771e-17), e, sum_low);

  doubles numerator = doubles_sub(m, one), denominator = doubles_add(one, m);
  doubles v = doubles_sub(denominator, one);
  doubles denominator_low = doubles_add(doubles_sub(one, doubles_sub(denominator, v)), doubles_sub(m, v));
  doubles inverse = doubles_div(one, denominator);
  doubles x = doubles_mul(numerator, inverse);
  doubles inverse_error =
      doubles_fused_less(denominator_low, inverse, doubles_fused_less(denominator, inverse, one));
  doubles x_low = doubles_fused(inverse, numerator, with_sign(x, longs_splat(0x8000000000000000u)));
  x_low = doubles_fused(x, inverse_error, x_low);

  doubles x2 = doubles_mul(x, x), x4 = doubles_mul(x2, x2), x8 = doubles_mul(x4, x4);
  doubles high = wide_fused(x2, doubles_splat(0.1525629051003428716e+0), 0.1818605932937785996e+0);
  high = doubles_fused(x4, doubles_splat(0.1532076988502701353e+0), high);
  doubles low =
      doubles_fused(x4, wide_fused(x2, doubles_splat(0.2222214519839380009e+0), 0.2857142932794299317e+0),
                    wide_fused(x2, doubles_splat(0.3999999999635251990e+0), 0.6666666666667333541e+0));
  doubles t = doubles_fused(x8, high, low);

  doubles y = wide_scaled(x, 2.0);
  doubles s = doubles_add(sum, y);
  doubles s_low = doubles_add(doubles_sub(sum, s), y);
  s_low = doubles_add(doubles_add(s_low, sum_low), wide_scaled(x_low, 2.0));
  y = doubles_mul(doubles_mul(x2, x), t);
  doubles r = doubles_add(s, y);
  return (doubles_pair){r, doubles_add(doubles_add(doubles_sub(s, r), y), s_low)};
}

static inline doubles erfinv_outer_of(const sow__rational *of, doubles s, double start, doubles lack) {
  doubles x = doubles_sub(s, doubles_splat(start));
  doubles slope = doubles_fused(doubles_splat(of->slope[2]), x, doubles_splat(of->slope[1]));
  slope = wide_fused(slope, x, of->slope[0]);
  doubles rest = doubles_fused(s, rational(of, x), doubles_mul(slope, lack));
  return doubles_fused(s, doubles_splat(of->constant), rest);
}

/* 3/4 < |y| < 1, in two stages: each vector's chain of steps is longer than the processor looks ahead. */
typedef struct erfinv_root {
  doubles s, lack; /* the root of -log(1 - |y|), and what its square lacks */
  longs sign;
} erfinv_root;

SOW__INLINE erfinv_root erfinv_root_of(doubles y) {
  longs sign = sign_of(y);
  doubles_pair log = log_vector_parts_f64(doubles_sub(doubles_splat(1.0), with_sign(y, sign)));
  doubles square = with_sign(log.high, longs_splat(0x8000000000000000u));
  doubles s = doubles_root(square);
  return (erfinv_root){s, doubles_sub(doubles_fused_less(s, s, square), log.low), sign};
}

SOW__INLINE doubles erfinv_outer(erfinv_root of) {
  doubles value = erfinv_outer_of(&sow__erfinv_middle, of.s, 1.171875, of.lack);
  wide_choice is_far = doubles_less(doubles_splat(2.5), of.s);
  if (wide_choice_bits(is_far) != 0)
    value = doubles_pick(is_far, erfinv_outer_of(&sow__erfinv_far, of.s, 2.5, of.lack), value);
  return with_sign(value, of.sign);
}

static inline doubles erfinv_inner(doubles y) {
  doubles r = rational(&sow__erfinv_central, doubles_fused_less(y, y, doubles_splat(0.5625)));
  doubles value = doubles_fused(y, doubles_splat(sow__erfinv_central.constant), doubles_mul(y, r));
  return doubles_from_bits(longs_or(doubles_bits(value), sign_of(y)));
}

enum { ERFINV_CHUNK = 256 };

/* Stores first + lane for each lane whose bit is set in `chosen`; returns how many. There is room for all. */
#if !defined(HAS_WIDE_PLACES) /* by an instruction of its own */
static inline size_t wide_places(uint32_t *to, uint32_t first, unsigned chosen) {
  size_t found = 0;
  for (uint32_t lane = 0; lane < WIDE_LANES; lane++) {
    to[found] = first + lane;
    found += chosen >> lane & 1;
  }
  return found;
}
#endif

/* `count` outer arguments, and a filler behind them so that all vectors are whole, to their places. */
static void erfinv_outers(const double *arguments, double *out, const uint32_t *places, size_t count) {
#if STAGED
  erfinv_root next = erfinv_root_of(doubles_load(arguments));
#endif
  for (size_t i = 0; i < count; i += WIDE_LANES) {
    size_t lanes = count - i < WIDE_LANES ? count - i : WIDE_LANES;
    double made[WIDE_LANES];
#if STAGED
    erfinv_root root = next;
    if (i + WIDE_LANES < count)
      next = erfinv_root_of(doubles_load(arguments + i + WIDE_LANES));
#else
    erfinv_root root = erfinv_root_of(doubles_load(arguments + i));
#endif
    doubles_store(made, erfinv_outer(root));
    for (size_t lane = 0; lane < lanes; lane++)
      out[places[i + lane]] = made[lane];
  }
}

/* The arguments that are not within 3/4; in place of those at or beyond 1, and NaN, which are core's, a
 * filler. */
static void erfinv_collected(const double *in, double *out, const uint32_t *places, size_t count) {
  const double filler = 0.875;
  double arguments[ERFINV_CHUNK + WIDE_LANES];
  bool all_outer = true;
  for (size_t i = 0; i < count; i++) {
    double y = in[places[i]];
    bool is_outer = fabs(y) < 1.0;
    arguments[i] = is_outer ? y : filler;
    all_outer &= is_outer;
  }
  for (size_t lane = 0; lane < WIDE_LANES; lane++)
    arguments[count + lane] = filler;
  if (count > 0)
    erfinv_outers(arguments, out, places, count);
  for (size_t i = 0; !all_outer && i < count; i++)
    if (!(fabs(in[places[i]]) < 1.0))
      out[places[i]] = sow__erfinv_f64(in[places[i]]);
}

/* What is left over after whole vectors is core's. */
static void erfinv_chunk(const double *in, double *out, size_t count) {
  uint32_t places[ERFINV_CHUNK + WIDE_LANES];
  size_t found = 0, i = 0;
  for (; i + WIDE_LANES <= count; i += WIDE_LANES) {
    doubles y = doubles_load(in + i);
    doubles size = with_sign(y, sign_of(y));
    /* Not "is beyond 3/4": NaN belongs to the others. */
    unsigned is_central = wide_choice_bits(doubles_less(size, doubles_splat(0x1.8000000000001p-1)));
    doubles_store(out + i, erfinv_inner(y));
    found += wide_places(places + found, (uint32_t)i, ~is_central);
  }
  for (; i < count; i++)
    out[i] = sow__erfinv_f64(in[i]);
  erfinv_collected(in, out, places, found);
}

static void erfinv_f64(const double *in, double *out, size_t count) {
  for (size_t i = 0; i < count; i += ERFINV_CHUNK)
    erfinv_chunk(in + i, out + i, count - i < ERFINV_CHUNK ? count - i : ERFINV_CHUNK);
}

static void erfinv_f32_by_f64(const float *in, float *out, size_t count) {
  double wide[ERFINV_CHUNK], made[ERFINV_CHUNK];
  for (size_t at = 0; at < count; at += ERFINV_CHUNK) {
    size_t part = count - at < ERFINV_CHUNK ? count - at : ERFINV_CHUNK, i = 0;
    for (; i + WIDE_LANES <= part; i += WIDE_LANES)
      doubles_store(wide + i, doubles_from_floats_at(in + at + i));
    for (; i < part; i++)
      wide[i] = in[at + i];
    erfinv_chunk(wide, made, part);
    for (i = 0; i + WIDE_LANES <= part; i += WIDE_LANES)
      doubles_store_as_floats(out + at + i, doubles_load(made + i));
    for (; i < part; i++)
      out[at + i] = (float)made[i];
  }
}

#if !defined(HAS_TABLES) /* which loops_erfinv_f32.h makes more of */
static void erfinv_f32(const float *in, float *out, size_t count) {
  erfinv_f32_by_f64(in, out, count);
}
#endif

/* ---- what follows it in trunc_normal_ ---- */

static void affine_clamp_f32(float *values, size_t count, float scale, float shift, float low, float high) {
  const floats scales = floats_splat(scale), shifts = floats_splat(shift);
  const floats lows = floats_splat(low), highs = floats_splat(high);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    floats value = floats_add(floats_mul(floats_load(values + i), scales), shifts);
    value = floats_pick(floats_less(value, lows), lows, value);
    floats_store(values + i, floats_pick(floats_less(highs, value), highs, value));
  }
  for (; i < count; i++)
    values[i] = sow__affine_clamp_f32(values[i], scale, shift, low, high);
}

static void affine_clamp_f64(double *values, size_t count, double scale, double shift, double low,
                             double high) {
  const doubles scales = doubles_splat(scale), shifts = doubles_splat(shift);
  const doubles lows = doubles_splat(low), highs = doubles_splat(high);
  size_t i = 0;
  for (; i + WIDE_LANES <= count; i += WIDE_LANES) {
    doubles value = doubles_add(doubles_mul(doubles_load(values + i), scales), shifts);
    value = doubles_pick(doubles_less(value, lows), lows, value);
    doubles_store(values + i, doubles_pick(doubles_less(highs, value), highs, value));
  }
  for (; i < count; i++)
    values[i] = sow__affine_clamp_f64(values[i], scale, shift, low, high);
}

#endif
