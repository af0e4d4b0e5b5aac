#include "stream/engine.h"

#include <string.h>

#include "kernel/kernel.h"
#include "stream/jump.h"

/* Knuth's one-word seeding (TAOCP vol. 2, 3rd ed., p. 106), as init_genrand of the MT19937 authors. */
void sow__engine_seed(sow_generator *engine, uint64_t seed) {
  sow_edition edition = engine->edition;
  memset(engine, 0, sizeof *engine);
  engine->edition = edition;
  engine->seed = seed;
  engine->left = 1;
  engine->word[0] = (uint32_t)seed;
  for (uint32_t i = 1; i < SOW__MT_WORDS; i++)
    engine->word[i] = 1812433253u * (engine->word[i - 1] ^ (engine->word[i - 1] >> 30)) + i;
}

/*
 * Claims at least one and at most `count` words of the array, twisting it first when it is used up: torch's
 * twist is lazy, so the 624th draw leaves left = 1. Returns how many; *from is where they are.
 */
static size_t engine_claim(sow_generator *engine, uint64_t count, const uint32_t **from) {
  if (engine->left == 1) {
    sow__kernel_select()->mt_refresh(engine->word);
    engine->left = SOW__MT_WORDS + 1;
    engine->next = 0;
  }
  uint32_t claimed = (uint32_t)engine->left - 1;
  if (claimed > count)
    claimed = (uint32_t)count;
  *from = engine->word + engine->next;
  engine->left -= (int32_t)claimed;
  engine->next += claimed;
  return claimed;
}

void sow__engine_words(sow_generator *engine, uint32_t *words, size_t count) {
  while (count > 0) {
    size_t claimed = SOW__MT_WORDS;
    if (engine->left == 1 && count >= SOW__MT_WORDS) {
      sow__kernel_select()->mt_words(engine->word, words);
      engine->next = SOW__MT_WORDS;
    } else {
      const uint32_t *from;
      claimed = engine_claim(engine, count, &from);
      sow__kernel_select()->mt_temper(from, words, claimed);
    }
    words += claimed;
    count -= claimed;
  }
}

/*
 * Where a jump, whatever its distance, has become cheaper than twisting on: both take 0.4 ms (AVX-512,
 * 2026-11-29).
 */
static const uint64_t jump_from = UINT64_C(6) << 20;

/*
 * Passes over whole arrays at once and leaves at least one word of the last, as drawing would. The array is
 * twisted first, because a jump starts from words that a twist has made. How far it jumps depends on the
 * count only, not on how much of the array is left, and in steps of 3 microseconds of twisting, so that ways
 * that are about equal have equal jumps: most of a jump is working out how, once for each distance.
 */
#define JUMP_STEP ((uint64_t)64 * SOW__MT_WORDS)

static uint64_t engine_jump(sow_generator *engine, uint64_t count, sow__jump_memory *memory) {
  const uint32_t *from;
  uint64_t distance = (count / JUMP_STEP - 1) * JUMP_STEP;
  while (engine->left != 1)
    count -= engine_claim(engine, count, &from);
  count -= engine_claim(engine, SOW__MT_WORDS, &from);
  sow__jump(engine->word, distance, memory);
  return count - distance;
}

void sow__engine_skip(sow_generator *engine, uint64_t count, sow__jump_memory *memory) {
  if (count >= jump_from)
    count = engine_jump(engine, count, memory);
  while (count > 0) {
    const uint32_t *from;
    count -= engine_claim(engine, count, &from);
  }
}
