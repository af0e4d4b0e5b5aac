/*
 * The loops of every table but the portable one, over the vectors of a lanes_*.h that was included before.
 * The steps and their order are kernel/core's; what is left of an array is done by core itself.
 */
#ifndef SOW_KERNEL_KERNEL_LOOPS_H
#define SOW_KERNEL_KERNEL_LOOPS_H

#include "kernel/core/boxmuller.h"
#include "kernel/kernel.h"

/* ---- MT19937 ---- */

static inline words twist(words word, words after, words far) {
  words mixed =
      words_or(words_and(word, words_splat(0x80000000u)), words_and(after, words_splat(0x7fffffffu)));
  words odd = words_sub(words_splat(0), words_and(after, words_splat(1)));
  return words_xor(words_xor(far, words_right(mixed, 1)), words_and(odd, words_splat(0x9908b0dfu)));
}

static void mt_refresh(uint32_t state[SOW__MT_WORDS]) {
  enum { SPLIT = SOW__MT_WORDS - SOW__MT_SHIFT, LAST = SOW__MT_WORDS - 1 };
  int i = 0;
  for (; i + LANES <= SPLIT; i += LANES)
    words_store(state + i, twist(words_load(state + i), words_load(state + i + 1),
                                 words_load(state + i + SOW__MT_SHIFT)));
  for (; i < SPLIT; i++)
    state[i] = sow__mt_twist(state[i], state[i + 1], state[i + SOW__MT_SHIFT]);
  for (; i + LANES <= LAST; i += LANES)
    words_store(state + i,
                twist(words_load(state + i), words_load(state + i + 1), words_load(state + i - SPLIT)));
  for (; i < LAST; i++)
    state[i] = sow__mt_twist(state[i], state[i + 1], state[i - SPLIT]);
  state[LAST] = sow__mt_twist(state[LAST], state[0], state[SOW__MT_SHIFT - 1]);
}

static inline words temper(words word) {
  word = words_xor(word, words_right(word, 11));
  word = words_xor(word, words_and(words_left(word, 7), words_splat(0x9d2c5680u)));
  word = words_xor(word, words_and(words_left(word, 15), words_splat(0xefc60000u)));
  return words_xor(word, words_right(word, 18));
}

static void mt_temper(const uint32_t *state, uint32_t *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    words_store(out + i, temper(words_load(state + i)));
  for (; i < count; i++)
    out[i] = sow__mt_temper(state[i]);
}

/* ---- roundings ---- */

/* bfloat16 in the low half of each word. */
static inline words bf16_words(floats value) {
  words bits = floats_bits(value);
  words tie = words_and(words_right(bits, 16), words_splat(1));
  words rounded = words_right(words_add(bits, words_add(tie, words_splat(0x7fffu))), 16);
  return words_pick(floats_are_nan(value), words_splat(0x7fc0u), rounded);
}

static void f32_to_f16(const float *in, uint16_t *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    halves_store(out + i, halves_from_floats(floats_load(in + i)));
  for (; i < count; i++)
    out[i] = sow__f32_to_f16(in[i]);
}

static void f32_to_bf16(const float *in, uint16_t *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    halves_store(out + i, halves_from_words(bf16_words(floats_load(in + i))));
  for (; i < count; i++)
    out[i] = sow__f32_to_bf16(in[i]);
}

/* ---- uniform ---- */

typedef struct uniform_vectors {
  words mask;
  floats unit, low, width, replaced, replacement;
} uniform_vectors;

static inline uniform_vectors uniform_spread(const sow__uniform_f32 *u) {
  return (uniform_vectors){words_splat(u->mask),   floats_splat(u->unit),     floats_splat(u->low),
                           floats_splat(u->width), floats_splat(u->replaced), floats_splat(u->replacement)};
}

static inline floats uniform_step(const uniform_vectors *u, words word) {
  floats fraction = floats_mul(floats_from_words(words_and(word, u->mask)), u->unit);
  return floats_fused(fraction, u->width, u->low);
}

static inline floats uniform_replace(const uniform_vectors *u, floats value) {
  return floats_pick(floats_equal(value, u->replaced), u->replacement, value);
}

