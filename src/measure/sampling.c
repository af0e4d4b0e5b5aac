#include "measure/sampling.h"

#include "sow/plan.h"

uint64_t sow__sample_size(uint64_t count) {
  return count < SOW__SAMPLE_LIMIT ? count : SOW__SAMPLE_LIMIT;
}

/* The output function of SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t x) {
  x += UINT64_C(0x9E3779B97F4A7C15);
  x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
  return x ^ x >> 31;
}

uint64_t sow__sample_place(uint64_t count, uint64_t k) {
  uint64_t begin, end;
  sow_slice(count, k, sow__sample_size(count), &begin, &end);
  return begin + mix(k) % (end - begin);
}

uint64_t sow__sample_first(uint64_t count, uint64_t begin) {
  uint64_t low = 0, high = sow__sample_size(count);
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (sow__sample_place(count, middle) < begin)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
