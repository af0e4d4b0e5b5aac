/* Normals in float over vectors: the steps of core/boxmuller.h, the tables of core/normal_table.h. */
#ifndef SOW_KERNEL_LOOPS_NORMAL_H
#define SOW_KERNEL_LOOPS_NORMAL_H

#include <math.h>
#include <stdbool.h>

#include "base/inline.h"
#include "kernel/kernel_loops.h"

static inline floats fused_with(floats a, floats b, float c) {
  return floats_fused(a, b, floats_splat(c));
}

/*
 * What follows gives core's bits for the words that there are, 2^24 of each kind (tests/test_kernel_normal.c
 * goes through all), in fewer steps than core: multiplications and divisions by powers of two are moved to
 * where they cost nothing, which changes no rounding.
 */

/* The rest of a unit, as core splits it, and the half of its logarithm's polynomial that is made first. */
typedef struct half_log {
  floats exponent, f, square, y;
} half_log;

/* -2*log(1 - unit), with the sign of zero that core's has, in two halves. Its polynomial is twice core's. */
static inline half_log log_begin(words radius_word) {
  /* The rest, 2^24 less the low 24 bits, with the other sign; which `above` takes away again. */
  words less = words_or(radius_word, words_splat(0xff000000u));
  /* How far the rest lies above sqrt(1/2), as core splits it: exponent and significand. */
  words above =
      words_sub(floats_bits(floats_from_words(less)), words_splat(0x80000000u + 0x3f3504f3u + (24u << 23)));
  floats e = floats_from_words(words_right_signed(above, 23));
  words m = words_add(words_and(above, words_splat(0x007fffffu)), words_splat(0x3f3504f3u));
  floats f = floats_sub(floats_from_bits(m), floats_splat(1.0f));
  floats z = floats_mul(f, f);
  floats y = floats_splat(2 * 7.0376836292e-2f);
  y = fused_with(y, f, 2 * -1.1514610310e-1f);
  y = fused_with(y, f, 2 * 1.1676998740e-1f);
  y = fused_with(y, f, 2 * -1.2420140846e-1f);
  y = fused_with(y, f, 2 * 1.4249322787e-1f);
  return (half_log){e, f, z, y};
}

static inline floats log_end(half_log begun) {
  floats e = begun.exponent, f = begun.f, z = begun.square, y = begun.y;
  y = fused_with(y, f, 2 * -1.6668057665e-1f);
  y = fused_with(y, f, 2 * 2.0000714765e-1f);
  y = fused_with(y, f, 2 * -2.4999993993e-1f);
  y = fused_with(y, f, 2 * 3.3333331174e-1f);
  y = floats_mul(y, f);
  y = floats_fused(y, z, floats_mul(e, floats_splat(2 * -2.12194440e-4f)));
  y = floats_add(floats_add(f, f), floats_sub(y, z));
  return floats_fused_negated(e, floats_splat(2 * 0.693359375f), y);
}

/* 2*pi*unit less its nearest quarters of a turn, and the word that tells which: bits 22 to 24 count them. */
typedef struct turned {
  floats x;
  words eighth;
} turned;

/* Which eighth it lies in, the word says; core's product for it is never another (its octant). */
static inline turned turn_of(words angle_word) {
  words turn = words_and(angle_word, words_splat(0xffffffu));
  words eighth = words_add(turn, words_splat(1u << 21));
  floats angle = floats_mul(floats_from_words(turn), floats_splat(6.2831855f * 0x1p-24f));
  floats y = floats_from_words(words_right(eighth, 22));
  floats x = floats_fused(y, floats_splat(2 * -0.78515625f), angle);
  x = floats_fused(y, floats_splat(2 * -2.4187564849853515625e-4f), x);
  x = floats_fused(y, floats_splat(2 * -3.77489497744594108e-8f), x);
  return (turned){x, eighth};
}

typedef struct normal_pair {
  floats cosine, sine;
} normal_pair;

