/* Growable text, growable arrays, and an arena. None of them aborts; each says when memory is short. */
#ifndef SOW_BASE_MEMORY_H
#define SOW_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Text that grows. Once an allocation has failed, `failed` is set and writes do nothing. Start with {0}. */
typedef struct sow__buffer {
  char *data; /* 0-terminated whenever length > 0 */
  size_t length;
  size_t capacity;
  bool failed;
} sow__buffer;

void sow__buffer_add(sow__buffer *buffer, const void *bytes, size_t size);
void sow__buffer_text(sow__buffer *buffer, const char *text);
void sow__buffer_printf(sow__buffer *buffer, const char *format, ...) SOW__PRINTF(2, 3);
void sow__buffer_fill(sow__buffer *buffer, char byte, size_t count);
void sow__buffer_free(sow__buffer *buffer);

/*
 * Hands the text over as a malloc'd 0-terminated string and empties the buffer; SOW_NO_MEMORY if any write
 * failed, and then everything is freed.
 */
sow_status sow__buffer_take(sow__buffer *buffer, char **text, size_t *length, sow_error *error);

/*
 * Makes room for `count` items of `size` bytes in *items (malloc'd, *capacity items), doubling; false, with
 * all as before, when memory is short.
 */
bool sow__reserve(void **items, size_t *capacity, size_t count, size_t size);

/*
 * Memory of large pages where the system has them and a few of them are asked for: to be freed by free; NULL
 * for none, or when memory is short. A page fault for each 4 KiB would take longer than numbers do, and a QR
 * of 2048 x 2048 takes 5 % less time for 8000 faults fewer.
 */
void *sow__large_alloc(size_t bytes);
size_t sow__large_size(size_t bytes); /* that it takes; 0 where no machine has as many */

/* Allocations that are freed all at once. Start with {0}. Memory is zeroed and aligned for any type. */
typedef struct sow__arena {
  struct sow__arena_block *last;
} sow__arena;

void *sow__arena_alloc(sow__arena *arena, size_t size);                    /* NULL when memory is short */
char *sow__arena_copy(sow__arena *arena, const char *text, size_t length); /* 0-terminated */
void sow__arena_free(sow__arena *arena);

/* The latest few texts that were copied into an arena. Start with {0}. */
typedef struct sow__interner {
  const char *texts[16];
  size_t next;
} sow__interner;

/* A copy that repeated texts share, as long as they come close after one another; NULL when memory is short.
 */
const char *sow__intern(sow__interner *interner, sow__arena *arena, const char *text);

#endif
