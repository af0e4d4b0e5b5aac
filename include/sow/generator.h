/* PyTorch's CPU generator: MT19937, its cache of one normal, and its state as bytes. */
#ifndef SOW_GENERATOR_H
#define SOW_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

#include "sow/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * PyTorch's arithmetic changed four times; an edition is a span of versions that agree to the bit. What
 * differs is listed in docs/fidelity.md.
 */
typedef enum sow_edition {
  SOW_TORCH_1_13, /* 1.13 */
  SOW_TORCH_2_0,  /* 2.0 */
  SOW_TORCH_2_1,  /* 2.1 to 2.11 */
  SOW_TORCH_2_12, /* 2.12 */
  SOW_TORCH_2_13, /* 2.13 and later */
  SOW_EDITION_COUNT,
  SOW_TORCH_NEWEST = SOW_TORCH_2_13
} sow_edition;

/*
 * Reads a torch version ("1.13", "2.6.0", "2.14.1+cu126", "newest") as the edition it belongs to.
 * SOW_UNKNOWN_NAME for versions before 1.13 and for what is no version. Thread-safe.
 */
SOW_API sow_status sow_edition_parse(const char *version, sow_edition *edition, sow_error *error);

/* "1.13", "2.0", "2.1", "2.12" or "2.13": the first version of the edition. Never NULL. Thread-safe. */
SOW_API const char *sow_edition_name(sow_edition edition);

/*
 * Reads a seed as torch.manual_seed takes it: a decimal (or 0x…) integer from -2^63 to 2^64-1, a negative s
 * meaning 2^64+s. SOW_INVALID_ARGUMENT otherwise. Thread-safe.
 */
SOW_API sow_status sow_seed_parse(const char *text, uint64_t *seed, sow_error *error);

/* A stream of random words with a place in it. Not thread-safe: one thread at a time may use it. */
typedef struct sow_generator sow_generator;

/* A generator as after torch.manual_seed(seed). NULL when memory is short; an edition that there is not is
 * told by what fills by it. Free with sow_generator_free. */
SOW_API sow_generator *sow_generator_new(uint64_t seed, sow_edition edition);

/* A second generator in the same state. NULL when memory is short. */
SOW_API sow_generator *sow_generator_copy(const sow_generator *generator);

/* NULL is fine. */
SOW_API void sow_generator_free(sow_generator *generator);

/* torch.manual_seed: restarts the stream and empties the cache. Only the low 32 bits choose the stream. */
SOW_API void sow_generator_seed(sow_generator *generator, uint64_t seed);

SOW_API sow_edition sow_generator_edition(const sow_generator *generator);

/* The next word of the stream. */
SOW_API uint32_t sow_generator_draw32(sow_generator *generator);

/* Two words; the first drawn is the high half. */
SOW_API uint64_t sow_generator_draw64(sow_generator *generator);

/* The next `count` words, sooner than one by one. */
SOW_API void sow_generator_words(sow_generator *generator, uint32_t *words, size_t count);

/* Passes over `words` words. The cached normal stays, as it does in torch when others draw. */
SOW_API void sow_generator_skip(sow_generator *generator, uint64_t words);

#define SOW_GENERATOR_STATE_SIZE 5056

/* Writes the bytes of torch.get_rng_state(), padding as zeros. */
SOW_API void sow_generator_get_state(const sow_generator *generator, uint8_t state[SOW_GENERATOR_STATE_SIZE]);

/*
 * torch.set_rng_state. `size` is 5056, or 5048 (the older layout) where the edition is before 2.12.
 * SOW_STATE when torch would refuse the bytes; the generator is then as before.
 */
SOW_API sow_status sow_generator_set_state(sow_generator *generator, const uint8_t *state, size_t size,
                                           sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
