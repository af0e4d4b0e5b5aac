/* Numbers by which tests choose their cases: the same in every run, and none of sow's own. */
#ifndef TESTS_PICKS_H
#define TESTS_PICKS_H

#include <stdint.h>

/* From 0 to below - 1, where below is 2^31 at most; a linear congruential generator, Knuth's MMIX. */
static inline uint64_t pick(uint64_t *seed, uint64_t below) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (*seed >> 33) % below;
}

/* xorshift64, Marsaglia 2003 */
static inline uint64_t next_bits(void) {
  static uint64_t x = 88172645463325252u;
  x ^= x << 13;
  x ^= x >> 7;
  return x ^= x << 17;
}

#endif
