/* Numbers as the bits they consist of. */
#ifndef SOW_KERNEL_CORE_BITS_H
#define SOW_KERNEL_CORE_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint32_t sow__f32_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float sow__f32_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint64_t sow__f64_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline double sow__f64_from_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#endif