static void uniform_f32(const sow__uniform_f32 *u, const uint32_t *word, float *out, size_t count) {
  uniform_vectors v = uniform_spread(u);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    floats_store(out + i, uniform_replace(&v, uniform_step(&v, words_load(word + i))));
  for (; i < count; i++)
    out[i] = sow__uniform_one_f32(u, word[i]);
}

static void uniform_f16(const sow__uniform_f32 *u, const uint32_t *word, uint16_t *out, size_t count) {
  uniform_vectors v = uniform_spread(u);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    floats stored = floats_from_halves(halves_from_floats(uniform_step(&v, words_load(word + i))));
    halves_store(out + i, halves_from_floats(uniform_replace(&v, stored)));
  }
  for (; i < count; i++)
    out[i] = sow__uniform_one_f16(u, word[i]);
}

static void uniform_bf16(const sow__uniform_f32 *u, const uint32_t *word, uint16_t *out, size_t count) {
  uniform_vectors v = uniform_spread(u);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    floats stored = floats_from_bits(words_left(bf16_words(uniform_step(&v, words_load(word + i))), 16));
    halves_store(out + i, halves_from_words(bf16_words(uniform_replace(&v, stored))));
  }
  for (; i < count; i++)
    out[i] = sow__uniform_one_bf16(u, word[i]);
}

/* The first word of a pair, the high one, is the low half of a 64-bit lane. */
static inline doubles unit_pairs(const uint32_t *word) {
  longs pair = longs_load(word);
  doubles integer = doubles_from_parts(longs_and(pair, longs_splat(0x1fffffu)), longs_right(pair, 32));
  return doubles_mul(integer, doubles_splat(0x1p-53));
}

static void uniform_f64(const sow__uniform_f64 *u, const uint32_t *word, double *out, size_t count) {
  const doubles low = doubles_splat(u->low), width = doubles_splat(u->width);
  const doubles replaced = doubles_splat(u->replaced), replacement = doubles_splat(u->replacement);
  size_t i = 0;
  for (; i + WIDE_LANES <= count; i += WIDE_LANES) {
    doubles value = doubles_fused(unit_pairs(word + 2 * i), width, low);
    doubles_store(out + i, doubles_pick(doubles_equal(value, replaced), replacement, value));
  }
  for (; i < count; i++)
    out[i] = sow__uniform_one_f64(u, word[2 * i], word[2 * i + 1]);
}

/* ---- normal: the steps of core/boxmuller.h ---- */

static inline floats fused_with(floats a, floats b, float c) {
  return floats_fused(a, b, floats_splat(c));
}

static inline floats log_of(floats x) {
  x = floats_max(x, floats_splat(0x1p-126f));
  words bits = floats_bits(x);
  floats e = floats_from_words(words_sub(words_right(bits, 23), words_splat(126)));
  floats m = floats_from_bits(words_or(words_and(bits, words_splat(0x007fffffu)), words_splat(0x3f000000u)));
  choice small = floats_less(m, floats_splat(0.707106781186547524f));
  e = floats_sub(e, floats_keep(small, floats_splat(1.0f)));
  floats f = floats_add(floats_sub(m, floats_splat(1.0f)), floats_keep(small, m));
  floats z = floats_mul(f, f);
  floats y = floats_splat(7.0376836292e-2f);
  y = fused_with(y, f, -1.1514610310e-1f);
  y = fused_with(y, f, 1.1676998740e-1f);
  y = fused_with(y, f, -1.2420140846e-1f);
  y = fused_with(y, f, 1.4249322787e-1f);
  y = fused_with(y, f, -1.6668057665e-1f);
  y = fused_with(y, f, 2.0000714765e-1f);
  y = fused_with(y, f, -2.4999993993e-1f);
  y = fused_with(y, f, 3.3333331174e-1f);
  y = floats_mul(y, f);
  y = floats_fused(y, z, floats_mul(e, floats_splat(-2.12194440e-4f)));
  y = floats_fused(floats_splat(-0.5f), z, y);
  return floats_fused(e, floats_splat(0.693359375f), floats_add(f, y));
}

