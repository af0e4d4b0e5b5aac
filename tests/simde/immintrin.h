/*
 * AVX-512 by SIMDe's functions under the intrinsics' own names, so that src/kernel/lanes_avx512.h runs on a
 * processor that has AVX2, FMA and F16C only. SIMDe 0.7.4 lacks some conversions, the gathers and others;
 * they follow.
 */
#ifndef SOW_TESTS_SIMDE_IMMINTRIN_H
#define SOW_TESTS_SIMDE_IMMINTRIN_H

#include_next <immintrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <string.h>

#undef _mm512_cvtepi32_ps
#undef _mm512_cvtps_ph
#undef _mm512_cvtph_ps
#undef _mm512_cvtepi32_epi16
#undef _mm512_cvtepi64_pd
#undef _mm512_cvtepu16_epi32
#undef _mm512_i64gather_pd
#undef _mm512_i32gather_ps
#undef _mm512_cvtps_pd
#undef _mm512_cvtpd_ps
#undef _mm512_srai_epi32
#undef _mm512_alignr_epi32
#undef _mm512_shuffle_i64x2
#undef _mm512_mask_expand_ps
#undef _mm512_mask_expand_pd
#undef _mm512_stream_ps
#undef _mm512_stream_pd
#define _mm512_cvtepi32_ps(a) emulate_words_to_floats(a)
#define _mm512_cvtps_ph(a, rounding) emulate_floats_to_halves(a)
#define _mm512_cvtph_ps(a) emulate_halves_to_floats(a)
#define _mm512_cvtepi32_epi16(a) emulate_words_to_halves(a)
#define _mm512_cvtepu16_epi32(a) emulate_halves_to_words(a)
#define _mm512_cvtepi64_pd(a) emulate_longs_to_doubles(a)
#define _mm512_i64gather_pd(index, table, scale) emulate_gather_doubles(index, table)
#define _mm512_i32gather_ps(index, table, scale) emulate_gather_floats(index, table)
#define _mm512_cvtps_pd(a) emulate_floats_to_doubles(a)
#define _mm512_cvtpd_ps(a) emulate_doubles_to_floats(a)
#define _mm512_srai_epi32(a, places) emulate_right_signed(a, places)
#define _mm512_shuffle_i64x2(a, b, which) emulate_quarters(a, b, which)
#define _mm512_alignr_epi32(high, low, places) emulate_slide(high, low, places)
#define _mm512_stream_ps(to, a) _mm512_storeu_ps(to, a)
#define _mm512_stream_pd(to, a) _mm512_storeu_pd(to, a)
#define _mm512_mask_expand_ps(a, where, from) emulate_expand_floats(a, where, from)
#define _mm512_mask_expand_pd(a, where, from) emulate_expand_doubles(a, where, from)

/* A function of lane-by-lane conversions from `count` lanes of one type to as many of another. */
#define EMULATE(name, count, from_vector, from, to_vector, to)                                               \
  static inline to_vector name(from_vector a) {                                                              \
    from in[count];                                                                                          \
    to out[count];                                                                                           \
    to_vector made;                                                                                          \
    memcpy(in, &a, sizeof in);                                                                               \
    for (int i = 0; i < (count); i++)                                                                        \
      out[i] = (to)in[i];                                                                                    \
    memcpy(&made, out, sizeof out);                                                                          \
    return made;                                                                                             \
  }
EMULATE(emulate_words_to_floats, 16, __m512i, int32_t, __m512, float)
EMULATE(emulate_words_to_halves, 16, __m512i, uint32_t, __m256i, uint16_t)
EMULATE(emulate_halves_to_words, 16, __m256i, uint16_t, __m512i, uint32_t)
EMULATE(emulate_longs_to_doubles, 8, __m512i, int64_t, __m512d, double)
EMULATE(emulate_floats_to_doubles, 8, __m256, float, __m512d, double)
EMULATE(emulate_doubles_to_floats, 8, __m512d, double, __m256, float)

static inline __m512i emulate_right_signed(__m512i a, int places) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_srai_epi32(_mm512_castsi512_si256(a), places)),
                            _mm256_srai_epi32(_mm512_extracti64x4_epi64(a, 1), places), 1);
}

static inline __m512i emulate_slide(__m512i high, __m512i low, int places) {
  uint32_t both[32];
  __m512i made;
  memcpy(both, &low, sizeof low);
  memcpy(both + 16, &high, sizeof high);
  memcpy(&made, both + places, sizeof made);
  return made;
}

#define EMULATE_EXPAND(name, count, vector, type)                                                            \
  static inline vector name(vector a, unsigned where, vector from) {                                         \
    type made[count], in[count];                                                                             \
    memcpy(made, &a, sizeof a);                                                                              \
    memcpy(in, &from, sizeof from);                                                                          \
    for (int i = 0, next = 0; i < (count); i++)                                                              \
      if ((where >> i & 1) != 0)                                                                             \
        made[i] = in[next++];                                                                                \
    memcpy(&a, made, sizeof a);                                                                              \
    return a;                                                                                                \
  }
EMULATE_EXPAND(emulate_expand_floats, 16, __m512, float)
EMULATE_EXPAND(emulate_expand_doubles, 8, __m512d, double)

/* Two quarters of a, two of b. */
static inline __m512i emulate_quarters(__m512i a, __m512i b, int which) {
  __m128i from[2][4], made[4];
  __m512i whole;
  memcpy(from[0], &a, sizeof a);
  memcpy(from[1], &b, sizeof b);
  for (int i = 0; i < 4; i++)
    made[i] = from[i / 2][which >> 2 * i & 3];
  memcpy(&whole, made, sizeof whole);
  return whole;
}

static inline __m256i emulate_floats_to_halves(__m512 a) {
  float in[16];
  memcpy(in, &a, sizeof in);
  return _mm256_setr_m128i(
      _mm256_cvtps_ph(_mm256_loadu_ps(in), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC),
      _mm256_cvtps_ph(_mm256_loadu_ps(in + 8), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

static inline __m512 emulate_halves_to_floats(__m256i a) {
  __m256 parts[2] = {_mm256_cvtph_ps(_mm256_castsi256_si128(a)),
                     _mm256_cvtph_ps(_mm256_extracti128_si256(a, 1))};
  __m512 made;
  memcpy(&made, parts, sizeof made);
  return made;
}

#define EMULATE_GATHER(name, count, index_type, vector, type)                                                \
  static inline vector name(__m512i index, const type *table) {                                              \
    index_type at[count];                                                                                    \
    type out[count];                                                                                         \
    vector made;                                                                                             \
    memcpy(at, &index, sizeof at);                                                                           \
    for (int i = 0; i < (count); i++)                                                                        \
      out[i] = table[at[i]];                                                                                 \
    memcpy(&made, out, sizeof made);                                                                         \
    return made;                                                                                             \
  }
EMULATE_GATHER(emulate_gather_doubles, 8, int64_t, __m512d, double)
EMULATE_GATHER(emulate_gather_floats, 16, int32_t, __m512, float)

#endif
