/* Tensors, and halves of tensors, that are equal where chance would not have it. */
#ifndef SOW_MEASURE_DUPLICATES_H
#define SOW_MEASURE_DUPLICATES_H

#include "sow/archive.h"

/*
 * Calls `found` for each tensor that is equal to an earlier one of the same size (`other`), and for each
 * whose halves are equal (`other` is `index`). Constant and very short ones are left out. SOW_IO,
 * SOW_NO_MEMORY.
 */
sow_status sow__duplicates_find(const sow_archive *archive, const sow_statistics *statistics,
                                void (*found)(void *context, size_t index, size_t other), void *context,
                                sow_error *error);

#endif