static inline void sincos_of(floats angle, floats *sine, floats *cosine) {
  words octant = floats_truncate(floats_mul(angle, floats_splat(1.27323954473516f)));
  octant = words_and(words_add(octant, words_splat(1)), words_splat(~1u));
  floats y = floats_from_words(octant);
  floats x = floats_fused(y, floats_splat(-0.78515625f), angle);
  x = floats_fused(y, floats_splat(-2.4187564849853515625e-4f), x);
  x = floats_fused(y, floats_splat(-3.77489497744594108e-8f), x);
  floats z = floats_mul(x, x);

  floats c = fused_with(floats_splat(2.443315711809948e-5f), z, -1.388731625493765e-3f);
  c = floats_mul(fused_with(c, z, 4.166664568298827e-2f), z);
  c = floats_fused(c, z, floats_mul(floats_splat(-0.5f), z));
  c = floats_add(c, floats_splat(1.0f));

  floats s = fused_with(floats_splat(-1.9515295891e-4f), z, 8.3321608736e-3f);
  s = floats_mul(fused_with(s, z, -1.6666654611e-1f), z);
  s = floats_fused(s, x, x);

  words sine_sign = words_left(words_and(octant, words_splat(4)), 29);
  /* 1 - octant is ~(octant - 2). */
  words cosine_sign = words_left(words_and(words_sub(words_splat(1), octant), words_splat(4)), 29);
  choice swap = words_have_bit(octant, 1);
  *sine = floats_from_bits(words_xor(floats_bits(floats_pick(swap, c, s)), sine_sign));
  *cosine = floats_from_bits(words_xor(floats_bits(floats_pick(swap, s, c)), cosine_sign));
}

static inline floats unit_of(words word) {
  return floats_mul(floats_from_words(words_and(word, words_splat(0xffffffu))), floats_splat(0x1p-24f));
}

typedef struct normal_pair {
  floats cosine, sine;
} normal_pair;

static inline normal_pair normal_step(words radius_word, words angle_word, floats mean, floats std) {
  floats log = log_of(floats_sub(floats_splat(1.0f), unit_of(radius_word)));
  floats radius = floats_root(floats_mul(floats_splat(-2.0f), log));
  floats sine, cosine;
  sincos_of(floats_mul(floats_splat(6.2831855f), unit_of(angle_word)), &sine, &cosine);
  return (normal_pair){floats_fused(floats_mul(radius, cosine), std, mean),
                       floats_fused(floats_mul(radius, sine), std, mean)};
}

enum { HALF_BLOCK = SOW__BLOCK / 2 };

#if LANES <= SOW__BLOCK / 2
static void normal_f32(const uint32_t *word, float *out, size_t blocks, float mean, float std) {
  const floats means = floats_splat(mean), stds = floats_splat(std);
  for (; blocks > 0; blocks--, word += SOW__BLOCK, out += SOW__BLOCK)
    for (int j = 0; j < HALF_BLOCK; j += LANES) {
      normal_pair made = normal_step(words_load(word + j), words_load(word + j + HALF_BLOCK), means, stds);
      floats_store(out + j, made.cosine);
      floats_store(out + j + HALF_BLOCK, made.sine);
    }
}
#else
/* Two blocks at a time, the radius words of both in one vector; one that is left over stands in for both. */
static void normal_f32(const uint32_t *word, float *out, size_t blocks, float mean, float std) {
  const floats means = floats_splat(mean), stds = floats_splat(std);
  while (blocks > 0) {
    size_t next = blocks > 1 ? SOW__BLOCK : 0;
    normal_pair made = normal_step(words_load_two(word, word + next),
                                   words_load_two(word + HALF_BLOCK, word + next + HALF_BLOCK), means, stds);
    floats_store_two(out, out + next, made.cosine);
    floats_store_two(out + HALF_BLOCK, out + next + HALF_BLOCK, made.sine);
    blocks -= blocks > 1 ? 2 : 1;
    word += 2 * SOW__BLOCK;
    out += 2 * SOW__BLOCK;
  }
}
#endif

/* The members of a table, but for its name. */
#define KERNEL_LOOPS                                                                                         \
  .mt_refresh = mt_refresh, .mt_temper = mt_temper, .uniform_f32 = uniform_f32, .uniform_f16 = uniform_f16,  \
  .uniform_bf16 = uniform_bf16, .uniform_f64 = uniform_f64, .normal_f32 = normal_f32,                        \
  .f32_to_f16 = f32_to_f16, .f32_to_bf16 = f32_to_bf16

#endif
