/*
 * Every slot of every table that this machine can run equals the portable one, bit for bit and without a byte
 * beside the array. AVX-512 is emulated too, where SIMDe is there and the processor has AVX2.
 */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/processor.h"
#include "kernel/kernel.h"

enum { MOST = 5000, GUARD = 64, SHIFTS = 4, ROOM = 32 * 4 * SOW__MT_WORDS + 2 * GUARD };

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

/* In both, what lies around the array must stay as it is. */
static void compare(const sow__kernel *kernel, const slot_case *one, const void *in, size_t count) {
  static _Alignas(64) uint8_t input[ROOM], expected[ROOM], made[ROOM];
  for (size_t shift = 0; shift < SHIFTS; shift++) {
    uint8_t *from = input + shift * one->align_in;
    size_t before = GUARD / 2 + shift * one->align_out, size = count * one->out_size + GUARD;
    memcpy(from, in, count * one->in_size);
    memset(expected, 0xa5, before + size);
    memset(made, 0xa5, before + size);
    one->run(&sow__kernel_portable, one->with, from, expected + before, count);
    one->run(kernel, one->with, from, made + before, count);
    if (memcmp(expected, made, before + size) != 0)
      fail_msg("%s: %s differs from portable, %zu items, shift %zu", kernel->name, one->name, count, shift);
  }
}

/* `in` holds MOST items; windows of it are taken in turn, so that every item meets every place in a vector.
 */
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

/* ---- MT19937 ---- */

static void refresh(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  for (size_t i = 0; i < count; i++) {
    uint32_t *state = (uint32_t *)out + i * SOW__MT_WORDS;
    memcpy(state, (const uint32_t *)in + i * SOW__MT_WORDS, SOW__MT_WORDS * sizeof *state);
    for (int generation = 0; generation < 5; generation++)
      kernel->mt_refresh(state);
  }
}

static void test_refresh(void **state) {
  static uint32_t words[32 * SOW__MT_WORDS];
  static const slot_case one = {
      "mt_refresh", refresh, NULL, sizeof(uint32_t) * SOW__MT_WORDS, sizeof(uint32_t) * SOW__MT_WORDS, 4, 4};
  words_make(words, 32 * SOW__MT_WORDS);
  compare_lengths(table_of(state), &one, (const uint8_t *)words, 32);
}

static void temper(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  kernel->mt_temper(in, out, count);
}

static void test_temper(void **state) {
  static uint32_t words[MOST];
  static const slot_case one = {"mt_temper", temper, NULL, 4, 4, 4, 4};
  words_make(words, MOST);
  compare_lengths(table_of(state), &one, (const uint8_t *)words, MOST);
}

/* ---- uniform ---- */

static void uniform_f32(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  kernel->uniform_f32(with, in, out, count);
}

static void uniform_f16(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  kernel->uniform_f16(with, in, out, count);
}

static void uniform_bf16(const sow__kernel *kernel, const void *with, const void *in, void *out,
                         size_t count) {
  kernel->uniform_bf16(with, in, out, count);
}

static void uniform_f64(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  kernel->uniform_f64(with, in, out, count);
}

/* Bounds of all kinds; replaced values that rounding reaches often. */
static const sow__uniform_f32 uniforms_f32[] = {
    {0xffffff, 0x1p-24f, 0.0f, 1.0f, NAN, 0.0f},
    {0xffffff, 0x1p-24f, -0.3f, 0.6f, 0.30078125f, -0.30078125f},
    {0xffffff, 0x1p-24f, 1.0f, 0x1p-6f, 1.015625f, 1.0f},
    {0xffffff, 0x1p-24f, -0.0f, 0.0f, 0.0f, -1.0f},
    {0xffffff, 0x1p-24f, 0.0f, 3e38f, INFINITY, 0.0f},
    {0xffffff, 0x1p-24f, 0.0f, INFINITY, INFINITY, -0.0f},
    {0xffffff, 0x1p-24f, NAN, 1.0f, NAN, NAN},
    {0xffffff, 0x1p-24f, 0.0f, 0x1p-140f, 0x1p-141f, 1.0f},
    {0x7ff, 0x1p-11f, -5.0f, 10.0f, NAN, 0.0f},
    {0xff, 0x1p-8f, 65500.0f, 100.0f, NAN, 0.0f},
};

