/*
 * What kernel_loops.h computes with, in AVX-512 (F, BW, DQ, VL): sixteen words or floats, eight doubles. Only
 * for a file that is compiled for them.
 */
#ifndef SOW_KERNEL_LANES_AVX512_H
#define SOW_KERNEL_LANES_AVX512_H

#include <immintrin.h>
#include <stdint.h>

/* In a test SIMDe may stand in for the instructions. */
#if !defined(SIMDE_X86_AVX512_H) &&                                                                          \
    (!defined(__AVX512F__) || !defined(__AVX512BW__) || !defined(__AVX512DQ__) || !defined(__AVX512VL__))
#error "to be compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl"
#endif

#define LANES 16
#define WIDE_LANES 8
/* Whether the stages of several vectors are to stand beside each other in a loop. */
#define STAGED 1
#define ENDS_FIRST 0
#define LOADS_BETWEEN 0

typedef __m512i words;
typedef __m512 floats;
typedef __mmask16 choice;
typedef __m256i halves;
typedef __m512i longs;
typedef __m512d doubles;
typedef __mmask8 wide_choice;

/* ---- 32-bit words ---- */

static inline words words_load(const uint32_t *from) {
  return _mm512_loadu_si512(from);
}

static inline void words_store(uint32_t *to, words a) {
  _mm512_storeu_si512(to, a);
}

static inline words words_splat(uint32_t a) {
  return _mm512_set1_epi32((int32_t)a);
}

static inline words words_and(words a, words b) {
  return _mm512_and_si512(a, b);
}

static inline words words_or(words a, words b) {
  return _mm512_or_si512(a, b);
}

static inline words words_xor(words a, words b) {
  return _mm512_xor_si512(a, b);
}

static inline words words_add(words a, words b) {
  return _mm512_add_epi32(a, b);
}

static inline words words_sub(words a, words b) {
  return _mm512_sub_epi32(a, b);
}

/*
 * a ^ b where `chooser` is odd, or a: the last bit picks from a table, which takes an operation less than a
 * mask.
 */
static inline words words_xor_if_odd(words a, words chooser, words b) {
  words table = _mm512_maskz_mov_epi32(0xaaaa, b);
  return _mm512_xor_si512(a, _mm512_permutexvar_epi32(chooser, table));
}

/* Bit by bit. */
static inline words words_choose(words mask, words yes, words no) {
  return _mm512_ternarylogic_epi32(mask, yes, no, 0xca);
}

/* The last words of `low` and the first `places` of `high`. */
#define words_slide(low, high, places) _mm512_alignr_epi32(high, low, places)

#define words_left(a, places) _mm512_slli_epi32(a, places)
#define words_right(a, places) _mm512_srli_epi32(a, places)

/* a + 1 where bit `place` of `chooser` is set, or a. */
static inline words words_add_if_bit(words a, words chooser, int place) {
  __mmask16 where = _mm512_test_epi32_mask(chooser, _mm512_set1_epi32(1 << place));
  return _mm512_mask_add_epi32(a, where, a, _mm512_set1_epi32(1));
}

/* Of words as int32_t: the sign comes in from the left. */
#define words_right_signed(a, places) _mm512_srai_epi32(a, places)

static inline words words_pick(choice where, words yes, words no) {
  return _mm512_mask_blend_epi32(where, no, yes);
}

/* ---- floats ---- */

static inline floats floats_load(const float *from) {
  return _mm512_loadu_ps(from);
}

static inline void floats_store(float *to, floats a) {
  _mm512_storeu_ps(to, a);
}

/* Past the caches; `to` begins a line of theirs. */
static inline void floats_stream(float *to, floats a) {
  _mm512_stream_ps(to, a);
}

static inline floats floats_splat(float a) {
  return _mm512_set1_ps(a);
}

static inline floats floats_add(floats a, floats b) {
  return _mm512_add_ps(a, b);
}

static inline floats floats_sub(floats a, floats b) {
  return _mm512_sub_ps(a, b);
}

static inline floats floats_mul(floats a, floats b) {
  return _mm512_mul_ps(a, b);
}

static inline floats floats_div(floats a, floats b) {
  return _mm512_div_ps(a, b);
}

static inline floats floats_fused(floats a, floats b, floats c) {
  return _mm512_fmadd_ps(a, b, c);
}

/* -(a*b) - c, fused. */
static inline floats floats_fused_negated(floats a, floats b, floats c) {
  return _mm512_fnmsub_ps(a, b, c);
}

