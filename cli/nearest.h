/* The nearest known name for a typo. */
#ifndef SOW_CLI_NEAREST_H
#define SOW_CLI_NEAREST_H

#include <stddef.h>

/* Start with {.name = name}, offer every candidate; `best` is the answer, or NULL where none is near. */
typedef struct nearest {
  const char *name;
  const char *best;
  size_t distance;
} nearest;

void nearest_offer(nearest *near, const char *candidate);

/* ", did you mean 'PREFIXname'?" or "" into buffer; returns it. */
const char *nearest_hint(const nearest *near, const char *prefix, char *buffer, size_t size);

#endif
