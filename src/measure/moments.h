/* Mean, deviation, bounds and counts of arrays, in one fixed order of summation. */
#ifndef SOW_MEASURE_MOMENTS_H
#define SOW_MEASURE_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Of finite values only, but for the two counts of the others. Start with sow__moments_none. */
typedef struct sow__moments {
  uint64_t finite, zeros, subnormals, nans, infinities;
  double mean;
  double squares;  /* the sum of squared distances from the mean */
  double min, max; /* inf and -inf where nothing is finite */
} sow__moments;

extern const sow__moments sow__moments_none;

/*
 * Of an array of at most 2^20 or so. Each lane sums on its own, about the array's first value, so that a mean
 * far from zero costs no digits; every instruction set has the same lanes and gives the same bits.
 */
sow__moments sow__moments_f32(const float *values, size_t count);
sow__moments sow__moments_f64(const double *values, size_t count);

/* Those of two arrays, one after the other (Chan, Golub and LeVeque 1979). */
sow__moments sow__moments_join(const sow__moments *a, const sow__moments *b);

/* What a table's loops find in an array; not finite where a value is not. */
typedef struct sow__sums {
  double sum, squares; /* about the shift */
  double min, max;
  uint64_t zeros, subnormals;
} sow__sums;

typedef struct sow__moments_table {
  void (*f32)(const float *values, size_t count, float shift, sow__sums *out);
  void (*f64)(const double *values, size_t count, double shift, sow__sums *out);
} sow__moments_table;

extern const sow__moments_table sow__moments_portable;
extern const sow__moments_table sow__moments_avx2, sow__moments_avx512; /* on x86 only */

#endif
