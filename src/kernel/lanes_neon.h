/*
 * What kernel_loops.h computes with, in AArch64's NEON, which every such processor has: four words or floats,
 * two doubles.
 */
#ifndef SOW_KERNEL_LANES_NEON_H
#define SOW_KERNEL_LANES_NEON_H

#include <arm_neon.h>
#include <stdint.h>

#define LANES 4
#define WIDE_LANES 2
#define STAGED 0 /* not measured, nor are these */
#define ENDS_FIRST 0
#define LOADS_BETWEEN 0

typedef uint32x4_t words;
typedef float32x4_t floats;
typedef uint32x4_t choice; /* all ones or zeros, lane by lane */
typedef uint16x4_t halves;
typedef uint64x2_t longs;
typedef float64x2_t doubles;
typedef uint64x2_t wide_choice;

/* ---- 32-bit words ---- */

static inline words words_load(const uint32_t *from) {
  return vld1q_u32(from);
}

static inline void words_store(uint32_t *to, words a) {
  vst1q_u32(to, a);
}

static inline words words_splat(uint32_t a) {
  return vdupq_n_u32(a);
}

static inline words words_and(words a, words b) {
  return vandq_u32(a, b);
}

static inline words words_or(words a, words b) {
  return vorrq_u32(a, b);
}

static inline words words_xor(words a, words b) {
  return veorq_u32(a, b);
}

static inline words words_add(words a, words b) {
  return vaddq_u32(a, b);
}

static inline words words_sub(words a, words b) {
  return vsubq_u32(a, b);
}

/* a ^ b where `chooser` is odd, or a. */
static inline words words_xor_if_odd(words a, words chooser, words b) {
  words odd = words_sub(words_splat(0), words_and(chooser, words_splat(1)));
  return words_xor(a, words_and(odd, b));
}

/* Bit by bit. */
static inline words words_choose(words mask, words yes, words no) {
  return vbslq_u32(mask, yes, no);
}

/* The last words of `low` and the first `places` of `high`. */
#define words_slide(low, high, places) vextq_u32(low, high, places)

#define words_left(a, places) vshlq_n_u32(a, places)
#define words_right(a, places) vshrq_n_u32(a, places)

/* a + 1 where bit `place` of `chooser` is set, or a. */
#define words_add_if_bit(a, chooser, place)                                                                  \
  words_add(a, words_and(words_right(chooser, place), words_splat(1)))

/* Of words as int32_t: the sign comes in from the left. */
#define words_right_signed(a, places) vreinterpretq_u32_s32(vshrq_n_s32(vreinterpretq_s32_u32(a), places))

static inline words words_pick(choice where, words yes, words no) {
  return vbslq_u32(where, yes, no);
}

/* ---- floats ---- */

static inline floats floats_load(const float *from) {
  return vld1q_f32(from);
}

static inline void floats_store(float *to, floats a) {
  vst1q_f32(to, a);
}

/* Past the caches; `to` begins a line of theirs. */
static inline void floats_stream(float *to, floats a) {
  floats_store(to, a); /* no store of its own */
}

static inline floats floats_splat(float a) {
  return vdupq_n_f32(a);
}

static inline floats floats_add(floats a, floats b) {
  return vaddq_f32(a, b);
}

static inline floats floats_sub(floats a, floats b) {
  return vsubq_f32(a, b);
}

static inline floats floats_mul(floats a, floats b) {
  return vmulq_f32(a, b);
}

static inline floats floats_div(floats a, floats b) {
  return vdivq_f32(a, b);
}

static inline floats floats_fused(floats a, floats b, floats c) {
  return vfmaq_f32(c, a, b);
}

/* -(a*b) - c, fused. */
static inline floats floats_fused_negated(floats a, floats b, floats c) {
  return vnegq_f32(vfmaq_f32(c, a, b));
}

static inline floats floats_root(floats a) {
  return vsqrtq_f32(a);
}

static inline words floats_bits(floats a) {
  return vreinterpretq_u32_f32(a);
}

static inline floats floats_from_bits(words a) {
  return vreinterpretq_f32_u32(a);
}

