#include <stdlib.h>

#include "stream/engine.h"

sow_generator *sow_generator_new(uint64_t seed, sow_edition edition) {
  sow_generator *generator = malloc(sizeof *generator);
  if (generator == NULL)
    return NULL;
  generator->edition = edition;
  sow__engine_seed(generator, seed);
  return generator;
}

sow_generator *sow_generator_copy(const sow_generator *generator) {
  sow_generator *copy = malloc(sizeof *copy);
  if (copy != NULL)
    *copy = *generator;
  return copy;
}

void sow_generator_free(sow_generator *generator) {
  free(generator);
}

void sow_generator_seed(sow_generator *generator, uint64_t seed) {
  sow__engine_seed(generator, seed);
}

sow_edition sow_generator_edition(const sow_generator *generator) {
  return generator->edition;
}

uint32_t sow_generator_draw32(sow_generator *generator) {
  uint32_t word;
  sow__engine_words(generator, &word, 1);
  return word;
}

uint64_t sow_generator_draw64(sow_generator *generator) {
  uint32_t words[2];
  sow__engine_words(generator, words, 2);
  return ((uint64_t)words[0] << 32) | words[1];
}

void sow_generator_words(sow_generator *generator, uint32_t *words, size_t count) {
  sow__engine_words(generator, words, count);
}

void sow_generator_skip(sow_generator *generator, uint64_t words) {
  sow__engine_skip(generator, words, NULL);
}
