/* MT19937 (Matsumoto and Nishimura 1998), one word at a time. */
#ifndef SOW_KERNEL_CORE_MT19937_H
#define SOW_KERNEL_CORE_MT19937_H

#include <stdint.h>

#define SOW__MT_WORDS 624
#define SOW__MT_SHIFT 397

/* The next generation's word from this generation's word i, word i+1 and word i+397 (indices modulo 624). */
static inline uint32_t sow__mt_twist(uint32_t word, uint32_t after, uint32_t far) {
  uint32_t mixed = (word & 0x80000000u) | (after & 0x7fffffffu);
  uint32_t odd = 0u - (after & 1u);
  return far ^ (mixed >> 1) ^ (odd & 0x9908b0dfu);
}

static inline uint32_t sow__mt_temper(uint32_t word) {
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

#endif
