/*
 * The loops of the QR: in the order that tile.h says, bit by bit, from every table that this machine can run.
 * Eight lanes are tried without AVX-512 too: the compiler makes them of narrower ones.
 */
#include <stdio.h>
#include <string.h>

#include "base/processor.h"
#include "linalg/tile.h"
#include "picks.h"
#include "unit.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define sow__tile_avx512 tile_lowered
extern const sow__tile tile_lowered;
#include "linalg/tile_avx512.c"
#undef sow__tile_avx512
#endif

enum { LOWERED = SOW__ISA_COUNT, TABLES, MOST_ROWS = 7 * SOW__ROUND, SHIFTS = 3 };
static const sow__tile *tables[TABLES];

static const sow__tile *table_of(void **state) {
  const sow__tile *const *table = *state;
  if (*table == NULL)
    skip();
  return *table;
}

#define SOW__REAL double
#define SOW__NAME(x) x##_f64
#include "tile_sums.h"
#undef SOW__REAL
#undef SOW__NAME

#define SOW__REAL float
#define SOW__NAME(x) x##_f32
#include "tile_sums.h"
#undef SOW__REAL
#undef SOW__NAME

static void reflect_row(double *row, size_t j, double scale, const double *dot) {
  row[j] *= scale;
  for (size_t i = j + 1; i < SOW__PANEL; i++)
    row[i] -= dot[i] * row[j];
}

static void reflect_changes_rows_and_sums_products(void **state) {
  arrays_f64 *m = &made_f64, *e = &expected_f64;
  const sow__tile *tile = table_of(state);
  uint64_t seed = 5;
  for (size_t j = 0; j + 1 < SOW__PANEL; j++)
    for (int round = 0; round < 4; round++) {
      size_t rows = (size_t)pick(&seed, MOST_ROWS + 1), shift = (size_t)pick(&seed, SHIFTS + 1);
      arrays_fill_f64(seed);
      double *dot = m->w + shift, *sum = m->c + shift, scale = m->c[SOW__PANEL + SHIFTS];
      memset(dot, 0, (j + 1) * sizeof *dot);
      *e = *m;
      for (size_t k = 0; k < rows; k++)
        reflect_row(e->v + shift + k * SOW__PANEL, j, scale, dot);
      for (size_t i = j + 1; i < SOW__PANEL; i++) {
        double total = 0.0;
        for (size_t k = 0; k < rows; k++) {
          const double *row = e->v + shift + k * SOW__PANEL;
          total += row[j + 1] * row[i];
        }
        e->c[shift + i] += total;
      }
      tile->reflect(m->v + shift, rows, j, scale, dot, sum);
      memcpy(sum, e->c + shift, (j + 1) * sizeof *sum); /* anything */
      check_f64(tile, "reflect");
    }
}

static void every_instruction_set_has_a_table(void **state) {
  (void)state;
  for (int i = 0; i < SOW__ISA_COUNT; i++) {
    const sow__tile *tile = sow__tile_of(i);
    assert_true(tile->gather_f64 != NULL && tile->scatter_f64 != NULL);
    assert_true(tile->gather_f32 != NULL && tile->scatter_f32 != NULL);
    assert_true(tile->reflect != NULL);
  }
  /* It has no loops of its own here. */
  const bool plainer = strcmp(sow_isa_used(), "avx512_bf16") == 0;
  assert_string_equal(sow__tile_select()->name, plainer ? "avx512" : sow_isa_used());
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
      {"gather_f64 sums down the rows", gather_sums_down_the_rows_f64},
      {"gather_f32 sums down the rows", gather_sums_down_the_rows_f32},
      {"scatter_f64 sums over the reflectors", scatter_sums_over_the_reflectors_f64},
      {"scatter_f32 sums over the reflectors", scatter_sums_over_the_reflectors_f32},
      {"reflect changes rows and sums products", reflect_changes_rows_and_sums_products},
  };
  enum { SLOTS = sizeof slots / sizeof slots[0], COUNT = TABLES * SLOTS };
  static char names[COUNT][64];
  struct CMUnitTest tests[COUNT];
  tables_find();
  for (int i = 0; i < COUNT; i++) {
    int table = i / SLOTS;
    snprintf(names[i], sizeof names[i], "%s: %s", table == LOWERED ? "eight lanes" : sow_isa_name(table),
             slots[i % SLOTS].name);
    tests[i] = (struct CMUnitTest){names[i], slots[i % SLOTS].run, NULL, NULL, &tables[table]};
  }
  const struct CMUnitTest choice[] = {cmocka_unit_test(every_instruction_set_has_a_table)};
  int failed = cmocka_run_group_tests_name("tables", tests, NULL, NULL);
  return failed + cmocka_run_group_tests_name("choice", choice, NULL, NULL);
}