static const sow__uniform_f64 uniforms_f64[] = {
    {0.0, 1.0, NAN, 0.0},          {-0.1, 0.2, 0.1, -0.1},      {1.0, 0x1p-50, 1.0 + 0x1p-51, 1.0},
    {-0.0, 0.0, 0.0, -1.0},        {0.0, INFINITY, 0.0, 1.0},   {NAN, 1.0, NAN, NAN},
    {0.0, 0x1p-1060, 0.0, 0x1p-1}, {1e300, 1e308, INFINITY, 0},
};

static void test_uniform(void **state) {
  static uint32_t words[2 * MOST];
  const sow__kernel *kernel = table_of(state);
  words_make(words, 2 * MOST);
  for (size_t i = 0; i < sizeof uniforms_f32 / sizeof uniforms_f32[0]; i++) {
    const slot_case f32 = {"uniform_f32", uniform_f32, &uniforms_f32[i], 4, 4, 4, 4};
    const slot_case f16 = {"uniform_f16", uniform_f16, &uniforms_f32[i], 4, 2, 4, 2};
    const slot_case bf16 = {"uniform_bf16", uniform_bf16, &uniforms_f32[i], 4, 2, 4, 2};
    compare_lengths(kernel, &f32, (const uint8_t *)words, MOST);
    compare_lengths(kernel, &f16, (const uint8_t *)words, MOST);
    compare_lengths(kernel, &bf16, (const uint8_t *)words, MOST);
  }
  for (size_t i = 0; i < sizeof uniforms_f64 / sizeof uniforms_f64[0]; i++) {
    const slot_case f64 = {"uniform_f64", uniform_f64, &uniforms_f64[i], 8, 8, 4, 8};
    compare_lengths(kernel, &f64, (const uint8_t *)words, MOST);
  }
}

/* ---- normal ---- */

static const float normals_f32[][2] = {{0.0f, 1.0f},  {0.1f, 0.7f}, {-3e38f, 1e38f}, {0.0f, 0x1p-149f},
                                       {-0.0f, 0.0f}, {NAN, 1.0f},  {0.0f, INFINITY}};

static void normal_f32(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  const float *p = with;
  kernel->normal_f32(in, out, count, p[0], p[1]);
}

static void test_normal(void **state) {
  enum { BLOCKS = 300 };
  static uint32_t words[BLOCKS * SOW__BLOCK];
  const sow__kernel *kernel = table_of(state);
  words_make(words, BLOCKS * SOW__BLOCK);
  for (size_t i = 0; i < sizeof normals_f32 / sizeof normals_f32[0]; i++) {
    const slot_case one = {"normal_f32", normal_f32, normals_f32[i], 4 * SOW__BLOCK, 4 * SOW__BLOCK, 4, 4};
    compare_lengths(kernel, &one, (const uint8_t *)words, BLOCKS);
  }
}

static void normal_f64(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  const float *p = with;
  kernel->normal_f64(in, out, count, (double)p[0], (double)p[1]);
}

static void test_normal_f64(void **state) {
  enum { BLOCKS = 300 };
  static uint32_t words[2 * BLOCKS * SOW__BLOCK];
  const sow__kernel *kernel = table_of(state);
  words_make(words, 2 * BLOCKS * SOW__BLOCK);
  for (size_t i = 0; i < sizeof normals_f32 / sizeof normals_f32[0]; i++) {
    const slot_case one = {"normal_f64", normal_f64, normals_f32[i], 8 * SOW__BLOCK, 8 * SOW__BLOCK, 4, 8};
    compare_lengths(kernel, &one, (const uint8_t *)words, BLOCKS);
  }
}

/* Words whose pairs are near 0, 1 and the angles at which the method changes; 2^18 of each kind. */
static void test_normal_f64_everywhere(void **state) {
  static const double turns[] = {0.0,
                                 0x1.b6p-1 / 6.283185307179586,
                                 0x1.368fdp+1 / 6.283185307179586,
                                 0.126 / 6.283185307179586,
                                 0.0625,
                                 0.25,
                                 0.5,
                                 0.75,
                                 0x1.fffffffffffffp-1};
  enum { BLOCKS = 256, PAIRS = BLOCKS * SOW__BLOCK };
  static uint32_t words[2 * PAIRS], noise[2 * PAIRS];
  static double expected[PAIRS], made[PAIRS];
  const sow__kernel *kernel = table_of(state);
  words_make(noise, 2 * PAIRS);
  for (int round = 0; round < 64; round++) {
    for (int i = 0; i < PAIRS; i++) {
      uint64_t turn = (uint64_t)(turns[(i + round) % 9] * 0x1p53);
      uint64_t random = (uint64_t)noise[2 * i] << 32 | noise[2 * i + 1];
      turn += random >> (round % 60);
      words[2 * i] = (uint32_t)(turn >> 32);
      words[2 * i + 1] = (uint32_t)turn;
    }
    sow__kernel_portable.normal_f64(words, expected, BLOCKS, 0.0, 1.0);
    kernel->normal_f64(words, made, BLOCKS, 0.0, 1.0);
    assert_memory_equal(expected, made, sizeof made);
  }
}

