#include "stream/jump.h"

#include <string.h>

#include "base/inline.h"
#include "kernel/kernel.h"

#define LIMBS SOW__JUMP_LIMBS

/* Bits 0 to 31 of `half` moved to the even places: squaring over GF(2) is this and nothing more. */
static uint64_t spread(uint64_t half) {
  half = (half | half << 16) & 0x0000ffff0000ffffu;
  half = (half | half << 8) & 0x00ff00ff00ff00ffu;
  half = (half | half << 4) & 0x0f0f0f0f0f0f0f0fu;
  half = (half | half << 2) & 0x3333333333333333u;
  return (half | half << 1) & 0x5555555555555555u;
}

/* The second exponent lies 623 below the first: what so many whole limbs add lies below them. */
#define FOLD (623 / 64)

/*
 * limb += value * (the polynomial without its highest term) * x^shift; `value` has a 0 at either end. By 64 -
 * bits, which may be 64, no word can be shifted at once.
 */
static void add_rest(uint64_t *restrict limb, const uint64_t value[restrict FOLD + 2], unsigned shift) {
  for (unsigned term = 1; term < SOW__JUMP_TERMS; term++) {
    unsigned at = shift + sow__jump_exponent[term], bits = at % 64;
    uint64_t *to = limb + at / 64;
    for (unsigned i = 0; i < FOLD + 1; i++)
      to[i] ^= value[i + 1] << bits | value[i] >> 1 >> (63 - bits);
  }
}

/* Replaces x^degree and above by the rest of the polynomial, from the top. */
static void reduce(uint64_t *limb, unsigned count) {
  uint64_t value[FOLD + 2];
  while (count > LIMBS) {
    unsigned take = count - LIMBS < FOLD ? count - LIMBS : FOLD;
    count -= take;
    memset(value, 0, sizeof value);
    memcpy(value + 1, limb + count, take * sizeof *limb);
    memset(limb + count, 0, take * sizeof *limb);
    add_rest(limb, value, 64 * count - SOW__JUMP_DEGREE);
  }
  const unsigned kept = SOW__JUMP_DEGREE % 64;
  memset(value, 0, sizeof value);
  value[1] = limb[LIMBS - 1] >> kept;
  limb[LIMBS - 1] &= ((uint64_t)1 << kept) - 1;
  if (value[1] != 0)
    add_rest(limb, value, 0);
}

static void square(sow__jump_way *p) {
  uint64_t wide[2 * LIMBS];
  for (unsigned i = 0; i < LIMBS; i++) {
    wide[2 * i] = spread(p->limb[i] & 0xffffffffu);
    wide[2 * i + 1] = spread(p->limb[i] >> 32);
  }
  reduce(wide, 2 * LIMBS);
  memcpy(p->limb, wide, sizeof p->limb);
}

static void times_x(sow__jump_way *p) {
  for (unsigned i = LIMBS - 1; i > 0; i--)
    p->limb[i] = p->limb[i] << 1 | p->limb[i - 1] >> 63;
  p->limb[0] <<= 1;
  reduce(p->limb, LIMBS);
}

/* By the distance's binary digits from the top. */
static void work_out(uint64_t distance, sow__jump_way *p) {
  int digits = 0;
  while (distance >> digits >= SOW__JUMP_DEGREE)
    digits++;
  *p = (sow__jump_way){.distance = distance};
  unsigned start = (unsigned)(distance >> digits);
  p->limb[start / 64] = (uint64_t)1 << start % 64;
  while (digits-- > 0) {
    square(p);
    if (distance >> digits & 1)
      times_x(p);
  }
}

static const sow__jump_way *recall(uint64_t distance, sow__jump_memory *memory) {
  uint32_t kept = memory->count < SOW__JUMP_WAYS ? memory->count : SOW__JUMP_WAYS;
  for (uint32_t i = 0; i < kept; i++)
    if (memory->way[i].distance == distance)
      return &memory->way[i];
  sow__jump_way *next = &memory->way[memory->count++ % SOW__JUMP_WAYS];
  work_out(distance, next);
  return next;
}

/* Adds to `sum` what the terms from x^base on choose of `block`, which holds the words from there on. */
static void add_chosen(const sow__jump_way *p, unsigned base, const uint32_t *block, uint32_t *sum) {
  const uint32_t *chosen[SOW__MT_WORDS];
  size_t count = 0;
  for (unsigned i = 0; i < SOW__MT_WORDS; i++) {
    chosen[count] = block + i;
    count += p->limb[(base + i) / 64] >> (base + i) % 64 & 1;
  }
  sow__kernel_select()->mt_add(sum, chosen, count);
}

_Static_assert(LIMBS * 64 % SOW__MT_WORDS == 0, "the limbs have a bit for every word of whole arrays");

/*
 * If x^d = sum of c_i x^i modulo the polynomial, then word n+d = XOR of the words n+i with c_i = 1. Two
 * arrays of the stream are enough at a time, so that a thread with little stack can jump.
 */
SOW__APART void take_way(uint32_t word[SOW__MT_WORDS], const sow__jump_way *way) {
  uint32_t block[2 * SOW__MT_WORDS], *after = block + SOW__MT_WORDS, sum[SOW__MT_WORDS] = {0};
  memcpy(block, word, SOW__MT_WORDS * sizeof *word);
  for (unsigned base = 0; base < SOW__JUMP_DEGREE; base += SOW__MT_WORDS) {
    memcpy(after, block, SOW__MT_WORDS * sizeof *block);
    sow__kernel_select()->mt_refresh(after);
    add_chosen(way, base, block, sum);
    memcpy(block, after, SOW__MT_WORDS * sizeof *block);
  }
  memcpy(word, sum, sizeof sum);
}

void sow__jump(uint32_t word[SOW__MT_WORDS], uint64_t distance, sow__jump_memory *memory) {
  sow__jump_way own;
  if (memory == NULL)
    work_out(distance, &own);
  take_way(word, memory == NULL ? &own : recall(distance, memory));
}