static inline floats floats_root(floats a) {
  return _mm512_sqrt_ps(a);
}

static inline words floats_bits(floats a) {
  return _mm512_castps_si512(a);
}

static inline floats floats_from_bits(words a) {
  return _mm512_castsi512_ps(a);
}

/* Of words as int32_t. */
static inline floats floats_from_words(words a) {
  return _mm512_cvtepi32_ps(a);
}

static inline choice floats_less(floats a, floats b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}

static inline choice floats_equal(floats a, floats b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
}

static inline choice floats_are_nan(floats a) {
  return _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q);
}

/* Where |a| is not at most the limit, as NaN never is. */
static inline choice floats_beyond(floats a, floats limit) {
  return _mm512_cmp_ps_mask(_mm512_abs_ps(a), limit, _CMP_NLE_UQ);
}

/* The chosen lanes, one after the other; returns how many. There is room for all. */
static inline size_t floats_store_chosen(float *to, choice where, floats a) {
  _mm512_storeu_ps(to, _mm512_maskz_compress_ps(where, a));
  return (size_t)__builtin_popcount(where);
}

/* `a`, and in its chosen lanes, whose bits are set, what lies at `from` one after the other. */
static inline floats floats_load_chosen(floats a, unsigned chosen, const float *from) {
  return _mm512_mask_expand_ps(a, (__mmask16)chosen, _mm512_loadu_ps(from));
}

static inline floats floats_pick(choice where, floats yes, floats no) {
  return _mm512_mask_blend_ps(where, no, yes);
}

/* -yes, or no. */
static inline floats floats_pick_minus(choice where, floats yes, floats no) {
  return _mm512_mask_xor_ps(no, where, yes, _mm512_set1_ps(-0.0f));
}

/* Where bit `place` of the word is set. */
#define words_have_bit(a, place) _mm512_test_epi32_mask(a, _mm512_set1_epi32(1 << (place)))

/* The first eight, or the last eight, of each. */
static inline words words_first_halves(words a, words b) {
  return _mm512_shuffle_i64x2(a, b, 0x44);
}

static inline words words_last_halves(words a, words b) {
  return _mm512_shuffle_i64x2(a, b, 0xee);
}

static inline floats floats_first_halves(floats a, floats b) {
  return floats_from_bits(words_first_halves(floats_bits(a), floats_bits(b)));
}

static inline floats floats_last_halves(floats a, floats b) {
  return floats_from_bits(words_last_halves(floats_bits(a), floats_bits(b)));
}

