/* The loops for AVX2, FMA and F16C. This file alone is compiled for them; kernel_select.c keeps it from other
 * CPUs. */
#if defined(__x86_64__) && defined(__GNUC__)
#if !defined(__AVX2__) || !defined(__FMA__) || !defined(__F16C__)
#error "kernel_avx2.c is to be compiled with -mavx2 -mfma -mf16c"
#endif
#include <immintrin.h>

#include "kernel/core/boxmuller.h"
#include "kernel/kernel.h"

#define LANES 8

static __m256i load(const uint32_t *words) {
  return _mm256_loadu_si256((const __m256i *)words);
}

static void store(uint32_t *words, __m256i v) {
  _mm256_storeu_si256((__m256i *)words, v);
}

static __m256i splat(uint32_t word) {
  return _mm256_set1_epi32((int32_t)word);
}

/* ---- MT19937 ---- */

static __m256i twist(__m256i word, __m256i after, __m256i far) {
  __m256i mixed = _mm256_or_si256(_mm256_and_si256(word, splat(0x80000000u)),
                                  _mm256_and_si256(after, splat(0x7fffffffu)));
  __m256i odd = _mm256_sub_epi32(_mm256_setzero_si256(), _mm256_and_si256(after, splat(1)));
  return _mm256_xor_si256(_mm256_xor_si256(far, _mm256_srli_epi32(mixed, 1)),
                          _mm256_and_si256(odd, splat(0x9908b0dfu)));
}

static void mt_refresh(uint32_t state[SOW__MT_WORDS]) {
  enum { SPLIT = SOW__MT_WORDS - SOW__MT_SHIFT, LAST = SOW__MT_WORDS - 1 };
  int i = 0;
  for (; i + LANES <= SPLIT; i += LANES)
    store(state + i, twist(load(state + i), load(state + i + 1), load(state + i + SOW__MT_SHIFT)));
  for (; i < SPLIT; i++)
    state[i] = sow__mt_twist(state[i], state[i + 1], state[i + SOW__MT_SHIFT]);
  for (; i + LANES <= LAST; i += LANES)
    store(state + i, twist(load(state + i), load(state + i + 1), load(state + i - SPLIT)));
  for (; i < LAST; i++)
    state[i] = sow__mt_twist(state[i], state[i + 1], state[i - SPLIT]);
  state[LAST] = sow__mt_twist(state[LAST], state[0], state[SOW__MT_SHIFT - 1]);
}

static __m256i temper(__m256i word) {
  word = _mm256_xor_si256(word, _mm256_srli_epi32(word, 11));
  word = _mm256_xor_si256(word, _mm256_and_si256(_mm256_slli_epi32(word, 7), splat(0x9d2c5680u)));
  word = _mm256_xor_si256(word, _mm256_and_si256(_mm256_slli_epi32(word, 15), splat(0xefc60000u)));
  return _mm256_xor_si256(word, _mm256_srli_epi32(word, 18));
}

static void mt_temper(const uint32_t *state, uint32_t *words, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    store(words + i, temper(load(state + i)));
  for (; i < count; i++)
    words[i] = sow__mt_temper(state[i]);
}

/* ---- roundings ---- */

static __m128i to_f16(__m256 v) {
  return _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

/* The low halves of eight words, in order. */
static __m128i narrow(__m256i v) {
  __m256i packed = _mm256_packus_epi32(v, v);
  return _mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, _MM_SHUFFLE(3, 1, 2, 0)));
}

static __m256i to_bf16_words(__m256 v) {
  __m256i bits = _mm256_castps_si256(v);
  __m256i tie = _mm256_and_si256(_mm256_srli_epi32(bits, 16), splat(1));
  __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, _mm256_add_epi32(tie, splat(0x7fffu))), 16);
  __m256i is_nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
  return _mm256_blendv_epi8(rounded, splat(0x7fc0u), is_nan);
}

static void f32_to_f16(const float *in, uint16_t *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    _mm_storeu_si128((__m128i *)(out + i), to_f16(_mm256_loadu_ps(in + i)));
  for (; i < count; i++)
    out[i] = sow__f32_to_f16(in[i]);
}

static void f32_to_bf16(const float *in, uint16_t *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    _mm_storeu_si128((__m128i *)(out + i), narrow(to_bf16_words(_mm256_loadu_ps(in + i))));
  for (; i < count; i++)
    out[i] = sow__f32_to_bf16(in[i]);
}

/* ---- uniform ---- */

typedef struct uniform_vectors {
  __m256i mask;
  __m256 unit, low, width, replaced, replacement;
} uniform_vectors;

static uniform_vectors spread_uniform(const sow__uniform_f32 *u) {
  return (uniform_vectors){
      splat(u->mask),           _mm256_set1_ps(u->unit),     _mm256_set1_ps(u->low),
      _mm256_set1_ps(u->width), _mm256_set1_ps(u->replaced), _mm256_set1_ps(u->replacement)};
}

