/* dirac_: a convolution that passes its input on. One 1 in the middle of the kernel of each kept channel. */
#include "op/expect.h"
#include "op/pattern.h"

static sow_status dirac_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                            void *out, sow_error *error) {
  (void)worker;
  (void)error;
  sow__element one = sow__element_of(step->dtype, 1);
  sow__put_zeros(step->dtype, out, end - begin);
  if (step->call.integer < 0)
    return SOW_OK; /* Python's range(groups) is empty */

  uint64_t kernel = 1, centre = 0;
  for (int i = 2; i < step->ndim; i++) {
    uint64_t size = (uint64_t)step->shape[i];
    kernel *= size;
    centre = centre * size + size / 2;
  }
  uint64_t inputs = (uint64_t)step->shape[1], outputs = (uint64_t)step->shape[0];
  uint64_t group = outputs / (uint64_t)step->call.integer; /* output channels of one group */
  uint64_t apart = inputs * kernel;
  for (uint64_t channel = begin / apart; channel < outputs && channel * apart < end; channel++) {
    uint64_t input = channel % group, index = channel * apart + input * kernel + centre;
    if (input < inputs && index >= begin && index < end)
      sow__put_element(&one, out, index - begin);
  }
  return SOW_OK;
}

static sow_distribution dirac_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  int64_t groups = step->call.integer, ones = 0;
  if (groups > 0) {
    int64_t kept = step->shape[0] / groups;
    ones = groups * (kept < step->shape[1] ? kept : step->shape[1]);
  }
  return sow__expect_ones(step, ones, 1);
}

SOW__OP(dirac, "dirac_", SOW__DRAWLESS, SOW__OVERWRITES, SOW__CUT, SOW__BY_INDEX, SOW__SURE,
        sow__drawless_bind, dirac_run, sow__no_memory, sow__store_weight, dirac_expect);