static inline floats floats_gather(const float *table, words index) {
  return _mm512_i32gather_ps(index, table, sizeof *table);
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned choice_bits(choice where) {
  return where;
}

static inline choice choice_either(choice a, choice b) {
  return (choice)(a | b);
}

/* ---- halves ---- */

/* The high halves of a and then of b. */
static inline void words_store_high_halves(uint16_t *to, words a, words b) {
  const __m512i order = /* halves of a: 0 to 31, of b: 32 to 63 */
      _mm512_setr_epi32(0x00030001, 0x00070005, 0x000b0009, 0x000f000d, 0x00130011, 0x00170015, 0x001b0019,
                        0x001f001d, 0x00230021, 0x00270025, 0x002b0029, 0x002f002d, 0x00330031, 0x00370035,
                        0x003b0039, 0x003f003d);
  _mm512_storeu_si512(to, _mm512_permutex2var_epi16(a, order, b));
}

/* Those of a's first eight words and of b's, and then of their last eight. */
static inline void words_store_high_halves_by_eight(uint16_t *to, words a, words b) {
  const __m512i order = _mm512_setr_epi32(
      0x00030001, 0x00070005, 0x000b0009, 0x000f000d, 0x00230021, 0x00270025, 0x002b0029, 0x002f002d,
      0x00130011, 0x00170015, 0x001b0019, 0x001f001d, 0x00330031, 0x00370035, 0x003b0039, 0x003f003d);
  _mm512_storeu_si512(to, _mm512_permutex2var_epi16(a, order, b));
}

#if defined(__AVX512BF16__)
/* In place of the steps in loops_normal.h: one instruction, which takes subnormal numbers for zeros. */
#define HAS_BF16_ROUNDING

static inline void floats_store_bf16_by_eight(uint16_t *to, floats a, floats b) {
  __m512i both = (__m512i)_mm512_cvtne2ps_pbh(b, a);
  _mm512_storeu_si512(to, _mm512_shuffle_i64x2(both, both, 0xd8));
}
#endif

static inline halves halves_load(const uint16_t *from) {
  return _mm256_loadu_si256((const __m256i *)from);
}

static inline words words_from_halves(halves a) {
  return _mm512_cvtepu16_epi32(a);
}

static inline void halves_store(uint16_t *to, halves a) {
  _mm256_storeu_si256((__m256i *)to, a);
}

static inline halves halves_first_halves(halves a, halves b) {
  return _mm256_permute2x128_si256(a, b, 0x20);
}

static inline halves halves_last_halves(halves a, halves b) {
  return _mm256_permute2x128_si256(a, b, 0x31);
}

/* The low 16 bits of each word. */
static inline halves halves_from_words(words a) {
  return _mm512_cvtepi32_epi16(a);
}

static inline halves halves_from_floats(floats a) {
  return _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline floats floats_from_halves(halves a) {
  return _mm512_cvtph_ps(a);
}

/* ---- 64-bit words ---- */

static inline longs longs_load(const uint32_t *from) {
  return _mm512_loadu_si512(from);
}

static inline longs longs_splat(uint64_t a) {
  return _mm512_set1_epi64((int64_t)a);
}

static inline longs longs_and(longs a, longs b) {
  return _mm512_and_si512(a, b);
}

static inline longs longs_or(longs a, longs b) {
  return _mm512_or_si512(a, b);
}

static inline longs longs_xor(longs a, longs b) {
  return _mm512_xor_si512(a, b);
}

static inline longs longs_add(longs a, longs b) {
  return _mm512_add_epi64(a, b);
}

static inline longs longs_sub(longs a, longs b) {
  return _mm512_sub_epi64(a, b);
}

#define longs_left(a, places) _mm512_slli_epi64(a, places)
#define longs_right(a, places) _mm512_srli_epi64(a, places)

/* Where bit `place` is set. */
#define longs_have_bit(a, place) _mm512_test_epi64_mask(a, _mm512_set1_epi64(INT64_C(1) << (place)))

/* ---- doubles ---- */

static inline doubles doubles_load(const double *from) {
  return _mm512_loadu_pd(from);
}

static inline void doubles_store(double *to, doubles a) {
  _mm512_storeu_pd(to, a);
}

static inline void doubles_stream(double *to, doubles a) {
  _mm512_stream_pd(to, a);
}

static inline doubles doubles_splat(double a) {
  return _mm512_set1_pd(a);
}

static inline doubles doubles_add(doubles a, doubles b) {
  return _mm512_add_pd(a, b);
}

static inline doubles doubles_sub(doubles a, doubles b) {
  return _mm512_sub_pd(a, b);
}

static inline doubles doubles_mul(doubles a, doubles b) {
  return _mm512_mul_pd(a, b);
}

static inline doubles doubles_div(doubles a, doubles b) {
  return _mm512_div_pd(a, b);
}

static inline doubles doubles_fused(doubles a, doubles b, doubles c) {
  return _mm512_fmadd_pd(a, b, c);
}

/* c - a*b, fused. */
static inline doubles doubles_fused_less(doubles a, doubles b, doubles c) {
  return _mm512_fnmadd_pd(a, b, c);
}

static inline doubles doubles_root(doubles a) {
  return _mm512_sqrt_pd(a);
}

static inline longs doubles_bits(doubles a) {
  return _mm512_castpd_si512(a);
}

static inline doubles doubles_from_bits(longs a) {
  return _mm512_castsi512_pd(a);
}

/* -a where bit 63 of `flip` is set, or a. */
static inline doubles doubles_flipped(doubles a, longs flip) {
  return doubles_from_bits(
      _mm512_ternarylogic_epi64(doubles_bits(a), flip, longs_splat(0x8000000000000000u), 0x78));
}

static inline wide_choice doubles_less(doubles a, doubles b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}

static inline wide_choice doubles_equal(doubles a, doubles b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}

static inline doubles doubles_pick(wide_choice where, doubles yes, doubles no) {
  return _mm512_mask_blend_pd(where, no, yes);
}

static inline wide_choice wide_choice_either(wide_choice a, wide_choice b) {
  return (wide_choice)(a | b);
}

static inline wide_choice wide_choice_without(wide_choice a, wide_choice b) {
  return (wide_choice)(a & ~b);
}

/* One bit for each lane, the first lane's lowest. */
static inline unsigned wide_choice_bits(wide_choice where) {
  return where;
}

/* As floats_store_chosen and floats_load_chosen. */
static inline size_t doubles_store_chosen(double *to, wide_choice where, doubles a) {
  _mm512_storeu_pd(to, _mm512_maskz_compress_pd(where, a));
  return (size_t)__builtin_popcount(where);
}

static inline doubles doubles_load_chosen(doubles a, wide_choice where, const double *from) {
  return _mm512_mask_expand_pd(a, where, _mm512_loadu_pd(from));
}

/* In place of the loop in loops_erfinv.h. */
#define HAS_WIDE_PLACES

static inline size_t wide_places(uint32_t *to, uint32_t first, unsigned chosen) {
  __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256i places = _mm256_add_epi32(_mm256_set1_epi32((int32_t)first), lanes);
  _mm256_storeu_si256((__m256i *)to, _mm256_maskz_compress_epi32((__mmask8)chosen, places));
  return (size_t)__builtin_popcount(chosen & 0xff);
}

/* The low 53 bits of each pair of words, of which the first, the high one, is the low half of a lane. */
static inline doubles doubles_from_pairs(longs pair) {
  return _mm512_cvtepi64_pd(longs_and(_mm512_ror_epi64(pair, 32), longs_splat(UINT64_C(0x1fffffffffffff))));
}

/* For loops_erfinv_f32.h: of eight numbers, or sixteen, the one that the last bits of each lane's index say.
 */
#define HAS_TABLES

static inline doubles doubles_of_eight(const double table[8], longs index) {
  return _mm512_permutexvar_pd(index, doubles_load(table));
}

static inline doubles doubles_of_sixteen(const double table[16], longs index) {
  return _mm512_permutex2var_pd(doubles_load(table), index, doubles_load(table + 8));
}

/*
 * Column by column, the rows of a table. Loads of whole rows, and turning them, take half as long as gathers
 * where these are many small loads (Zen 4: normal_f64 2.8 instead of 3.6 ns).
 */
static inline doubles doubles_of_rows_two(const double *const rows[4]) {
  __m256d low = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(rows[0])), _mm_loadu_pd(rows[1]), 1);
  __m256d high =
      _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(rows[2])), _mm_loadu_pd(rows[3]), 1);
  return _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1);
}

