/* How two arrays of one type differ. */
#ifndef SOW_MEASURE_DIFFERENCE_H
#define SOW_MEASURE_DIFFERENCE_H

#include "measure/element.h"

/*
 * Adds what differs between `size` bytes of two arrays, which begin with element `begin`. `bits` is an
 * element's; types of less than a byte are compared by the byte.
 */
void sow__difference_add(sow_difference *difference, sow__element element, int bits, uint64_t begin,
                         const void *a, const void *b, size_t size);

/* Adds what another part of the same arrays gave; in any order. */
void sow__difference_join(sow_difference *difference, const sow_difference *part);

#endif
