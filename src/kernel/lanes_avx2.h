/*
 * What kernel_loops.h computes with, in AVX2, FMA and F16C. Each vector is two registers, sixteen words or
 * floats or eight doubles, because one chain of dependent steps leaves the units half idle; two side by side
 * took a fifth off the time of a normal. Only for a file that is compiled for these instructions.
 */
#ifndef SOW_KERNEL_LANES_AVX2_H
#define SOW_KERNEL_LANES_AVX2_H

#if !defined(__AVX2__) || !defined(__FMA__) || !defined(__F16C__)
#error "to be compiled with -mavx2 -mfma -mf16c"
#endif
#include <immintrin.h>
#include <stdint.h>

#define LANES 16
#define WIDE_LANES 8
#define STAGED 0 /* two registers a vector do the same, and there are no more */

typedef struct words {
  __m256i low, high;
} words;

typedef struct floats {
  __m256 low, high;
} floats;

/* All ones or zeros, lane by lane; or the sign says so, where words_have_bit made it. */
typedef struct choice {
  __m256 low, high;
} choice;

typedef struct halves {
  __m128i low, high;
} halves;

typedef struct longs {
  __m256i low, high;
} longs;

typedef struct doubles {
  __m256d low, high;
} doubles;

typedef struct wide_choice {
  __m256d low, high;
} wide_choice;

/* ---- 32-bit words ---- */

static inline words words_load(const uint32_t *from) {
  return (words){_mm256_loadu_si256((const __m256i *)from), _mm256_loadu_si256((const __m256i *)(from + 8))};
}

static inline void words_store(uint32_t *to, words a) {
  _mm256_storeu_si256((__m256i *)to, a.low);
  _mm256_storeu_si256((__m256i *)(to + 8), a.high);
}

static inline words words_splat(uint32_t a) {
  __m256i all = _mm256_set1_epi32((int32_t)a);
  return (words){all, all};
}

static inline words words_and(words a, words b) {
  return (words){_mm256_and_si256(a.low, b.low), _mm256_and_si256(a.high, b.high)};
}

static inline words words_or(words a, words b) {
  return (words){_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)};
}

static inline words words_xor(words a, words b) {
  return (words){_mm256_xor_si256(a.low, b.low), _mm256_xor_si256(a.high, b.high)};
}

