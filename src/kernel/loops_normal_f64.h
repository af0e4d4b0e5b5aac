/* Normals in double, over vectors: the steps of core/libm_f64.h and core/boxmuller_f64.h in their order. */
#ifndef SOW_KERNEL_LOOPS_NORMAL_F64_H
#define SOW_KERNEL_LOOPS_NORMAL_F64_H

#include "base/inline.h"
#include "kernel/core/boxmuller_f64.h"
#include "kernel/kernel_loops.h"

static inline doubles wide_fused(doubles a, doubles b, double c) {
  return doubles_fused(a, b, doubles_splat(c));
}

static inline doubles wide_scaled(doubles a, double b) {
  return doubles_mul(a, doubles_splat(b));
}

static inline doubles log_near_one(doubles x) {
  doubles r = doubles_sub(x, doubles_splat(1.0));
  doubles r2 = doubles_mul(r, r);
  doubles r3 = doubles_mul(r, r2);
  doubles first = wide_fused(r, doubles_splat(-0x1.ffffffffffdcbp-3), 0x1.5555555555577p-2);
  first = doubles_fused(r2, doubles_splat(0x1.999999995dd0cp-3), first);
  doubles second = wide_fused(r, doubles_splat(0x1.24924a344de30p-3), -0x1.55555556745a7p-3);
  second = doubles_fused(r2, doubles_splat(-0x1.fffffa4423d65p-4), second);
  doubles third = wide_fused(r, doubles_splat(-0x1.999eb43b068ffp-4), 0x1.c7184282ad6cap-4);
  third = doubles_fused(r2, doubles_splat(0x1.78182f7afd085p-4), third);
  third = doubles_fused(r3, doubles_splat(-0x1.5521375d145cdp-4), third);
  doubles rest = doubles_fused(doubles_fused(third, r3, second), r3, first);
  doubles upper = doubles_fused(r, doubles_splat(0x1p27), r);
  upper = doubles_fused_less(doubles_splat(0x1p27), r, upper);
  doubles square = doubles_mul(upper, upper);
  doubles high = doubles_fused(square, doubles_splat(-0.5), r);
  doubles low = doubles_fused(square, doubles_splat(-0.5), doubles_sub(r, high));
  low = doubles_fused(wide_scaled(doubles_sub(r, upper), -0.5), doubles_add(r, upper), low);
  return doubles_add(high, doubles_fused(rest, r3, low));
}

/* A logarithm begun: x = z * 2^k, and the row of glibc's table for z. */
typedef struct wide_log {
  doubles z, k, row[2];
} wide_log;

static inline wide_log wide_log_begin(doubles x) {
  longs bits = doubles_bits(x);
  longs above = longs_sub(bits, longs_splat(0x3fe6000000000000u));
  longs exponent = longs_and(above, longs_splat(0xfff0000000000000u));
  /* The exponent is of twelve bits with a sign: 2^11 more is positive, and the last places of 2^52. */
  longs biased = longs_xor(longs_right(exponent, 52), longs_splat(0x800));
  wide_log log;
  log.k = doubles_sub(doubles_from_bits(longs_or(biased, longs_splat(0x4330000000000000u))),
                      doubles_splat(0x1p52 + 0x1p11));
  log.z = doubles_from_bits(longs_sub(bits, exponent));
  doubles_rows_two(sow__log_table, longs_and(longs_right(above, 52 - SOW__LOG_PLACES), longs_splat(0x7f)),
                   log.row);
  return log;
}

/* Of x below 0.9375; from there on log_near_one is. */
static inline doubles wide_log_end(wide_log log) {
  doubles r = wide_fused(log.z, log.row[0], -1.0);
  doubles w = doubles_fused(log.k, doubles_splat(0x1.62e42fefa3800p-1), log.row[1]);
  doubles high = doubles_add(w, r);
  doubles low =
      doubles_fused(log.k, doubles_splat(0x1.ef35793c76730p-45), doubles_add(doubles_sub(w, high), r));
  doubles r2 = doubles_mul(r, r);
  doubles rest = doubles_fused(wide_fused(r, doubles_splat(-0x1.55575e506c89fp-3), 0x1.999b324f10111p-3), r2,
                               wide_fused(r, doubles_splat(-0x1.fffffffeb4590p-3), 0x1.555555551305bp-2));
  low = doubles_fused(r2, doubles_splat(-0x1.0000000000001p-1), low);
  return doubles_add(doubles_fused(doubles_mul(r, r2), rest, low), high);
}

