/* What a fuzz target is, and what it says when a property does not hold. */
#ifndef SOW_FUZZ_TARGET_H
#define SOW_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define HOLDS(property)                                                                                      \
  do {                                                                                                       \
    if (!(property)) {                                                                                       \
      fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property);                          \
      abort();                                                                                               \
    }                                                                                                        \
  } while (0)

#endif
