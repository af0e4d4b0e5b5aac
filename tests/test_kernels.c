/* The slots that make words, uniforms, roundings and constants; and how a table is chosen. */
#include "kernel_slots.h"

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

static void words(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  for (size_t i = 0; i < count; i++) {
    uint32_t state[SOW__MT_WORDS];
    memcpy(state, (const uint32_t *)in + i * SOW__MT_WORDS, sizeof state);
    for (int generation = 0; generation < 3; generation++)
      kernel->mt_words(state, (uint32_t *)out + i * SOW__MT_WORDS);
    for (int word = 0; word < SOW__MT_WORDS; word++)
      assert_int_equal(((uint32_t *)out)[i * SOW__MT_WORDS + (size_t)word], sow__mt_temper(state[word]));
  }
}

static void test_words(void **state) {
  static uint32_t states[32 * SOW__MT_WORDS];
  static const slot_case one = {
      "mt_words", words, NULL, sizeof(uint32_t) * SOW__MT_WORDS, sizeof(uint32_t) * SOW__MT_WORDS, 4, 4};
  words_make(states, 32 * SOW__MT_WORDS);
  compare_lengths(table_of(state), &one, (const uint8_t *)states, 32);
}

/* Every run begins a word behind the one before. */
static void add(const sow__kernel *kernel, const void *with, const void *in, void *out, size_t count) {
  (void)with;
  const uint32_t *words = in;
  for (size_t i = 0; i + 1 < count; i++) {
    uint32_t *sum = (uint32_t *)out + i * SOW__MT_WORDS;
    const uint32_t *from = words + i * SOW__MT_WORDS;
    const uint32_t *const runs[] = {from, from + 1, from + 7, from + 400, from + 623};
    memcpy(sum, from + 3, SOW__MT_WORDS * sizeof *sum);
    kernel->mt_add(sum, runs, i % 6);
  }
}

static void test_add(void **state) {
  static uint32_t words[32 * SOW__MT_WORDS];
  static const slot_case one = {
      "mt_add", add, NULL, sizeof(uint32_t) * SOW__MT_WORDS, sizeof(uint32_t) * SOW__MT_WORDS, 4, 4};
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
    {0xffffff, 0x1p-24f, -0.3f, 0.6f, NAN, 0.0f, 0.6f * 0x1p-24f},
    {0xffffff, 0x1p-24f, -0.0f, 0x1p-100f, NAN, 0.0f, 0x1p-124f},
    {0xffffff, 0x1p-24f, -0x1p-40f, 0x1p-39f, NAN, 0.0f, 0x1p-63f},
    {0xffffff, 0x1p-24f, 0x1p-130f, 1.0f, NAN, 0.0f, 0x1p-24f},
    {0xff, 0x1p-8f, 0.0f, 0x1p-121f, NAN, 0.0f, 0x1p-129f},
    {0xffffff, 0x1p-24f, NAN, INFINITY, NAN, 0.0f, INFINITY},
    {0x7ff, 0x1p-11f, -5.0f, 10.0f, NAN, 0.0f, 10.0f * 0x1p-11f},
    {0xff, 0x1p-8f, 65500.0f, 100.0f, NAN, 0.0f, 100.0f * 0x1p-8f},
    {0xffffff, 0x1p-24f, -0.3f, 0.6f, NAN, 0.0f, 0.6f * 0x1p-24f, .streams = true},
    {0xffffff, 0x1p-24f, 0.0f, 1.0f, NAN, 0.0f, .streams = true},
};

static const sow__uniform_f64 uniforms_f64[] = {
    {0.0, 1.0, NAN, 0.0},
    {-0.1, 0.2, 0.1, -0.1},
    {1.0, 0x1p-50, 1.0 + 0x1p-51, 1.0},
    {-0.0, 0.0, 0.0, -1.0},
    {0.0, INFINITY, 0.0, 1.0},
    {NAN, 1.0, NAN, NAN},
    {0.0, 0x1p-1060, 0.0, 0x1p-1},
    {1e300, 1e308, INFINITY, 0},
    {-0.1, 0.2, NAN, 0.0, 0.2 * 0x1p-53},
    {NAN, INFINITY, NAN, NAN, INFINITY},
    {-0.1, 0.2, NAN, 0.0, 0.2 * 0x1p-53, .streams = true},
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

int main(void) {
  static const slot_test slots[] = {
      {"refresh", test_refresh},   {"words", test_words},     {"add", test_add},
      {"temper", test_temper},     {"uniform", test_uniform}, {"rounding", test_rounding},
      {"widening", test_widening}, {"outside", test_outside}, {"repeat", test_repeat},
  };
  enum { SLOTS = sizeof slots / sizeof slots[0] };
  struct CMUnitTest tests[TABLES * SLOTS];
  slots_spread(slots, SLOTS, tests);
  const struct CMUnitTest of_tables[] = {
      cmocka_unit_test(test_choice),
      cmocka_unit_test(test_slots_are_filled),
  };
  int failed = cmocka_run_group_tests_name("slots", tests, NULL, NULL);
  return failed + cmocka_run_group_tests_name("tables", of_tables, NULL, NULL);
}
