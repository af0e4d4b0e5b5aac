/* eye_: ones on the diagonal of a matrix; or another number, as Keras' identity has it. */
#include "op/expect.h"
#include "op/pattern.h"

static sow_status eye_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end, void *out,
                          sow_error *error) {
  (void)worker;
  (void)error;
  uint64_t rows = (uint64_t)step->shape[0], columns = (uint64_t)step->shape[1];
  sow__element diagonal = sow__element_of(step->dtype, step->p[0]);
  sow__put_zeros(step->dtype, out, end - begin);
  /* The elements of the diagonal lie columns + 1 apart; the first at or after `begin`: */
  uint64_t apart = columns + 1, row = (begin + apart - 1) / apart;
  for (; row < rows && row < columns && row * apart < end; row++)
    sow__put_element(&diagonal, out, row * apart - begin);
  return SOW_OK;
}

static sow_distribution eye_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  int64_t ones = step->shape[0] < step->shape[1] ? step->shape[0] : step->shape[1];
  return sow__expect_ones(step, ones, sow__step_round(step, step->p[0]));
}

SOW__OP(eye, "eye_", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX, SOW__SURE, sow__drawless_bind,
        eye_run, sow__no_memory, sow__store_weight, eye_expect);
