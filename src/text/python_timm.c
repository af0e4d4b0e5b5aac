/* timm's trunc_normal_ and trunc_normal_tf_, which everyone imports: by erfinv, in every edition of torch. */
#include <math.h>
#include <string.h>

#include "op/truncation.h"
#include "text/python_run.h"

static bool is_timms(const char *path, const char *name) {
  static const char *const packages[] = {"timm.layers.", "timm.layers.weight_init.", "timm.models.layers.",
                                         "timm.models.layers.weight_init.", NULL};
  const char *own = sow__without_prefix(path, packages);
  return own != path && strcmp(own, name) == 0;
}

static bool write_all(sow__py *py, const sow__py_value *tensor, const sow_initializer *steps, size_t count,
                      size_t begin) {
  for (size_t i = 0; i < count; i++)
    if (!sow__py_write(py, tensor, steps[i], begin))
      return false;
  return true;
}

/* N(mean, std^2) within [a, b]: uniform numbers between the bounds' probabilities, and the inverse of those.
 */
static bool draw(sow__py *py, const sow__py_value *tensor, double mean, double std, double a, double b,
                 size_t begin) {
  if (std == 0)
    return sow__py_raise(py, begin, "ZeroDivisionError", "float division by zero");
  const double low = sow__normal_cdf((a - mean) / std), high = sow__normal_cdf((b - mean) / std);
  const sow_initializer steps[] = {sow_uniform(2 * low - 1, 2 * high - 1), sow_method(SOW_INIT_ERFINV),
                                   sow_mul(std * sqrt(2.0)), sow_add(mean, 1), sow_clamp(a, b)};
  return write_all(py, tensor, steps, sizeof steps / sizeof steps[0], begin);
}

static bool trunc_normal(sow__py *py, bool scaled_after, const sow__py_arguments *arguments, size_t begin,
                         sow__py_value *out) {
  static const char *const names[] = {"tensor", "mean", "std", "a", "b", NULL};
  const char *callee = scaled_after ? "trunc_normal_tf_" : "trunc_normal_";
  const sow__py_value *bound[5];
  double number[5] = {0, 0, 1, -2, 2};
  char type[SOW__QUOTE_SIZE];
  if (!sow__py_bind_arguments(py, callee, names, 1, arguments, begin, bound))
    return false;
  if (!sow__py_is_tensor(bound[0]))
    return sow__py_raise(py, begin, "AttributeError", "%s() fills a tensor, not %s", callee,
                         sow__py_type_name(bound[0], type));
  for (size_t i = 1; i < 5; i++) {
    if (bound[i] != NULL && !sow__py_is_number(bound[i]))
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "'%s' of %s() must be a number, not %s", names[i],
                          callee, sow__py_type_name(bound[i], type));
    if (bound[i] != NULL)
      number[i] = sow__py_as_double(bound[i]);
  }
  *out = *bound[0];
  if (!scaled_after)
    return draw(py, bound[0], number[1], number[2], number[3], number[4], begin);
  const sow_initializer steps[] = {sow_mul(number[2]), sow_add(number[1], 1)};
  return draw(py, bound[0], 0, 1, number[3], number[4], begin) &&
         write_all(py, bound[0], steps, sizeof steps / sizeof steps[0], begin);
}

bool sow__py_call_timm(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out, bool *found) {
  bool scaled_after = is_timms(path, "trunc_normal_tf_");
  *found = scaled_after || is_timms(path, "trunc_normal_");
  return *found && trunc_normal(py, scaled_after, arguments, begin, out);
}
