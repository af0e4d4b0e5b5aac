/*
 * The table of docs/kernels.md: nanoseconds that an element of each slot takes in the first-level cache, for
 * every instruction set of this machine. The least of many short runs, in processor time, which others
 * disturb least.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/processor.h"
#include "kernel/kernel.h"

enum { COUNT = SOW__MT_WORDS, RUNS = 100, TIMES = 500 };

static _Alignas(64) uint32_t state[COUNT], words[2 * COUNT];
static _Alignas(64) float floats[COUNT], more_floats[COUNT];
static _Alignas(64) double doubles[COUNT], more_doubles[COUNT];
static _Alignas(64) uint16_t halves[COUNT], more_halves[COUNT], bits[COUNT / 16];
static float radius[2048], turn[2048];

static const sow__uniform_f32 short_f32 = {0xffffff,           0x1p-24f, -0.05f,         0.1f,
                                           __builtin_nanf(""), 0,        0.1f * 0x1p-24f};
static const sow__uniform_f64 short_f64 = {-0.05, 0.1, __builtin_nan(""), 0, 0.1 * 0x1p-53};
static const sow__normal_table table_f16 = {2047, radius, turn, turn, 0, 0.02f};
static const sow__normal_table table_bf16 = {255, radius, turn, turn, 0, 0.02f};

/* Each call makes COUNT elements. */
#define SLOTS(SLOT)                                                                                          \
  SLOT("mt_refresh", k->mt_refresh(state))                                                                   \
  SLOT("mt_words", k->mt_words(state, words))                                                                \
  SLOT("mt_temper", k->mt_temper(state, words, COUNT))                                                       \
  SLOT("uniform_f32", k->uniform_f32(&short_f32, words, floats, COUNT))                                      \
  SLOT("uniform_f16", k->uniform_f16(&short_f32, words, halves, COUNT))                                      \
  SLOT("uniform_bf16", k->uniform_bf16(&short_f32, words, halves, COUNT))                                    \
  SLOT("uniform_f64", k->uniform_f64(&short_f64, words, doubles, COUNT))                                     \
  SLOT("normal_f32", k->normal_f32(words, floats, COUNT / SOW__BLOCK, 0, 0.02f))                             \
  SLOT("normal_f16", k->normal_f16(words, halves, COUNT / SOW__BLOCK, 0, 0.02f))                             \
  SLOT("normal_bf16", k->normal_bf16(words, halves, COUNT / SOW__BLOCK, 0, 0.02f))                           \
  SLOT("normal_f64", k->normal_f64(words, doubles, COUNT / SOW__BLOCK, 0, 0.02))                             \
  SLOT("normal_table_f16", k->normal_table_f16(&table_f16, words, halves, COUNT / SOW__BLOCK))               \
  SLOT("normal_table_bf16", k->normal_table_bf16(&table_bf16, words, halves, COUNT / SOW__BLOCK))            \
  SLOT("erfinv_f32", k->erfinv_f32(more_floats, floats, COUNT))                                              \
  SLOT("erfinv_f64", k->erfinv_f64(more_doubles, doubles, COUNT))                                            \
  SLOT("affine_clamp_f32", k->affine_clamp_f32(floats, COUNT, 0.5f, 0.5f, 0, 1))                             \
  SLOT("affine_clamp_f64", k->affine_clamp_f64(doubles, COUNT, 0.5, 0.5, 0, 1))                              \
  SLOT("outside_f32", k->outside_f32(more_floats, bits, COUNT, -0.5f, 0.5f))                                 \
  SLOT("outside_f64", k->outside_f64(more_doubles, bits, COUNT, -0.5, 0.5))                                  \
  SLOT("f16_to_f32", k->f16_to_f32(more_halves, floats, COUNT))                                              \
  SLOT("bf16_to_f32", k->bf16_to_f32(more_halves, floats, COUNT))                                            \
  SLOT("f32_to_f16", k->f32_to_f16(more_floats, halves, COUNT))                                              \
  SLOT("f32_to_bf16", k->f32_to_bf16(more_floats, halves, COUNT))                                            \
  SLOT("repeat_16", k->repeat_16(halves, 7, COUNT))                                                          \
  SLOT("repeat_32", k->repeat_32(floats, 7, COUNT))                                                          \
  SLOT("repeat_64", k->repeat_64(doubles, 7, COUNT))

#define CASE(name, call)                                                                                     \
  if (slot == at++) {                                                                                        \
    call;                                                                                                    \
    return;                                                                                                  \
  }
static void call_slot(const sow__kernel *k, int slot) {
  int at = 0;
  SLOTS(CASE)
}

#define NAME(name, call) name,
static const char *const slots[] = {SLOTS(NAME)};

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static double nanoseconds(const sow__kernel *kernel, int slot) {
  double least = 1;
  for (int run = 0; run < RUNS; run++) {
    double begin = now();
    for (int i = 0; i < TIMES; i++)
      call_slot(kernel, slot);
    double passed = now() - begin;
    least = passed < least ? passed : least;
  }
  return least * 1e9 / TIMES / COUNT;
}

/* Words of a stream, and arguments of erfinv among which every fifth lies beyond 3/4. */
static void prepare(void) {
  for (int i = 0; i < COUNT; i++)
    state[i] = (uint32_t)i * 2654435761u + 1;
  for (int i = 0; i < 2 * COUNT; i++)
    words[i] = (uint32_t)i * 2246822519u ^ (uint32_t)i << 13;
  for (int i = 0; i < COUNT; i++) {
    more_doubles[i] = 0.954 * (2.0 * words[i] * 0x1p-32 - 1.0);
    more_floats[i] = (float)more_doubles[i];
    more_halves[i] = (uint16_t)(words[i] % 0x7c00);
  }
  for (int i = 0; i < 2048; i++)
    radius[i] = turn[i] = (float)i / 2048;
}

int main(void) {
  prepare();
  printf("| slot |");
  for (int isa = 0; isa < sow_isa_count(); isa++)
    if (sow_isa_is_supported(isa))
      printf(" %s |", sow_isa_name(isa));
  puts("");
  for (int slot = 0; slot < (int)(sizeof slots / sizeof slots[0]); slot++) {
    printf("| `%s` |", slots[slot]);
    for (int isa = 0; isa < sow_isa_count(); isa++)
      if (sow_isa_is_supported(isa))
        printf(" %.2g |", nanoseconds(sow__kernel_of(isa), slot));
    puts("");
  }
  return 0;
}
