#include "measure/difference.h"

#include <math.h>
#include <string.h>

/* ---- distances ---- */

/* The bits of a floating-point value as sign and magnitude. */
static uint64_t magnitude_of(const unsigned char *bytes, size_t size, bool *negative) {
  uint64_t bits = 0;
  memcpy(&bits, bytes, size); /* little-endian, as the file is */
  uint64_t sign = UINT64_C(1) << (8 * size - 1);
  *negative = (bits & sign) != 0;
  return bits & ~sign;
}

static uint64_t ulps_between(const unsigned char *a, const unsigned char *b, size_t size) {
  bool a_negative, b_negative;
  uint64_t x = magnitude_of(a, size, &a_negative), y = magnitude_of(b, size, &b_negative);
  if (a_negative != b_negative)
    return x + y;
  return x > y ? x - y : y - x;
}

/* ---- arrays ---- */

#define BLOCK 256

typedef struct block {
  const unsigned char *a, *b;
  size_t size; /* of an element, in bytes */
  double x[BLOCK], y[BLOCK];
} block;

static void add_element(sow_difference *d, sow__element element, const block *at, size_t i, uint64_t index) {
  const unsigned char *a = at->a + i * at->size, *b = at->b + i * at->size;
  double distance = fabs(at->x[i] - at->y[i]);
  if (d->differing++ == 0) {
    d->first = index;
    d->first_values[0] = at->x[i];
    d->first_values[1] = at->y[i];
  }
  if (isfinite(at->x[i]) && isfinite(at->y[i]) && distance > d->largest)
    d->largest = distance;
  if (!sow__element_is_float(element) || isnan(at->x[i]) || isnan(at->y[i]))
    return;
  uint64_t ulps = ulps_between(a, b, at->size);
  d->ulps = ulps > d->ulps ? ulps : d->ulps;
}

static void add_block(sow_difference *d, sow__element element, block *at, size_t count, uint64_t begin,
                      uint64_t step) {
  if (memcmp(at->a, at->b, count * at->size) == 0)
    return;
  for (size_t i = 0; i < count; i++)
    at->x[i] = at->y[i] = (double)NAN;
  sow__element_f64(element, at->a, at->x, count);
  sow__element_f64(element, at->b, at->y, count);
  for (size_t i = 0; i < count; i++)
    if (memcmp(at->a + i * at->size, at->b + i * at->size, at->size) != 0)
      add_element(d, element, at, i, begin + i * step);
}

void sow__difference_add(sow_difference *difference, sow__element element, int bits, uint64_t begin,
                         const void *a, const void *b, size_t size) {
  if (memcmp(a, b, size) == 0)
    return;
  difference->kind = SOW_DIFFERENT;
  block at = {.a = a, .b = b, .size = bits < 8 ? 1 : (size_t)bits / 8};
  uint64_t step = bits < 8 ? 8 / (uint64_t)bits : 1; /* elements that begin in a byte */
  for (size_t left = size / at.size, count; left > 0; left -= count) {
    count = left < BLOCK ? left : BLOCK;
    add_block(difference, element, &at, count, begin, step);
    begin += count * step;
    at.a += count * at.size;
    at.b += count * at.size;
  }
}

void sow__difference_join(sow_difference *difference, const sow_difference *part) {
  if (part->differing == 0)
    return;
  difference->kind = SOW_DIFFERENT;
  if (difference->differing == 0 || part->first < difference->first) {
    difference->first = part->first;
    memcpy(difference->first_values, part->first_values, sizeof part->first_values);
  }
  difference->differing += part->differing;
  difference->largest = fmax(difference->largest, part->largest);
  difference->ulps = part->ulps > difference->ulps ? part->ulps : difference->ulps;
}
