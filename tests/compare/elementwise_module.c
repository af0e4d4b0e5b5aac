/* What kernels.py calls: the library's own functions, which the shared library does not show. */
#include "kernel/elementwise.h"
#include "kernel/norm.h"

#define SHOWN __attribute__((visibility("default")))

/* `kind` counts as sow__elementwise does; without `other` the operand is a number. */
SHOWN void compare_run(int kind, const char *dtype_name, int edition, double a, double b, void *values,
                       const void *other, size_t count);
SHOWN double compare_norm(const char *dtype_name, int edition, int is_across, const void *values,
                          size_t count);

void compare_run(int kind, const char *dtype_name, int edition, double a, double b, void *values,
                 const void *other, size_t count) {
  sow_dtype dtype;
  if (sow_dtype_parse(dtype_name, &dtype, NULL) != SOW_OK)
    return;
  if (other != NULL)
    sow__elementwise_run_with((sow__elementwise)kind, dtype, (sow_edition)edition, b, values, other, count);
  else
    sow__elementwise_run((sow__elementwise)kind, dtype, (sow_edition)edition, (const double[]){a, b}, values,
                         count);
}

double compare_norm(const char *dtype_name, int edition, int is_across, const void *values, size_t count) {
  sow_dtype dtype;
  if (sow_dtype_parse(dtype_name, &dtype, NULL) != SOW_OK)
    return -1.0;
  sow__norm norm =
      sow__norm_begin(dtype, (sow_edition)edition, is_across != 0 ? SOW__NORM_ACROSS : SOW__NORM_ALONG);
  sow__norm_add(&norm, values, count);
  return sow__norm_value(&norm);
}
