/*
 * What kernel_loops.h computes with, in AVX2, FMA and F16C: eight words or floats, four doubles. Only for a
 * file that is compiled for these instructions.
 */
#ifndef SOW_KERNEL_LANES_AVX2_H
#define SOW_KERNEL_LANES_AVX2_H

#if !defined(__AVX2__) || !defined(__FMA__) || !defined(__F16C__)
#error "to be compiled with -mavx2 -mfma -mf16c"
#endif
#include <immintrin.h>
#include <stdint.h>

#define LANES 8
#define WIDE_LANES 4
#define STAGED 1
#define ENDS_FIRST 1    /* registers are few: a turn of the loop ends the oldest first */
#define LOADS_BETWEEN 1 /* half of them lie within a line of the cache */

typedef __m256i words;
typedef __m256 floats;
/* All ones or zeros, lane by lane; or the sign says so, where words_have_bit made it. */
typedef __m256 choice;
typedef __m128i halves;
typedef __m256i longs;
typedef __m256d doubles;
typedef __m256d wide_choice;

/* ---- 32-bit words ---- */

static inline words words_load(const uint32_t *from) {
  return _mm256_loadu_si256((const __m256i *)from);
}

static inline void words_store(uint32_t *to, words a) {
  _mm256_storeu_si256((__m256i *)to, a);
}

static inline words words_splat(uint32_t a) {
  return _mm256_set1_epi32((int32_t)a);
}

static inline words words_and(words a, words b) {
  return _mm256_and_si256(a, b);
}

static inline words words_or(words a, words b) {
  return _mm256_or_si256(a, b);
}

static inline words words_xor(words a, words b) {
  return _mm256_xor_si256(a, b);
}

static inline words words_add(words a, words b) {
  return _mm256_add_epi32(a, b);
}

static inline words words_sub(words a, words b) {
  return _mm256_sub_epi32(a, b);
}

/* a ^ b where `chooser` is odd, or a: its last two bits pick from a table. */
static inline words words_xor_if_odd(words a, words chooser, words b) {
  __m256 table = _mm256_castsi256_ps(_mm256_blend_epi32(_mm256_setzero_si256(), b, 0xaa));
  return words_xor(a, _mm256_castps_si256(_mm256_permutevar_ps(table, chooser)));
}

/* Bit by bit. */
static inline words words_choose(words mask, words yes, words no) {
  return words_or(words_and(mask, yes), _mm256_andnot_si256(mask, no));
}

/* The last words of `low` and the first `places` of `high`. */
#define words_slide(low, high, places)                                                                       \
  ((places) < 4 ? _mm256_alignr_epi8(_mm256_permute2x128_si256(low, high, 0x21), low, 4 * (places)&15)       \
                : _mm256_alignr_epi8(high, _mm256_permute2x128_si256(low, high, 0x21), 4 * (places)&15))

#define words_left(a, places) _mm256_slli_epi32(a, places)
#define words_right(a, places) _mm256_srli_epi32(a, places)

/* a + 1 where bit `place` of `chooser` is set, or a. */
#define words_add_if_bit(a, chooser, place)                                                                  \
  words_add(a, words_and(words_right(chooser, place), words_splat(1)))

/* Of words as int32_t: the sign comes in from the left. */
#define words_right_signed(a, places) _mm256_srai_epi32(a, places)

static inline words words_pick(choice where, words yes, words no) {
  return _mm256_blendv_epi8(no, yes, _mm256_castps_si256(where));
}

/* ---- floats ---- */

static inline floats floats_load(const float *from) {
  return _mm256_loadu_ps(from);
}

static inline void floats_store(float *to, floats a) {
  _mm256_storeu_ps(to, a);
}

/* Past the caches; `to` begins a line of theirs, or its second half. */
static inline void floats_stream(float *to, floats a) {
  _mm256_stream_ps(to, a);
}

static inline floats floats_splat(float a) {
  return _mm256_set1_ps(a);
}

static inline floats floats_add(floats a, floats b) {
  return _mm256_add_ps(a, b);
}

static inline floats floats_sub(floats a, floats b) {
  return _mm256_sub_ps(a, b);
}

static inline floats floats_mul(floats a, floats b) {
  return _mm256_mul_ps(a, b);
}

