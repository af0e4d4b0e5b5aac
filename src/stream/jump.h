/* Jump-ahead: MT19937's state any number of words later, without drawing them. */
#ifndef SOW_GENERATOR_JUMP_H
#define SOW_GENERATOR_JUMP_H

#include <stdint.h>

#include "stream/engine.h"

/*
 * `word` holds 624 consecutive untempered words that the recurrence made (not the seeding: its first word has
 * 31 bits that belong to no state); afterwards the 624 that come `distance` words later. Any distance; the
 * cost is that of about four million XORs, whatever the distance. Source: Haramoto, Matsumoto, Nishimura,
 * Panneton, L'Ecuyer: Efficient Jump Ahead for F2-Linear Random Number Generators, 2008; here by one pass
 * over the stream instead of Horner's scheme.
 */
void sow__jump(uint32_t word[SOW__MT_WORDS], uint64_t distance);

#endif
