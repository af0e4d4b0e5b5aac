/* The generator's inside, for the library's own files. */
#ifndef SOW_STREAM_ENGINE_H
#define SOW_STREAM_ENGINE_H

#include <stdbool.h>

#include "sow/generator.h"
#include "stream/jump.h"

/* Plain data: copying the struct copies the generator. */
struct sow_generator {
  uint32_t word[SOW__MT_WORDS]; /* the array that the last twist left (or the seeding, before the first) */
  int32_t left;                 /* torch's: 1 means "twist on the next draw" */
  uint32_t next;                /* torch's: index of the next word; unused where left is 1 */
  uint64_t seed;                /* as given; only its low 32 bits made the words */
  sow_edition edition;
  bool cached;  /* a normal is in the cache */
  double cache; /* r*sin(theta), not yet scaled */
  /* ATen never sets these on a CPU; kept because a loaded state hands them back. */
  bool float_cached;
  float float_cache;
};

void sow__engine_seed(sow_generator *engine, uint64_t seed);

/* The next `count` tempered words; fastest where whole arrays of the state are drawn together. */
void sow__engine_words(sow_generator *engine, uint32_t *words, size_t count);

/* Passes over `count` words; `memory` of jumps may be NULL. */
void sow__engine_skip(sow_generator *engine, uint64_t count, sow__jump_memory *memory);

#endif
