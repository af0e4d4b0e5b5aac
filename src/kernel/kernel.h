/*
 * The loops over arrays, as one table of functions per instruction set. Every table gives the same bits; what
 * they are is defined in kernel/core.
 */
#ifndef SOW_KERNEL_KERNEL_H
#define SOW_KERNEL_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/core/mt19937.h"
#include "kernel/core/normal_table.h"
#include "kernel/core/uniform.h"

#define SOW__BLOCK 16 /* elements that ATen's normal_ makes together */

/* Arrays are aligned for their element only, may be empty, and do not overlap. */
typedef struct sow__kernel {
  const char *name;
  /* The next generation of the whole state, in place. */
  void (*mt_refresh)(uint32_t state[SOW__MT_WORDS]);
  /* The same, and its words as mt_temper gives them. */
  void (*mt_words)(uint32_t state[SOW__MT_WORDS], uint32_t words[SOW__MT_WORDS]);
  /* Adds (XOR) `count` runs of as many words as the state has to `sum`: what a jump consists of. */
  void (*mt_add)(uint32_t sum[SOW__MT_WORDS], const uint32_t *const *runs, size_t count);
  void (*mt_temper)(const uint32_t *state, uint32_t *words, size_t count);
  /* One word an element; two for float64. */
  void (*uniform_f32)(const sow__uniform_f32 *u, const uint32_t *words, float *out, size_t count);
  void (*uniform_f16)(const sow__uniform_f32 *u, const uint32_t *words, uint16_t *out, size_t count);
  void (*uniform_bf16)(const sow__uniform_f32 *u, const uint32_t *words, uint16_t *out, size_t count);
  void (*uniform_f64)(const sow__uniform_f64 *u, const uint32_t *words, double *out, size_t count);
  /* `blocks` times 16 elements from 16 words each. */
  void (*normal_f32)(const uint32_t *words, float *out, size_t blocks, float mean, float std);
  void (*normal_f16)(const uint32_t *words, uint16_t *out, size_t blocks, float mean, float std);
  void (*normal_bf16)(const uint32_t *words, uint16_t *out, size_t blocks, float mean, float std);
  void (*normal_f64)(const uint32_t *words, double *out, size_t blocks, double mean,
                     double std); /* 32 words */
  void (*normal_table_f16)(const sow__normal_table *t, const uint32_t *words, uint16_t *out, size_t blocks);
  void (*normal_table_f16_fused)(const sow__normal_table *t, const uint32_t *words, uint16_t *out,
                                 size_t blocks);
  void (*normal_table_bf16)(const sow__normal_table *t, const uint32_t *words, uint16_t *out, size_t blocks);
  void (*erfinv_f32)(const float *in, float *out, size_t count);
  void (*erfinv_f64)(const double *in, double *out, size_t count);
  /* value*scale + shift, each step rounded, no less than `low` and no more than `high`; NaN stays. */
  void (*affine_clamp_f32)(float *values, size_t count, float scale, float shift, float low, float high);
  void (*affine_clamp_f64)(double *values, size_t count, double scale, double shift, double low, double high);
  /* Bit i % 16 of bits[i / 16]: whether value i lies below `low` or above `high`. Unused bits are 0. */
  void (*outside_f32)(const float *values, uint16_t *bits, size_t count, float low, float high);
  void (*outside_f64)(const double *values, uint16_t *bits, size_t count, double low, double high);
  void (*f16_to_f32)(const uint16_t *in, float *out, size_t count);
  void (*bf16_to_f32)(const uint16_t *in, float *out, size_t count);
  void (*f32_to_f16)(const float *in, uint16_t *out, size_t count);
  void (*f32_to_bf16)(const float *in, uint16_t *out, size_t count);
  /* `count` times the same pattern, wherever an item of its size may stand. */
  void (*repeat_16)(void *out, uint16_t pattern, size_t count);
  void (*repeat_32)(void *out, uint32_t pattern, size_t count);
  void (*repeat_64)(void *out, uint64_t pattern, size_t count);
} sow__kernel;

/* Every slot once, for whoever goes through them all. */
#define SOW__KERNEL_SLOTS(SLOT)                                                                              \
  SLOT(mt_refresh)                                                                                           \
  SLOT(mt_words)                                                                                             \
  SLOT(mt_add)                                                                                               \
  SLOT(mt_temper)                                                                                            \
  SLOT(uniform_f32)                                                                                          \
  SLOT(uniform_f16)                                                                                          \
  SLOT(uniform_bf16)                                                                                         \
  SLOT(uniform_f64)                                                                                          \
  SLOT(normal_f32)                                                                                           \
  SLOT(normal_f16)                                                                                           \
  SLOT(normal_bf16)                                                                                          \
  SLOT(normal_f64)                                                                                           \
  SLOT(normal_table_f16)                                                                                     \
  SLOT(normal_table_f16_fused)                                                                               \
  SLOT(normal_table_bf16)                                                                                    \
  SLOT(erfinv_f32)                                                                                           \
  SLOT(erfinv_f64)                                                                                           \
  SLOT(affine_clamp_f32)                                                                                     \
  SLOT(affine_clamp_f64)                                                                                     \
  SLOT(outside_f32)                                                                                          \
  SLOT(outside_f64)                                                                                          \
  SLOT(f16_to_f32)                                                                                           \
  SLOT(bf16_to_f32)                                                                                          \
  SLOT(f32_to_f16)                                                                                           \
  SLOT(f32_to_bf16)                                                                                          \
  SLOT(repeat_16)                                                                                            \
  SLOT(repeat_32)                                                                                            \
  SLOT(repeat_64)

#define SOW__KERNEL_ONE(slot) +1
_Static_assert(sizeof(sow__kernel) == (1 + SOW__KERNEL_SLOTS(SOW__KERNEL_ONE)) * sizeof(void (*)(void)),
               "SOW__KERNEL_SLOTS lists every slot");
#undef SOW__KERNEL_ONE

/* One file each; x86's and Arm's exist in their builds only. A slot left out is the next plainer table's. */
extern const sow__kernel sow__kernel_portable;
extern const sow__kernel sow__kernel_avx2;
extern const sow__kernel sow__kernel_avx512;
extern const sow__kernel sow__kernel_avx512_bf16;
extern const sow__kernel sow__kernel_neon;

/* The whole table of one of sow_isa_name's instruction sets, which the machine must support. Thread-safe. */
const sow__kernel *sow__kernel_of(int isa);

/* The table that this process uses. Thread-safe. */
const sow__kernel *sow__kernel_select(void);

#endif
