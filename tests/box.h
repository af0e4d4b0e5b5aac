/* What the tests of sow_fill share: small tensors with shapes and strides written in place. */
#ifndef SOW_TESTS_BOX_H
#define SOW_TESTS_BOX_H

#include "numbers.h"

#define EACH_EDITION(e) for (sow_edition e = SOW_TORCH_1_13; e < SOW_EDITION_COUNT; e++)

/* A tensor in memory of its own, with room for views. */
typedef struct box {
  _Alignas(64) uint8_t bytes[8192];
  int64_t shape[5], strides[5];
  DLTensor tensor;
} box;

static inline DLDataType type_of(sow_dtype dtype) {
  return (DLDataType){.code = dtype == SOW_INT64      ? kDLInt
                              : dtype == SOW_BFLOAT16 ? kDLBfloat
                                                      : kDLFloat,
                      .bits = (uint8_t)(8 * sow_dtype_size(dtype)),
                      .lanes = 1};
}

static inline void box_open(box *b, sow_dtype dtype, int ndim, const int64_t *shape, const int64_t *strides) {
  memset(b, 0xa5, sizeof *b);
  for (int i = 0; i < ndim; i++) {
    b->shape[i] = shape[i];
    b->strides[i] = strides != NULL ? strides[i] : 0;
  }
  b->tensor = (DLTensor){.data = b->bytes,
                         .device = {kDLCPU, 0},
                         .ndim = ndim,
                         .dtype = type_of(dtype),
                         .shape = b->shape,
                         .strides = strides != NULL ? b->strides : NULL};
}

#define SHAPE(...)                                                                                           \
  (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (const int64_t[]) {                             \
    __VA_ARGS__                                                                                              \
  }
#define STRIDES(...) ((const int64_t[]){__VA_ARGS__})

/* Fills with a fresh generator; *words is how far it moved (found by what it draws next), if not NULL. */
static inline sow_status fill_with(box *b, sow_initializer initializer, uint64_t seed, sow_edition edition,
                                   uint64_t *words, sow_error *error) {
  sow_generator *generator = sow_generator_new(seed, edition), *slow = sow_generator_new(seed, edition);
  assert_non_null(generator);
  assert_non_null(slow);
  sow_status status = sow_fill(&b->tensor, initializer, generator, error);
  if (words != NULL) {
    uint32_t next[3];
    for (int i = 0; i < 3; i++)
      next[i] = sow_generator_draw32(generator);
    uint32_t window[3];
    for (int i = 0; i < 3; i++)
      window[i] = sow_generator_draw32(slow);
    for (*words = 0; memcmp(window, next, sizeof next) != 0; ++*words) {
      assert_true(*words < 100000);
      memmove(window, window + 1, 2 * sizeof *window);
      window[2] = sow_generator_draw32(slow);
    }
  }
  sow_generator_free(generator);
  sow_generator_free(slow);
  return status;
}

static inline void fill_ok(box *b, sow_initializer initializer, sow_edition edition) {
  assert_int_equal(fill_with(b, initializer, 0, edition, NULL, NULL), SOW_OK);
}

static inline sow_status status_of(sow_initializer initializer, sow_dtype dtype, sow_edition edition,
                                   int ndim, const int64_t *shape) {
  box b;
  box_open(&b, dtype, ndim, shape, NULL);
  return fill_with(&b, initializer, 0, edition, NULL, NULL);
}

#endif
