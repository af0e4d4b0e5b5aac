/* dirac_: a convolution that passes its input on. One 1 in the middle of the kernel of each kept channel. */
#include "init/pattern.h"

static sow_status dirac_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end,
                            void *out, sow_error *error) {
  (void)cursor;
  (void)error;
  sow__put_zeros(fill->dtype, out, end - begin);
  if (fill->initializer.groups < 0)
    return SOW_OK; /* Python's range(groups) is empty */

  uint64_t kernel = 1, centre = 0;
  for (int i = 2; i < fill->ndim; i++) {
    uint64_t size = (uint64_t)fill->shape[i];
    kernel *= size;
    centre = centre * size + size / 2;
  }
  uint64_t inputs = (uint64_t)fill->shape[1], outputs = (uint64_t)fill->shape[0];
  uint64_t group = outputs / (uint64_t)fill->initializer.groups; /* output channels of one group */
  uint64_t step = inputs * kernel;
  for (uint64_t channel = begin / step; channel < outputs && channel * step < end; channel++) {
    uint64_t input = channel % group, index = channel * step + input * kernel + centre;
    if (input < inputs && index >= begin && index < end)
      sow__put_one(fill->dtype, out, index - begin);
  }
  return SOW_OK;
}

const sow__family sow__family_dirac = {
    .name = "dirac", .bind = sow__drawless_bind, .run = dirac_run, .logical = true};
