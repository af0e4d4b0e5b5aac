/* fan_in and fan_out, as torch.nn.init counts them from a weight's shape. */
#include "base/error.h"
#include "base/size.h"
#include "sow/init.h"

sow_status sow_fan(int ndim, const int64_t *shape, int64_t *fan_in, int64_t *fan_out, sow_error *error) {
  char text[128];
  if (ndim < 2)
    return sow__fail(error, SOW_SHAPE, "fan_in and fan_out need two dimensions or more, the shape is %s",
                     sow__shape_print(ndim, shape, text, sizeof text));
  int64_t count;
  sow_status status = sow__count(ndim, shape, &count, error);
  if (status != SOW_OK)
    return status;
  int64_t in = shape[1], out = shape[0];
  for (int i = 2; i < ndim; i++)
    /* A zero size hides how large the other products are from sow__count. */
    if (!sow__mul(in, shape[i], &in) || !sow__mul(out, shape[i], &out))
      return sow__fail(error, SOW_OVERFLOW, "the fans of shape %s do not fit in 63 bits",
                       sow__shape_print(ndim, shape, text, sizeof text));
  *fan_in = in;
  *fan_out = out;
  return SOW_OK;
}
