/*
 * The loops of the QR: in the order that tile.h says, bit by bit, from every table that this machine can run.
 * Eight lanes are tried without AVX-512 too: the compiler makes them of narrower ones.
 */
#include <stdio.h>

#include "base/processor.h"
#include "linalg/tile.h"
#include "numbers.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define sow__tile_avx512 tile_lowered
extern const sow__tile tile_lowered;
#include "linalg/tile_avx512.c"
#undef sow__tile_avx512
#endif

enum { LOWERED = SOW__ISA_COUNT, TABLES, MOST_ROWS = 7 * SOW__ROUND, SHIFTS = 3 };
static const sow__tile *tables[TABLES];

typedef struct arrays {
  double v[MOST_ROWS * SOW__PANEL + SHIFTS], c[MOST_ROWS * SOW__PANEL + SHIFTS],
      w[SOW__PANEL * SOW__STRIP + SHIFTS], guard[8];
} arrays;

static void arrays_fill(arrays *all, uint64_t seed) {
  double *values = (double *)all;
  for (size_t i = 0; i < sizeof *all / sizeof(double); i++)
    values[i] = ((double)pick(&seed, 1u << 30) - 0x1p29) * 0x1p-29;
}

static const sow__tile *table_of(void **state) {
  const sow__tile *const *table = *state;
  if (*table == NULL)
    skip();
  return *table;
}

static void check(const sow__tile *tile, const arrays *made, const arrays *expected, const char *what) {
  if (memcmp(made, expected, sizeof *made) != 0)
    fail_msg("%s: %s is not what tile.h says", tile->name, what);
}

static void gather_sums_down_the_rows(void **state) {
  static arrays made, expected;
  const sow__tile *tile = table_of(state);
  uint64_t seed = 3;
  for (int round = 0; round < 40; round++) {
    size_t rows = SOW__ROUND * (size_t)pick(&seed, 8), width = SOW__ROUND * (size_t)(1 + pick(&seed, 4)),
           stride = round % 2 ? SOW__PANEL : SOW__STRIP, shift = (size_t)pick(&seed, SHIFTS + 1);
    arrays_fill(&made, seed);
    expected = made;
    for (size_t i = 0; i < width; i++)
      for (size_t j = 0; j < SOW__STRIP; j++) {
        double sum = 0.0;
        for (size_t k = 0; k < rows; k++)
          sum += expected.v[shift + k * SOW__PANEL + i] * expected.c[shift + k * stride + j];
        expected.w[shift + i * SOW__STRIP + j] += sum;
      }
    tile->gather(made.v + shift, made.c + shift, stride, rows, width, made.w + shift);
    check(tile, &made, &expected, "gather");
  }
}

static void scatter_sums_over_the_reflectors(void **state) {
  static arrays made, expected;
  const sow__tile *tile = table_of(state);
  uint64_t seed = 4;
  for (int round = 0; round < 40; round++) {
    size_t rows = SOW__ROUND * (size_t)pick(&seed, 8), width = SOW__ROUND * (size_t)(1 + pick(&seed, 4)),
           shift = (size_t)pick(&seed, SHIFTS + 1);
    arrays_fill(&made, seed);
    expected = made;
    for (size_t k = 0; k < rows; k++)
      for (size_t j = 0; j < SOW__STRIP; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < width; i++)
          sum += expected.v[shift + k * SOW__PANEL + i] * expected.w[shift + i * SOW__STRIP + j];
        expected.c[shift + k * SOW__STRIP + j] -= sum;
      }
    tile->scatter(made.v + shift, made.w + shift, rows, width, made.c + shift);
    check(tile, &made, &expected, "scatter");
  }
}

static void reflect_row(double *row, size_t j, double scale, const double *dot) {
  row[j] *= scale;
  for (size_t i = j + 1; i < SOW__PANEL; i++)
    row[i] -= dot[i] * row[j];
}

static void reflect_changes_rows_and_sums_products(void **state) {
  static arrays made, expected;
  const sow__tile *tile = table_of(state);
  uint64_t seed = 5;
  for (size_t j = 0; j + 1 < SOW__PANEL; j++)
    for (int round = 0; round < 4; round++) {
      size_t rows = (size_t)pick(&seed, MOST_ROWS + 1), shift = (size_t)pick(&seed, SHIFTS + 1);
      arrays_fill(&made, seed);
      double *dot = made.w + shift, *sum = made.c + shift, scale = made.c[SOW__PANEL + SHIFTS];
      memset(dot, 0, (j + 1) * sizeof *dot);
      expected = made;
      for (size_t k = 0; k < rows; k++)
        reflect_row(expected.v + shift + k * SOW__PANEL, j, scale, dot);
      for (size_t i = j + 1; i < SOW__PANEL; i++) {
        double total = 0.0;
        for (size_t k = 0; k < rows; k++) {
          const double *row = expected.v + shift + k * SOW__PANEL;
          total += row[j + 1] * row[i];
        }
        expected.c[shift + i] += total;
      }
      tile->reflect(made.v + shift, rows, j, scale, dot, sum);
      memcpy(sum, expected.c + shift, (j + 1) * sizeof *sum); /* anything */
      check(tile, &made, &expected, "reflect");
    }
}

static void every_instruction_set_has_a_table(void **state) {
  (void)state;
  for (int i = 0; i < SOW__ISA_COUNT; i++) {
    const sow__tile *tile = sow__tile_of(i);
    assert_true(tile->gather != NULL && tile->scatter != NULL && tile->reflect != NULL);
  }
  assert_string_equal(sow__tile_select()->name, sow_isa_used());
}

static void tables_find(void) {
  for (int i = 0; i < SOW__ISA_COUNT; i++)
    if (sow_isa_is_supported(i))
      tables[i] = sow__tile_of(i);
    else
      printf("%s: skipped: this machine cannot run it\n", sow_isa_name(i));
#if defined(__x86_64__) && defined(__GNUC__)
  tables[LOWERED] = &tile_lowered;
#endif
}

int main(void) {
  static const struct {
    const char *name;
    CMUnitTestFunction run;
  } slots[] = {
      {"gather sums down the rows", gather_sums_down_the_rows},
      {"scatter sums over the reflectors", scatter_sums_over_the_reflectors},
      {"reflect changes rows and sums products", reflect_changes_rows_and_sums_products},
  };
  enum { SLOTS = sizeof slots / sizeof slots[0], COUNT = TABLES * SLOTS };
  static char names[COUNT][64];
  struct CMUnitTest tests[COUNT + 1];
  tables_find();
  for (int i = 0; i < COUNT; i++) {
    int table = i / SLOTS;
    snprintf(names[i], sizeof names[i], "%s: %s", table == LOWERED ? "eight lanes" : sow_isa_name(table),
             slots[i % SLOTS].name);
    tests[i] = (struct CMUnitTest){names[i], slots[i % SLOTS].run, NULL, NULL, &tables[table]};
  }
  tests[COUNT] = (struct CMUnitTest)cmocka_unit_test(every_instruction_set_has_a_table);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
