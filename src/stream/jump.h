/* Jump-ahead: MT19937's state any number of words later, without drawing them. */
#ifndef SOW_STREAM_JUMP_H
#define SOW_STREAM_JUMP_H

#include <stdint.h>

#include "kernel/core/mt19937.h"
#include "stream/jump_table.h"

#define SOW__JUMP_LIMBS ((SOW__JUMP_DEGREE + 63) / 64)

/* x^distance modulo the characteristic polynomial, over GF(2): bit k of limb i is that of x^(64i+k). */
typedef struct sow__jump_way {
  uint64_t distance;
  uint64_t limb[SOW__JUMP_LIMBS];
} sow__jump_way;

/*
 * The last different ways that jumps have worked out, which is most of their cost: the next jump as far needs
 * no more of it. A layer's tensors are as far apart as the next layer's, and there are seldom more than
 * these. Start with a count of 0.
 */
#define SOW__JUMP_WAYS 16

typedef struct sow__jump_memory {
  uint32_t count; /* of all worked out; the last SOW__JUMP_WAYS are kept, each in its turn */
  sow__jump_way way[SOW__JUMP_WAYS];
} sow__jump_memory;

/*
 * `word` holds 624 consecutive untempered words that the recurrence made (not the seeding: its first word has
 * 31 bits that belong to no state); afterwards the 624 that come `distance` words later. Any distance; the
 * cost is that of about seven million XORs, whatever the distance. Source: Haramoto, Matsumoto, Nishimura,
 * Panneton, L'Ecuyer: Efficient Jump Ahead for F2-Linear Random Number Generators, 2008; here by one pass
 * over the stream instead of Horner's scheme. `memory` may be NULL.
 */
void sow__jump(uint32_t word[SOW__MT_WORDS], uint64_t distance, sow__jump_memory *memory);

#endif
