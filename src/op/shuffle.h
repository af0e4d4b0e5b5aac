/* torch.randperm, drawn from a stream. */
#ifndef SOW_OP_SHUFFLE_H
#define SOW_OP_SHUFFLE_H

#include "stream/cursor.h"

/* Words that randperm(n) takes. */
uint64_t sow__shuffle_words(sow_edition edition, uint64_t n);

/* order[0..first) = randperm(n)[:first], from where the cursor stands to behind all words; order has n
 * places. */
void sow__shuffle(sow_edition edition, sow__cursor *cursor, uint64_t *order, uint64_t n, uint64_t first);

/* The way of torch 2 with 214748364 and more: two words for each element. Any n. */
void sow__shuffle_wide(sow__cursor *cursor, uint64_t *order, uint64_t n);

#endif
