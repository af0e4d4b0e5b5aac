/* Lists that grow by one. */
#ifndef SOW_CLI_GROWN_H
#define SOW_CLI_GROWN_H

#include <stddef.h>

/*
 * `items` with room for one more than `count` of `size` bytes each, moved where *capacity is used up. NULL
 * when memory is short; `items` and *capacity are then as before.
 */
void *grown(void *items, size_t count, size_t *capacity, size_t size);

#endif