static inline words words_add(words a, words b) {
  return (words){_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
}

static inline words words_sub(words a, words b) {
  return (words){_mm256_sub_epi32(a.low, b.low), _mm256_sub_epi32(a.high, b.high)};
}

/* a ^ b where `chooser` is odd, or a. */
static inline words words_xor_if_odd(words a, words chooser, words b) {
  words odd = words_sub(words_splat(0), words_and(chooser, words_splat(1)));
  return words_xor(a, words_and(odd, b));
}

/* Bit by bit. */
static inline words words_choose(words mask, words yes, words no) {
  return words_or(words_and(mask, yes),
                  (words){_mm256_andnot_si256(mask.low, no.low), _mm256_andnot_si256(mask.high, no.high)});
}

/* The last words of `low` and the first `places` of `high`, of eight and eight; of sixteen and sixteen. */
#define words_slide_eight(low, high, places)                                                                 \
  ((places) < 4 ? _mm256_alignr_epi8(_mm256_permute2x128_si256(low, high, 0x21), low, 4 * (places)&15)       \
                : _mm256_alignr_epi8(high, _mm256_permute2x128_si256(low, high, 0x21), 4 * (places)&15))
#define words_slide(a, b, places)                                                                            \
  ((places) < 8 ? (words){words_slide_eight((a).low, (a).high, (places)&7),                                  \
                          words_slide_eight((a).high, (b).low, (places)&7)}                                  \
                : (words){words_slide_eight((a).high, (b).low, (places)&7),                                  \
                          words_slide_eight((b).low, (b).high, (places)&7)})

#define words_left(a, places)                                                                                \
  ((words){_mm256_slli_epi32((a).low, places), _mm256_slli_epi32((a).high, places)})
#define words_right(a, places)                                                                               \
  ((words){_mm256_srli_epi32((a).low, places), _mm256_srli_epi32((a).high, places)})

/* a + 1 where bit `place` of `chooser` is set, or a. */
#define words_add_if_bit(a, chooser, place)                                                                  \
  words_add(a, words_and(words_right(chooser, place), words_splat(1)))

/* Of words as int32_t: the sign comes in from the left. */
#define words_right_signed(a, places)                                                                        \
  ((words){_mm256_srai_epi32((a).low, places), _mm256_srai_epi32((a).high, places)})

static inline words words_pick(choice where, words yes, words no) {
  return (words){_mm256_blendv_epi8(no.low, yes.low, _mm256_castps_si256(where.low)),
                 _mm256_blendv_epi8(no.high, yes.high, _mm256_castps_si256(where.high))};
}

/* ---- floats ---- */

static inline floats floats_load(const float *from) {
  return (floats){_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
}

static inline void floats_store(float *to, floats a) {
  _mm256_storeu_ps(to, a.low);
  _mm256_storeu_ps(to + 8, a.high);
}

/* Past the caches; `to` begins a line of theirs. */
static inline void floats_stream(float *to, floats a) {
  _mm256_stream_ps(to, a.low);
  _mm256_stream_ps(to + 8, a.high);
}

static inline floats floats_splat(float a) {
  __m256 all = _mm256_set1_ps(a);
  return (floats){all, all};
}

static inline floats floats_add(floats a, floats b) {
  return (floats){_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
}

static inline floats floats_sub(floats a, floats b) {
  return (floats){_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
}

static inline floats floats_mul(floats a, floats b) {
  return (floats){_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
}

static inline floats floats_div(floats a, floats b) {
  return (floats){_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
}

static inline floats floats_fused(floats a, floats b, floats c) {
  return (floats){_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}

/* -(a*b) - c, fused. */
static inline floats floats_fused_negated(floats a, floats b, floats c) {
  return (floats){_mm256_fnmsub_ps(a.low, b.low, c.low), _mm256_fnmsub_ps(a.high, b.high, c.high)};
}

static inline floats floats_root(floats a) {
  return (floats){_mm256_sqrt_ps(a.low), _mm256_sqrt_ps(a.high)};
}

static inline words floats_bits(floats a) {
  return (words){_mm256_castps_si256(a.low), _mm256_castps_si256(a.high)};
}

static inline floats floats_from_bits(words a) {
  return (floats){_mm256_castsi256_ps(a.low), _mm256_castsi256_ps(a.high)};
}

/* Of words as int32_t. */
static inline floats floats_from_words(words a) {
  return (floats){_mm256_cvtepi32_ps(a.low), _mm256_cvtepi32_ps(a.high)};
}

static inline choice floats_less(floats a, floats b) {
  return (choice){_mm256_cmp_ps(a.low, b.low, _CMP_LT_OQ), _mm256_cmp_ps(a.high, b.high, _CMP_LT_OQ)};
}

static inline choice floats_equal(floats a, floats b) {
  return (choice){_mm256_cmp_ps(a.low, b.low, _CMP_EQ_OQ), _mm256_cmp_ps(a.high, b.high, _CMP_EQ_OQ)};
}

static inline choice floats_are_nan(floats a) {
  return (choice){_mm256_cmp_ps(a.low, a.low, _CMP_UNORD_Q), _mm256_cmp_ps(a.high, a.high, _CMP_UNORD_Q)};
}

static inline floats floats_pick(choice where, floats yes, floats no) {
  return (floats){_mm256_blendv_ps(no.low, yes.low, where.low),
                  _mm256_blendv_ps(no.high, yes.high, where.high)};
}

/* -yes, or no. */
static inline floats floats_pick_minus(choice where, floats yes, floats no) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  return floats_pick(where, (floats){_mm256_xor_ps(yes.low, sign), _mm256_xor_ps(yes.high, sign)}, no);
}

/* Where bit `place` of the word is set; blendv looks at the sign alone, so that moving it there is enough. */
#define words_have_bit(a, place) floats_signs(words_left(a, 31 - (place)))

static inline choice floats_signs(words a) {
  return (choice){_mm256_castsi256_ps(a.low), _mm256_castsi256_ps(a.high)};
}

/* The first eight, or the last eight, of each. */
static inline words words_first_halves(words a, words b) {
  return (words){a.low, b.low};
}

static inline words words_last_halves(words a, words b) {
  return (words){a.high, b.high};
}

static inline floats floats_first_halves(floats a, floats b) {
  return (floats){a.low, b.low};
}

static inline floats floats_last_halves(floats a, floats b) {
  return (floats){a.high, b.high};
}

static inline floats floats_gather(const float *table, words index) {
  return (floats){_mm256_i32gather_ps(table, index.low, sizeof *table),
                  _mm256_i32gather_ps(table, index.high, sizeof *table)};
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned choice_bits(choice where) {
  return (unsigned)_mm256_movemask_ps(where.low) | (unsigned)_mm256_movemask_ps(where.high) << 8;
}

static inline choice choice_either(choice a, choice b) {
  return (choice){_mm256_or_ps(a.low, b.low), _mm256_or_ps(a.high, b.high)};
}

/* ---- halves ---- */

static inline halves halves_load(const uint16_t *from) {
  return (halves){_mm_loadu_si128((const __m128i *)from), _mm_loadu_si128((const __m128i *)(from + 8))};
}

static inline words words_from_halves(halves a) {
  return (words){_mm256_cvtepu16_epi32(a.low), _mm256_cvtepu16_epi32(a.high)};
}

static inline void halves_store(uint16_t *to, halves a) {
  _mm_storeu_si128((__m128i *)to, a.low);
  _mm_storeu_si128((__m128i *)(to + 8), a.high);
}

static inline halves halves_first_halves(halves a, halves b) {
  return (halves){a.low, b.low};
}

static inline halves halves_last_halves(halves a, halves b) {
  return (halves){a.high, b.high};
}

/* The low 16 bits of each word. */
static inline halves halves_from_words(words a) {
  __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(a.low, a.high), _MM_SHUFFLE(3, 1, 2, 0));
  return (halves){_mm256_castsi256_si128(packed), _mm256_extracti128_si256(packed, 1)};
}

/* The high halves of a and then of b. */
static inline void words_store_high_halves(uint16_t *to, words a, words b) {
  halves_store(to, halves_from_words(words_right(a, 16)));
  halves_store(to + LANES, halves_from_words(words_right(b, 16)));
}

static inline halves halves_from_floats(floats a) {
  return (halves){_mm256_cvtps_ph(a.low, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC),
                  _mm256_cvtps_ph(a.high, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}

static inline floats floats_from_halves(halves a) {
  return (floats){_mm256_cvtph_ps(a.low), _mm256_cvtph_ps(a.high)};
}

/* ---- 64-bit words ---- */

static inline longs longs_load(const uint32_t *from) {
  return (longs){_mm256_loadu_si256((const __m256i *)from), _mm256_loadu_si256((const __m256i *)(from + 8))};
}

static inline longs longs_splat(uint64_t a) {
  __m256i all = _mm256_set1_epi64x((int64_t)a);
  return (longs){all, all};
}

static inline longs longs_and(longs a, longs b) {
  return (longs){_mm256_and_si256(a.low, b.low), _mm256_and_si256(a.high, b.high)};
}

static inline longs longs_or(longs a, longs b) {
  return (longs){_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)};
}

static inline longs longs_xor(longs a, longs b) {
  return (longs){_mm256_xor_si256(a.low, b.low), _mm256_xor_si256(a.high, b.high)};
}

static inline longs longs_add(longs a, longs b) {
  return (longs){_mm256_add_epi64(a.low, b.low), _mm256_add_epi64(a.high, b.high)};
}

static inline longs longs_sub(longs a, longs b) {
  return (longs){_mm256_sub_epi64(a.low, b.low), _mm256_sub_epi64(a.high, b.high)};
}

#define longs_left(a, places)                                                                                \
  ((longs){_mm256_slli_epi64((a).low, places), _mm256_slli_epi64((a).high, places)})
#define longs_right(a, places)                                                                               \
  ((longs){_mm256_srli_epi64((a).low, places), _mm256_srli_epi64((a).high, places)})

/* Where bit `place` is set, as words_have_bit. */
#define longs_have_bit(a, place) doubles_signs(longs_left(a, 63 - (place)))

static inline wide_choice doubles_signs(longs a) {
  return (wide_choice){_mm256_castsi256_pd(a.low), _mm256_castsi256_pd(a.high)};
}

/* ---- doubles ---- */

static inline doubles doubles_load(const double *from) {
  return (doubles){_mm256_loadu_pd(from), _mm256_loadu_pd(from + 4)};
}

static inline void doubles_store(double *to, doubles a) {
  _mm256_storeu_pd(to, a.low);
  _mm256_storeu_pd(to + 4, a.high);
}

static inline void doubles_stream(double *to, doubles a) {
  _mm256_stream_pd(to, a.low);
  _mm256_stream_pd(to + 4, a.high);
}

static inline doubles doubles_splat(double a) {
  __m256d all = _mm256_set1_pd(a);
  return (doubles){all, all};
}

static inline doubles doubles_add(doubles a, doubles b) {
  return (doubles){_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)};
}

static inline doubles doubles_sub(doubles a, doubles b) {
  return (doubles){_mm256_sub_pd(a.low, b.low), _mm256_sub_pd(a.high, b.high)};
}

static inline doubles doubles_mul(doubles a, doubles b) {
  return (doubles){_mm256_mul_pd(a.low, b.low), _mm256_mul_pd(a.high, b.high)};
}

static inline doubles doubles_div(doubles a, doubles b) {
  return (doubles){_mm256_div_pd(a.low, b.low), _mm256_div_pd(a.high, b.high)};
}

static inline doubles doubles_fused(doubles a, doubles b, doubles c) {
  return (doubles){_mm256_fmadd_pd(a.low, b.low, c.low), _mm256_fmadd_pd(a.high, b.high, c.high)};
}

/* c - a*b, fused. */
static inline doubles doubles_fused_less(doubles a, doubles b, doubles c) {
  return (doubles){_mm256_fnmadd_pd(a.low, b.low, c.low), _mm256_fnmadd_pd(a.high, b.high, c.high)};
}

static inline doubles doubles_root(doubles a) {
  return (doubles){_mm256_sqrt_pd(a.low), _mm256_sqrt_pd(a.high)};
}

static inline longs doubles_bits(doubles a) {
  return (longs){_mm256_castpd_si256(a.low), _mm256_castpd_si256(a.high)};
}

static inline doubles doubles_from_bits(longs a) {
  return (doubles){_mm256_castsi256_pd(a.low), _mm256_castsi256_pd(a.high)};
}

static inline wide_choice doubles_less(doubles a, doubles b) {
  return (wide_choice){_mm256_cmp_pd(a.low, b.low, _CMP_LT_OQ), _mm256_cmp_pd(a.high, b.high, _CMP_LT_OQ)};
}

static inline wide_choice doubles_equal(doubles a, doubles b) {
  return (wide_choice){_mm256_cmp_pd(a.low, b.low, _CMP_EQ_OQ), _mm256_cmp_pd(a.high, b.high, _CMP_EQ_OQ)};
}

static inline doubles doubles_pick(wide_choice where, doubles yes, doubles no) {
  return (doubles){_mm256_blendv_pd(no.low, yes.low, where.low),
                   _mm256_blendv_pd(no.high, yes.high, where.high)};
}

static inline wide_choice wide_choice_either(wide_choice a, wide_choice b) {
  return (wide_choice){_mm256_or_pd(a.low, b.low), _mm256_or_pd(a.high, b.high)};
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned wide_choice_bits(wide_choice where) {
  return (unsigned)_mm256_movemask_pd(where.low) | (unsigned)_mm256_movemask_pd(where.high) << 4;
}

/*
 * high * 2^32 + low, which must be below 2^53 (high) and 2^32 (low): both ride on powers of two whose last
 * places they are, 2^84 and 2^52.
 */
static inline __m256d four_from_parts(__m256i high, __m256i low) {
  __m256i low_bits = _mm256_or_si256(low, _mm256_set1_epi64x(0x4330000000000000));
  __m256i high_bits = _mm256_or_si256(high, _mm256_set1_epi64x(0x4530000000000000));
  __m256d top = _mm256_sub_pd(_mm256_castsi256_pd(high_bits), _mm256_set1_pd(0x1p84 + 0x1p52));
  return _mm256_add_pd(top, _mm256_castsi256_pd(low_bits));
}

/* The low 53 bits of each pair of words, of which the first, the high one, is the low half of a lane. */
static inline doubles doubles_from_pairs(longs pair) {
  longs high = longs_and(pair, longs_splat(0x1fffffu)), low = longs_right(pair, 32);
  return (doubles){four_from_parts(high.low, low.low), four_from_parts(high.high, low.high)};
}

/* Four rows of two, turned into two columns. */
static inline void rows_of_two(const double (*table)[2], __m256i index, __m256d column[2]) {
  __m128d first = _mm_loadu_pd(table[_mm256_extract_epi64(index, 0)]);
  __m128d second = _mm_loadu_pd(table[_mm256_extract_epi64(index, 1)]);
  __m128d third = _mm_loadu_pd(table[_mm256_extract_epi64(index, 2)]);
  __m128d fourth = _mm_loadu_pd(table[_mm256_extract_epi64(index, 3)]);
  __m256d odd = _mm256_set_m128d(third, first), even = _mm256_set_m128d(fourth, second);
  column[0] = _mm256_unpacklo_pd(odd, even);
  column[1] = _mm256_unpackhi_pd(odd, even);
}

static inline void rows_of_four(const double (*table)[4], __m256i index, __m256d column[4]) {
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

/* Column by column, the rows of a table. */
static inline void doubles_rows_two(const double (*table)[2], longs index, doubles column[2]) {
  __m256d low[2], high[2];
  rows_of_two(table, index.low, low);
  rows_of_two(table, index.high, high);
  for (int i = 0; i < 2; i++)
    column[i] = (doubles){low[i], high[i]};
}

static inline void doubles_rows_four(const double (*table)[4], longs index, doubles column[4]) {
  __m256d low[4], high[4];
  rows_of_four(table, index.low, low);
  rows_of_four(table, index.high, high);
  for (int i = 0; i < 4; i++)
    column[i] = (doubles){low[i], high[i]};
}

static inline doubles doubles_from_floats_at(const float *from) {
  return (doubles){_mm256_cvtps_pd(_mm_loadu_ps(from)), _mm256_cvtps_pd(_mm_loadu_ps(from + 4))};
}

static inline void doubles_store_as_floats(float *to, doubles a) {
  _mm_storeu_ps(to, _mm256_cvtpd_ps(a.low));
  _mm_storeu_ps(to + 4, _mm256_cvtpd_ps(a.high));
}

#endif
