/* Elementwise operations and norms: what torch left in memory, special values, and laws. */
#include "numbers.h"

#include <math.h>
#include <stdio.h>

#include "base/processor.h"
#include "elementwise_golden.h"
#include "kernel/core/round.h"
#include "kernel/elementwise.h"
#include "kernel/norm.h"
#include "sow/isa.h"

enum { COUNT = 4096, MOST_BYTES = COUNT * 8 };

/* ---- golden values ---- */

static void store(sow_dtype dtype, void *values, size_t i, double value) {
  if (dtype == SOW_FLOAT64)
    ((double *)values)[i] = value;
  else if (dtype == SOW_FLOAT32)
    ((float *)values)[i] = (float)value;
  else if (dtype == SOW_FLOAT16)
    ((uint16_t *)values)[i] = sow__f32_to_f16((float)value);
  else
    ((uint16_t *)values)[i] = sow__f32_to_bf16((float)value);
}

/* As tools/elementwise-golden.py makes them. */
static void numbers_make(uint32_t factor, sow_dtype dtype, void *values) {
  for (uint32_t i = 0; i < COUNT; i++)
    store(dtype, values, i, ((double)((i + 1) * factor) - 0x1p31) * 0x1p-30);
}

typedef struct operation {
  const char *name;
  sow__elementwise kind;
  double scalar[2]; /* with another tensor: alpha only, in [1] */
  bool with_other, on_sizes;
} operation;

static const operation operations[] = {
    {"mul", SOW__MUL, {0.3, 1.0}},
    {"add", SOW__ADD, {0.3, 1.0}},
    {"add_alpha", SOW__ADD, {0.3, 0.7}},
    {"sub", SOW__SUB, {0.3, 1.0}},
    {"sub_alpha", SOW__SUB, {0.3, 0.7}},
    {"div", SOW__DIV, {0.3}},
    {"neg", SOW__NEG, {0.0}},
    {"abs", SOW__ABS, {0.0}},
    {"pow_2", SOW__POW, {2.0}},
    {"pow_3", SOW__POW, {3.0}},
    {"pow_-1", SOW__POW, {-1.0}},
    {"pow_-2", SOW__POW, {-2.0}},
    {"pow_-0.5", SOW__POW, {-0.5}, false, true},
    {"reciprocal", SOW__RECIPROCAL, {0.0}},
    {"rsqrt", SOW__RSQRT, {0.0}, false, true},
    {"sqrt", SOW__SQRT, {0.0}, false, true},
    {"clamp", SOW__CLAMP, {-0.3, 0.7}},
    {"clamp_low", SOW__CLAMP, {-0.3, INFINITY}},
    {"clamp_crossed", SOW__CLAMP, {0.7, -0.3}},
    {"mul_with", SOW__MUL, {0.0, 1.0}, true},
    {"add_with", SOW__ADD, {0.0, 1.0}, true},
    {"add_with_alpha", SOW__ADD, {0.0, 0.7}, true},
    {"sub_with", SOW__SUB, {0.0, 1.0}, true},
    {"sub_with_alpha", SOW__SUB, {0.0, 0.7}, true},
    {"div_with", SOW__DIV, {0.0, 1.0}, true},
};
enum { OPERATIONS = sizeof operations / sizeof operations[0], GOLDENS = sizeof goldens / sizeof goldens[0] };

static void operation_run(const operation *o, sow_dtype dtype, sow_edition edition, void *values,
                          const void *other, size_t count) {
  if (o->on_sizes)
    sow__elementwise_run(SOW__ABS, dtype, edition, o->scalar, values, count);
  if (o->with_other)
    sow__elementwise_run_with(o->kind, dtype, edition, o->scalar[1], values, other, count);
  else
    sow__elementwise_run(o->kind, dtype, edition, o->scalar, values, count);
}

/* Of the rows or columns of a matrix, into `values`; the bytes that they take. */
static size_t norms_take(const struct golden *g, int64_t rows, int64_t columns, uint8_t *values) {
  static uint8_t made[MOST_BYTES];
  bool is_across = strncmp(g->name, "norm_across", 11) == 0;
  size_t size = sow_dtype_size(g->dtype);
  int64_t norms = is_across ? columns : rows, each = is_across ? rows : columns;
  for (int64_t i = 0; i < norms; i++) {
    sow__norm norm = sow__norm_begin(g->dtype, g->edition, is_across ? SOW__NORM_ACROSS : SOW__NORM_ALONG);
    for (int64_t j = 0; j < each; j++)
      sow__norm_add(&norm, values + (size_t)(is_across ? j * columns + i : i * columns + j) * size, 1);
    store(g->dtype, made, (size_t)i, sow__norm_value(&norm));
  }
  memcpy(values, made, (size_t)norms * size);
  return (size_t)norms * size;
}