/* In the two quarters from half a turn on, both with the other sign. */
static inline normal_pair sincos_of(turned t) {
  floats x = t.x, z = floats_mul(x, x);
  floats c = fused_with(floats_splat(-2 * 2.443315711809948e-5f), z, -2 * -1.388731625493765e-3f);
  floats s = fused_with(floats_splat(-1.9515295891e-4f), z, 8.3321608736e-3f);
  c = floats_mul(fused_with(c, z, -2 * 4.166664568298827e-2f), z);
  s = floats_mul(fused_with(s, z, -1.6666654611e-1f), z);
  c = floats_fused(floats_fused(c, z, z), floats_splat(-0.5f), floats_splat(1.0f));
  s = floats_fused(s, x, x);
  choice swap = words_have_bit(t.eighth, 22);
  return (normal_pair){floats_pick_minus(swap, s, c), floats_pick(swap, c, s)};
}

typedef struct word_pair {
  words radius, angle;
} word_pair;

/*
 * A vector of pairs in five stages, each about as long as one vector's operations keep the processor busy.
 * All of them are a chain of steps that wait for one another, longer than it looks ahead: where STAGED says
 * so, those of five vectors stand beside each other in the loop.
 */
typedef struct normal_first {
  half_log log;
  words angle;
} normal_first;

typedef struct normal_second {
  floats square; /* of the radius */
  words angle;
} normal_second;

typedef struct normal_third {
  floats radius; /* with the sign of both numbers' common factor */
  turned turn;
} normal_third;

typedef struct normal_fourth {
  floats radius;
  normal_pair of; /* the turn */
} normal_fourth;

static inline normal_first normal_begin(word_pair drawn) {
  return (normal_first){log_begin(drawn.radius), drawn.angle};
}

static inline normal_second normal_square(normal_first made) {
  return (normal_second){log_end(made.log), made.angle};
}

static inline normal_third normal_turn(normal_second made) {
  turned turn = turn_of(made.angle);
  words sign = words_and(words_left(turn.eighth, 8), words_splat(0x80000000u));
  return (normal_third){floats_from_bits(words_xor(floats_bits(floats_root(made.square)), sign)), turn};
}

static inline normal_fourth normal_sincos(normal_third made) {
  return (normal_fourth){made.radius, sincos_of(made.turn)};
}

static inline normal_pair normal_end(normal_fourth made, floats mean, floats std) {
  return (normal_pair){floats_fused(floats_mul(made.radius, made.of.cosine), std, mean),
                       floats_fused(floats_mul(made.radius, made.of.sine), std, mean)};
}

enum { HALF_BLOCK = SOW__BLOCK / 2 };

/*
 * A vector of radius words and one of angle words, and where their numbers go: from a block or, where eight
 * fill only half a vector, from two, of which `next` elements lie between; a block that is left over is both.
 */
#if LANES == SOW__BLOCK
enum { GROUP = 2 };

static inline word_pair group_load(const uint32_t *word, size_t next) {
  words first = words_load(word), second = words_load(word + next);
  return (word_pair){words_first_halves(first, second), words_last_halves(first, second)};
}

static inline void group_store(float *out, size_t next, floats cosine, floats sine) {
  floats_store(out, floats_first_halves(cosine, sine));
  floats_store(out + next, floats_last_halves(cosine, sine));
}

static inline void group_store_halves(uint16_t *out, size_t next, halves cosine, halves sine) {
  halves_store(out, halves_first_halves(cosine, sine));
  halves_store(out + next, halves_last_halves(cosine, sine));
}
#else
enum { GROUP = 1 };

static inline word_pair group_load(const uint32_t *word, size_t next) {
  (void)next;
  return (word_pair){words_load(word), words_load(word + HALF_BLOCK)};
}

static inline void group_store(float *out, size_t next, floats cosine, floats sine) {
  (void)next;
  floats_store(out, cosine);
  floats_store(out + HALF_BLOCK, sine);
}

