/* Normals in float over vectors: the steps of core/boxmuller.h, the tables of core/normal_table.h. */
#ifndef SOW_KERNEL_LOOPS_NORMAL_H
#define SOW_KERNEL_LOOPS_NORMAL_H

#include "kernel/kernel_loops.h"

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

/*
 * A vector of radius words and one of angle words, from one block or, where eight fill only half of it, from
 * two; a block that is left over then stands in for both.
 */
#if LANES <= SOW__BLOCK / 2
#define GROUP 1
#define group_load(first, second) ((void)(second), words_load(first))
#define group_store(first, second, a) ((void)(second), floats_store(first, a))
#define group_store_halves(first, second, a) ((void)(second), halves_store(first, a))
#else
#define GROUP 2
#define group_load words_load_two
#define group_store floats_store_two
#define group_store_halves halves_store_two
#endif

static void normal_f32(const uint32_t *word, float *out, size_t blocks, float mean, float std) {
  const floats means = floats_splat(mean), stds = floats_splat(std);
  while (blocks > 0) {
    size_t taken = blocks < GROUP ? blocks : GROUP, next = (taken - 1) * SOW__BLOCK;
    for (int j = 0; j < HALF_BLOCK; j += LANES) {
      const uint32_t *radius = word + j, *angle = radius + HALF_BLOCK;
      float *first = out + j, *second = first + HALF_BLOCK;
      normal_pair made =
          normal_step(group_load(radius, radius + next), group_load(angle, angle + next), means, stds);
      group_store(first, first + next, made.cosine);
      group_store(second, second + next, made.sine);
    }
    blocks -= taken;
    word += taken * SOW__BLOCK;
    out += taken * SOW__BLOCK;
  }
}

/* ---- from tables ---- */

static inline floats round_f16(floats a) {
  return floats_from_halves(halves_from_floats(a));
}

static inline floats round_bf16(floats a) {
  return floats_from_bits(words_left(bf16_words(a), 16));
}

static inline halves affine_f16(floats radius, floats turn, floats mean, floats std) {
  floats value = round_f16(floats_mul(round_f16(floats_mul(radius, turn)), std));
  return halves_from_floats(floats_add(value, mean));
}

static inline halves affine_bf16(floats radius, floats turn, floats mean, floats std) {
  floats value = round_bf16(floats_mul(round_bf16(floats_mul(radius, turn)), std));
  return halves_from_words(bf16_words(floats_add(value, mean)));
}

static inline halves affine_f16_fused(floats radius, floats turn, floats mean, floats std) {
  return halves_from_floats(floats_fused(floats_mul(radius, turn), std, mean));
}

/* One loop for each of the ways to scale and round. */
#define NORMAL_TABLE_LOOP(affine)                                                                            \
  const floats mean = floats_splat(t->mean), std = floats_splat(t->std);                                     \
  const words mask = words_splat(t->mask);                                                                   \
  while (blocks > 0) {                                                                                       \
    size_t taken = blocks < GROUP ? blocks : GROUP, next = (taken - 1) * SOW__BLOCK;                         \
    for (int j = 0; j < HALF_BLOCK; j += LANES) {                                                            \
      const uint32_t *at = word + j, *beside = at + HALF_BLOCK;                                              \
      uint16_t *first = out + j, *second = first + HALF_BLOCK;                                               \
      floats radius = floats_gather(t->radius, words_and(group_load(at, at + next), mask));                  \
      words turn = words_and(group_load(beside, beside + next), mask);                                       \
      group_store_halves(first, first + next, affine(radius, floats_gather(t->cosine, turn), mean, std));    \
      group_store_halves(second, second + next, affine(radius, floats_gather(t->sine, turn), mean, std));    \
    }                                                                                                        \
    blocks -= taken;                                                                                         \
    word += taken * SOW__BLOCK;                                                                              \
    out += taken * SOW__BLOCK;                                                                               \
  }

static void normal_table_f16(const sow__normal_table *t, const uint32_t *word, uint16_t *out, size_t blocks) {
  NORMAL_TABLE_LOOP(affine_f16)
}

static void normal_table_bf16(const sow__normal_table *t, const uint32_t *word, uint16_t *out,
                              size_t blocks) {
  NORMAL_TABLE_LOOP(affine_bf16)
}

static void normal_table_f16_fused(const sow__normal_table *t, const uint32_t *word, uint16_t *out,
                                   size_t blocks) {
  NORMAL_TABLE_LOOP(affine_f16_fused)
}

#endif
