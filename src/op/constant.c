/* What draws nothing: one value everywhere, and nothing at all. */
#include <math.h>
#include <string.h>

#include "kernel/core/libm_f64.h"
#include "kernel/kernel.h"
#include "op/expect.h"
#include "op/op.h"

/* torch takes the double to the 16-bit dtypes by way of float. */
static uint64_t constant_bits(sow_dtype dtype, double value) {
  switch (dtype) {
  case SOW_FLOAT64:
    return sow__f64_bits(value);
  case SOW_FLOAT32:
  case SOW_COMPLEX64: /* whose imaginary part is 0 */
    return sow__f32_bits((float)value);
  case SOW_FLOAT16:
    return sow__f32_to_f16((float)value);
  case SOW_BFLOAT16:
    return sow__f32_to_bf16((float)value);
  case SOW_BOOL:
    return value != 0;
  default:
    return (uint64_t)(int64_t)value; /* of which the narrower ones take the low bytes */
  }
}

static sow_status constant_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                               void *out, sow_error *error) {
  (void)worker;
  (void)error;
  size_t count = (size_t)(end - begin);
  uint64_t bits = constant_bits(step->dtype, step->p[0]);
  const sow__kernel *kernel = sow__kernel_select();
  if (bits == 0) { /* most constants; memset knows how to write much */
    memset(out, 0, count * sow_dtype_size(step->dtype));
    return SOW_OK;
  }
  switch (sow_dtype_size(step->dtype)) {
  case 8:
    kernel->repeat_64(out, bits, count);
    break;
  case 4:
    kernel->repeat_32(out, (uint32_t)bits, count);
    break;
  case 2:
    kernel->repeat_16(out, (uint16_t)bits, count);
    break;
  default:
    memset(out, (int)(bits & 0xff), count);
  }
  return SOW_OK;
}

static sow_status none_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                           void *out, sow_error *error) {
  (void)step;
  (void)worker;
  (void)begin;
  (void)end;
  (void)out;
  (void)error;
  return SOW_OK;
}

static sow_distribution constant_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  if (step->dtype == SOW_COMPLEX64)
    return sow__expect_unknown(-(double)INFINITY, (double)INFINITY);
  double value = sow__step_round(step, step->p[0]);
  return (sow_distribution){SOW_DENSITY_CONSTANT, value, 0, value, value, value, 0, 0, 1};
}

static sow_distribution none_expect(const sow__step *step, const sow_distribution *before) {
  (void)step;
  (void)before;
  return (sow_distribution){.density = SOW_DENSITY_CONSTANT, .share = 1};
}

SOW__OP(constant, "fill_", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_MEMORY, SOW__SURE,
        sow__drawless_bind, constant_run, sow__no_memory, sow__store_weight, constant_expect);
SOW__OP(none, "none", SOW__DRAWLESS, SOW__CHANGES, SOW__CUT, SOW__BY_MEMORY, SOW__SURE, sow__drawless_bind,
        none_run, sow__no_memory, sow__store_weight, none_expect);
