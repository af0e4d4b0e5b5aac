/*
 * The inverse of the error function in float, where a vector can pick from sixteen doubles (HAS_TABLES): the
 * polynomials of core/erfinv_table.h need no division, logarithm or root, and give the floats of
 * loops_erfinv.h in two thirds of its time.
 */
#ifndef SOW_KERNEL_LOOPS_ERFINV_F32_H
#define SOW_KERNEL_LOOPS_ERFINV_F32_H

#include <string.h>

#include "kernel/core/erfinv_table.h"
#include "kernel/loops_erfinv.h"

/* Vectors side by side, so that their chains of steps fill the time that each waits. */
enum { ABREAST = 4, ERFINV_TURN = ABREAST * WIDE_LANES };

/* Written out: gcc would leave it a loop, and the vectors in memory. */
#define EACH_ABREAST(j) _Pragma("GCC unroll 4") for (int j = 0; j < ABREAST; j++)

/* erfinv_inner's floats, of arguments within 3/4. */
SOW__INLINE void erfinv_central(const float *in, float *out) {
  const double(*table)[8] = sow__erfinv_central_table;
  const doubles scale = doubles_splat(SOW__ERFINV_CENTRAL_SCALE);
  const doubles nearest = doubles_splat(0x1.8p52); /* added, it leaves whole numbers in the last bits */
  doubles y[ABREAST], u[ABREAST], value[ABREAST];
  longs row[ABREAST];
  EACH_ABREAST(j) {
    y[j] = doubles_from_floats_at(in + j * WIDE_LANES);
    doubles square = doubles_mul(y[j], y[j]), k = doubles_fused(square, scale, nearest);
    row[j] = doubles_bits(k);
    u[j] = doubles_fused(square, scale, doubles_sub(nearest, k));
    value[j] = doubles_of_eight(table[SOW__ERFINV_CENTRAL_TERMS - 1], row[j]);
  }
  for (int term = SOW__ERFINV_CENTRAL_TERMS - 2; term >= 0; term--)
    EACH_ABREAST(j) {
      value[j] = doubles_fused(value[j], u[j], doubles_of_eight(table[term], row[j]));
    }
  EACH_ABREAST(j) {
    value[j] = doubles_fused(y[j], doubles_splat(sow__erfinv_central.constant), doubles_mul(y[j], value[j]));
    value[j] = doubles_from_bits(longs_or(doubles_bits(value[j]), sign_of(y[j])));
    doubles_store_as_floats(out + j * WIDE_LANES, value[j]);
  }
}

/* erfinv_outer's floats, of arguments beyond 3/4 that leave 2^-6 to 1 at least. */
SOW__INLINE void erfinv_near(const float *in, float *out) {
  const double(*table)[16] = sow__erfinv_outer_table;
  const longs last = longs_splat((UINT64_C(1) << 50) - 1), one = longs_splat(UINT64_C(0x3ff) << 52);
  doubles y[ABREAST], u[ABREAST], value[ABREAST];
  longs row[ABREAST];
  EACH_ABREAST(j) {
    y[j] = doubles_from_floats_at(in + j * WIDE_LANES);
    longs rest = doubles_bits(doubles_sub(doubles_splat(1.0), with_sign(y[j], sign_of(y[j]))));
    row[j] = longs_right(rest, 50);
    u[j] = doubles_sub(doubles_from_bits(longs_or(longs_and(rest, last), one)), doubles_splat(1.125));
    value[j] = doubles_of_sixteen(table[SOW__ERFINV_OUTER_TERMS - 1], row[j]);
  }
  for (int term = SOW__ERFINV_OUTER_TERMS - 2; term >= 0; term--)
    EACH_ABREAST(j) {
      value[j] = doubles_fused(value[j], u[j], doubles_of_sixteen(table[term], row[j]));
    }
  EACH_ABREAST(j) {
    doubles_store_as_floats(out + j * WIDE_LANES, with_sign(value[j], sign_of(y[j])));
  }
}

/* ---- those that lie farther out ---- */

enum { ERFINV_FLOATS = 1024 };

/* Collected arguments, filled up to whole turns, and what becomes of them. */
typedef struct outliers {
  uint16_t chosen[ERFINV_FLOATS / LANES]; /* from where */
  size_t count;
  float in[ERFINV_FLOATS + ERFINV_TURN], out[ERFINV_FLOATS + ERFINV_TURN];
} outliers;

/* Those that are not within the limit, as NaN never is. */
static void outliers_collect(outliers *of, const float *in, size_t count, float limit) {
  const float filler = 0.875f;
  size_t found = 0;
  for (size_t i = 0; i < count; i += LANES) {
    floats y = floats_load(in + i);
    choice beyond = floats_beyond(y, floats_splat(limit));
    of->chosen[i / LANES] = (uint16_t)choice_bits(beyond);
    found += floats_store_chosen(of->in + found, beyond, y);
  }
  of->count = found;
  for (size_t i = 0; i < ERFINV_TURN; i += LANES)
    floats_store(of->in + found + i, floats_splat(filler));
}

static void outliers_return(const outliers *of, float *out, size_t count) {
  const float *from = of->out;
  for (size_t i = 0; i < count; i += LANES) {
    unsigned chosen = of->chosen[i / LANES];
    floats_store(out + i, floats_load_chosen(floats_load(out + i), chosen, from));
    from += __builtin_popcount(chosen);
  }
}

static size_t whole_turns(size_t count) {
  return (count + ERFINV_TURN - 1) / ERFINV_TURN * ERFINV_TURN;
}

static void erfinv_outliers(outliers *of) {
  outliers far;
  size_t count = whole_turns(of->count);
  outliers_collect(&far, of->in, count, 1.0f - 0x1p-6f);
  for (size_t i = 0; i < count; i += ERFINV_TURN)
    erfinv_near(of->in + i, of->out + i);
  if (far.count == 0)
    return;
  erfinv_f32_by_f64(far.in, far.out, far.count);
  outliers_return(&far, of->out, count);
}

/* Whole turns, ERFINV_FLOATS at most. */
static void erfinv_turns(const float *in, float *out, size_t count) {
  outliers beyond;
  outliers_collect(&beyond, in, count, 0.75f);
  for (size_t i = 0; i < count; i += ERFINV_TURN)
    erfinv_central(in + i, out + i);
  if (beyond.count == 0)
    return;
  erfinv_outliers(&beyond);
  outliers_return(&beyond, out, count);
}

static void erfinv_f32(const float *in, float *out, size_t count) {
  size_t whole = count / ERFINV_TURN * ERFINV_TURN, rest = count - whole;
  for (size_t i = 0; i < whole; i += ERFINV_FLOATS)
    erfinv_turns(in + i, out + i, whole - i < ERFINV_FLOATS ? whole - i : ERFINV_FLOATS);
  if (rest == 0)
    return;
  float turn[ERFINV_TURN] = {0.0f};
  memcpy(turn, in + whole, rest * sizeof *turn);
  erfinv_turns(turn, turn, ERFINV_TURN);
  memcpy(out + whole, turn, rest * sizeof *turn);
}

#endif
