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

static inline doubles log_by_table(doubles x) {
  longs bits = doubles_bits(x);
  longs above = longs_sub(bits, longs_splat(0x3fe6000000000000u));
  longs exponent = longs_and(above, longs_splat(0xfff0000000000000u));
  /* The exponent is of twelve bits with a sign: 2^11 more is positive, and the last places of 2^52. */
  longs biased = longs_xor(longs_right(exponent, 52), longs_splat(0x800));
  doubles k = doubles_sub(doubles_from_bits(longs_or(biased, longs_splat(0x4330000000000000u))),
                          doubles_splat(0x1p52 + 0x1p11));
  doubles z = doubles_from_bits(longs_sub(bits, exponent));
  doubles row[2];
  doubles_rows_two(sow__log_table, longs_and(longs_right(above, 52 - SOW__LOG_PLACES), longs_splat(0x7f)),
                   row);

  doubles r = wide_fused(z, row[0], -1.0);
  doubles w = doubles_fused(k, doubles_splat(0x1.62e42fefa3800p-1), row[1]);
  doubles high = doubles_add(w, r);
  doubles low = doubles_fused(k, doubles_splat(0x1.ef35793c76730p-45), doubles_add(doubles_sub(w, high), r));
  doubles r2 = doubles_mul(r, r);
  doubles rest = doubles_fused(wide_fused(r, doubles_splat(-0x1.55575e506c89fp-3), 0x1.999b324f10111p-3), r2,
                               wide_fused(r, doubles_splat(-0x1.fffffffeb4590p-3), 0x1.555555551305bp-2));
  low = doubles_fused(r2, doubles_splat(-0x1.0000000000001p-1), low);
  return doubles_add(doubles_fused(doubles_mul(r, r2), rest, low), high);
}

static inline doubles log_f64(doubles x) {
  wide_choice far = doubles_less(x, doubles_splat(0.9375));
  doubles value = log_by_table(x);
  if (wide_choice_bits(far) != (1u << WIDE_LANES) - 1)
    value = doubles_pick(far, value, log_near_one(x));
  return value;
}

static inline doubles with_sign(doubles a, longs sign) {
  return doubles_from_bits(longs_xor(doubles_bits(a), sign));
}

static inline longs sign_of(doubles a) {
  return longs_and(doubles_bits(a), longs_splat(0x8000000000000000u));
}

typedef struct wide_normal_pair {
  doubles cosine, sine;
} wide_normal_pair;

/* Sine and cosine of angle + low, |angle| < 0.8555. */
static inline wide_normal_pair turn_part(doubles angle, doubles low) {
  longs sign = sign_of(angle);
  doubles size = with_sign(angle, sign);
  doubles shifted = doubles_add(size, doubles_splat(0x1.8p45));
  doubles row[4];
  doubles_rows_four(sow__sincos_table, longs_and(doubles_bits(shifted), longs_splat(0xff)), row);
  doubles x = doubles_sub(size, doubles_sub(shifted, doubles_splat(0x1.8p45)));
  doubles beside = with_sign(low, sign); /* for 0 either sign does: `low` is 0 then */

  doubles x2 = doubles_mul(x, x);
  doubles s = wide_fused(x2, doubles_splat(0x1.11110e829872fp-7), -0x1.5555555555515p-3);
  s = doubles_add(doubles_fused(doubles_mul(x, x2), s, beside), x);
  doubles c = wide_fused(x2, doubles_splat(0x1.6c16bedd9e239p-10), -0x1.5555555555535p-5);
  c = doubles_fused(beside, x, doubles_mul(x2, wide_fused(c, x2, 0.5)));
  doubles rest = doubles_fused_less(c, row[0], doubles_fused(s, row[3], row[1]));
  doubles by_table = doubles_add(row[0], doubles_fused(s, row[2], rest));
  by_table = with_sign(by_table, sign);

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
                            doubles_pick(doubles_less(size, doubles_splat(0.126)), by_series, by_table)};
}

/* An angle from 0 to 2*pi less whole quarter turns, which the lowest bits of `turns` count; as two doubles.
 */
typedef struct wide_turned {
  doubles angle, low;
  longs turns;
} wide_turned;