static inline floats floats_div(floats a, floats b) {
  return _mm256_div_ps(a, b);
}

static inline floats floats_fused(floats a, floats b, floats c) {
  return _mm256_fmadd_ps(a, b, c);
}

/* -(a*b) - c, fused. */
static inline floats floats_fused_negated(floats a, floats b, floats c) {
  return _mm256_fnmsub_ps(a, b, c);
}

static inline floats floats_root(floats a) {
  return _mm256_sqrt_ps(a);
}

static inline words floats_bits(floats a) {
  return _mm256_castps_si256(a);
}

static inline floats floats_from_bits(words a) {
  return _mm256_castsi256_ps(a);
}

/* Of words as int32_t. */
static inline floats floats_from_words(words a) {
  return _mm256_cvtepi32_ps(a);
}

static inline choice floats_less(floats a, floats b) {
  return _mm256_cmp_ps(a, b, _CMP_LT_OQ);
}

static inline choice floats_equal(floats a, floats b) {
  return _mm256_cmp_ps(a, b, _CMP_EQ_OQ);
}

static inline choice floats_are_nan(floats a) {
  return _mm256_cmp_ps(a, a, _CMP_UNORD_Q);
}

static inline floats floats_pick(choice where, floats yes, floats no) {
  return _mm256_blendv_ps(no, yes, where);
}

/* -yes, or no. */
static inline floats floats_pick_minus(choice where, floats yes, floats no) {
  return floats_pick(where, _mm256_xor_ps(yes, _mm256_set1_ps(-0.0f)), no);
}

/* Where bit `place` of the word is set; blendv looks at the sign alone, so that moving it there is enough. */
#define words_have_bit(a, place) floats_from_bits(words_left(a, 31 - (place)))

/* Eight loads: the instruction for it is forty operations on Zen 3, and on Intel's slow since its flaw of
 * 2023 (Downfall) was mended. */
