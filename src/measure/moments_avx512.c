/* The loops of moments_body.h with AVX-512. */
#if defined(__x86_64__)

#include <immintrin.h>

#define LANES_F32 16
#define LANES_F64 8

/* Both give their second operand where one is NaN, as PICK does. */
#define LESSER_F32(x, y) _mm512_min_ps(x, y)
#define GREATER_F32(x, y) _mm512_max_ps(x, y)
#define LESSER_F64(x, y) _mm512_min_pd(x, y)
#define GREATER_F64(x, y) _mm512_max_pd(x, y)
#include "measure/moments_body.h"

const sow__moments_table sow__moments_avx512 = {sums_f32, sums_f64};

#else

typedef int sow__moments_avx512_is_empty; /* ISO C forbids an empty file */

#endif
