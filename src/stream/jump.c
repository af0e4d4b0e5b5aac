#include "stream/jump.h"

#include <string.h>

#include "kernel/kernel.h"

#define LIMBS SOW__JUMP_LIMBS

typedef sow__jump_memory polynomial;

/* Bits 0 to 31 of `half` moved to the even places: squaring over GF(2) is this and nothing more. */
static uint64_t spread(uint64_t half) {
  half = (half | half << 16) & 0x0000ffff0000ffffu;
  half = (half | half << 8) & 0x00ff00ff00ff00ffu;
  half = (half | half << 4) & 0x0f0f0f0f0f0f0f0fu;
  half = (half | half << 2) & 0x3333333333333333u;
  return (half | half << 1) & 0x5555555555555555u;
}

static void add_shifted(uint64_t *limb, uint64_t value, unsigned shift) {
  unsigned i = shift / 64, bits = shift % 64;
  limb[i] ^= value << bits;
  if (bits != 0)
    limb[i + 1] ^= value >> (64 - bits);
}

/* limb += value * (the polynomial without its highest term) * x^shift */
static void add_rest(uint64_t *limb, uint64_t value, unsigned shift) {
  if (value != 0)
    for (unsigned term = 1; term < SOW__JUMP_TERMS; term++)
      add_shifted(limb, value, shift + sow__jump_exponent[term]);
}

/*
 * Replaces x^degree and above by the rest of the polynomial, a limb at a time from the top. The second
 * exponent lies 623 below the first, so what a limb adds lands below that limb.
 */
static void reduce(uint64_t *limb, unsigned count) {
  for (unsigned i = count - 1; i >= LIMBS; i--) {
    uint64_t value = limb[i];
    limb[i] = 0;
    add_rest(limb, value, 64 * i - SOW__JUMP_DEGREE);
  }
  const unsigned kept = SOW__JUMP_DEGREE % 64;
  uint64_t value = limb[LIMBS - 1] >> kept;
  limb[LIMBS - 1] &= ((uint64_t)1 << kept) - 1;
  add_rest(limb, value, 0);
}

static void square(polynomial *p) {
  uint64_t wide[2 * LIMBS] = {0};
  for (unsigned i = 0; i < LIMBS; i++) {
    wide[2 * i] = spread(p->limb[i] & 0xffffffffu);
    wide[2 * i + 1] = spread(p->limb[i] >> 32);
  }
  reduce(wide, 2 * LIMBS);
  memcpy(p->limb, wide, sizeof p->limb);
}

static void times_x(polynomial *p) {
  for (unsigned i = LIMBS - 1; i > 0; i--)
    p->limb[i] = p->limb[i] << 1 | p->limb[i - 1] >> 63;
  p->limb[0] <<= 1;
  reduce(p->limb, LIMBS);
}

/* x^exponent modulo the characteristic polynomial, by its binary digits from the top. */
static void power_of_x(uint64_t exponent, polynomial *p) {
  int digits = 0;
  while (exponent >> digits >= SOW__JUMP_DEGREE)
    digits++;
  memset(p, 0, sizeof *p);
  unsigned start = (unsigned)(exponent >> digits);
  p->limb[start / 64] = (uint64_t)1 << start % 64;
  while (digits-- > 0) {
    square(p);
    if (exponent >> digits & 1)
      times_x(p);
  }
}

/* The recurrence: stream[n + 624] from stream[n], stream[n + 1] and stream[n + 397]. */
static void extend(uint32_t *stream, unsigned count) {
  for (unsigned n = 0; n + SOW__MT_WORDS < count; n++) {
    uint32_t y = (stream[n] & 0x80000000u) | (stream[n + 1] & 0x7fffffffu);
    stream[n + SOW__MT_WORDS] = stream[n + 397] ^ y >> 1 ^ ((0u - (y & 1)) & 0x9908b0dfu);
  }
}

/* Adds to `sum` what the terms x^base … x^(base + 623) of `p` choose: `block` holds the words from `base` on.
 */
static void add_chosen(const polynomial *p, unsigned base, const uint32_t *block, uint32_t *sum) {
  static const uint32_t nothing[SOW__MT_WORDS];
  const sow__kernel *kernel = sow__kernel_select();
  const uint32_t *chosen[4];
  unsigned count = 0;
  for (unsigned i = 0; i < SOW__MT_WORDS && base + i < SOW__JUMP_DEGREE; i++) {
    if ((p->limb[(base + i) / 64] >> (base + i) % 64 & 1) != 0)
      chosen[count++] = block + i;
    if (count == 4)
      kernel->mt_add(sum, chosen);
    count %= 4;
  }
  if (count == 0)
    return;
  while (count < 4)
    chosen[count++] = nothing;
  kernel->mt_add(sum, chosen);
}

/*
 * If x^d = sum of c_i x^i modulo the polynomial, then word n+d = XOR of the words n+i with c_i = 1. Two
 * arrays of the stream are enough at a time, so that a thread with little stack can jump.
 */
void sow__jump(uint32_t word[SOW__MT_WORDS], uint64_t distance, sow__jump_memory *memory) {
  polynomial own = {0}, *p = memory != NULL ? memory : &own;
  if (p->distance != distance || distance == 0) {
    power_of_x(distance, p);
    p->distance = distance;
  }
  uint32_t block[2 * SOW__MT_WORDS], sum[SOW__MT_WORDS] = {0};
  memcpy(block, word, SOW__MT_WORDS * sizeof *word);
  for (unsigned base = 0; base < SOW__JUMP_DEGREE; base += SOW__MT_WORDS) {
    extend(block, 2 * SOW__MT_WORDS);
    add_chosen(p, base, block, sum);
    memcpy(block, block + SOW__MT_WORDS, SOW__MT_WORDS * sizeof *block);
  }
  memcpy(word, sum, sizeof sum);
}
