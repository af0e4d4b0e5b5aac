#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* ---- text ---- */

static bool buffer_room(sow__buffer *buffer, size_t size) {
  if (buffer->failed)
    return false;
  void *data = buffer->data;
  if (size >= SIZE_MAX - buffer->length ||
      !sow__reserve(&data, &buffer->capacity, buffer->length + size + 1, 1)) {
    buffer->failed = true;
    return false;
  }
  buffer->data = data;
  return true;
}

void sow__buffer_add(sow__buffer *buffer, const void *bytes, size_t size) {
  if (size == 0 || !buffer_room(buffer, size))
    return;
  memcpy(buffer->data + buffer->length, bytes, size);
  buffer->length += size;
  buffer->data[buffer->length] = 0;
}

void sow__buffer_text(sow__buffer *buffer, const char *text) {
  sow__buffer_add(buffer, text, strlen(text));
}

void sow__buffer_fill(sow__buffer *buffer, char byte, size_t count) {
  if (count == 0 || !buffer_room(buffer, count))
    return;
  memset(buffer->data + buffer->length, byte, count);
  buffer->length += count;
  buffer->data[buffer->length] = 0;
}

void sow__buffer_printf(sow__buffer *buffer, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0)
    buffer->failed = true;
  else if (buffer_room(buffer, (size_t)length)) {
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
    buffer->length += (size_t)length;
  }
  va_end(again);
}

void sow__buffer_free(sow__buffer *buffer) {
  free(buffer->data);
  *buffer = (sow__buffer){0};
}

sow_status sow__buffer_take(sow__buffer *buffer, char **text, size_t *length, sow_error *error) {
  /* Even an empty text is a string. */
  if (!buffer->failed && buffer_room(buffer, 0))
    buffer->data[buffer->length] = 0;
  if (buffer->failed) {
    sow__buffer_free(buffer);
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  }
  *text = buffer->data;
  if (length != NULL)
    *length = buffer->length;
  *buffer = (sow__buffer){0};
  return SOW_OK;
}

/* ---- arrays ---- */

bool sow__reserve(void **items, size_t *capacity, size_t count, size_t size) {
  if (count <= *capacity)
    return true;
  size_t grown = *capacity < 8 ? 8 : *capacity;
  while (grown < count)
    grown = grown > SIZE_MAX / 2 ? count : grown * 2;
  size_t bytes;
  if (__builtin_mul_overflow(grown, size, &bytes))
    return false;
  void *moved = realloc(*items, bytes);
  if (moved == NULL)
    return false;
  *items = moved;
  *capacity = grown;
  return true;
}

/* ---- large pages ---- */

#define LARGE_PAGE ((size_t)2 << 20)
#define LEAST_PAGES 4

size_t sow__large_size(size_t bytes) {
  size_t rest = bytes % LARGE_PAGE;
  if (bytes < LEAST_PAGES * LARGE_PAGE || rest == 0)
    return bytes;
  return bytes > SIZE_MAX - LARGE_PAGE ? 0 : bytes + (LARGE_PAGE - rest);
}

void *sow__large_alloc(size_t bytes) {
  size_t size = sow__large_size(bytes);
  if (size < LEAST_PAGES * LARGE_PAGE)
    return size == 0 ? NULL : malloc(size);
  void *memory = aligned_alloc(LARGE_PAGE, size);
#if defined(MADV_HUGEPAGE)
  if (memory != NULL)
    (void)madvise(memory, size, MADV_HUGEPAGE);
#endif
  return memory;
}

/* ---- arena ---- */

struct sow__arena_block {
  struct sow__arena_block *before;
  size_t used, size;
  max_align_t bytes[];
};

#define BLOCK_SIZE 16384

void *sow__arena_alloc(sow__arena *arena, size_t size) {
  if (size > SIZE_MAX - BLOCK_SIZE)
    return NULL;
  size = (size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
  struct sow__arena_block *block = arena->last;
  if (block == NULL || block->size - block->used < size) {
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    block = calloc(1, sizeof *block + room);
    if (block == NULL)
      return NULL;
    block->size = room;
    block->before = arena->last;
    arena->last = block;
  }
  void *memory = (char *)block->bytes + block->used;
  block->used += size;
  return memory;
}

char *sow__arena_copy(sow__arena *arena, const char *text, size_t length) {
  if (length == SIZE_MAX)
    return NULL;
  char *copy = sow__arena_alloc(arena, length + 1);
  if (copy != NULL && length > 0)
    memcpy(copy, text, length);
  return copy;
}

void sow__arena_free(sow__arena *arena) {
  while (arena->last != NULL) {
    struct sow__arena_block *before = arena->last->before;
    free(arena->last);
    arena->last = before;
  }
}

const char *sow__intern(sow__interner *interner, sow__arena *arena, const char *text) {
  const size_t count = sizeof interner->texts / sizeof *interner->texts;
  for (size_t i = 0; i < count && interner->texts[i] != NULL; i++)
    if (strcmp(interner->texts[i], text) == 0)
      return interner->texts[i];
  const char *copy = sow__arena_copy(arena, text, strlen(text));
  if (copy != NULL) {
    interner->texts[interner->next] = copy;
    interner->next = (interner->next + 1) % count;
  }
  return copy;
}