/* Any numbers will do. None is 0, so that no second NaN meets a first: which of two is kept is not defined.
 */
static float radii[2048], cosines[2048], sines[2048];
static const sow__normal_table normal_tables[] = {
    {2047, radii, cosines, sines, 0.0f, 1.0f},
    {2047, radii, cosines, sines, 0.1f, 30000.0f},
    {255, radii, cosines, sines, -1.0f, 0.02f},
    {255, radii, cosines, sines, NAN, INFINITY},
};

static void normal_table_f16(const sow__kernel *kernel, const void *with, const void *in, void *out,
                             size_t count) {
  kernel->normal_table_f16(with, in, out, count);
}

static void normal_table_f16_fused(const sow__kernel *kernel, const void *with, const void *in, void *out,
                                   size_t count) {
  kernel->normal_table_f16_fused(with, in, out, count);
}

static void normal_table_bf16(const sow__kernel *kernel, const void *with, const void *in, void *out,
                              size_t count) {
  kernel->normal_table_bf16(with, in, out, count);
}

static void test_normal_table(void **state) {
  enum { BLOCKS = 300, WORDS = 4 * SOW__BLOCK, HALVES = 2 * SOW__BLOCK };
  static uint32_t words[BLOCKS * SOW__BLOCK];
  const sow__kernel *kernel = table_of(state);
  words_make(words, BLOCKS * SOW__BLOCK);
  for (int i = 0; i < 2048; i++) {
    radii[i] = i == 7 ? INFINITY : (float)(i + 1) / 300.0f;
    cosines[i] = (float)(i - 1000) / 1000.0f;
    sines[i] = i == 9 ? NAN : (float)(i + 1) / 2048.0f;
  }
  for (size_t i = 0; i < sizeof normal_tables / sizeof normal_tables[0]; i++) {
    const sow__normal_table *t = &normal_tables[i];
    const slot_case f16 = {"normal_table_f16", normal_table_f16, t, WORDS, HALVES, 4, 2};
    const slot_case fused = {"normal_table_f16_fused", normal_table_f16_fused, t, WORDS, HALVES, 4, 2};
    const slot_case bf16 = {"normal_table_bf16", normal_table_bf16, t, WORDS, HALVES, 4, 2};
    compare_lengths(kernel, &f16, (const uint8_t *)words, BLOCKS);
    compare_lengths(kernel, &fused, (const uint8_t *)words, BLOCKS);
    compare_lengths(kernel, &bf16, (const uint8_t *)words, BLOCKS);
  }
}

/* One in 16 of the 2^24 radii and of the angles, with their neighbours at the ends. */
static void test_normal_everywhere(void **state) {
  enum { BLOCKS = 256, PAIRS = BLOCKS * SOW__BLOCK / 2 };
  static uint32_t words[BLOCKS * SOW__BLOCK];
  static float expected[BLOCKS * SOW__BLOCK], made[BLOCKS * SOW__BLOCK];
  const sow__kernel *kernel = table_of(state);
  uint32_t number = 0;
  for (int round = 0; round < (1 << 20) / PAIRS; round++) {
    for (int i = 0; i < BLOCKS * SOW__BLOCK; i++, number += i % SOW__BLOCK == 0 ? 127 : 0)
      words[i] = i % SOW__BLOCK < SOW__BLOCK / 2 ? number + (uint32_t)(i % 8) * 16
                                                 : ~(number + (uint32_t)(i % 8) * 16);
    sow__kernel_portable.normal_f32(words, expected, BLOCKS, 0.0f, 1.0f);
    kernel->normal_f32(words, made, BLOCKS, 0.0f, 1.0f);
    assert_memory_equal(expected, made, sizeof made);
  }
}