static inline floats floats_gather(const float *table, words index) {
  uint32_t at[LANES];
  words_store(at, index);
  return _mm256_setr_ps(table[at[0]], table[at[1]], table[at[2]], table[at[3]], table[at[4]], table[at[5]],
                        table[at[6]], table[at[7]]);
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned choice_bits(choice where) {
  return (unsigned)_mm256_movemask_ps(where);
}

static inline choice choice_either(choice a, choice b) {
  return _mm256_or_ps(a, b);
}

/* ---- halves ---- */

static inline halves halves_load(const uint16_t *from) {
  return _mm_loadu_si128((const __m128i *)from);
}

static inline words words_from_halves(halves a) {
  return _mm256_cvtepu16_epi32(a);
}

static inline void halves_store(uint16_t *to, halves a) {
  _mm_storeu_si128((__m128i *)to, a);
}

/* Of words below 2^16. */
static inline halves halves_from_words(words a) {
  return _mm_packus_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
}

/* The high halves of a and then of b. */
static inline void words_store_high_halves(uint16_t *to, words a, words b) {
  __m256i packed = _mm256_packus_epi32(words_right(a, 16), words_right(b, 16));
  _mm256_storeu_si256((__m256i *)to, _mm256_permute4x64_epi64(packed, _MM_SHUFFLE(3, 1, 2, 0)));
}

/* By eight, which are all. */
#define words_store_high_halves_by_eight words_store_high_halves

static inline halves halves_from_floats(floats a) {
  return _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline floats floats_from_halves(halves a) {
  return _mm256_cvtph_ps(a);
}

/* ---- 64-bit words ---- */

static inline longs longs_load(const uint32_t *from) {
  return _mm256_loadu_si256((const __m256i *)from);
}

static inline longs longs_splat(uint64_t a) {
  return _mm256_set1_epi64x((int64_t)a);
}

static inline longs longs_and(longs a, longs b) {
  return _mm256_and_si256(a, b);
}

static inline longs longs_or(longs a, longs b) {
  return _mm256_or_si256(a, b);
}

static inline longs longs_xor(longs a, longs b) {
  return _mm256_xor_si256(a, b);
}

static inline longs longs_add(longs a, longs b) {
  return _mm256_add_epi64(a, b);
}

static inline longs longs_sub(longs a, longs b) {
  return _mm256_sub_epi64(a, b);
}

#define longs_left(a, places) _mm256_slli_epi64(a, places)
#define longs_right(a, places) _mm256_srli_epi64(a, places)

/* Where bit `place` is set, as words_have_bit. */
#define longs_have_bit(a, place) doubles_from_bits(longs_left(a, 63 - (place)))

/* ---- doubles ---- */

static inline doubles doubles_load(const double *from) {
  return _mm256_loadu_pd(from);
}

static inline void doubles_store(double *to, doubles a) {
  _mm256_storeu_pd(to, a);
}

static inline void doubles_stream(double *to, doubles a) {
  _mm256_stream_pd(to, a);
}

static inline doubles doubles_splat(double a) {
  return _mm256_set1_pd(a);
}

static inline doubles doubles_add(doubles a, doubles b) {
  return _mm256_add_pd(a, b);
}

static inline doubles doubles_sub(doubles a, doubles b) {
  return _mm256_sub_pd(a, b);
}

static inline doubles doubles_mul(doubles a, doubles b) {
  return _mm256_mul_pd(a, b);
}

static inline doubles doubles_div(doubles a, doubles b) {
  return _mm256_div_pd(a, b);
}

static inline doubles doubles_fused(doubles a, doubles b, doubles c) {
  return _mm256_fmadd_pd(a, b, c);
}

/* c - a*b, fused. */
static inline doubles doubles_fused_less(doubles a, doubles b, doubles c) {
  return _mm256_fnmadd_pd(a, b, c);
}

static inline doubles doubles_root(doubles a) {
  return _mm256_sqrt_pd(a);
}

static inline longs doubles_bits(doubles a) {
  return _mm256_castpd_si256(a);
}

static inline doubles doubles_from_bits(longs a) {
  return _mm256_castsi256_pd(a);
}

/* -a where bit 63 of `flip` is set, or a. */
static inline doubles doubles_flipped(doubles a, longs flip) {
  return doubles_from_bits(longs_xor(doubles_bits(a), longs_and(flip, longs_splat(0x8000000000000000u))));
}

static inline wide_choice doubles_less(doubles a, doubles b) {
  return _mm256_cmp_pd(a, b, _CMP_LT_OQ);
}

static inline wide_choice doubles_equal(doubles a, doubles b) {
  return _mm256_cmp_pd(a, b, _CMP_EQ_OQ);
}

static inline doubles doubles_pick(wide_choice where, doubles yes, doubles no) {
  return _mm256_blendv_pd(no, yes, where);
}

static inline wide_choice wide_choice_either(wide_choice a, wide_choice b) {
  return _mm256_or_pd(a, b);
}

static inline wide_choice wide_choice_without(wide_choice a, wide_choice b) {
  return _mm256_andnot_pd(b, a);
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned wide_choice_bits(wide_choice where) {
  return (unsigned)_mm256_movemask_pd(where);
}

/* Halves of doubles: those of the chosen lanes one after the other, and back; 0 is for any. */
static const _Alignas(32) int32_t chosen_first[16][8] = {
    {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 0, 1, 0, 1}, {2, 3, 0, 1, 0, 1, 0, 1}, {0, 1, 2, 3, 0, 1, 0, 1},
    {4, 5, 0, 1, 0, 1, 0, 1}, {0, 1, 4, 5, 0, 1, 0, 1}, {2, 3, 4, 5, 0, 1, 0, 1}, {0, 1, 2, 3, 4, 5, 0, 1},
    {6, 7, 0, 1, 0, 1, 0, 1}, {0, 1, 6, 7, 0, 1, 0, 1}, {2, 3, 6, 7, 0, 1, 0, 1}, {0, 1, 2, 3, 6, 7, 0, 1},
    {4, 5, 6, 7, 0, 1, 0, 1}, {0, 1, 4, 5, 6, 7, 0, 1}, {2, 3, 4, 5, 6, 7, 0, 1}, {0, 1, 2, 3, 4, 5, 6, 7}};
static const _Alignas(32) int32_t chosen_back[16][8] = {
    {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 2, 3, 0, 1, 0, 1},
    {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 2, 3, 0, 1}, {0, 1, 0, 1, 2, 3, 0, 1}, {0, 1, 2, 3, 4, 5, 0, 1},
    {0, 1, 0, 1, 0, 1, 0, 1}, {0, 1, 0, 1, 0, 1, 2, 3}, {0, 1, 0, 1, 0, 1, 2, 3}, {0, 1, 2, 3, 0, 1, 4, 5},
    {0, 1, 0, 1, 0, 1, 2, 3}, {0, 1, 0, 1, 2, 3, 4, 5}, {0, 1, 0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5, 6, 7}};

static inline doubles doubles_arranged(doubles a, const int32_t order[8]) {
  __m256i by = _mm256_load_si256((const __m256i *)order);
  return _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(a), by));
}

/* The chosen lanes, one after the other; returns how many. There is room for all. */
static inline size_t doubles_store_chosen(double *to, wide_choice where, doubles a) {
  unsigned chosen = wide_choice_bits(where);
  doubles_store(to, doubles_arranged(a, chosen_first[chosen]));
  return (size_t)__builtin_popcount(chosen);
}

/* `a`, and in its chosen lanes what lies at `from` one after the other. */
static inline doubles doubles_load_chosen(doubles a, wide_choice where, const double *from) {
  return doubles_pick(where, doubles_arranged(doubles_load(from), chosen_back[wide_choice_bits(where)]), a);
}

/*
 * The low 53 bits of each pair of words, of which the first, the high one, is the low half of a lane. Both
 * ride on powers of two whose last places they are, 2^84 and 2^52.
 */
static inline doubles doubles_from_pairs(longs pair) {
  longs high = longs_or(longs_and(pair, longs_splat(0x1fffffu)), longs_splat(0x4530000000000000u));
  longs low = longs_or(longs_right(pair, 32), longs_splat(0x4330000000000000u));
  doubles top = doubles_sub(doubles_from_bits(high), doubles_splat(0x1p84 + 0x1p52));
  return doubles_add(top, doubles_from_bits(low));
}

/* Column by column, the rows of a table: four of two. */
static inline void doubles_rows_two(const double (*table)[2], longs index, doubles column[2]) {
  __m128d first = _mm_loadu_pd(table[_mm256_extract_epi64(index, 0)]);
  __m128d second = _mm_loadu_pd(table[_mm256_extract_epi64(index, 1)]);
  __m128d third = _mm_loadu_pd(table[_mm256_extract_epi64(index, 2)]);
  __m128d fourth = _mm_loadu_pd(table[_mm256_extract_epi64(index, 3)]);
  __m256d odd = _mm256_set_m128d(third, first), even = _mm256_set_m128d(fourth, second);
  column[0] = _mm256_unpacklo_pd(odd, even);
  column[1] = _mm256_unpackhi_pd(odd, even);
}

/* The same, four of four. */
static inline void doubles_rows_four(const double (*table)[4], longs index, doubles column[4]) {
  __m256d first = _mm256_loadu_pd(table[_mm256_extract_epi64(index, 0)]);
  __m256d second = _mm256_loadu_pd(table[_mm256_extract_epi64(index, 1)]);
  __m256d third = _mm256_loadu_pd(table[_mm256_extract_epi64(index, 2)]);
  __m256d fourth = _mm256_loadu_pd(table[_mm256_extract_epi64(index, 3)]);
  __m256d low = _mm256_unpacklo_pd(first, second), high = _mm256_unpackhi_pd(first, second);
  __m256d more_low = _mm256_unpacklo_pd(third, fourth), more_high = _mm256_unpackhi_pd(third, fourth);
  column[0] = _mm256_permute2f128_pd(low, more_low, 0x20);
  column[1] = _mm256_permute2f128_pd(high, more_high, 0x20);
  column[2] = _mm256_permute2f128_pd(low, more_low, 0x31);
  column[3] = _mm256_permute2f128_pd(high, more_high, 0x31);
}

static inline doubles doubles_from_floats_at(const float *from) {
  return _mm256_cvtps_pd(_mm_loadu_ps(from));
}

static inline void doubles_store_as_floats(float *to, doubles a) {
  _mm_storeu_ps(to, _mm256_cvtpd_ps(a));
}

#endif
