/* The loops in plain C: what every other table is compared with. */
#include "kernel/core/boxmuller.h"
#include "kernel/core/boxmuller_f64.h"
#include "kernel/core/clamp.h"
#include "kernel/core/erfinv.h"
#include "kernel/kernel.h"

static void mt_refresh(uint32_t state[SOW__MT_WORDS]) {
  enum { SPLIT = SOW__MT_WORDS - SOW__MT_SHIFT, LAST = SOW__MT_WORDS - 1 };
  for (int i = 0; i < SPLIT; i++)
    state[i] = sow__mt_twist(state[i], state[i + 1], state[i + SOW__MT_SHIFT]);
  for (int i = SPLIT; i < LAST; i++)
    state[i] = sow__mt_twist(state[i], state[i + 1], state[i - SPLIT]);
  state[LAST] = sow__mt_twist(state[LAST], state[0], state[SOW__MT_SHIFT - 1]);
}

static void mt_add(uint32_t *restrict sum, const uint32_t *const *runs, size_t count) {
  for (size_t run = 0; run < count; run++)
    for (int i = 0; i < SOW__MT_WORDS; i++)
      sum[i] ^= runs[run][i];
}

static void mt_temper(const uint32_t *restrict state, uint32_t *restrict words, size_t count) {
  for (size_t i = 0; i < count; i++)
    words[i] = sow__mt_temper(state[i]);
}

static void mt_words(uint32_t state[SOW__MT_WORDS], uint32_t words[SOW__MT_WORDS]) {
  mt_refresh(state);
  mt_temper(state, words, SOW__MT_WORDS);
}

static void uniform_f32(const sow__uniform_f32 *u, const uint32_t *restrict words, float *restrict out,
                        size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__uniform_one_f32(u, words[i]);
}

static void uniform_f16(const sow__uniform_f32 *u, const uint32_t *restrict words, uint16_t *restrict out,
                        size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__uniform_one_f16(u, words[i]);
}

static void uniform_bf16(const sow__uniform_f32 *u, const uint32_t *restrict words, uint16_t *restrict out,
                         size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__uniform_one_bf16(u, words[i]);
}

static void uniform_f64(const sow__uniform_f64 *u, const uint32_t *restrict words, double *restrict out,
                        size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__uniform_one_f64(u, words[2 * i], words[2 * i + 1]);
}

static void normal_f32(const uint32_t *restrict words, float *restrict out, size_t blocks, float mean,
                       float std) {
  for (; blocks > 0; blocks--, words += SOW__BLOCK, out += SOW__BLOCK)
    for (int j = 0; j < SOW__BLOCK / 2; j++)
      sow__normal_pair_f32(words[j], words[j + SOW__BLOCK / 2], mean, std, &out[j], &out[j + SOW__BLOCK / 2]);
}

#define NORMAL_ROUNDED_LOOP(round)                                                                           \
  float made[SOW__BLOCK];                                                                                    \
  for (; blocks > 0; blocks--, words += SOW__BLOCK, out += SOW__BLOCK) {                                     \
    normal_f32(words, made, 1, mean, std);                                                                   \
    for (int j = 0; j < SOW__BLOCK; j++)                                                                     \
      out[j] = round(made[j]);                                                                               \
  }

static void normal_f16(const uint32_t *restrict words, uint16_t *restrict out, size_t blocks, float mean,
                       float std) {
  NORMAL_ROUNDED_LOOP(sow__f32_to_f16)
}

static void normal_bf16(const uint32_t *restrict words, uint16_t *restrict out, size_t blocks, float mean,
                        float std) {
  NORMAL_ROUNDED_LOOP(sow__f32_to_bf16)
}

static void normal_f64(const uint32_t *restrict words, double *restrict out, size_t blocks, double mean,
                       double std) {
  enum { HALF = SOW__BLOCK / 2 };
  for (; blocks > 0; blocks--, words += 2 * SOW__BLOCK, out += SOW__BLOCK)
    for (int j = 0; j < HALF; j++)
      sow__normal_pair_f64(words + 2 * j, words + 2 * (j + HALF), mean, std, &out[j], &out[j + HALF]);
}