static inline void doubles_rows_two(const double (*table)[2], longs index, doubles column[2]) {
  uint64_t at[WIDE_LANES];
  _mm512_storeu_si512(at, index);
  const double *const even[] = {table[at[0]], table[at[2]], table[at[4]], table[at[6]]};
  const double *const odd[] = {table[at[1]], table[at[3]], table[at[5]], table[at[7]]};
  doubles first = doubles_of_rows_two(even), second = doubles_of_rows_two(odd);
  column[0] = _mm512_unpacklo_pd(first, second);
  column[1] = _mm512_unpackhi_pd(first, second);
}

static inline doubles doubles_of_rows_four(const double *low, const double *high) {
  return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(low)), _mm256_loadu_pd(high), 1);
}

static inline void doubles_rows_four(const double (*table)[4], longs index, doubles column[4]) {
  uint64_t at[WIDE_LANES];
  _mm512_storeu_si512(at, index);
  const doubles rows[] = {
      doubles_of_rows_four(table[at[0]], table[at[4]]), doubles_of_rows_four(table[at[1]], table[at[5]]),
      doubles_of_rows_four(table[at[2]], table[at[6]]), doubles_of_rows_four(table[at[3]], table[at[7]])};
  /* Columns 0 and 2 of rows 0 and 1 (4 and 5), of rows 2 and 3 (6 and 7); columns 1 and 3. */
  doubles even[] = {_mm512_unpacklo_pd(rows[0], rows[1]), _mm512_unpacklo_pd(rows[2], rows[3])};
  doubles odd[] = {_mm512_unpackhi_pd(rows[0], rows[1]), _mm512_unpackhi_pd(rows[2], rows[3])};
  const longs first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
  const longs second = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  column[0] = _mm512_permutex2var_pd(even[0], first, even[1]);
  column[1] = _mm512_permutex2var_pd(odd[0], first, odd[1]);
  column[2] = _mm512_permutex2var_pd(even[0], second, even[1]);
  column[3] = _mm512_permutex2var_pd(odd[0], second, odd[1]);
}

static inline doubles doubles_from_floats_at(const float *from) {
  return _mm512_cvtps_pd(_mm256_loadu_ps(from));
}

static inline void doubles_store_as_floats(float *to, doubles a) {
  _mm256_storeu_ps(to, _mm512_cvtpd_ps(a));
}

#endif