static void test_torch(void **state) {
  (void)state;
  static _Alignas(8) uint8_t values[MOST_BYTES], other[MOST_BYTES];
  for (size_t i = 0; i < GOLDENS; i++) {
    const struct golden *g = &goldens[i];
    size_t size = COUNT * sow_dtype_size(g->dtype);
    numbers_make(2654435761u, g->dtype, values);
    numbers_make(2246822519u, g->dtype, other);
    long long rows, columns;
    const char *shape = strrchr(g->name, '_');
    if (strncmp(g->name, "norm", 4) == 0 && sscanf(shape, "_%lldx%lld", &rows, &columns) == 2) {
      size = norms_take(g, rows, columns, values);
    } else {
      size_t found = 0;
      while (strcmp(operations[found].name, g->name) != 0)
        assert_true(++found < OPERATIONS);
      operation_run(&operations[found], g->dtype, g->edition, values, other, COUNT);
    }
    if (checksum(values, size) != g->checksum)
      fail_msg("%s of %s in edition %d: not what torch left", g->name, sow_dtype_name(g->dtype),
               (int)g->edition);
  }
}

/* ---- special values ---- */

static float float_after(sow__elementwise kind, double a, double b, float value) {
  sow__elementwise_run(kind, SOW_FLOAT32, SOW_TORCH_NEWEST, (const double[]){a, b}, &value, 1);
  return value;
}

static uint16_t half_after(sow__elementwise kind, sow_dtype dtype, sow_edition edition, double a,
                           uint16_t bits) {
  sow__elementwise_run(kind, dtype, edition, (const double[]){a, 1.0}, &bits, 1);
  return bits;
}

static void test_fmod(void **state) {
  (void)state;
  assert_true(float_after(SOW__FMOD, 2.0, 0.0, 5.5f) == 1.5f);
  assert_true(float_after(SOW__FMOD, -2.0, 0.0, -5.5f) == -1.5f); /* the element's sign, not the divisor's */
  assert_true(float_after(SOW__FMOD, 2.0, 0.0, 1.75f) == 1.75f);
  assert_true(float_after(SOW__FMOD, INFINITY, 0.0, -3.0f) == -3.0f);
  float nothing = float_after(SOW__FMOD, 2.0, 0.0, -4.0f);
  assert_true(nothing == 0.0f && signbit(nothing));
  assert_true(isnan(float_after(SOW__FMOD, 0.0, 0.0, 1.0f)));
  assert_true(isnan(float_after(SOW__FMOD, 2.0, 0.0, INFINITY)));
  /* The divisor enters in the dtype: 0.1 is 0.10009765625 in bfloat16. */
  assert_int_equal(half_after(SOW__FMOD, SOW_BFLOAT16, SOW_TORCH_NEWEST, 0.1, 0x3f80), 0x3dcb);
}

static void test_clamp(void **state) {
  (void)state;
  assert_true(isnan(float_after(SOW__CLAMP, -1.0, 1.0, NAN)));
  assert_true(isnan(float_after(SOW__CLAMP, NAN, INFINITY, 0.5f)));
  assert_true(isnan(float_after(SOW__CLAMP, -1.0, NAN, 0.5f)));
  assert_true(float_after(SOW__CLAMP, -INFINITY, 1.0, -INFINITY) == -INFINITY);
  assert_true(float_after(SOW__CLAMP, 2.0, 1.0, 0.0f) == 1.0f); /* crossed bounds: the upper one */
  assert_true(signbit(float_after(SOW__CLAMP, 0.0, 1.0, -0.0f)));
}

static void test_signs(void **state) {
  (void)state;
  assert_true(signbit(float_after(SOW__NEG, 0.0, 0.0, 0.0f)));
  assert_false(signbit(float_after(SOW__ABS, 0.0, 0.0, -0.0f)));
  assert_true(signbit(float_after(SOW__ERFINV, 0.0, 0.0, -0.0f)));
  assert_true(signbit(float_after(SOW__LOG1P, 0.0, 0.0, -0.0f)));
  assert_true(signbit(float_after(SOW__EXPM1, 0.0, 0.0, -0.0f)));
  assert_true(signbit(float_after(SOW__SQRT, 0.0, 0.0, -0.0f)));
  assert_true(float_after(SOW__RECIPROCAL, 0.0, 0.0, -0.0f) == -INFINITY);
}

