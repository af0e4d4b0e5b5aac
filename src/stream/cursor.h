/* Reading a stream at any position, counted in words from a base generator. */
#ifndef SOW_GENERATOR_CURSOR_H
#define SOW_GENERATOR_CURSOR_H

#include "stream/engine.h"

/*
 * Where a fill begins: how many words went before, and what the cache of one normal holds. A plan stores
 * places, never generators; the cached value is a pure function of the stream, so its origin is enough.
 */
typedef enum sow__cache {
  SOW__CACHE_EMPTY,
  SOW__CACHE_BASE,  /* the base generator's own cached value */
  SOW__CACHE_DRAWN, /* the sine half of the pair whose four words start at cache_position */
} sow__cache;

typedef struct sow__place {
  uint64_t position;
  sow__cache cache;
  uint64_t cache_position;
} sow__place;

/* Owned by one thread; `base` must outlive it and is not written to. */
typedef struct sow__cursor {
  const sow_generator *base;
  sow_generator now;
  uint64_t position;
  /*
   * Where a fill that reads many places at once leaves its cursors, so that the range that follows in the
   * same tensor need not jump to each place again. NULL, as sow__cursor_open sets it, for none; the caller's
   * to free.
   */
  struct sow__readers *readers;
} sow__cursor;

typedef struct sow__readers {
  sow__cursor *items;
  size_t count, capacity;
} sow__readers;

void sow__cursor_open(sow__cursor *cursor, const sow_generator *base);
void sow__cursor_seek(sow__cursor *cursor, uint64_t position);
/* The next `count` words; moves on. */
void sow__cursor_words(sow__cursor *cursor, uint32_t *words, size_t count);

/* The place before anything is drawn from `base`. */
sow__place sow__place_start(const sow_generator *base);

/* *engine = the base generator moved to `place`, its cache as the place says. */
void sow__place_engine(const sow__place *place, sow__cursor *cursor, sow_generator *engine);

#endif