static __m256 uniform_step(const uniform_vectors *u, __m256i words) {
  __m256 fraction = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_and_si256(words, u->mask)), u->unit);
  return _mm256_fmadd_ps(fraction, u->width, u->low);
}

/* `replacement` where the value as stored is `replaced`; false everywhere when that is NaN. */
static __m256 replace(const uniform_vectors *u, __m256 value) {
  return _mm256_blendv_ps(value, u->replacement, _mm256_cmp_ps(value, u->replaced, _CMP_EQ_OQ));
}

static void uniform_f32(const sow__uniform_f32 *u, const uint32_t *words, float *out, size_t count) {
  uniform_vectors v = spread_uniform(u);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    _mm256_storeu_ps(out + i, replace(&v, uniform_step(&v, load(words + i))));
  for (; i < count; i++)
    out[i] = sow__uniform_one_f32(u, words[i]);
}

static void uniform_f16(const sow__uniform_f32 *u, const uint32_t *words, uint16_t *out, size_t count) {
  uniform_vectors v = spread_uniform(u);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    __m256 stored = _mm256_cvtph_ps(to_f16(uniform_step(&v, load(words + i))));
    _mm_storeu_si128((__m128i *)(out + i), to_f16(replace(&v, stored)));
  }
  for (; i < count; i++)
    out[i] = sow__uniform_one_f16(u, words[i]);
}

static void uniform_bf16(const sow__uniform_f32 *u, const uint32_t *words, uint16_t *out, size_t count) {
  uniform_vectors v = spread_uniform(u);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    __m256i stored = _mm256_slli_epi32(to_bf16_words(uniform_step(&v, load(words + i))), 16);
    __m256 value = replace(&v, _mm256_castsi256_ps(stored));
    _mm_storeu_si128((__m128i *)(out + i), narrow(to_bf16_words(value)));
  }
  for (; i < count; i++)
    out[i] = sow__uniform_one_bf16(u, words[i]);
}

/* Exact for integers below 2^53: both halves ride on powers of two that their places cannot reach. */
static __m256d to_double(__m256i high, __m256i low) {
  __m256i low_bits = _mm256_or_si256(low, _mm256_set1_epi64x(0x4330000000000000));   /* 2^52 + low */
  __m256i high_bits = _mm256_or_si256(high, _mm256_set1_epi64x(0x4530000000000000)); /* 2^84 + high*2^32 */
  __m256d top = _mm256_sub_pd(_mm256_castsi256_pd(high_bits), _mm256_set1_pd(0x1p84 + 0x1p52));
  return _mm256_add_pd(top, _mm256_castsi256_pd(low_bits));
}

static void uniform_f64(const sow__uniform_f64 *u, const uint32_t *words, double *out, size_t count) {
  const __m256d low = _mm256_set1_pd(u->low), width = _mm256_set1_pd(u->width);
  const __m256d replaced = _mm256_set1_pd(u->replaced), replacement = _mm256_set1_pd(u->replacement);
  size_t i = 0;
  for (; i + LANES / 2 <= count; i += LANES / 2) {
    /* The first word of a pair, the high one, is the low half of a 64-bit lane. */
    __m256i pair = load(words + 2 * i);
    __m256d integer =
        to_double(_mm256_and_si256(pair, _mm256_set1_epi64x(0x1fffff)), _mm256_srli_epi64(pair, 32));
    __m256d value = _mm256_fmadd_pd(_mm256_mul_pd(integer, _mm256_set1_pd(0x1p-53)), width, low);
    value = _mm256_blendv_pd(value, replacement, _mm256_cmp_pd(value, replaced, _CMP_EQ_OQ));
    _mm256_storeu_pd(out + i, value);
  }
  for (; i < count; i++)
    out[i] = sow__uniform_one_f64(u, words[2 * i], words[2 * i + 1]);
}

/* ---- normal: the steps of core/boxmuller.h, eight at a time ---- */

static __m256 fused(__m256 a, __m256 b, float c) {
  return _mm256_fmadd_ps(a, b, _mm256_set1_ps(c));
}

