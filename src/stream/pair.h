/* The serial normal of ATen: two normals from four words, in double, through the C library. */
#ifndef SOW_STREAM_PAIR_H
#define SOW_STREAM_PAIR_H

#include "sow/generator.h"

#define SOW__PAIR_WORDS 4

/*
 * Unscaled: *first = r*cos(theta), *second = r*sin(theta), the one that ATen caches. Calls log or log1p, cos
 * and sin of the C library, as PyTorch does; these bits are glibc's.
 */
void sow__normal_pair(sow_edition edition, const uint32_t words[SOW__PAIR_WORDS], double *first,
                      double *second);

#endif
