/*
 * For tests that every slot of every table that this machine can run equals the portable one, bit for bit and
 * without a byte beside the array. AVX-512 is emulated too, where SIMDe is there and the processor has AVX2.
 */
#ifndef SOW_TESTS_KERNEL_SLOTS_H
#define SOW_TESTS_KERNEL_SLOTS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/processor.h"
#include "kernel/kernel.h"
#include "unit.h"

enum { MOST = 5000, GUARD = 64, SHIFTS = 4, ROOM = 32 * 4 * SOW__MT_WORDS + 4 * GUARD };

/* Lengths around blocks, chunks and arrays of words; every one up to 200 comes before. */
static const size_t edges[] = {239, 240, 241, 255,  256,  257,  511,  512, 513,
                               623, 624, 625, 1023, 1024, 1025, 4096, 4991};

/* ---- what is compared ---- */

typedef void (*slot_run)(const sow__kernel *kernel, const void *with, const void *in, void *out,
                         size_t count);

typedef struct slot_case {
  const char *name;
  slot_run run;
  const void *with;           /* the slot's own parameters */
  size_t in_size, out_size;   /* bytes an item */
  size_t align_in, align_out; /* what misaligned arrays are still aligned for */
} slot_case;

/* In both, what lies around the array must stay as it is. The first begins a line of the cache. */
static void compare(const sow__kernel *kernel, const slot_case *one, const void *in, size_t count) {
  static _Alignas(64) uint8_t input[ROOM], expected[ROOM], made[ROOM];
  for (size_t shift = 0; shift < SHIFTS; shift++) {
    uint8_t *from = input + shift * one->align_in;
    size_t before = GUARD + shift * one->align_out, size = count * one->out_size + GUARD;
    memcpy(from, in, count * one->in_size);
    memset(expected, 0xa5, before + size);
    memset(made, 0xa5, before + size);
    one->run(&sow__kernel_portable, one->with, from, expected + before, count);
    one->run(kernel, one->with, from, made + before, count);
    if (memcmp(expected, made, before + size) != 0)
      fail_msg("%s: %s differs from portable, %zu items, shift %zu", kernel->name, one->name, count, shift);
  }
}

/* `in` holds MOST items; windows of it take turns, so that every item meets every place in a vector. */
static void compare_lengths(const sow__kernel *kernel, const slot_case *one, const uint8_t *in, size_t most) {
  size_t at = 0;
  for (size_t i = 0; i <= 200 + sizeof edges / sizeof edges[0]; i++) {
    size_t count = i <= 200 ? i : edges[i - 201];
    if (count > most)
      continue;
    if (at + count > most)
      at = 0;
    compare(kernel, one, in + at * one->in_size, count);
    at += count;
  }
}

/* Random words, and among them those at which something turns. */
static void words_make(uint32_t *words, size_t count) {
  static const uint32_t special[] = {0,          1,          0xff,       0x100,      0x7ff,
                                     0x800,      0x7fffff,   0x800000,   0xfffffe,   0xffffff,
                                     0x1000000,  0x7fffffff, 0x80000000, 0xff000000, 0xff000001,
                                     0xfffffffe, 0xffffffff, 0x1fffff,   0x200000};
  uint32_t x = 2463534242u; /* xorshift32, Marsaglia 2003 */
  for (size_t i = 0; i < count; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    words[i] = x % 7 == 0 ? special[(x >> 8) % (sizeof special / sizeof special[0])] : x;
  }
}

/* The table under test, or a skip that says what is missing. */
static const sow__kernel *table_of(void **state) {
  const sow__kernel *const *table = *state;
  if (*table == NULL)
    skip();
  return *table;
}

/* ---- the tables ---- */

#ifdef SOW_TEST_SIMDE
extern const sow__kernel sow__kernel_avx512_emulated;
#endif

enum { EMULATED = SOW__ISA_COUNT, TABLES };

/* A build that is many times slower, and looks for what does not depend on numbers. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SLOWED = 1 };
#else
enum { SLOWED = 0 };
#endif
static const sow__kernel *tables[TABLES];

static void tables_find(void) {
  for (int i = 0; i < sow_isa_count(); i++)
    if (sow_isa_is_supported(i))
      tables[i] = sow__kernel_of(i);
    else
      printf("%s: skipped: this machine cannot run it\n", sow_isa_name(i));
#ifdef SOW_TEST_SIMDE
  if (sow_isa_is_supported(SOW__ISA_AVX2))
    tables[EMULATED] = &sow__kernel_avx512_emulated;
#endif
  if (tables[EMULATED] == NULL)
    puts("avx512 emulated: skipped: no SIMDe, or no AVX2");
}

typedef struct slot_test {
  const char *name;
  CMUnitTestFunction run;
} slot_test;

/* Each test with each table into tests[TABLES * count]. */
static void slots_spread(const slot_test *slots, int count, struct CMUnitTest *tests) {
  static char names[TABLES * 16][64];
  tables_find();
  for (int i = 0; i < TABLES * count; i++) {
    int table = i / count;
    snprintf(names[i], sizeof names[i], "%s: %s", table == EMULATED ? "avx512 emulated" : sow_isa_name(table),
             slots[i % count].name);
    tests[i] = (struct CMUnitTest){names[i], slots[i % count].run, NULL, NULL, &tables[table]};
  }
}

#endif