#define NORMAL_TABLE_LOOP(affine)                                                                            \
  enum { HALF = SOW__BLOCK / 2 };                                                                            \
  for (; blocks > 0; blocks--, words += SOW__BLOCK, out += SOW__BLOCK)                                       \
    for (int j = 0; j < HALF; j++) {                                                                         \
      float radius = t->radius[words[j] & t->mask];                                                          \
      uint32_t turn = words[j + HALF] & t->mask;                                                             \
      out[j] = affine(radius, t->cosine[turn], t->mean, t->std);                                             \
      out[j + HALF] = affine(radius, t->sine[turn], t->mean, t->std);                                        \
    }

static void normal_table_f16(const sow__normal_table *t, const uint32_t *restrict words,
                             uint16_t *restrict out, size_t blocks) {
  NORMAL_TABLE_LOOP(sow__normal_affine_f16)
}

static void normal_table_f16_fused(const sow__normal_table *t, const uint32_t *restrict words,
                                   uint16_t *restrict out, size_t blocks) {
  NORMAL_TABLE_LOOP(sow__normal_affine_f16_fused)
}

static void normal_table_bf16(const sow__normal_table *t, const uint32_t *restrict words,
                              uint16_t *restrict out, size_t blocks) {
  NORMAL_TABLE_LOOP(sow__normal_affine_bf16)
}

static void erfinv_f32(const float *restrict in, float *restrict out, size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__erfinv_f32(in[i]);
}

static void erfinv_f64(const double *restrict in, double *restrict out, size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__erfinv_f64(in[i]);
}

static void affine_clamp_f32(float *values, size_t count, float scale, float shift, float low, float high) {
  for (size_t i = 0; i < count; i++)
    values[i] = sow__affine_clamp_f32(values[i], scale, shift, low, high);
}

static void affine_clamp_f64(double *values, size_t count, double scale, double shift, double low,
                             double high) {
  for (size_t i = 0; i < count; i++)
    values[i] = sow__affine_clamp_f64(values[i], scale, shift, low, high);
}

#define OUTSIDE_LOOP                                                                                         \
  for (size_t i = 0; i < count; i++) {                                                                       \
    unsigned outside = values[i] < low || values[i] > high;                                                  \
    bits[i / 16] = (uint16_t)((i % 16 == 0 ? 0u : bits[i / 16]) | outside << i % 16);                        \
  }

static void outside_f32(const float *restrict values, uint16_t *restrict bits, size_t count, float low,
                        float high) {
  OUTSIDE_LOOP
}

static void outside_f64(const double *restrict values, uint16_t *restrict bits, size_t count, double low,
                        double high) {
  OUTSIDE_LOOP
}

static void f16_to_f32(const uint16_t *restrict in, float *restrict out, size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__f16_to_f32(in[i]);
}

static void bf16_to_f32(const uint16_t *restrict in, float *restrict out, size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__bf16_to_f32(in[i]);
}

static void f32_to_f16(const float *restrict in, uint16_t *restrict out, size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__f32_to_f16(in[i]);
}

static void f32_to_bf16(const float *restrict in, uint16_t *restrict out, size_t count) {
  for (size_t i = 0; i < count; i++)
    out[i] = sow__f32_to_bf16(in[i]);
}

static void repeat_16(void *out, uint16_t pattern, size_t count) {
  uint16_t *items = out;
  for (size_t i = 0; i < count; i++)
    items[i] = pattern;
}

static void repeat_32(void *out, uint32_t pattern, size_t count) {
  uint32_t *items = out;
  for (size_t i = 0; i < count; i++)
    items[i] = pattern;
}

static void repeat_64(void *out, uint64_t pattern, size_t count) {
  uint64_t *items = out;
  for (size_t i = 0; i < count; i++)
    items[i] = pattern;
}

#define MEMBER(slot) .slot = (slot),
const sow__kernel sow__kernel_portable = {.name = "portable", SOW__KERNEL_SLOTS(MEMBER)};