static inline doubles with_sign(doubles a, longs sign) {
  return doubles_from_bits(longs_xor(doubles_bits(a), sign));
}

static inline longs sign_of(doubles a) {
  return longs_and(doubles_bits(a), longs_splat(0x8000000000000000u));
}

/* An angle from 0 to 2*pi less whole quarter turns, which the lowest bits of `turns` count; as two doubles.
 */
typedef struct wide_turned {
  doubles angle, low;
  longs turns;
} wide_turned;

static inline wide_turned wide_turn_of(doubles angle) {
  /* Near 0 no turns are taken away, which leaves the angle as it is. */
  wide_choice is_near = doubles_less(angle, doubles_splat(0x1.b6p-1));
  wide_choice is_not_far = doubles_less(angle, doubles_splat(0x1.368fdp+1));
  doubles shifted = wide_fused(angle, doubles_splat(0x1.45f306dc9c883p-1), 0x1.8p52);
  shifted = doubles_pick(is_near, doubles_splat(0x1.8p52), shifted);
  doubles n = doubles_sub(shifted, doubles_splat(0x1.8p52));
  doubles y = doubles_fused_less(n, doubles_splat(0x1.921fb58000000p+0), angle);
  y = doubles_fused_less(n, doubles_splat(-0x1.dde973c000000p-27), y);
  doubles closer = doubles_fused_less(n, doubles_splat(-0x1.cb3b398000000p-55), y);
  doubles far_low = doubles_fused_less(n, doubles_splat(-0x1.cb3b398000000p-55), doubles_sub(y, closer));
  doubles far = doubles_fused_less(n, doubles_splat(-0x1.d747f23e32ed7p-83), closer);
  far_low = doubles_add(
      far_low, doubles_fused_less(n, doubles_splat(-0x1.d747f23e32ed7p-83), doubles_sub(closer, far)));
  longs far_turns = doubles_bits(shifted);
  longs flip = longs_left(longs_add(far_turns, longs_splat(1)), 62); /* of turns 1 and 2 */

  doubles rest = doubles_sub(doubles_splat(0x1.921fb54442d18p+0), angle);
  doubles middle = doubles_add(rest, doubles_splat(0x1.1a62633145c07p-54));
  doubles middle_low = doubles_add(doubles_sub(rest, middle), doubles_splat(0x1.1a62633145c07p-54));

  wide_choice is_middle = wide_choice_without(is_not_far, is_near);
  doubles a = doubles_pick(is_middle, middle, doubles_flipped(far, flip));
  doubles low = doubles_pick(is_middle, middle_low, doubles_flipped(far_low, flip));
  doubles turns = doubles_pick(is_middle, doubles_from_bits(longs_splat(1)), shifted);
  return (wide_turned){a, low, doubles_bits(turns)};
}

/* Sine and cosine begun: the angle's size is a row of glibc's table and x more. */
typedef struct wide_part {
  doubles size, x, row[4];
} wide_part;

static inline wide_part part_begin(doubles angle) {
  wide_part part;
  part.size = with_sign(angle, sign_of(angle));
  doubles shifted = doubles_add(part.size, doubles_splat(0x1.8p45));
  doubles_rows_four(sow__sincos_table, longs_and(doubles_bits(shifted), longs_splat(0xff)), part.row);
  part.x = doubles_sub(part.size, doubles_sub(shifted, doubles_splat(0x1.8p45)));
  return part;
}

typedef struct wide_normal_pair {
  doubles cosine, sine;
} wide_normal_pair;

