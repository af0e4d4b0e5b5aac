/* Options that callers give: structs that begin with their size, and grow at their end (sow/status.h). */
#ifndef SOW_BASE_SIZED_OPTIONS_H
#define SOW_BASE_SIZED_OPTIONS_H

#include <stddef.h>

#include "sow/status.h"

/*
 * Copies what the caller's struct has over `ours`, which holds the defaults and is `size` bytes long; `given`
 * may be NULL. SOW_INVALID_ARGUMENT for a size that no struct of that `name` has, and for bytes beyond ours
 * that are not zero: a newer program asks for what this library does not know.
 */
sow_status sow__options_take(void *ours, size_t size, const void *given, const char *name, sow_error *error);
#define SOW__OPTIONS_TAKE(type, ours, given, error)                                                          \
  sow__options_take((ours), sizeof(type), (given), #type, (error))

/* The other way: as much of `ours` as the caller's struct holds; what it has beyond becomes zero. */
sow_status sow__options_give(void *given, const void *ours, size_t size, const char *name, sow_error *error);

#endif
