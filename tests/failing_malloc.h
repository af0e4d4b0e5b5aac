/*
 * An allocator that fails at the k-th call, for every k: each call of the library answers with a status, its
 * outputs are untouched, and nothing stays allocated. Linked with --wrap, so it sees what the library and
 * the test allocate and not what libc and other libraries do within themselves.
 */
#ifndef TESTS_FAILING_MALLOC_H
#define TESTS_FAILING_MALLOC_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sow/sow.h"
#include "unit.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
char *__real_realpath(const char *path, char *resolved);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);
char *__wrap_realpath(const char *path, char *resolved);

static size_t calls, failing; /* 0: none fails */
static bool and_all_later;
static bool counting;

#define TABLE_SIZE 65536 /* a power of two, far above what is alive at any time */
static void *table[TABLE_SIZE];
static size_t alive;

static size_t slot_of(const void *memory) {
  size_t slot = ((uintptr_t)memory >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 48;
  while (table[slot] != NULL && table[slot] != memory)
    slot = (slot + 1) % TABLE_SIZE;
  return slot;
}

static void *born(void *memory) {
  if (memory != NULL && counting) {
    table[slot_of(memory)] = memory;
    alive++;
  }
  return memory;
}

/* What the table does not know came from within libc or from before the counting. */
static void dies(void *memory) {
  size_t hole = slot_of(memory);
  if (memory == NULL || table[hole] == NULL)
    return;
  alive--;
  table[hole] = NULL;
  for (size_t i = (hole + 1) % TABLE_SIZE; table[i] != NULL; i = (i + 1) % TABLE_SIZE) {
    void *moved = table[i];
    table[i] = NULL;
    table[slot_of(moved)] = moved;
  }
}

static bool refused(void) {
  if (!counting || ++calls < failing || failing == 0 || (calls > failing && !and_all_later))
    return false;
  errno = ENOMEM;
  return true;
}

void *__wrap_malloc(size_t size) {
  return refused() ? NULL : born(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
  return refused() ? NULL : born(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size) {
  if (refused())
    return NULL;
  void *moved = __real_realloc(memory, size);
  if (moved != NULL) {
    dies(memory);
    born(moved);
  }
  return moved;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return refused() ? NULL : born(__real_aligned_alloc(alignment, size));
}

char *__wrap_strdup(const char *text) {
  return refused() ? NULL : born(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t length) {
  return refused() ? NULL : born(__real_strndup(text, length));
}

char *__wrap_realpath(const char *path, char *resolved) {
  return refused() ? NULL : born(__real_realpath(path, resolved));
}

void __wrap_free(void *memory) {
  dies(memory);
  __real_free(memory);
}

/* ---- every k ---- */

/* One pass over a part of the library; releases what it made, whatever the outcome. */
typedef sow_status (*scenario)(void);

static void check_outcome(sow_status status, size_t k) {
  counting = false;
  if (status != SOW_OK && status != SOW_NO_MEMORY)
    fail_msg("call %zu failing: %s", k, sow_status_name(status));
  if (alive != 0)
    fail_msg("call %zu failing: %zu allocations stay", k, alive);
}

static void for_every_k(scenario run) {
  for (int later = 0; later < 2; later++) {
    and_all_later = later == 1;
    size_t k = 0;
    sow_status status;
    do {
      failing = ++k;
      calls = 0;
      counting = true;
      status = run();
      check_outcome(status, k);
    } while (calls >= failing);
    assert_int_equal(status, SOW_OK);
    assert_true(k > 1);
  }
}

#define NEEDS(condition)                                                                                     \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      counting = false;                                                                                      \
      fail_msg("%s", #condition);                                                                            \
    }                                                                                                        \
  } while (0)

#define EVERY_K(name)                                                                                        \
  static void name##_survive_any_failed_allocation(void **state) {                                           \
    (void)state;                                                                                             \
    for_every_k(name);                                                                                       \
  }

#endif
