/*
 * The loops of every table but the portable one, over the vectors of a lanes_*.h that was included before.
 * The steps and their order are kernel/core's; what is left of an array is done by core itself.
 */
#ifndef SOW_KERNEL_KERNEL_LOOPS_H
#define SOW_KERNEL_KERNEL_LOOPS_H

#include "kernel/core/round.h"
#include "kernel/kernel.h"

/* ---- roundings ---- */

/* bfloat16 in the high half of each word; of anything but NaN. */
static inline words bf16_raised_number(floats value) {
  words bits = floats_bits(value);
  return words_add_if_bit(words_add(bits, words_splat(0x7fffu)), bits, 16);
}

static inline words bf16_raised(floats value) {
  return words_pick(floats_are_nan(value), words_splat(0x7fc00000u), bf16_raised_number(value));
}

/* In the low half. */
static inline words bf16_words(floats value) {
  return words_right(bf16_raised(value), 16);
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
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    floats low = floats_load(in + i), high = floats_load(in + i + LANES);
    words_store_high_halves(out + i, bf16_raised(low), bf16_raised(high));
  }
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
  while (i + 16 <= count) {                                                                                  \
    unsigned all = 0;                                                                                        \
    for (unsigned lane = 0; lane < 16; lane += (lanes), i += (lanes))                                        \
      all |= (each) << lane;                                                                                 \
    bits[i / 16 - 1] = (uint16_t)all;                                                                        \
  }                                                                                                          \
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
  floats unit, low, width, step, replaced, replacement;
} uniform_vectors;

static inline uniform_vectors uniform_spread(const sow__uniform_f32 *u) {
  return (uniform_vectors){words_splat(u->mask),        floats_splat(u->unit), floats_splat(u->low),
                           floats_splat(u->width),      floats_splat(u->step), floats_splat(u->replaced),
                           floats_splat(u->replacement)};
}

static inline floats uniform_step(const uniform_vectors *u, words word) {
  floats fraction = floats_mul(floats_from_words(words_and(word, u->mask)), u->unit);
  return floats_fused(fraction, u->width, u->low);
}

static inline floats uniform_short_step(const uniform_vectors *u, words word) {
  return floats_fused(floats_from_words(words_and(word, u->mask)), u->step, u->low);
}

static inline floats uniform_replace(const uniform_vectors *u, floats value) {
  return floats_pick(floats_equal(value, u->replaced), u->replacement, value);
}

/* The short way where there is one, the long one, and what is left. */
#define UNIFORM_LOOPS(short_vector, long_vector, one)                                                        \
  size_t i = 0;                                                                                              \
  if (u->step != 0)                                                                                          \
    for (; i + LANES <= count; i += LANES)                                                                   \
      short_vector;                                                                                          \
  for (; i + LANES <= count; i += LANES)                                                                     \
    long_vector;                                                                                             \
  for (; i < count; i++)                                                                                     \
    out[i] = one(u, word[i]);

/* What passes by the caches has to fill their lines. */
static inline bool begins_a_line(const void *out) {
  return (uintptr_t)out % 64 == 0;
}

static void uniform_f32(const sow__uniform_f32 *u, const uint32_t *word, float *out, size_t count) {
  uniform_vectors v = uniform_spread(u);
  if (u->streams && u->step != 0 && begins_a_line(out)) {
    size_t whole = count / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES)
      floats_stream(out + i, uniform_short_step(&v, words_load(word + i)));
    word += whole;
    out += whole;
    count -= whole;
  }
  UNIFORM_LOOPS(floats_store(out + i, uniform_short_step(&v, words_load(word + i))),
                floats_store(out + i, uniform_replace(&v, uniform_step(&v, words_load(word + i)))),
                sow__uniform_one_f32)
}

static inline halves uniform_replaced_f16(const uniform_vectors *v, floats made) {
  floats stored = floats_from_halves(halves_from_floats(made));
  return halves_from_floats(uniform_replace(v, stored));
}

static void uniform_f16(const sow__uniform_f32 *u, const uint32_t *word, uint16_t *out, size_t count) {
  uniform_vectors v = uniform_spread(u);
  UNIFORM_LOOPS(halves_store(out + i, halves_from_floats(uniform_short_step(&v, words_load(word + i)))),
                halves_store(out + i, uniform_replaced_f16(&v, uniform_step(&v, words_load(word + i)))),
                sow__uniform_one_f16)
}

static inline halves uniform_replaced_bf16(const uniform_vectors *v, floats made) {
  words stored = bf16_words(made), replacement = bf16_words(v->replacement);
  choice is_replaced = floats_equal(floats_from_bits(words_left(stored, 16)), v->replaced);
  return halves_from_words(words_pick(is_replaced, replacement, stored));
}

/* The short way makes no NaN. */
static inline halves uniform_short_bf16(const uniform_vectors *v, words word) {
  return halves_from_words(words_right(bf16_raised_number(uniform_short_step(v, word)), 16));
}

static void uniform_bf16(const sow__uniform_f32 *u, const uint32_t *word, uint16_t *out, size_t count) {
  uniform_vectors v = uniform_spread(u);
  UNIFORM_LOOPS(halves_store(out + i, uniform_short_bf16(&v, words_load(word + i))),
                halves_store(out + i, uniform_replaced_bf16(&v, uniform_step(&v, words_load(word + i)))),
                sow__uniform_one_bf16)
}

static inline doubles unit_pairs(const uint32_t *word) {
  return doubles_mul(doubles_from_pairs(longs_load(word)), doubles_splat(0x1p-53));
}

static void uniform_f64(const sow__uniform_f64 *u, const uint32_t *word, double *out, size_t count) {
  const doubles low = doubles_splat(u->low), width = doubles_splat(u->width), step = doubles_splat(u->step);
  const doubles replaced = doubles_splat(u->replaced), replacement = doubles_splat(u->replacement);
  size_t i = 0;
  if (u->streams && u->step != 0 && begins_a_line(out))
    for (; i + WIDE_LANES <= count; i += WIDE_LANES)
      doubles_stream(out + i, doubles_fused(doubles_from_pairs(longs_load(word + 2 * i)), step, low));
  if (u->step != 0)
    for (; i + WIDE_LANES <= count; i += WIDE_LANES)
      doubles_store(out + i, doubles_fused(doubles_from_pairs(longs_load(word + 2 * i)), step, low));
  for (; i + WIDE_LANES <= count; i += WIDE_LANES) {
    doubles value = doubles_fused(unit_pairs(word + 2 * i), width, low);
    doubles_store(out + i, doubles_pick(doubles_equal(value, replaced), replacement, value));
  }
  for (; i < count; i++)
    out[i] = sow__uniform_one_f64(u, word[2 * i], word[2 * i + 1]);
}

#endif
