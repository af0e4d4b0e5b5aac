/* Methods of tensors: their shape, and what fills and changes them. */
#include <math.h>
#include <string.h>

#include "base/names.h"
#include "op/layout.h"
#include "text/python_view.h"

/* ---- shapes ---- */

static bool size(sow__py *py, const sow__py_value *object, const sow__py_arguments *arguments, size_t begin,
                 sow__py_value *out) {
  static const char *const names[] = {"dim", NULL};
  const sow__py_value *bound[1];
  sow__py_value shape;
  if (!sow__py_bind_arguments(py, "size", names, 0, arguments, begin, bound) ||
      !sow__py_attribute(py, begin, object, "shape", &shape))
    return false;
  *out = shape;
  return bound[0] == NULL || bound[0]->type == SOW__PY_NONE ||
         sow__py_index(py, begin, &shape, bound[0], out);
}

/* ---- filling ---- */

typedef struct filling {
  const char *name;
  sow_initializer_kind kind;
  const char *names[3];
  size_t required;
  double fallbacks[2];
} filling;

static const filling fillings[] = {
    {"normal_", SOW_INIT_NORMAL, {"mean", "std", NULL}, 0, {0, 1}},
    {"uniform_", SOW_INIT_UNIFORM, {"from", "to", NULL}, 0, {0, 1}},
    {"fill_", SOW_INIT_CONSTANT, {"value", NULL}, 1, {0}},
    {"zero_", SOW_INIT_ZEROS, {NULL}, 0, {0}},
    {"mul_", SOW_INIT_MUL, {"other", NULL}, 1, {0}},
    {"div_", SOW_INIT_DIV, {"other", NULL}, 1, {0}},
    {"add_", SOW_INIT_ADD, {"other", "alpha", NULL}, 1, {0, 1}},
    {"sub_", SOW_INIT_SUB, {"other", "alpha", NULL}, 1, {0, 1}},
    {"pow_", SOW_INIT_POW, {"exponent", NULL}, 1, {0}},
    {"clamp_", SOW_INIT_CLAMP, {"min", "max", NULL}, 0, {-INFINITY, INFINITY}},
    {"fmod_", SOW_INIT_FMOD, {"other", NULL}, 1, {0}},
    {"neg_", SOW_INIT_NEG, {NULL}, 0, {0}},
    {"abs_", SOW_INIT_ABS, {NULL}, 0, {0}},
    {"sqrt_", SOW_INIT_SQRT, {NULL}, 0, {0}},
    {"exp_", SOW_INIT_EXP, {NULL}, 0, {0}},
    {"log_", SOW_INIT_LOG, {NULL}, 0, {0}},
};

static bool fill(sow__py *py, const sow__py_value *object, const filling *row,
                 const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_value *bound[2] = {NULL};
  double numbers[2];
  char name[SOW__QUOTE_SIZE];
  if (!sow__py_bind_arguments(py, row->name, row->names, row->required, arguments, begin, bound))
    return false;
  for (size_t i = 0; i < 2; i++) {
    numbers[i] = row->fallbacks[i];
    if (bound[i] == NULL)
      continue;
    if (!sow__py_is_number(bound[i]))
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "'%s' of %s() must be a number, not %s",
                          row->names[i], row->name, sow__py_type_name(bound[i], name));
    if (!sow__py_to_double(py, bound[i], begin, &numbers[i]))
      return false;
  }
  sow_initializer initializer = sow_method(row->kind);
  initializer.argument[0] = numbers[0];
  initializer.argument[1] = numbers[1];
  *out = *object;
  if (!sow__py_check_leaf(py, object, begin))
    return false;
  return sow__py_write(py, object, initializer, begin);
}

/* ---- any ---- */

static bool read_method(sow__py *py, const sow__py_value *object, const char *name,
                        const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_view view;
  sow__py_view_of(object, &view);
  if (view.unclear != NULL)
    return sow__py_write_otherwise(py, view.unclear, begin);
  if (strcmp(name, "size") == 0)
    return size(py, object, arguments, begin, out);
  if (strcmp(name, "requires_grad_") == 0) {
    py->froze = true;
    *out = *object;
    return true;
  }
  bool alone = arguments->count == 0;
  if (alone && (strcmp(name, "dim") == 0 || strcmp(name, "ndimension") == 0))
    *out = sow__py_int(view.ndim);
  else if (alone && (strcmp(name, "numel") == 0 || strcmp(name, "nelement") == 0))
    *out = sow__py_int(sow__py_view_count(&view));
  else if (alone && strcmp(name, "detach") == 0)
    return sow__py_attribute(py, begin, object, "data", out);
  else if (alone && strcmp(name, "contiguous") == 0 &&
           sow__layout_contiguous(view.ndim, view.shape, view.strides))
    *out = *object;
  else if (sow__py_is_writing_method(name))
    return sow__py_write_otherwise(py, name, begin);
  else
    return sow__py_fail(
        py, begin, SOW_UNKNOWN_NAME,
        "'.%.60s' of a tensor is not understood; known are size, dim, numel, view, detach, and "
        "normal_, uniform_, fill_, zero_, mul_ and its kin",
        name);
  return true;
}

bool sow__py_tensor_method(sow__py *py, const sow__py_value *tensor, const char *name,
                           const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  /* Other ways to look at a tensor, through which sow fills none. */
  static const char *const other_views[] = {"expand", "expand_as", "index_select", "masked_select", "repeat",
                                            "unfold", "clone",     "flip",         "roll",          "take",
                                            NULL};
  for (size_t i = 0; i < sizeof fillings / sizeof fillings[0]; i++)
    if (strcmp(fillings[i].name, name) == 0)
      return fill(py, tensor, &fillings[i], arguments, begin, out);
  if (sow__py_is_view_method(name))
    return sow__py_view_method(py, tensor, name, arguments, begin, out);
  if (sow__text_is_one_of(name, other_views))
    return sow__py_write_otherwise(py, name, begin);
  return read_method(py, tensor, name, arguments, begin, out);
}
