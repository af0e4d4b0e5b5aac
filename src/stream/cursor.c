#include "stream/cursor.h"

#include "stream/pair.h"

void sow__cursor_open(sow__cursor *cursor, const sow_generator *bases) {
  cursor->bases = bases;
  cursor->stream = 0;
  cursor->now = bases[0];
  cursor->position = 0;
  cursor->jumps = NULL;
}

void sow__cursor_seek(sow__cursor *cursor, uint32_t stream, uint64_t position) {
  if (stream != cursor->stream || position < cursor->position) {
    cursor->now = cursor->bases[stream];
    cursor->stream = stream;
    cursor->position = 0;
  }
  sow__engine_skip(&cursor->now, position - cursor->position, cursor->jumps);
  cursor->position = position;
}

/*
 * What is left of the array, and more of them where that is not an even number of items: blocks of normals go
 * in pairs. More than one more, since a call takes its time to begin (bfloat16: 0.576 instead of 0.588 ns);
 * with more than four the numbers and their words outgrow the first-level cache.
 */
size_t sow__cursor_chunk(const sow__cursor *cursor, size_t each) {
  size_t left = cursor->now.left == 1 ? SOW__MT_WORDS : (size_t)cursor->now.left - 1;
  return (left % (2 * each) == 0 ? left : left + SOW__CHUNK - SOW__MT_WORDS) / each;
}

void sow__cursor_words(sow__cursor *cursor, uint32_t *words, size_t count) {
  sow__engine_words(&cursor->now, words, count);
  cursor->position += count;
}

sow__place sow__place_start(const sow_generator *bases, uint32_t stream) {
  return (sow__place){.stream = stream, .cache = bases[stream].cached ? SOW__CACHE_BASE : SOW__CACHE_EMPTY};
}

void sow__place_engine(const sow__place *place, sow__cursor *cursor, sow_generator *engine) {
  const sow_generator *base = &cursor->bases[place->stream];
  double cache = 0.0;
  if (place->cache == SOW__CACHE_BASE) {
    cache = base->cache;
  } else if (place->cache == SOW__CACHE_DRAWN) {
    uint32_t words[SOW__PAIR_WORDS];
    double first;
    sow__cursor_seek(cursor, place->stream, place->cache_position);
    sow__cursor_words(cursor, words, SOW__PAIR_WORDS);
    sow__normal_pair(base->edition, words, &first, &cache);
  }
  sow__cursor_seek(cursor, place->stream, place->position);
  *engine = cursor->now;
  engine->cached = place->cache != SOW__CACHE_EMPTY;
  engine->cache = cache;
}
