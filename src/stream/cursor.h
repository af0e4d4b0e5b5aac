/* Reading a stream at any position, counted in words from a base generator. */
#ifndef SOW_STREAM_CURSOR_H
#define SOW_STREAM_CURSOR_H

#include "stream/engine.h"

/*
 * Where a step begins: how many words went before, and what the cache of one normal holds. A plan stores
 * places, never generators; the cached value is a pure function of the stream, so its origin is enough.
 */
typedef enum sow__cache {
  SOW__CACHE_EMPTY,
  SOW__CACHE_BASE,  /* the base generator's own cached value */
  SOW__CACHE_DRAWN, /* the sine half of the pair whose four words start at cache_position */
} sow__cache;

typedef struct sow__place {
  uint64_t position;
  uint64_t cache_position;
  uint32_t stream; /* which of the streams, each a base generator of its own */
  sow__cache cache;
} sow__place;

/* Owned by one thread; `bases`, one for each stream, must outlive it and are not written to. */
typedef struct sow__cursor {
  sow_generator now; /* first: see SOW__STATE_ALIGNMENT */
  const sow_generator *bases;
  uint32_t stream;
  uint64_t position;
  sow__jump_memory *jumps; /* the caller's; NULL, as sow__cursor_open sets it, for none */
} sow__cursor;

/*
 * Where a state and what becomes of its words should begin: at a line of the cache. A vector that was stored
 * across two lines is read back only after both have left the processor, behind all numbers stored before.
 */
#define SOW__STATE_ALIGNMENT 64

typedef struct sow__readers {
  sow__cursor *items;
  size_t count, capacity;
} sow__readers;

void sow__cursor_open(sow__cursor *cursor, const sow_generator *bases); /* at the start of stream 0 */
void sow__cursor_seek(sow__cursor *cursor, uint32_t stream, uint64_t position);
/*
 * How many items of `each` words, which is at most SOW__MT_WORDS, to draw next so that as many whole arrays
 * of the state as may be come together: at least one, and at most SOW__CHUNK words of them.
 */
#define SOW__CHUNK (4 * SOW__MT_WORDS)
size_t sow__cursor_chunk(const sow__cursor *cursor, size_t each);

/* Memory for their words, wherever it lies, and where in it they should begin: see SOW__STATE_ALIGNMENT. */
typedef struct sow__chunk {
  uint32_t room[SOW__CHUNK + SOW__STATE_ALIGNMENT / sizeof(uint32_t)];
} sow__chunk;

static inline uint32_t *sow__chunk_words(sow__chunk *chunk) {
  size_t past = (uintptr_t)chunk->room % SOW__STATE_ALIGNMENT;
  return chunk->room + (SOW__STATE_ALIGNMENT - past) / sizeof(uint32_t);
}

/* The next `count` words; moves on. */
void sow__cursor_words(sow__cursor *cursor, uint32_t *words, size_t count);

/* The place before anything is drawn from a stream. */
sow__place sow__place_start(const sow_generator *bases, uint32_t stream);

/* *engine = the stream's base generator moved to `place`, its cache as the place says. */
void sow__place_engine(const sow__place *place, sow__cursor *cursor, sow_generator *engine);

#endif