/* ---- erfinv ---- */

static void erfinv_f32(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  kernel->erfinv_f32(in, out, count);
}

static void erfinv_f64(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  kernel->erfinv_f64(in, out, count);
}

/* Anywhere in [-1, 1], close to the ends, at what parts the ranges, and where there is no value. */
static double erfinv_argument(size_t i, uint32_t word) {
  static const double special[] = {
      0.0,       -0.0,     0.75,  -0.75, 0x1.8000000000001p-1, 0x1.7ffffffffffffp-1, 0x1.800002p-1,
      1.0,       -1.0,     1.5,   -7.0,  0x1.fffffffffffffp-1, 0x1.fffffep-1,        0x1.ff02fep-1,
      0x1p-1074, 0x1p-149, 0.5625};
  double fraction = word * 0x1p-32;
  switch (i % 8) {
  case 0:
    return special[word % (sizeof special / sizeof special[0])];
  case 1:
    return word % 64 == 0 ? (double)NAN : word % 64 == 1 ? (double)INFINITY : -fraction;
  case 2:
    return 1.0 - ldexp(fraction, -(int)(word % 50));
  case 3:
    return ldexp(fraction, -(int)(word % 50)) - 1.0;
  default:
    return 2.0 * fraction - 1.0;
  }
}

static void test_erfinv(void **state) {
  static uint32_t words[MOST];
  static double wide[MOST];
  static float narrow[MOST];
  const sow__kernel *kernel = table_of(state);
  const slot_case f32 = {"erfinv_f32", erfinv_f32, NULL, 4, 4, 4, 4};
  const slot_case f64 = {"erfinv_f64", erfinv_f64, NULL, 8, 8, 8, 8};
  words_make(words, MOST);
  for (size_t i = 0; i < MOST; i++) {
    wide[i] = erfinv_argument(i, words[i]);
    narrow[i] = (float)wide[i];
  }
  compare_lengths(kernel, &f32, (const uint8_t *)narrow, MOST);
  compare_lengths(kernel, &f64, (const uint8_t *)wide, MOST);
}

static void affine_clamp_f32(const sow__kernel *kernel, const void *with, const void *in, void *out,
                             size_t count) {
  const float *p = with;
  memcpy(out, in, count * sizeof(float));
  kernel->affine_clamp_f32(out, count, p[0], p[1], p[2], p[3]);
}

static void affine_clamp_f64(const sow__kernel *kernel, const void *with, const void *in, void *out,
                             size_t count) {
  const float *p = with;
  memcpy(out, in, count * sizeof(double));
  kernel->affine_clamp_f64(out, count, (double)p[0], (double)p[1], (double)p[2], (double)p[3]);
}

static void test_affine_clamp(void **state) {
  static const float with[][4] = {{1.414f, 0.0f, -2.0f, 2.0f},
                                  {0.02f, 0.5f, 0.5f, 0.51f},
                                  {1.0f, -0.0f, 0.0f, -0.0f},
                                  {3e38f, 3e38f, 2.0f, -2.0f}};
  static double wide[MOST];
  static float narrow[MOST];
  static uint32_t words[MOST];
  const sow__kernel *kernel = table_of(state);
  words_make(words, MOST);
  for (size_t i = 0; i < MOST; i++) {
    wide[i] = words[i] % 97 == 0 ? (double)NAN : words[i] % 89 == 0 ? -0.0 : 8.0 * words[i] * 0x1p-32 - 4.0;
    narrow[i] = (float)wide[i];
  }
  for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
    const slot_case f32 = {"affine_clamp_f32", affine_clamp_f32, with[i], 4, 4, 4, 4};
    const slot_case f64 = {"affine_clamp_f64", affine_clamp_f64, with[i], 8, 8, 8, 8};
    compare_lengths(kernel, &f32, (const uint8_t *)narrow, MOST);
    compare_lengths(kernel, &f64, (const uint8_t *)wide, MOST);
  }
}

/* ---- roundings ---- */

static void f32_to_f16(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  kernel->f32_to_f16(in, out, count);
}

static void f32_to_bf16(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  (void)with;
  kernel->f32_to_bf16(in, out, count);
}

