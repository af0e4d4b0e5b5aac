#include "op/shuffle.h"

#include <stdbool.h>

/*
 * From this length on 32-bit words are thought too skewed, and torch takes 64-bit ones: 2.6 and later. 1.13
 * to 2.5 have the one loop for all lengths (measured); an edition has one way, so 2.1 to 2.5 differ here.
 */
#define WIDE (UINT32_MAX / 20)

enum { CHUNK = 512 };

static bool is_wide(sow_edition edition, uint64_t n) {
  return edition >= SOW_TORCH_2_1 && n >= WIDE;
}

uint64_t sow__shuffle_words(sow_edition edition, uint64_t n) {
  if (is_wide(edition, n))
    return 2 * n;
  return n > 0 ? n - 1 : 0;
}

/* Each swap settles a place, so that those behind the first ones are only passed over. */
static void shuffle_narrow(sow__cursor *cursor, uint64_t *order, uint64_t n, uint64_t first) {
  uint32_t words[CHUNK];
  uint64_t swaps = first < n ? first : n - 1, end = cursor->position + n - 1;
  for (uint64_t i = 0; i < n; i++)
    order[i] = i;
  for (uint64_t i = 0; i < swaps;) {
    uint64_t part = swaps - i < CHUNK ? swaps - i : CHUNK;
    sow__cursor_words(cursor, words, (size_t)part);
    for (uint64_t k = 0; k < part; k++, i++) {
      uint64_t other = i + words[k] % (n - i), kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
  }
  sow__cursor_seek(cursor, cursor->stream, end);
}

void sow__shuffle_wide(sow__cursor *cursor, uint64_t *order, uint64_t n) {
  uint32_t words[2 * CHUNK];
  for (uint64_t i = 0; i < n;) {
    uint64_t part = n - i < CHUNK ? n - i : CHUNK;
    sow__cursor_words(cursor, words, (size_t)(2 * part));
    for (uint64_t k = 0; k < part; k++, i++) {
      uint64_t other = ((uint64_t)words[2 * k] << 32 | words[2 * k + 1]) % (i + 1);
      order[i] = i;
      order[i] = order[other];
      order[other] = i;
    }
  }
}

void sow__shuffle(sow_edition edition, sow__cursor *cursor, uint64_t *order, uint64_t n, uint64_t first) {
  if (is_wide(edition, n))
    sow__shuffle_wide(cursor, order, n);
  else if (n > 0)
    shuffle_narrow(cursor, order, n, first);
}
