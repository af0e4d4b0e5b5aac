#include "grown.h"

#include <stdlib.h>

void *grown(void *items, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity)
    return items;
  size_t larger = *capacity * 2 + 16;
  void *moved = realloc(items, larger * size);
  if (moved != NULL)
    *capacity = larger;
  return moved;
}
