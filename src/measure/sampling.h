/* Which elements of a tensor its histogram counts. */
#ifndef SOW_MEASURE_SAMPLING_H
#define SOW_MEASURE_SAMPLING_H

#include <stdint.h>

#define SOW__SAMPLE_LIMIT 65536

/* How many of `count` elements are sampled. */
uint64_t sow__sample_size(uint64_t count);

/*
 * The place of sample `k`: one in each of so many stretches of equal length, at a place that is random but
 * fixed, so that no row or column of a matrix is met each time.
 */
uint64_t sow__sample_place(uint64_t count, uint64_t k);

/* The first sample at element `begin` or behind. */
uint64_t sow__sample_first(uint64_t count, uint64_t begin);

#endif