static inline wide_turned wide_turn_of(doubles angle) {
  doubles shifted = wide_fused(angle, doubles_splat(0x1.45f306dc9c883p-1), 0x1.8p52);
  doubles n = doubles_sub(shifted, doubles_splat(0x1.8p52));
  doubles y = doubles_fused_less(n, doubles_splat(0x1.921fb58000000p+0), angle);
  y = doubles_fused_less(n, doubles_splat(-0x1.dde973c000000p-27), y);
  doubles closer = doubles_fused_less(n, doubles_splat(-0x1.cb3b398000000p-55), y);
  doubles far_low = doubles_fused_less(n, doubles_splat(-0x1.cb3b398000000p-55), doubles_sub(y, closer));
  doubles far = doubles_fused_less(n, doubles_splat(-0x1.d747f23e32ed7p-83), closer);
  far_low = doubles_add(
      far_low, doubles_fused_less(n, doubles_splat(-0x1.d747f23e32ed7p-83), doubles_sub(closer, far)));
  longs far_turns = doubles_bits(shifted);
  longs flip = longs_left(longs_right(longs_add(far_turns, longs_splat(1)), 1), 63); /* turns 1 and 2 */

  doubles rest = doubles_sub(doubles_splat(0x1.921fb54442d18p+0), angle);
  doubles middle = doubles_add(rest, doubles_splat(0x1.1a62633145c07p-54));
  doubles middle_low = doubles_add(doubles_sub(rest, middle), doubles_splat(0x1.1a62633145c07p-54));

  wide_choice is_near = doubles_less(angle, doubles_splat(0x1.b6p-1));
  wide_choice is_not_far = doubles_less(angle, doubles_splat(0x1.368fdp+1));
  doubles a = doubles_pick(is_near, angle, doubles_pick(is_not_far, middle, with_sign(far, flip)));
  doubles low = doubles_pick(is_near, doubles_splat(0.0),
                             doubles_pick(is_not_far, middle_low, with_sign(far_low, flip)));
  doubles not_far_turns = doubles_pick(is_near, doubles_splat(0.0), doubles_from_bits(longs_splat(1)));
  longs turns = doubles_bits(doubles_pick(is_not_far, not_far_turns, doubles_from_bits(far_turns)));

  return (wide_turned){a, low, turns};
}

static inline wide_normal_pair wide_sincos_of(wide_turned t) {
  wide_normal_pair part = turn_part(t.angle, t.low);
  doubles cosine = with_sign(part.cosine, longs_left(longs_right(t.turns, 1), 63));
  wide_choice swap = longs_have_bit(t.turns, 0);
  return (wide_normal_pair){doubles_pick(swap, part.sine, cosine), doubles_pick(swap, cosine, part.sine)};
}

/* In stages, as normal_f32's. */
typedef struct wide_normal_first {
  doubles square; /* of the radius */
  doubles angle;
} wide_normal_first;

typedef struct wide_normal_second {
  doubles radius;
  wide_turned turn;
} wide_normal_second;

SOW__INLINE wide_normal_first wide_normal_begin(const uint32_t *word) {
  doubles log = log_f64(doubles_sub(doubles_splat(1.0), unit_pairs(word)));
  return (wide_normal_first){wide_scaled(log, -2.0), wide_scaled(unit_pairs(word + SOW__BLOCK), SOW__TWO_PI)};
}

static inline wide_normal_second wide_normal_turn(wide_normal_first made) {
  return (wide_normal_second){doubles_root(made.square), wide_turn_of(made.angle)};
}

static inline void wide_normal_end(wide_normal_second made, double *out, doubles mean, doubles std) {
  wide_normal_pair of = wide_sincos_of(made.turn);
  doubles_store(out, doubles_fused(doubles_mul(made.radius, of.cosine), std, mean));
  doubles_store(out + SOW__BLOCK / 2, doubles_fused(doubles_mul(made.radius, of.sine), std, mean));
}

/* Where the numbers of group i begin: half a block's radii, and their angles half a block on. */
static inline size_t wide_group_at(size_t i) {
  enum { EACH = SOW__BLOCK / 2 / WIDE_LANES };
  return i / EACH * SOW__BLOCK + i % EACH * WIDE_LANES;
}

/* Behind the last group it comes again, for nothing: gcc's code is slower where the last two end alone. */
static void normal_f64(const uint32_t *word, double *out, size_t blocks, double mean, double std) {
  const doubles means = doubles_splat(mean), stds = doubles_splat(std);
  const size_t groups = blocks * SOW__BLOCK / 2 / WIDE_LANES;
  if (groups == 0)
    return;
#if STAGED
  wide_normal_second second = wide_normal_turn(wide_normal_begin(word));
  wide_normal_first first = wide_normal_begin(word + 2 * wide_group_at(groups > 1));
  for (size_t i = 0; i < groups; i++) {
    size_t ahead = i + 2 < groups ? i + 2 : groups - 1;
#if ENDS_FIRST
    wide_normal_end(second, out + wide_group_at(i), means, stds);
    second = wide_normal_turn(first);
    first = wide_normal_begin(word + 2 * wide_group_at(ahead));
#else
    wide_normal_first following = wide_normal_begin(word + 2 * wide_group_at(ahead));
    wide_normal_second turned = wide_normal_turn(first);
    wide_normal_end(second, out + wide_group_at(i), means, stds);
    first = following;
    second = turned;
#endif
  }
#else
  for (size_t i = 0; i < groups; i++)
    wide_normal_end(wide_normal_turn(wide_normal_begin(word + 2 * wide_group_at(i))), out + wide_group_at(i),
                    means, stds);
#endif
}

#endif
