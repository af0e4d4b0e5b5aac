/* The slots that make normals, truncated ones too. */
#include "kernel_slots.h"

/* ---- normal ---- */

static const float normals_f32[][2] = {
    {0.0f, 1.0f},        {0.1f, 0.7f},     {-3e38f, 1e38f},   {0.0f, 0x1p-149f}, {-0.0f, 0.0f},
    {NAN, 1.0f},         {0.0f, INFINITY}, {0x1p-130f, 1.0f}, {0.0f, 0x1p-126f}, {-0x1p-126f, 0x1p-126f},
    {0x1p-41f, 0x1p-41f}};

static void normal_f32(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  const float *p = with;
  kernel->normal_f32(in, out, count, p[0], p[1]);
}

static void normal_f16(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  const float *p = with;
  kernel->normal_f16(in, out, count, p[0], p[1]);
}

static void normal_bf16(const sow__kernel *kernel, const void *with, const void *in, void *out,
                        size_t count) {
  const float *p = with;
  kernel->normal_bf16(in, out, count, p[0], p[1]);
}

static void test_normal(void **state) {
  enum { BLOCKS = 300, IN = 4 * SOW__BLOCK, HALVES = 2 * SOW__BLOCK };
  static uint32_t words[BLOCKS * SOW__BLOCK];
  const sow__kernel *kernel = table_of(state);
  words_make(words, BLOCKS * SOW__BLOCK);
  for (size_t i = 0; i < sizeof normals_f32 / sizeof normals_f32[0]; i++) {
    const slot_case cases[] = {{"normal_f32", normal_f32, normals_f32[i], IN, 4 * SOW__BLOCK, 4, 4},
                               {"normal_f16", normal_f16, normals_f32[i], IN, HALVES, 4, 2},
                               {"normal_bf16", normal_bf16, normals_f32[i], IN, HALVES, 4, 2}};
    for (size_t j = 0; j < sizeof cases / sizeof cases[0]; j++)
      compare_lengths(kernel, &cases[j], (const uint8_t *)words, BLOCKS);
  }
}

/* Every radius word and every angle word that there is, low 24 bits; of the emulated table, which is slow,
 * and with sanitizers, one of 61. */
static void test_normal_everywhere(void **state) {
  enum { BLOCKS = 512, COUNT = BLOCKS * SOW__BLOCK, HALF = SOW__BLOCK / 2 };
  static uint32_t words[COUNT];
  static float expected[COUNT], made[COUNT];
  static uint16_t halves[COUNT], made_halves[COUNT];
  /* The second and third are the least that the instruction for bfloat16 rounds, and may cancel. */
  static const float with[][2] = {{0.0f, 0.02f}, {0.0f, 0x1p-40f}, {-0x1p-40f, 0x1p-40f}};
  const sow__kernel *kernel = table_of(state);
  uint32_t step = kernel == tables[EMULATED] || SLOWED ? 61 : 1, next = 0;
  while (next < 1u << 24) {
    for (size_t i = 0; i < COUNT; i += i % SOW__BLOCK == HALF - 1 ? HALF + 1 : 1, next += step)
      words[i] = words[i + HALF] = next;
    sow__kernel_portable.normal_f32(words, expected, BLOCKS, 0.0f, 1.0f);
    kernel->normal_f32(words, made, BLOCKS, 0.0f, 1.0f);
    assert_memory_equal(expected, made, sizeof made);
    const float *p = with[next / COUNT % 3];
    sow__kernel_portable.normal_bf16(words, halves, BLOCKS, p[0], p[1]);
    kernel->normal_bf16(words, made_halves, BLOCKS, p[0], p[1]);
    assert_memory_equal(halves, made_halves, sizeof halves);
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

/*
 * Words whose pairs are near 0, 1 and the angles at which the method changes; 2^18 of each kind, and in the
 * last rounds of one kind alone.
 */
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
      uint64_t turn = (uint64_t)(turns[round < 56 ? (i + round) % 9 : round % 8] * 0x1p53);
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

/* Any but 0 will do: no second NaN may meet a first, since which of two is kept is not defined. */
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

/* Which floats, up to one that is beyond 1: every one where the table has polynomials of its own for them. */
static uint32_t erfinv_step(const sow__kernel *kernel) {
  if (kernel == tables[EMULATED] || SLOWED)
    return 997;
  return strcmp(kernel->name, "avx512") == 0 ? 1 : 61;
}

/* What core says, the double rounded; the doubles of the widest table are core's (test_erfinv). */
static void test_erfinv_everywhere(void **state) {
  enum { COUNT = 4096 };
  static float in[COUNT], made[COUNT], expected[COUNT];
  static double wide[COUNT], found[COUNT];
  const sow__kernel *kernel = table_of(state);
  const sow__kernel *widest = sow__kernel_select();
  uint32_t step = erfinv_step(kernel), next = 0;
  while (next <= 0x3f800000u) {
    for (size_t i = 0; i < COUNT; i++, next += step) {
      memcpy(&in[i], &next, sizeof next);
      wide[i] = (double)in[i];
    }
    kernel->erfinv_f32(in, made, COUNT);
    widest->erfinv_f64(wide, found, COUNT);
    for (size_t i = 0; i < COUNT; i++)
      expected[i] = (float)found[i];
    assert_memory_equal(expected, made, sizeof made);
  }
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

int main(void) {
  static const slot_test slots[] = {
      {"normal", test_normal},
      {"normal_f64", test_normal_f64},
      {"normal_everywhere", test_normal_everywhere},
      {"normal_f64_everywhere", test_normal_f64_everywhere},
      {"normal_table", test_normal_table},
      {"erfinv", test_erfinv},
      {"erfinv_everywhere", test_erfinv_everywhere},
      {"affine_clamp", test_affine_clamp},
  };
  enum { SLOTS = sizeof slots / sizeof slots[0] };
  struct CMUnitTest tests[TABLES * SLOTS];
  slots_spread(slots, SLOTS, tests);
  return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
