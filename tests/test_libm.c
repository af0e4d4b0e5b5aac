/* core/libm_f64.h gives the bits of the C library at hand, if that is one whose code it follows. */
#include <math.h>

#include "base/processor.h"
#include "c_library.h"
#include "kernel/core/libm_f64.h"
#include "picks.h"
#include "unit.h"

#if defined(__GLIBC__) && defined(__x86_64__)
/* Without FMA glibc rounds each product, and so would torch there. */
static bool is_followed(void) {
  return sow_isa_is_supported(SOW__ISA_AVX2);
}
#else
static bool is_followed(void) {
  return false;
}
#endif

/* A fraction of 53 bits: any, near 0, or near 1. */
static double next_unit(int i) {
  uint64_t bits = next_bits() >> 11;
  if (i % 8 == 1)
    bits >>= next_bits() % 53;
  if (i % 8 == 2)
    bits = ((UINT64_C(1) << 53) - 1) - (bits >> (next_bits() % 53));
  return (double)bits * 0x1p-53;
}

/* Up to 32 doubles beside x. */
static double next_beside(double x) {
  return sow__f64_from_bits(sow__f64_bits(x) + next_bits() % 65 - 32);
}

enum { COUNT = 1 << 20 };

static void test_log(void **state) {
  (void)state;
  static const double turning[] = {0.9375, 0.6875, 0.5, 0.34375, 0x1p-53, 0x1.8p-3};
  if (!is_followed())
    skip();
  for (int i = 0; i < COUNT; i++) {
    double x = i % 8 == 3 ? next_beside(turning[i / 8 % 6]) : 1.0 - next_unit(i);
    assert_true(x <= 1.0 && sow__log_f64(x) == log(x));
  }
  assert_true(sow__log_f64(1.0) == 0.0 && !signbit(sow__log_f64(1.0)));
}

static void test_sincos(void **state) {
  (void)state;
  static const double turning[] = {0x1.b6p-1,          0x1.368fdp+1,      0.126,
                                   1.5707963267948966, 3.141592653589793, 4.71238898038469,
                                   6.283185307179586,  0x1p-27,           0x1p-26};
  if (!is_followed() || !sincos_is_fused())
    skip();
  for (int i = 0; i < COUNT; i++) {
    double x = i % 8 == 3 ? next_beside(turning[i / 8 % 9]) : 6.283185307179586 * next_unit(i);
    double sine, cosine;
    sow__sincos_f64(x, &sine, &cosine);
    assert_true(sine == sin(x) && cosine == cos(x));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_log),
      cmocka_unit_test(test_sincos),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
