#include "op/worker.h"

#include <stdint.h>
#include <stdlib.h>

#define ALIGNMENT 64 /* a cache line, and the widest vector */

bool sow__scratch_reserve(sow__scratch *scratch, size_t bytes) {
  *scratch = (sow__scratch){0};
  if (bytes == 0)
    return true;
  scratch->memory = aligned_alloc(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  scratch->size = scratch->memory == NULL ? 0 : bytes;
  return scratch->memory != NULL;
}

void sow__scratch_free(sow__scratch *scratch) {
  free(scratch->memory);
  *scratch = (sow__scratch){0};
}

void *sow__scratch_take(sow__scratch *scratch, uint64_t bytes) {
  uint64_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (rounded < bytes || bytes > SIZE_MAX / 2)
    return NULL;
  if (rounded > scratch->size - scratch->used)
    return malloc(bytes == 0 ? 1 : (size_t)bytes);
  void *taken = scratch->memory + scratch->used;
  scratch->used += (size_t)rounded;
  return taken;
}

void sow__scratch_give(sow__scratch *scratch, void *memory) {
  char *given = memory;
  if (scratch->memory != NULL && given >= scratch->memory && given < scratch->memory + scratch->size)
    scratch->used = (size_t)(given - scratch->memory);
  else
    free(memory);
}