/* Of angle + low, |angle| < 0.8555. */
static inline wide_normal_pair part_end(wide_part part, doubles angle, doubles low) {
  const doubles *row = part.row;
  doubles x = part.x;
  doubles beside = doubles_flipped(low, doubles_bits(angle)); /* for 0 either sign does: `low` is 0 then */

  doubles x2 = doubles_mul(x, x);
  doubles s = wide_fused(x2, doubles_splat(0x1.11110e829872fp-7), -0x1.5555555555515p-3);
  s = doubles_add(doubles_fused(doubles_mul(x, x2), s, beside), x);
  doubles c = wide_fused(x2, doubles_splat(0x1.6c16bedd9e239p-10), -0x1.5555555555535p-5);
  c = doubles_fused(beside, x, doubles_mul(x2, wide_fused(c, x2, 0.5)));
  doubles rest = doubles_fused_less(c, row[0], doubles_fused(s, row[3], row[1]));
  doubles by_table = doubles_add(row[0], doubles_fused(s, row[2], rest));
  by_table = doubles_flipped(by_table, doubles_bits(angle));

  doubles a2 = doubles_mul(angle, angle);
  doubles p = wide_fused(a2, doubles_splat(-0x1.addffc2fcdf59p-26), 0x1.71de27b9a7ed9p-19);
  p = wide_fused(a2, p, -0x1.a01a019db08b8p-13);
  p = wide_fused(a2, p, 0x1.1111111110ecep-7);
  p = wide_fused(a2, p, -0x1.5555555555555p-3);
  p = doubles_fused(p, angle, wide_scaled(low, -0.5));
  doubles by_series = doubles_add(angle, doubles_fused(a2, p, low));

  x = doubles_add(x, beside);
  x2 = doubles_mul(x, x);
  s = wide_fused(x2, doubles_splat(0x1.11110e829872fp-7), -0x1.5555555555515p-3);
  s = doubles_fused(doubles_mul(x, x2), s, x);
  c = wide_fused(x2, doubles_splat(0x1.6c16bedd9e239p-10), -0x1.5555555555535p-5);
  c = doubles_mul(x2, wide_fused(c, x2, 0.5));
  rest = doubles_fused_less(c, row[2], doubles_fused_less(s, row[1], row[3]));
  doubles cosine = doubles_add(row[2], doubles_fused_less(s, row[0], rest));
  return (wide_normal_pair){cosine,
                            doubles_pick(doubles_less(part.size, doubles_splat(0.126)), by_series, by_table)};
}

static inline wide_normal_pair wide_sincos_end(wide_part part, wide_turned t) {
  wide_normal_pair of = part_end(part, t.angle, t.low);
  doubles cosine = doubles_flipped(of.cosine, longs_left(t.turns, 62));
  wide_choice swap = longs_have_bit(t.turns, 0);
  return (wide_normal_pair){doubles_pick(swap, of.sine, cosine), doubles_pick(swap, cosine, of.sine)};
}

/* Where the numbers of group i begin: half a block's radii, and their angles half a block on. */
static inline size_t wide_group_at(size_t i) {
  enum { EACH = SOW__BLOCK / 2 / WIDE_LANES };
  return i / EACH * SOW__BLOCK + i % EACH * WIDE_LANES;
}

/*
 * What logarithms are to be taken of, RUN groups at a time. One in sixteen lies near 1 and takes other steps.
 * Which it is no processor foresees, so that a branch costs more than all of them: these are collected, and
 * their logarithms taken before, by whole vectors. BEHIND these lie zeros, vectors of them: the last group,
 * which comes again twice, looks for as many more as it has, and each look is at a whole vector.
 */
enum { RUN = 32, BEHIND = 3 };

typedef struct wide_run {
  _Alignas(64) double x[RUN * WIDE_LANES];
  double near_one[(RUN + BEHIND) * WIDE_LANES]; /* logarithms */
  const double *next;                           /* of near_one: for the group about to be ended */
  size_t end;                                   /* the group that begins the next run */
} wide_run;

static inline wide_choice is_near_one(doubles x) {
  return doubles_less(doubles_splat(0x1.dffffffffffffp-1), x); /* 0.9375 or more */
}

