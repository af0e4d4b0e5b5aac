/*
 * The bytes of torch.get_rng_state(): ATen's CPUGeneratorImplState, little endian. Measured on
 * PyTorch 1.13, 2.6 and 2.14: what a loaded state holds in the unused fields and in padding does not come out
 * again.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "kernel/core/round.h"
#include "stream/engine.h"

enum {
  AT_SEED = 0,
  AT_LEFT = 8,
  AT_SEEDED = 12,
  AT_NEXT = 16,
  AT_WORDS = 24, /* 64 bits each */
  AT_NORMAL_X = 5016,
  AT_NORMAL_Y = 5024,
  AT_NORMAL_RHO = 5032,
  AT_NORMAL_VALID = 5040,
  LEGACY_SIZE = 5048,
  AT_FLOAT_NORMAL = 5048,
  AT_FLOAT_VALID = 5052,
};

static void put(uint8_t *bytes, uint64_t value, int size) {
  for (int i = 0; i < size; i++)
    bytes[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *bytes, int size) {
  uint64_t value = 0;
  for (int i = 0; i < size; i++)
    value |= (uint64_t)bytes[i] << (8 * i);
  return value;
}

static void put_double(uint8_t *bytes, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  put(bytes, bits, 8);
}

static double get_double(const uint8_t *bytes) {
  uint64_t bits = get(bytes, 8);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

void sow_generator_get_state(const sow_generator *generator, uint8_t state[SOW_GENERATOR_STATE_SIZE]) {
  memset(state, 0, SOW_GENERATOR_STATE_SIZE);
  put(state + AT_SEED, generator->seed, 8);
  put(state + AT_LEFT, (uint32_t)generator->left, 4);
  put(state + AT_SEEDED, 1, 4);
  put(state + AT_NEXT, generator->next, 8);
  for (int i = 0; i < SOW__MT_WORDS; i++)
    put(state + AT_WORDS + 8 * i, generator->word[i], 4);
  if (generator->cached) {
    put_double(state + AT_NORMAL_Y, generator->cache);
    put(state + AT_NORMAL_VALID, 1, 4);
  }
  if (generator->float_cached) {
    put(state + AT_FLOAT_NORMAL, sow__f32_bits(generator->float_cache), 4);
    state[AT_FLOAT_VALID] = 1;
  }
}

/* The older layout stored the pair's angle and radius instead of its second half. */
static double legacy_cache(const uint8_t *state) {
  double angle = 2.0 * 3.14159265358979323846 * get_double(state + AT_NORMAL_X);
  return get_double(state + AT_NORMAL_RHO) * sin(angle);
}

sow_status sow_generator_set_state(sow_generator *generator, const uint8_t *state, size_t size,
                                   sow_error *error) {
  bool legacy = size == LEGACY_SIZE && generator->edition < SOW_TORCH_2_12;
  if (size != SOW_GENERATOR_STATE_SIZE && !legacy)
    return sow__fail(error, SOW_STATE, "a generator state has %d bytes, not %zu", SOW_GENERATOR_STATE_SIZE,
                     size);
  uint32_t left = (uint32_t)get(state + AT_LEFT, 4);
  uint32_t next = (uint32_t)get(state + AT_NEXT, 8); /* torch narrows it too before it looks */
  if (get(state + AT_SEEDED, 4) == 0 || left < 1 || left > SOW__MT_WORDS || next > SOW__MT_WORDS)
    return sow__fail(error, SOW_STATE, "the state's counters are no MT19937 state");
  /* torch takes these and then reads behind its array. */
  if (left > 1 && next + left - 1 > SOW__MT_WORDS)
    return sow__fail(error, SOW_STATE, "the state's counters point behind its words");

  generator->seed = get(state + AT_SEED, 8);
  generator->left = (int32_t)left;
  generator->next = next;
  for (int i = 0; i < SOW__MT_WORDS; i++)
    generator->word[i] = (uint32_t)get(state + AT_WORDS + 8 * i, 4);
  generator->cached = get(state + AT_NORMAL_VALID, 4) != 0;
  generator->cache = 0.0;
  if (generator->cached)
    generator->cache = legacy ? legacy_cache(state) : get_double(state + AT_NORMAL_Y);
  generator->float_cached = !legacy && state[AT_FLOAT_VALID] != 0;
  generator->float_cache = 0.0f;
  if (generator->float_cached)
    generator->float_cache = sow__f32_from_bits((uint32_t)get(state + AT_FLOAT_NORMAL, 4));
  return SOW_OK;
}