static inline void group_store_halves(uint16_t *out, size_t next, halves cosine, halves sine) {
  (void)next;
  halves_store(out, cosine);
  halves_store(out + HALF_BLOCK, sine);
}
#endif

/* Where the words, and the numbers, of group i begin. */
static inline size_t group_at(size_t i) {
  enum { EACH = HALF_BLOCK * GROUP / LANES };
  return i / EACH * (GROUP * SOW__BLOCK) + i % EACH * LANES;
}

SOW__INLINE normal_second normal_to_second(const uint32_t *word, size_t next) {
  return normal_square(normal_begin(group_load(word, next)));
}

SOW__INLINE normal_pair normal_from_second(normal_second made, floats mean, floats std) {
  return normal_end(normal_sincos(normal_turn(made)), mean, std);
}

SOW__INLINE normal_pair normal_one(const uint32_t *word, size_t next, floats mean, floats std) {
  return normal_from_second(normal_to_second(word, next), mean, std);
}

static inline void normal_store_f32(float *out, size_t next, normal_pair made) {
  group_store(out, next, made.cosine, made.sine);
}

#if STAGED
enum { AHEAD = 4 }; /* groups begun before the first one is stored */

/* A turn of the loop, in the order of the stages that took the least time by gcc 12. */
#if ENDS_FIRST
#define NORMAL_TURN(store)                                                                                   \
  store(out + group_at(i), next, normal_end(fourth, means, stds));                                           \
  normal_first begun = normal_begin(group_load(word + group_at(i + AHEAD), next));                           \
  normal_second squared = normal_square(first);                                                              \
  normal_fourth next_fourth = normal_sincos(third);                                                          \
  third = normal_turn(second);                                                                               \
  first = begun;                                                                                             \
  second = squared;                                                                                          \
  fourth = next_fourth;
#else
#define NORMAL_TURN(store)                                                                                   \
  normal_first begun = normal_begin(group_load(word + group_at(i + AHEAD), next));                           \
  normal_third reduced = normal_turn(second);                                                                \
  second = normal_square(first);                                                                             \
  normal_pair made = normal_end(fourth, means, stds);                                                        \
  fourth = normal_sincos(third);                                                                             \
  store(out + group_at(i), next, made);                                                                      \
  third = reduced;                                                                                           \
  first = begun;
#endif

#define NORMAL_STAGES(store)                                                                                 \
  if (groups >= AHEAD) {                                                                                     \
    normal_fourth fourth = normal_sincos(normal_turn(normal_to_second(word, next)));                         \
    normal_third third = normal_turn(normal_to_second(word + group_at(1), next));                            \
    normal_second second = normal_to_second(word + group_at(2), next);                                       \
    normal_first first = normal_begin(group_load(word + group_at(3), next));                                 \
    for (; i + AHEAD < groups; i++) {                                                                        \
      NORMAL_TURN(store)                                                                                     \
    }                                                                                                        \
    store(out + group_at(i++), next, normal_end(fourth, means, stds));                                       \
    store(out + group_at(i++), next, normal_end(normal_sincos(third), means, stds));                         \
    store(out + group_at(i++), next, normal_from_second(second, means, stds));                               \
    store(out + group_at(i++), next, normal_from_second(normal_square(first), means, stds));                 \
  }
#else
#define NORMAL_STAGES(store)
#endif

#define NORMAL_LOOP(store)                                                                                   \
  const floats means = floats_splat(mean), stds = floats_splat(std);                                         \
  const size_t next = (GROUP - 1) * SOW__BLOCK, groups = blocks / GROUP * GROUP * HALF_BLOCK / LANES;        \
  size_t i = 0, whole = blocks / GROUP * GROUP * SOW__BLOCK;                                                 \
  NORMAL_STAGES(store)                                                                                       \
  for (; i < groups; i++)                                                                                    \
    store(out + group_at(i), next, normal_one(word + group_at(i), next, means, stds));                       \
  if (blocks % GROUP != 0)                                                                                   \
    store(out + whole, 0, normal_one(word + whole, 0, means, stds));