static void run_begin(wide_run *run, const uint32_t *word, size_t first, size_t groups) {
  double *near_one = run->near_one;
  run->end = groups - first < RUN ? groups : first + RUN;
  for (size_t i = first; i < run->end; i++) {
    doubles pairs = doubles_from_pairs(longs_load(word + 2 * wide_group_at(i)));
    doubles x = doubles_fused_less(pairs, doubles_splat(0x1p-53), doubles_splat(1.0));
    doubles_store(run->x + (i - first) * WIDE_LANES, x);
    near_one += doubles_store_chosen(near_one, is_near_one(x), x);
  }
  double *at = run->near_one;
  for (; at < near_one; at += WIDE_LANES)
    doubles_store(at, log_near_one(doubles_load(at)));
  for (int i = 0; i < BEHIND; i++)
    doubles_store(at + i * WIDE_LANES, doubles_splat(0.0));
  run->next = run->near_one;
}

/*
 * In stages, as normal_f32's: a turn of the loop has one group's logarithm, another's root and reduced angle,
 * and a third's sine, cosine and numbers. What waits for rows of a table is begun some steps before its end.
 */
typedef struct wide_normal_first {
  doubles x;
  wide_log log;
} wide_normal_first;

SOW__INLINE wide_normal_first wide_normal_begin(wide_run *run, const uint32_t *word, size_t i,
                                                size_t groups) {
  if (i == run->end)
    run_begin(run, word, i, groups);
  doubles x = doubles_load(run->x + i % RUN * WIDE_LANES);
  return (wide_normal_first){x, wide_log_begin(x)};
}

/* The square of the radius. */
SOW__INLINE doubles wide_normal_square(wide_run *run, wide_normal_first made) {
  wide_choice near_one = is_near_one(made.x);
  doubles log = doubles_load_chosen(wide_log_end(made.log), near_one, run->next);
  run->next += __builtin_popcount(wide_choice_bits(near_one));
  return wide_scaled(log, -2.0);
}

static inline wide_turned wide_normal_turn(const uint32_t *word) {
  doubles pairs = doubles_from_pairs(longs_load(word + SOW__BLOCK));
  return wide_turn_of(wide_scaled(pairs, 0x1p-53 * SOW__TWO_PI));
}

static inline void wide_normal_end(wide_part part, wide_turned turned, doubles radius, double *out,
                                   doubles mean, doubles std) {
  wide_normal_pair of = wide_sincos_end(part, turned);
  doubles_store(out, doubles_fused(doubles_mul(radius, of.cosine), std, mean));
  doubles_store(out + SOW__BLOCK / 2, doubles_fused(doubles_mul(radius, of.sine), std, mean));
}

/* Behind the last group it comes again, for nothing: gcc's code is slower where the last two end alone. */
static void normal_f64(const uint32_t *word, double *out, size_t blocks, double mean, double std) {
  const doubles means = doubles_splat(mean), stds = doubles_splat(std);
  const size_t groups = blocks * SOW__BLOCK / 2 / WIDE_LANES;
  if (groups == 0)
    return;
  wide_run run;
  run.end = 0;
  doubles square = wide_normal_square(&run, wide_normal_begin(&run, word, 0, groups));
  doubles radius = doubles_root(square);
  wide_turned turned = wide_normal_turn(word);
  size_t next = groups > 1;
  square = wide_normal_square(&run, wide_normal_begin(&run, word, next, groups));
  for (size_t i = 0; i < groups; i++) {
    size_t ahead = i + 2 < groups ? i + 2 : groups - 1;
    wide_normal_first first = wide_normal_begin(&run, word, ahead, groups);
    wide_turned next_turned = wide_normal_turn(word + 2 * wide_group_at(next));
    doubles next_radius = doubles_root(square);
    wide_part part = part_begin(turned.angle);
    square = wide_normal_square(&run, first);
    wide_normal_end(part, turned, radius, out + wide_group_at(i), means, stds);
    radius = next_radius;
    turned = next_turned;
    next = ahead;
  }
}

#endif