/* Of words as int32_t. */
static inline floats floats_from_words(words a) {
  return vcvtq_f32_s32(vreinterpretq_s32_u32(a));
}

static inline choice floats_less(floats a, floats b) {
  return vcltq_f32(a, b);
}

static inline choice floats_equal(floats a, floats b) {
  return vceqq_f32(a, b);
}

static inline choice floats_are_nan(floats a) {
  return vmvnq_u32(vceqq_f32(a, a));
}

static inline floats floats_pick(choice where, floats yes, floats no) {
  return vbslq_f32(where, yes, no);
}

/* -yes, or no. */
static inline floats floats_pick_minus(choice where, floats yes, floats no) {
  return vbslq_f32(where, vnegq_f32(yes), no);
}

/* Where bit `place` of the word is set. */
#define words_have_bit(a, place) vtstq_u32(a, vdupq_n_u32(1u << (place)))

static inline floats floats_gather(const float *table, words index) {
  return (float32x4_t){table[vgetq_lane_u32(index, 0)], table[vgetq_lane_u32(index, 1)],
                       table[vgetq_lane_u32(index, 2)], table[vgetq_lane_u32(index, 3)]};
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned choice_bits(choice where) {
  static const uint32_t places[LANES] = {1, 2, 4, 8};
  return vaddvq_u32(vandq_u32(where, vld1q_u32(places)));
}

static inline choice choice_either(choice a, choice b) {
  return vorrq_u32(a, b);
}

/* ---- halves ---- */

static inline halves halves_load(const uint16_t *from) {
  return vld1_u16(from);
}

static inline words words_from_halves(halves a) {
  return vmovl_u16(a);
}

static inline void halves_store(uint16_t *to, halves a) {
  vst1_u16(to, a);
}

/* The low 16 bits of each word. */
static inline halves halves_from_words(words a) {
  return vmovn_u32(a);
}

/* The high halves of a and then of b. */
static inline void words_store_high_halves(uint16_t *to, words a, words b) {
  vst1q_u16(to, vcombine_u16(vshrn_n_u32(a, 16), vshrn_n_u32(b, 16)));
}

static inline halves halves_from_floats(floats a) {
  return vreinterpret_u16_f16(vcvt_f16_f32(a));
}

static inline floats floats_from_halves(halves a) {
  return vcvt_f32_f16(vreinterpret_f16_u16(a));
}

/* ---- 64-bit words ---- */

static inline longs longs_load(const uint32_t *from) {
  return vreinterpretq_u64_u32(vld1q_u32(from));
}

static inline longs longs_splat(uint64_t a) {
  return vdupq_n_u64(a);
}

static inline longs longs_and(longs a, longs b) {
  return vandq_u64(a, b);
}

static inline longs longs_or(longs a, longs b) {
  return vorrq_u64(a, b);
}

static inline longs longs_xor(longs a, longs b) {
  return veorq_u64(a, b);
}

static inline longs longs_add(longs a, longs b) {
  return vaddq_u64(a, b);
}

static inline longs longs_sub(longs a, longs b) {
  return vsubq_u64(a, b);
}

#define longs_left(a, places) vshlq_n_u64(a, places)
#define longs_right(a, places) vshrq_n_u64(a, places)

/* Where bit `place` is set. */
#define longs_have_bit(a, place) vtstq_u64(a, vdupq_n_u64(UINT64_C(1) << (place)))

/* ---- doubles ---- */

static inline doubles doubles_load(const double *from) {
  return vld1q_f64(from);
}

static inline void doubles_store(double *to, doubles a) {
  vst1q_f64(to, a);
}

static inline void doubles_stream(double *to, doubles a) {
  doubles_store(to, a);
}

static inline doubles doubles_splat(double a) {
  return vdupq_n_f64(a);
}

static inline doubles doubles_add(doubles a, doubles b) {
  return vaddq_f64(a, b);
}

static inline doubles doubles_sub(doubles a, doubles b) {
  return vsubq_f64(a, b);
}

static inline doubles doubles_mul(doubles a, doubles b) {
  return vmulq_f64(a, b);
}

static inline doubles doubles_div(doubles a, doubles b) {
  return vdivq_f64(a, b);
}

static inline doubles doubles_fused(doubles a, doubles b, doubles c) {
  return vfmaq_f64(c, a, b);
}

/* c - a*b, fused. */
static inline doubles doubles_fused_less(doubles a, doubles b, doubles c) {
  return vfmsq_f64(c, a, b);
}

static inline doubles doubles_root(doubles a) {
  return vsqrtq_f64(a);
}

static inline longs doubles_bits(doubles a) {
  return vreinterpretq_u64_f64(a);
}

static inline doubles doubles_from_bits(longs a) {
  return vreinterpretq_f64_u64(a);
}

/* -a where bit 63 of `flip` is set, or a. */
static inline doubles doubles_flipped(doubles a, longs flip) {
  return doubles_from_bits(veorq_u64(doubles_bits(a), vandq_u64(flip, vdupq_n_u64(0x8000000000000000u))));
}

static inline wide_choice doubles_less(doubles a, doubles b) {
  return vcltq_f64(a, b);
}

static inline wide_choice doubles_equal(doubles a, doubles b) {
  return vceqq_f64(a, b);
}

static inline doubles doubles_pick(wide_choice where, doubles yes, doubles no) {
  return vbslq_f64(where, yes, no);
}

static inline wide_choice wide_choice_either(wide_choice a, wide_choice b) {
  return vorrq_u64(a, b);
}

static inline wide_choice wide_choice_without(wide_choice a, wide_choice b) {
  return vbicq_u64(a, b);
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned wide_choice_bits(wide_choice where) {
  return (unsigned)(vgetq_lane_u64(where, 0) & 1) | (unsigned)(vgetq_lane_u64(where, 1) & 2);
}

/* The chosen lanes, one after the other; returns how many. There is room for all. */
static inline size_t doubles_store_chosen(double *to, wide_choice where, doubles a) {
  wide_choice is_first_chosen = vdupq_laneq_u64(where, 0);
  doubles_store(to, doubles_pick(is_first_chosen, a, vextq_f64(a, a, 1)));
  return (size_t)__builtin_popcount(wide_choice_bits(where));
}

/* `a`, and in its chosen lanes what lies at `from` one after the other. */
static inline doubles doubles_load_chosen(doubles a, wide_choice where, const double *from) {
  wide_choice is_first_chosen = vdupq_laneq_u64(where, 0);
  doubles chosen = doubles_load(from);
  return doubles_pick(where, doubles_pick(is_first_chosen, chosen, vdupq_laneq_f64(chosen, 0)), a);
}

/* The low 53 bits of each pair of words, of which the first, the high one, is the low half of a lane. */
static inline doubles doubles_from_pairs(longs pair) {
  longs turned = vreinterpretq_u64_u32(vrev64q_u32(vreinterpretq_u32_u64(pair)));
  return vcvtq_f64_u64(vandq_u64(turned, vdupq_n_u64(UINT64_C(0x1fffffffffffff))));
}

/* Column by column, the rows of a table. */
static inline void doubles_rows_two(const double (*table)[2], longs index, doubles column[2]) {
  float64x2_t first = vld1q_f64(table[vgetq_lane_u64(index, 0)]);
  float64x2_t second = vld1q_f64(table[vgetq_lane_u64(index, 1)]);
  column[0] = vzip1q_f64(first, second);
  column[1] = vzip2q_f64(first, second);
}

static inline void doubles_rows_four(const double (*table)[4], longs index, doubles column[4]) {
  const double *first = table[vgetq_lane_u64(index, 0)], *second = table[vgetq_lane_u64(index, 1)];
  for (int i = 0; i < 4; i++)
    column[i] = (float64x2_t){first[i], second[i]};
}

static inline doubles doubles_from_floats_at(const float *from) {
  return vcvt_f64_f32(vld1_f32(from));
}

static inline void doubles_store_as_floats(float *to, doubles a) {
  vst1_f32(to, vcvt_f32_f64(a));
}

#endif