static void normal_f32(const uint32_t *word, float *out, size_t blocks, float mean, float std) {
  NORMAL_LOOP(normal_store_f32)
}

/* ---- rounded to 16 bits ---- */

/* Few at a time, as floats first: most vectors have no registers for both. */
#define NORMAL_BY_FLOATS(round)                                                                              \
  enum { SOME = 16 };                                                                                        \
  float some[SOME * SOW__BLOCK];                                                                             \
  while (blocks > 0) {                                                                                       \
    size_t taken = blocks < SOME ? blocks : SOME;                                                            \
    normal_f32(word, some, taken, mean, std);                                                                \
    round(some, out, taken *SOW__BLOCK);                                                                     \
    blocks -= taken;                                                                                         \
    word += taken * SOW__BLOCK;                                                                              \
    out += taken * SOW__BLOCK;                                                                               \
  }

static void normal_bf16_by_floats(const uint32_t *word, uint16_t *out, size_t blocks, float mean, float std) {
  NORMAL_BY_FLOATS(f32_to_bf16)
}

#if STAGED
static inline void normal_store_f16(uint16_t *out, size_t next, normal_pair made) {
  group_store_halves(out, next, halves_from_floats(made.cosine), halves_from_floats(made.sine));
}

static void normal_f16(const uint32_t *word, uint16_t *out, size_t blocks, float mean, float std) {
  NORMAL_LOOP(normal_store_f16)
}

/*
 * Whether no normal is what floats_store_bf16_by_eight does not round: NaN and, where an instruction does it,
 * what is subnormal. Before mean and std a normal is 0 or at least 2^-38; where it nearly cancels the mean,
 * what is left is at least the product's last place, 2^-48 of the mean.
 */
#if defined(HAS_BF16_ROUNDING)
static inline bool bf16_is_plain(float mean, float std) {
  const float least = 0x1p-40f;
  return isfinite(mean) && isfinite(std) && (mean == 0.0f || fabsf(mean) >= least) && fabsf(std) >= least;
}
#else
static inline bool bf16_is_plain(float mean, float std) {
  return isfinite(mean) && isfinite(std);
}

static inline void floats_store_bf16_by_eight(uint16_t *out, floats a, floats b) {
  words_store_high_halves_by_eight(out, bf16_raised_number(a), bf16_raised_number(b));
}
#endif

static inline void normal_store_bf16(uint16_t *out, size_t next, normal_pair made) {
  if (GROUP == 1 || next != 0)
    floats_store_bf16_by_eight(out, made.cosine, made.sine);
  else
    group_store_halves(out, next, halves_from_words(bf16_words(made.cosine)),
                       halves_from_words(bf16_words(made.sine)));
}

static void normal_bf16(const uint32_t *word, uint16_t *out, size_t blocks, float mean, float std) {
  if (!bf16_is_plain(mean, std)) {
    normal_bf16_by_floats(word, out, blocks, mean, std);
    return;
  }
  NORMAL_LOOP(normal_store_bf16)
}
#else
static void normal_f16(const uint32_t *word, uint16_t *out, size_t blocks, float mean, float std) {
  NORMAL_BY_FLOATS(f32_to_f16)
}

static void normal_bf16(const uint32_t *word, uint16_t *out, size_t blocks, float mean, float std) {
  normal_bf16_by_floats(word, out, blocks, mean, std);
}
#endif

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
      word_pair pair = group_load(word + j, next);                                                           \
      floats radius = floats_gather(t->radius, words_and(pair.radius, mask));                                \
      words turn = words_and(pair.angle, mask);                                                              \
      group_store_halves(out + j, next, affine(radius, floats_gather(t->cosine, turn), mean, std),           \
                         affine(radius, floats_gather(t->sine, turn), mean, std));                           \
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
