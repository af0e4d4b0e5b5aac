/* How far sow's own functions are from the truth, which long double knows to some more bits. */
#include <float.h>
#include <math.h>

#include "kernel/core/erfinv.h"
#include "kernel/core/power.h"
#include "picks.h"
#include "unit.h"

#if LDBL_MANT_DIG > DBL_MANT_DIG

enum { COUNT = 200000 };

/* In [0, 1) */
static double next_unit(void) {
  return (double)(next_bits() >> 11) * 0x1p-53;
}

/* Of either sign, of a size of 2^low to 2^high. */
static double next_sized(double low, double high) {
  double size = exp2(low + next_unit() * (high - low));
  return (next_bits() & 1) != 0 ? size : -size;
}

/* Half an ulp is what rounding costs; `most` is in ulps. */
static void check(const char *name, double x, double made, long double exact, double most) {
  double nearest = (double)exact;
  if (made == nearest)
    return;
  double ulp = fabs(nearest) < DBL_MIN ? 0x1p-1074 : ldexp(1.0, ilogb(nearest) - 52);
  double off = (double)(fabsl((long double)made - exact) / ulp);
  if (!(off <= most))
    fail_msg("%s at %a: %a is off by %g ulp", name, x, made, off);
}

static void test_exp(void **state) {
  (void)state;
  for (int i = 0; i < COUNT; i++) {
    double x = i % 4 == 0   ? next_sized(-60, 9.5)
               : i % 4 == 1 ? -708.0 - 38.0 * next_unit()
                            : next_sized(-8, 3);
    check("exp", x, sow__exp_f64(x), expl(x), 0.502);
  }
  assert_true(sow__exp_f64(709.79) == INFINITY && sow__exp_f64(INFINITY) == INFINITY);
  assert_true(sow__exp_f64(-746.0) == 0.0 && sow__exp_f64(-INFINITY) == 0.0);
  assert_true(isnan(sow__exp_f64(NAN)));
}

static void test_expm1(void **state) {
  (void)state;
  for (int i = 0; i < COUNT; i++) {
    double x = i % 4 == 0 ? next_sized(-1000, 9.5) : next_sized(-9, 3);
    check("expm1", x, sow__expm1_f64(x), expm1l(x), 0.502);
  }
  assert_true(sow__expm1_f64(-INFINITY) == -1.0 && sow__expm1_f64(INFINITY) == INFINITY);
  assert_true(isnan(sow__expm1_f64(NAN)));
}

static void test_log(void **state) {
  (void)state;
  for (int i = 0; i < COUNT; i++) {
    double x = i % 3 == 0   ? fabs(next_sized(-1074, 1024))
               : i % 3 == 1 ? 1.0 + next_sized(-53, -1)
                            : 4.0 * next_unit();
    if (x > 0.0)
      check("log", x, sow__log_whole_f64(x), logl(x), 0.53);
  }
  assert_true(sow__log_whole_f64(0.0) == -INFINITY && sow__log_whole_f64(-0.0) == -INFINITY);
  assert_true(isnan(sow__log_whole_f64(-1.0)) && isnan(sow__log_whole_f64(-INFINITY)));
  assert_true(sow__log_whole_f64(INFINITY) == INFINITY && isnan(sow__log_whole_f64(NAN)));
}

static void test_log1p(void **state) {
  (void)state;
  for (int i = 0; i < COUNT; i++) {
    double x = i % 3 == 0 ? next_sized(-1000, 1023) : i % 3 == 1 ? next_unit() - 1.0 : next_sized(-7, 1);
    if (x > -1.0)
      check("log1p", x, sow__log1p_f64(x), log1pl(x), 0.53);
  }
  assert_true(sow__log1p_f64(-1.0) == -INFINITY && isnan(sow__log1p_f64(-1.5)));
  assert_true(sow__log1p_f64(INFINITY) == INFINITY && isnan(sow__log1p_f64(NAN)));
}

static void test_pow(void **state) {
  (void)state;
  for (int i = 0; i < COUNT; i++) {
    double x = i % 2 == 0 ? fabs(next_sized(-1074, 1024)) : 1.0 + next_sized(-20, -2);
    double most = 1100.0 / fabs(log2(x));
    double y = most < 1e300 ? most * (2.0 * next_unit() - 1.0) : 1.0;
    long double exact = powl(x, y);
    if (exact < 0x1p1024L) /* what rounds to infinity is not measured in ulps */
      check("pow", x, sow__pow_f64(x, y), exact, 0.52);
  }
}

/* C says what each is. */
static void test_pow_special(void **state) {
  (void)state;
  static const double some[] = {0.0,    -0.0,  1.0,          -1.0,     0.5,       -0.5,   2.0,
                                -2.0,   3.0,   -3.0,         1e300,    0x1p-1074, 0x1p53, -1e300,
                                1e-300, -7.25, 0x1p53 - 1.0, INFINITY, -INFINITY, NAN,    1.0e15 + 1.0};
  enum { SOME = sizeof some / sizeof some[0] };
  for (int i = 0; i < SOME; i++)
    for (int j = 0; j < SOME; j++) {
      double made = sow__pow_f64(some[i], some[j]), expected = pow(some[i], some[j]);
      bool is_number = isfinite(expected) && expected != 0.0;
      bool is_same = is_number ? fabs(made - expected) <= fabs(expected) * DBL_EPSILON : made == expected;
      if (isnan(expected) ? !isnan(made) : !is_same || signbit(made) != signbit(expected))
        fail_msg("pow(%a, %a) is %a, not %a", some[i], some[j], made, expected);
    }
}

/* One step of Newton's from the result, by the complement where that is the smaller one. */
static void test_erfinv(void **state) {
  (void)state;
  const long double half_root_pi = 0.886226925452758013649083741670572592L;
  for (int i = 0; i < COUNT; i++) {
    double y = i % 3 == 0   ? next_unit()
               : i % 3 == 1 ? 1.0 - fabs(next_sized(-53, -2))
                            : fabs(next_sized(-60, -1));
    if (y == 0.0 || y == 1.0)
      continue;
    double made = sow__erfinv_f64(y);
    long double over = y < 0.5 ? erfl(made) - y : (1.0L - y) - erfcl(made);
    check("erfinv", y, made, made - over * half_root_pi * expl((long double)made * made), 0.96);
    assert_true(sow__erfinv_f64(-y) == -made);
  }
  assert_true(sow__erfinv_f64(1.0) == INFINITY && sow__erfinv_f64(-1.0) == -INFINITY);
  assert_true(isnan(sow__erfinv_f64(1.5)) && isnan(sow__erfinv_f64(NAN)));
}

/* Rounded once more. */
static void test_floats(void **state) {
  (void)state;
  assert_true(sow__exp_f32(1.0f) == 0x1.5bf0a8p+1f && sow__expm1_f32(0x1p-20f) == 0x1.000008p-20f);
  assert_true(sow__log_whole_f32(0x1p-149f) == -0x1.9d1dap+6f && sow__log1p_f32(1.0f) == 0x1.62e43p-1f);
  assert_true(sow__pow_f32(3.0f, 0.3f) == 0x1.63f08cp+0f && sow__pow_f32(2.0f, 128.0f) == INFINITY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exp),    cmocka_unit_test(test_expm1),  cmocka_unit_test(test_log),
      cmocka_unit_test(test_log1p),  cmocka_unit_test(test_pow),    cmocka_unit_test(test_pow_special),
      cmocka_unit_test(test_erfinv), cmocka_unit_test(test_floats),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else
int main(void) {
  return 77; /* long double is no wider than double here */
}
#endif