/* Every upper half with the lower halves around each tie of the two formats, which covers both exactly. */
static void test_rounding(void **state) {
  static const uint16_t lower[] = {0,      1,      0x0fff, 0x1000, 0x1001, 0x1fff, 0x2000, 0x2fff, 0x3000,
                                   0x3001, 0x7fff, 0x8000, 0x8001, 0xefff, 0xf000, 0xf001, 0xfffe, 0xffff};
  enum { LOWERS = sizeof lower / sizeof lower[0], PART = 240 };
  static uint32_t bits[PART * LOWERS];
  const sow__kernel *kernel = table_of(state);
  const slot_case f16 = {"f32_to_f16", f32_to_f16, NULL, 4, 2, 4, 2};
  const slot_case bf16 = {"f32_to_bf16", f32_to_bf16, NULL, 4, 2, 4, 2};
  for (uint32_t upper = 0; upper < 0x10000; upper += PART) {
    for (uint32_t i = 0; i < PART * LOWERS; i++)
      bits[i] = (upper + i / LOWERS) << 16 | lower[i % LOWERS];
    compare(kernel, &f16, bits, PART * LOWERS);
    compare(kernel, &bf16, bits, PART * LOWERS);
  }
  compare_lengths(kernel, &f16, (const uint8_t *)bits, PART * LOWERS);
  compare_lengths(kernel, &bf16, (const uint8_t *)bits, PART * LOWERS);
}

static void f16_to_f32(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  kernel->f16_to_f32(in, out, count);
}

static void bf16_to_f32(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  (void)with;
  kernel->bf16_to_f32(in, out, count);
}

/* Every pattern of 16 bits. */
static void test_widening(void **state) {
  static uint16_t halves[1 << 16];
  const sow__kernel *kernel = table_of(state);
  const slot_case f16 = {"f16_to_f32", f16_to_f32, NULL, 2, 4, 2, 4};
  const slot_case bf16 = {"bf16_to_f32", bf16_to_f32, NULL, 2, 4, 2, 4};
  for (int i = 0; i < 1 << 16; i++)
    halves[i] = (uint16_t)i;
  for (int i = 0; i < 1 << 16; i += 1 << 12) {
    compare(kernel, &f16, halves + i, 1 << 12);
    compare(kernel, &bf16, halves + i, 1 << 12);
  }
  compare_lengths(kernel, &f16, (const uint8_t *)(halves + 0x7b00), MOST);
  compare_lengths(kernel, &bf16, (const uint8_t *)(halves + 0x7b00), MOST);
}

/* ---- comparison, constants ---- */

/* The last word of bits comes out whole; so does what lies behind it. */
static void outside_f32(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  const float *p = with;
  uint16_t bits[MOST / 16 + 1];
  kernel->outside_f32(in, bits, count, p[0], p[1]);
  memcpy(out, bits, (count + 15) / 16 * sizeof *bits);
}

static void outside_f64(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  const float *p = with;
  uint16_t bits[MOST / 16 + 1];
  kernel->outside_f64(in, bits, count, (double)p[0], (double)p[1]);
  memcpy(out, bits, (count + 15) / 16 * sizeof *bits);
}

static void test_outside(void **state) {
  static const float with[][2] = {
      {-2.0f, 2.0f}, {0.0f, -0.0f}, {2.0f, -2.0f}, {NAN, 1.0f}, {-INFINITY, 1.0f}};
  static double wide[MOST];
  static float narrow[MOST];
  static uint32_t words[MOST];
  const sow__kernel *kernel = table_of(state);
  words_make(words, MOST);
  for (size_t i = 0; i < MOST; i++) {
    wide[i] = words[i] % 97 == 0   ? (double)NAN
              : words[i] % 89 == 0 ? -0.0
              : words[i] % 83 == 0 ? 2.0
                                   : 8.0 * words[i] * 0x1p-32 - 4.0;
    narrow[i] = (float)wide[i];
  }
  for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
    /* Room for a word of bits an item: more than is written, and the guard behind is compared as well. */
    const slot_case f32 = {"outside_f32", outside_f32, with[i], 4, 2, 4, 2};
    const slot_case f64 = {"outside_f64", outside_f64, with[i], 8, 2, 8, 2};
    compare_lengths(kernel, &f32, (const uint8_t *)narrow, MOST);
    compare_lengths(kernel, &f64, (const uint8_t *)wide, MOST);
  }
}

static void repeat_16(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)in;
  kernel->repeat_16(out, *(const uint16_t *)with, count);
}

