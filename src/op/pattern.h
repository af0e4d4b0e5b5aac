/* eye_ and dirac_ are zeros with a one here and there; sparse_ is normals with zeros here and there. */
#ifndef SOW_OP_PATTERN_H
#define SOW_OP_PATTERN_H

#include <string.h>

#include "op/convert.h"

/* A number, as the dtype has it. */
typedef struct sow__element {
  unsigned char bytes[sizeof(double)];
  size_t size;
} sow__element;

static inline sow__element sow__element_of(sow_dtype dtype, double value) {
  sow__element element = {.size = sow_dtype_size(dtype)};
  sow__convert(SOW_FLOAT64, &value, dtype, element.bytes, 1);
  return element;
}

/* Sets element `index` of an array to it. Lengths that the compiler knows are one store each, no call. */
static inline void sow__put_element(const sow__element *element, void *array, uint64_t index) {
  char *to = (char *)array + index * element->size;
  switch (element->size) {
  case 2:
    memcpy(to, element->bytes, 2);
    break;
  case 4:
    memcpy(to, element->bytes, 4);
    break;
  case 8:
    memcpy(to, element->bytes, 8);
    break;
  default:
    memcpy(to, element->bytes, element->size);
    break;
  }
}

/* Zero is all bits zero in every dtype. */
static inline void sow__put_zeros(sow_dtype dtype, void *array, uint64_t count) {
  memset(array, 0, (size_t)count * sow_dtype_size(dtype));
}

#endif