/* float16 calls pow, the others take the root. */
static void test_roots_by_pow(void **state) {
  (void)state;
  assert_true(signbit(float_after(SOW__POW, 0.5, 0.0, -0.0f)));
  assert_true(isnan(float_after(SOW__POW, 0.5, 0.0, -INFINITY)));
  assert_true(float_after(SOW__POW, -0.5, 0.0, -0.0f) == -INFINITY);
  for (int edition = 0; edition < SOW_EDITION_COUNT; edition++) {
    assert_int_equal(half_after(SOW__POW, SOW_FLOAT16, edition, 0.5, 0x8000), 0x0000);
    assert_int_equal(half_after(SOW__POW, SOW_FLOAT16, edition, 0.5, 0xfc00), 0x7c00);
    assert_int_equal(half_after(SOW__POW, SOW_FLOAT16, edition, -0.5, 0x8000), 0x7c00);
    assert_int_equal(half_after(SOW__POW, SOW_BFLOAT16, edition, 0.5, 0x8000), 0x8000);
  }
}

static void test_nan(void **state) {
  (void)state;
  assert_int_equal(half_after(SOW__MUL, SOW_BFLOAT16, SOW_TORCH_NEWEST, 2.0, 0x7f81), 0xffff);
  assert_int_equal(half_after(SOW__MUL, SOW_BFLOAT16, SOW_TORCH_1_13, 2.0, 0x7fc0), 0xffff);
  assert_int_equal(half_after(SOW__MUL, SOW_FLOAT16, SOW_TORCH_NEWEST, 2.0, 0xfd38), 0xff38);
  assert_int_equal(half_after(SOW__MUL, SOW_FLOAT16, SOW_TORCH_1_13, 2.0, 0xfd38), 0xfe00);
  assert_int_equal(half_after(SOW__NEG, SOW_BFLOAT16, SOW_TORCH_NEWEST, 0.0, 0x7f81),
                   0xff81); /* the bit alone */
  assert_int_equal(half_after(SOW__NEG, SOW_BFLOAT16, SOW_TORCH_1_13, 0.0, 0x7f81), 0xffff);
  assert_int_equal(half_after(SOW__ABS, SOW_FLOAT16, SOW_TORCH_2_1, 0.0, 0xfc44), 0x7c44);
}

/* 0.3 times 0.1, which is no bfloat16: 1.13 rounds the number first, later editions do not. */
static void test_factor_enters(void **state) {
  (void)state;
  assert_int_equal(half_after(SOW__MUL, SOW_BFLOAT16, SOW_TORCH_1_13, 0.1, 0x3e9a), 0x3cf7);
  assert_int_equal(half_after(SOW__MUL, SOW_BFLOAT16, SOW_TORCH_2_1, 0.1, 0x3e9a), 0x3cf6);
  assert_int_equal(half_after(SOW__MUL, SOW_BFLOAT16, SOW_TORCH_NEWEST, 0.1, 0x3e9a), 0x3cf6);
}

/* ---- laws ---- */

/* Numbers of every size, and those at which something turns. */
static void bits_make(uint64_t *seed, sow_dtype dtype, void *values, size_t count) {
  static const double special[] = {0.0,      -0.0,      1.0, -1.0,      0.75,     0.5,
                                   INFINITY, -INFINITY, NAN, 0x1p-1074, 0x1p-149, 2.0};
  for (size_t i = 0; i < count; i++) {
    double value = (double)(int64_t)(pick(seed, UINT64_C(1) << 31) - (UINT64_C(1) << 30)) * 0x1p-30;
    for (uint64_t halvings = pick(seed, 4) * pick(seed, 20); halvings > 0; halvings--)
      value *= 0.5;
    store(dtype, values, i, pick(seed, 8) == 0 ? special[pick(seed, 12)] : value);
  }
}

/* Of every operation: in pieces, and by every instruction set, the same bytes, and none beside them. */
static void check_operation(const operation *o, sow_dtype dtype, sow_edition edition, uint64_t *seed) {
  enum { MOST = 1500 };
  static _Alignas(8) uint8_t values[8 * MOST], other[8 * MOST], whole[8 * MOST], made[8 * MOST];
  size_t size = sow_dtype_size(dtype), count = (size_t)pick(seed, MOST);
  bits_make(seed, dtype, values, MOST);
  bits_make(seed, dtype, other, MOST);
  memcpy(whole, values, sizeof whole);
  operation_run(o, dtype, edition, whole, other, count);
  assert_memory_equal(whole + count * size, values + count * size, (MOST - count) * size);
  for (int isa = 0; isa < sow_isa_count(); isa++) {
    if (!sow_isa_is_supported(isa))
      continue;
    assert_int_equal(sow_isa_use(sow_isa_name(isa), NULL), SOW_OK);
    memcpy(made, values, sizeof made);
    for (size_t at = 0, part; at < count; at += part) {
      part = 1 + (size_t)pick(seed, pick(seed, 4) == 0 ? 1000 : 40);
      part = part < count - at ? part : count - at;
      operation_run(o, dtype, edition, made + at * size, other + at * size, part);
    }
    if (memcmp(made, whole, sizeof made) != 0)
      fail_msg("%s of %s by %s: %zu values in pieces", o->name, sow_dtype_name(dtype), sow_isa_name(isa),
               count);
  }
}