static void repeat_32(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)in;
  kernel->repeat_32(out, *(const uint32_t *)with, count);
}

static void repeat_64(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)in;
  kernel->repeat_64(out, *(const uint64_t *)with, count);
}

static void test_repeat(void **state) {
  static const uint64_t pattern = 0x123456789abcdef0u;
  static const uint32_t half_pattern = 0x12345678u;
  static const uint16_t quarter_pattern = 0x1234u;
  const sow__kernel *kernel = table_of(state);
  const slot_case by_16 = {"repeat_16", repeat_16, &quarter_pattern, 0, 2, 0, 2};
  const slot_case by_32 = {"repeat_32", repeat_32, &half_pattern, 0, 4, 0, 4};
  const slot_case by_64 = {"repeat_64", repeat_64, &pattern, 0, 8, 0, 8};
  compare_lengths(kernel, &by_16, (const uint8_t *)"", MOST);
  compare_lengths(kernel, &by_32, (const uint8_t *)"", MOST);
  compare_lengths(kernel, &by_64, (const uint8_t *)"", MOST);
}

/* ---- the tables ---- */

static void test_choice(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  for (int i = 0; i < sow_isa_count(); i++) {
    bool supported = sow_isa_is_supported(i);
    assert_int_equal(sow_isa_use(sow_isa_name(i), &error), supported ? SOW_OK : SOW_UNSUPPORTED);
    if (supported) {
      assert_string_equal(sow_isa_used(), sow_isa_name(i));
      assert_ptr_equal(sow__kernel_select(), sow__kernel_of(i));
      assert_string_equal(sow__kernel_select()->name, sow_isa_name(i));
    }
  }
  const char *used = sow_isa_used();
  assert_int_equal(sow_isa_use("AVX-2", &error), SOW_UNKNOWN_NAME);
  assert_string_equal(error.message, "unknown instruction set 'AVX-2', did you mean 'avx2'?");
  assert_string_equal(sow_isa_used(), used);
  assert_null(sow_isa_name(-1));
  assert_null(sow_isa_name(sow_isa_count()));
  assert_false(sow_isa_is_supported(-1));
  assert_false(sow_isa_is_supported(sow_isa_count()));
}

static void test_slots_are_filled(void **state) {
  (void)state;
  for (int i = 0; i < sow_isa_count(); i++) {
    const sow__kernel *kernel = sow__kernel_of(i);
#define FILLED(slot) assert_true(kernel->slot != NULL);
    SOW__KERNEL_SLOTS(FILLED)
#undef FILLED
  }
}

#ifdef SOW_TEST_SIMDE
extern const sow__kernel sow__kernel_avx512_emulated;
#endif

enum { EMULATED = SOW__ISA_COUNT, TABLES };
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

int main(void) {
  static const struct {
    const char *name;
    CMUnitTestFunction run;
  } slots[] = {
      {"refresh", test_refresh},
      {"temper", test_temper},
      {"uniform", test_uniform},
      {"normal", test_normal},
      {"normal_everywhere", test_normal_everywhere},
      {"normal_f64", test_normal_f64},
      {"normal_f64_everywhere", test_normal_f64_everywhere},
      {"normal_table", test_normal_table},
      {"erfinv", test_erfinv},
      {"affine_clamp", test_affine_clamp},
      {"rounding", test_rounding},
      {"widening", test_widening},
      {"outside", test_outside},
      {"repeat", test_repeat},
  };
  enum { SLOTS = sizeof slots / sizeof slots[0] };
  static char names[TABLES * SLOTS][64];
  struct CMUnitTest tests[TABLES * SLOTS];
  tables_find();
  for (int i = 0; i < TABLES * SLOTS; i++) {
    int table = i / SLOTS;
    snprintf(names[i], sizeof names[i], "%s: %s", table == EMULATED ? "avx512 emulated" : sow_isa_name(table),
             slots[i % SLOTS].name);
    tests[i] = (struct CMUnitTest){names[i], slots[i % SLOTS].run, NULL, NULL, &tables[table]};
  }
  const struct CMUnitTest choice[] = {
      cmocka_unit_test(test_choice),
      cmocka_unit_test(test_slots_are_filled),
  };
  int failed = cmocka_run_group_tests_name("tables", tests, NULL, NULL);
  return failed + cmocka_run_group_tests_name("choice", choice, NULL, NULL);
}