static __m256 log_of(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(0x1p-126f));
  __m256i bits = _mm256_castps_si256(x);
  __m256 e = _mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_srli_epi32(bits, 23), splat(126)));
  __m256 m =
      _mm256_castsi256_ps(_mm256_or_si256(_mm256_and_si256(bits, splat(0x007fffffu)), splat(0x3f000000u)));
  __m256 small = _mm256_cmp_ps(m, _mm256_set1_ps(0.707106781186547524f), _CMP_LT_OQ);
  e = _mm256_sub_ps(e, _mm256_and_ps(small, _mm256_set1_ps(1.0f)));
  __m256 f = _mm256_add_ps(_mm256_sub_ps(m, _mm256_set1_ps(1.0f)), _mm256_and_ps(small, m));
  __m256 z = _mm256_mul_ps(f, f);
  __m256 y = _mm256_set1_ps(7.0376836292e-2f);
  y = fused(y, f, -1.1514610310e-1f);
  y = fused(y, f, 1.1676998740e-1f);
  y = fused(y, f, -1.2420140846e-1f);
  y = fused(y, f, 1.4249322787e-1f);
  y = fused(y, f, -1.6668057665e-1f);
  y = fused(y, f, 2.0000714765e-1f);
  y = fused(y, f, -2.4999993993e-1f);
  y = fused(y, f, 3.3333331174e-1f);
  y = _mm256_mul_ps(y, f);
  y = _mm256_fmadd_ps(y, z, _mm256_mul_ps(e, _mm256_set1_ps(-2.12194440e-4f)));
  y = _mm256_fmadd_ps(_mm256_set1_ps(-0.5f), z, y);
  return _mm256_fmadd_ps(e, _mm256_set1_ps(0.693359375f), _mm256_add_ps(f, y));
}

static void sincos_of(__m256 angle, __m256 *sine, __m256 *cosine) {
  __m256i octant = _mm256_cvttps_epi32(_mm256_mul_ps(angle, _mm256_set1_ps(1.27323954473516f)));
  octant = _mm256_and_si256(_mm256_add_epi32(octant, splat(1)), splat(~1u));
  __m256 y = _mm256_cvtepi32_ps(octant);
  __m256 x = _mm256_fmadd_ps(y, _mm256_set1_ps(-0.78515625f), angle);
  x = _mm256_fmadd_ps(y, _mm256_set1_ps(-2.4187564849853515625e-4f), x);
  x = _mm256_fmadd_ps(y, _mm256_set1_ps(-3.77489497744594108e-8f), x);
  __m256 z = _mm256_mul_ps(x, x);

  __m256 c = fused(_mm256_set1_ps(2.443315711809948e-5f), z, -1.388731625493765e-3f);
  c = _mm256_mul_ps(fused(c, z, 4.166664568298827e-2f), z);
  c = _mm256_fmsub_ps(c, z, _mm256_mul_ps(_mm256_set1_ps(0.5f), z));
  c = _mm256_add_ps(c, _mm256_set1_ps(1.0f));

  __m256 s = fused(_mm256_set1_ps(-1.9515295891e-4f), z, 8.3321608736e-3f);
  s = _mm256_mul_ps(fused(s, z, -1.6666654611e-1f), z);
  s = _mm256_fmadd_ps(s, x, x);

  __m256 sine_sign = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_and_si256(octant, splat(4)), 29));
  __m256 cosine_sign = _mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_andnot_si256(_mm256_sub_epi32(octant, splat(2)), splat(4)), 29));
  /* blendv looks at the sign bit only: bit 1 of the octant goes there. */
  __m256 swap = _mm256_castsi256_ps(_mm256_slli_epi32(octant, 30));
  *sine = _mm256_xor_ps(_mm256_blendv_ps(s, c, swap), sine_sign);
  *cosine = _mm256_xor_ps(_mm256_blendv_ps(c, s, swap), cosine_sign);
}

static __m256 unit(const uint32_t *words) {
  return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_and_si256(load(words), splat(0xffffffu))),
                       _mm256_set1_ps(0x1p-24f));
}

static void normal_f32(const uint32_t *words, float *out, size_t blocks, float mean, float std) {
  const __m256 means = _mm256_set1_ps(mean), stds = _mm256_set1_ps(std);
  for (; blocks > 0; blocks--, words += SOW__BLOCK, out += SOW__BLOCK) {
    __m256 log = log_of(_mm256_sub_ps(_mm256_set1_ps(1.0f), unit(words)));
    __m256 radius = _mm256_sqrt_ps(_mm256_mul_ps(_mm256_set1_ps(-2.0f), log));
    __m256 sine, cosine;
    sincos_of(_mm256_mul_ps(_mm256_set1_ps(6.2831855f), unit(words + LANES)), &sine, &cosine);
    _mm256_storeu_ps(out, _mm256_fmadd_ps(_mm256_mul_ps(radius, cosine), stds, means));
    _mm256_storeu_ps(out + LANES, _mm256_fmadd_ps(_mm256_mul_ps(radius, sine), stds, means));
  }
}

const sow__kernel sow__kernel_avx2 = {
    .name = "avx2",
    .mt_refresh = mt_refresh,
    .mt_temper = mt_temper,
    .uniform_f32 = uniform_f32,
    .uniform_f16 = uniform_f16,
    .uniform_bf16 = uniform_bf16,
    .uniform_f64 = uniform_f64,
    .normal_f32 = normal_f32,
    .f32_to_f16 = f32_to_f16,
    .f32_to_bf16 = f32_to_bf16,
};
#endif
