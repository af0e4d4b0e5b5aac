/* Jump-ahead: MT19937's state any number of words later, without drawing them. */
#ifndef SOW_STREAM_JUMP_H
#define SOW_STREAM_JUMP_H

#include <stdint.h>

#include "kernel/core/mt19937.h"
#include "stream/jump_table.h"

#define SOW__JUMP_LIMBS ((SOW__JUMP_DEGREE + 63) / 64)

/*
 * What a jump by a distance has worked out, which is most of its cost: the next jump as far needs no more of
 * it. Start with {0}.
 */
typedef struct sow__jump_memory {
  uint64_t distance;              /* 0: none yet */
  uint64_t limb[SOW__JUMP_LIMBS]; /* a polynomial over GF(2): bit k of limb i is that of x^(64i+k) */
} sow__jump_memory;

/*
 * `word` holds 624 consecutive untempered words that the recurrence made (not the seeding: its first word has
 * 31 bits that belong to no state); afterwards the 624 that come `distance` words later. Any distance; the
 * cost is that of about four million XORs, whatever the distance. Source: Haramoto, Matsumoto, Nishimura,
 * Panneton, L'Ecuyer: Efficient Jump Ahead for F2-Linear Random Number Generators, 2008; here by one pass
 * over the stream instead of Horner's scheme. `memory` may be NULL.
 */
void sow__jump(uint32_t word[SOW__MT_WORDS], uint64_t distance, sow__jump_memory *memory);

#endif