static const operation functions[] = {
    {"pow", SOW__POW, {1.7}},     {"exp", SOW__EXP, {0.0}},     {"expm1", SOW__EXPM1, {0.0}},
    {"log", SOW__LOG, {0.0}},     {"log1p", SOW__LOG1P, {0.0}}, {"erfinv", SOW__ERFINV, {0.0}},
    {"pow_0.5", SOW__POW, {0.5}},
};

static void test_pieces(void **state) {
  (void)state;
  char used[32];
  snprintf(used, sizeof used, "%s", sow_isa_used());
  uint64_t seed = 1;
  for (int d = 0; d < 4; d++)
    for (int edition = 0; edition < SOW_EDITION_COUNT; edition++) {
      for (size_t i = 0; i < OPERATIONS; i++)
        check_operation(&operations[i], float_dtypes[d], edition, &seed);
      for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        check_operation(&functions[i], float_dtypes[d], edition, &seed);
    }
  assert_int_equal(sow_isa_use(used, NULL), SOW_OK);
}

/* `other` may be the values themselves. */
static void test_with_itself(void **state) {
  (void)state;
  float values[50], twice[50];
  uint64_t seed = 2;
  bits_make(&seed, SOW_FLOAT32, values, 50);
  memcpy(twice, values, sizeof twice);
  sow__elementwise_run_with(SOW__MUL, SOW_FLOAT32, SOW_TORCH_NEWEST, 1.0, values, values, 50);
  sow__elementwise_run(SOW__POW, SOW_FLOAT32, SOW_TORCH_NEWEST, (const double[]){2.0, 0.0}, twice, 50);
  assert_memory_equal(values, twice, sizeof twice);
}

static void test_norm_pieces(void **state) {
  (void)state;
  enum { MOST = 300 };
  static _Alignas(8) uint8_t values[8 * MOST];
  uint64_t seed = 3;
  for (int i = 0; i < 2000; i++) {
    sow_dtype dtype = float_dtypes[pick(&seed, 4)];
    sow_edition edition = (sow_edition)pick(&seed, SOW_EDITION_COUNT);
    sow__norm_way way = pick(&seed, 2) == 0 ? SOW__NORM_ALONG : SOW__NORM_ACROSS;
    size_t count = (size_t)pick(&seed, MOST);
    bits_make(&seed, dtype, values, count);
    sow__norm whole = sow__norm_begin(dtype, edition, way), cut = whole;
    sow__norm_add(&whole, values, count);
    for (size_t at = 0, part; at < count; at += part) {
      part = (size_t)pick(&seed, count - at + 1);
      sow__norm_add(&cut, values + at * sow_dtype_size(dtype), part);
    }
    double once = sow__norm_value(&whole), pieces = sow__norm_value(&cut);
    assert_memory_equal(&once, &pieces, sizeof once);
  }
}

static void test_norm_of_few(void **state) {
  (void)state;
  const float tiny = 0x1.234568p-80f; /* its square is no float */
  sow__norm norm = sow__norm_begin(SOW_FLOAT32, SOW_TORCH_2_1, SOW__NORM_ALONG);
  assert_true(sow__norm_value(&norm) == 0.0);
  sow__norm_add(&norm, &tiny, 1);
  assert_true(sow__norm_value(&norm) == tiny); /* alone, it is no sum */
  norm = sow__norm_begin(SOW_FLOAT32, SOW_TORCH_1_13, SOW__NORM_ALONG);
  sow__norm_add(&norm, &tiny, 1);
  assert_true(sow__norm_value(&norm) == 0.0);
  norm = sow__norm_begin(SOW_FLOAT64, SOW_TORCH_2_1, SOW__NORM_ACROSS);
  sow__norm_add(&norm, (const double[]){3.0, -INFINITY}, 2);
  assert_true(sow__norm_value(&norm) == INFINITY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_torch),         cmocka_unit_test(test_clamp),
      cmocka_unit_test(test_fmod),          cmocka_unit_test(test_signs),
      cmocka_unit_test(test_roots_by_pow),  cmocka_unit_test(test_nan),
      cmocka_unit_test(test_factor_enters), cmocka_unit_test(test_pieces),
      cmocka_unit_test(test_with_itself),   cmocka_unit_test(test_norm_pieces),
      cmocka_unit_test(test_norm_of_few),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
