/*
 * The loops of every table but the portable one, over the vectors of a lanes_*.h that was included before.
 * The steps and their order are kernel/core's; what is left of an array is done by core itself.
 */
#ifndef SOW_KERNEL_KERNEL_LOOPS_H
#define SOW_KERNEL_KERNEL_LOOPS_H

#include "kernel/core/round.h"
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

static void mt_add(uint32_t sum[SOW__MT_WORDS], const uint32_t *const runs[4]) {
  const uint32_t *a = runs[0], *b = runs[1], *c = runs[2], *d = runs[3];
  _Static_assert(SOW__MT_WORDS % LANES == 0, "whole vectors");
  for (int i = 0; i < SOW__MT_WORDS; i += LANES) {
    words first = words_xor(words_load(a + i), words_load(b + i));
    words second = words_xor(words_load(c + i), words_load(d + i));
    words_store(sum + i, words_xor(words_load(sum + i), words_xor(first, second)));
  }
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

static void f16_to_f32(const uint16_t *in, float *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    floats_store(out + i, floats_from_halves(halves_load(in + i)));
  for (; i < count; i++)
    out[i] = sow__f16_to_f32(in[i]);
}

static void bf16_to_f32(const uint16_t *in, float *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    floats_store(out + i, floats_from_bits(words_left(words_from_halves(halves_load(in + i)), 16)));
  for (; i < count; i++)
    out[i] = sow__bf16_to_f32(in[i]);
}

/* ---- comparison ---- */

/* `each` says which of the values from i on are outside, one bit for each. */
#define OUTSIDE_LOOP(lanes, each)                                                                            \
  size_t i = 0;                                                                                              \
  for (; i + (lanes) <= count; i += (lanes))                                                                 \
    bits[i / 16] = (uint16_t)((i % 16 == 0 ? 0u : bits[i / 16]) | (each) << i % 16);                         \
  for (; i < count; i++) {                                                                                   \
    unsigned outside = values[i] < low || values[i] > high;                                                  \
    bits[i / 16] = (uint16_t)((i % 16 == 0 ? 0u : bits[i / 16]) | outside << i % 16);                        \
  }

static inline unsigned are_outside(floats a, floats low, floats high) {
  return choice_bits(choice_either(floats_less(a, low), floats_less(high, a)));
}

static void outside_f32(const float *values, uint16_t *bits, size_t count, float low, float high) {
  const floats lows = floats_splat(low), highs = floats_splat(high);
  OUTSIDE_LOOP(LANES, are_outside(floats_load(values + i), lows, highs))
}

static inline unsigned wide_are_outside(doubles a, doubles low, doubles high) {
  return wide_choice_bits(wide_choice_either(doubles_less(a, low), doubles_less(high, a)));
}

static void outside_f64(const double *values, uint16_t *bits, size_t count, double low, double high) {
  const doubles lows = doubles_splat(low), highs = doubles_splat(high);
  OUTSIDE_LOOP(WIDE_LANES, wide_are_outside(doubles_load(values + i), lows, highs))
}

/* ---- constants ---- */

static void repeat_32(void *out, uint32_t pattern, size_t count) {
  const words patterns = words_splat(pattern);
  uint32_t *items = out;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    words_store(items + i, patterns);
  for (; i < count; i++)
    items[i] = pattern;
}

static void repeat_16(void *out, uint16_t pattern, size_t count) {
  uint16_t *items = out;
  const words patterns = words_splat((uint32_t)pattern << 16 | pattern);
  size_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES)
    words_store((uint32_t *)(void *)(items + i), patterns);
  for (; i < count; i++)
    items[i] = pattern;
}

static void repeat_64(void *out, uint64_t pattern, size_t count) {
  uint64_t *items = out;
  const longs patterns = longs_splat(pattern);
  size_t i = 0;
  for (; i + WIDE_LANES <= count; i += WIDE_LANES)
    doubles_store((double *)(void *)(items + i), doubles_from_bits(patterns));
  for (; i < count; i++)
    items[i] = pattern;
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

/* `replacement` is rounded once, not in every lane. */
static void uniform_bf16(const sow__uniform_f32 *u, const uint32_t *word, uint16_t *out, size_t count) {
  uniform_vectors v = uniform_spread(u);
  const words replacement = words_splat(sow__f32_to_bf16(u->replacement));
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    words stored = bf16_words(uniform_step(&v, words_load(word + i)));
    choice is_replaced = floats_equal(floats_from_bits(words_left(stored, 16)), v.replaced);
    halves_store(out + i, halves_from_words(words_pick(is_replaced, replacement, stored)));
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

#endif
