/* What the families without a draw share; eye_ and dirac_ are zeros with a one here and there. */
#ifndef SOW_INIT_PATTERN_H
#define SOW_INIT_PATTERN_H

#include <string.h>

#include "init/fill.h"

/* Sets element `index` of an array of `dtype` to 1. */
static inline void sow__put_one(sow_dtype dtype, void *array, uint64_t index) {
  static const int64_t integer = 1;
  static const double f64 = 1;
  static const float f32 = 1;
  static const uint16_t bf16 = 0x3f80, f16 = 0x3c00;
  static const void *const ones[SOW_DTYPE_COUNT] = {[SOW_INT64] = &integer,
                                                    [SOW_FLOAT64] = &f64,
                                                    [SOW_FLOAT32] = &f32,
                                                    [SOW_BFLOAT16] = &bf16,
                                                    [SOW_FLOAT16] = &f16};
  size_t size = sow_dtype_size(dtype);
  memcpy((char *)array + index * size, ones[dtype], size);
}

/* Zero is all bits zero in every dtype. */
static inline void sow__put_zeros(sow_dtype dtype, void *array, uint64_t count) {
  memset(array, 0, (size_t)count * sow_dtype_size(dtype));
}

static inline sow_status sow__drawless_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place,
                                            sow_error *error) {
  (void)cursor;
  (void)place;
  (void)error;
  fill->draws = 0;
  fill->grain = 1;
  return SOW_OK;
}

#endif
