/* The header of a .safetensors file. */
#ifndef SOW_CHECKPOINT_HEADER_H
#define SOW_CHECKPOINT_HEADER_H

#include "plan/entry.h"
#include "sow/checkpoint.h"

/*
 * Makes the bytes before a checkpoint's data: the length, the JSON, its padding. `options` may be NULL.
 * SOW_LIMIT over SOW_HEADER_LIMIT, SOW_INVALID_ARGUMENT for what safetensors cannot hold,
 * SOW_DUPLICATE_NAME, SOW_NO_MEMORY. *bytes is the caller's to free().
 */
sow_status sow__header_make(const sow_plan *plan, const sow_checkpoint_options *options, char **bytes,
                            size_t *size, sow_error *error);

#endif
