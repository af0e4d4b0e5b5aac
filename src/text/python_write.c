/*
 * The one place where a function changes a tensor: as a whole, or rows of it. What else a function may do to
 * one is refused here, with what could be written.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/size.h"
#include "init/resolve.h"
#include "module/build.h"
#include "text/python_view.h"

bool sow__py_rule_name(sow__py *py, sow__buffer *name) {
  sow__buffer_printf(name, "%s:%u", py->text->source ? py->text->source : "rules", (unsigned)py->line);
  return !name->failed || sow__py_no_memory_left(py);
}

bool sow__py_check_tree(sow__py *py) {
  const sow_error *failure = &py->root->tree->failure;
  return failure->status == SOW_OK || sow__py_fail(py, 0, failure->status, "%s", failure->message);
}

static bool record(sow__py *py, const sow__py_value *tensor, const sow__py_view *view,
                   sow_initializer initializer) {
  sow__buffer name = {0};
  bool done = sow__py_rule_name(py, &name);
  if (done && tensor->type == SOW__PY_TENSOR)
    sow_module_set_as(tensor->module, tensor->text, initializer, name.data);
  else if (done)
    sow__module_set_view(view->module, tensor->text, view->ndim, view->shape, view->strides, view->offset,
                         initializer, name.data);
  sow__buffer_free(&name);
  return done && sow__py_check_tree(py);
}

/* torch looks at the shape when it is called, and a function may catch what it then raises. */
static bool check_shape(sow__py *py, const sow__py_view *view, sow_initializer initializer, size_t begin) {
  sow_error error = SOW_ERROR_NONE;
  sow__step step;
  sow_status status = sow__resolve(initializer, SOW_FLOAT32, SOW_TORCH_NEWEST, view->ndim, view->shape,
                                   view->strides, &step, &error);
  return status != SOW_SHAPE || sow__py_raise(py, begin, "ValueError", "%s", error.message);
}

bool sow__py_write(sow__py *py, const sow__py_value *tensor, sow_initializer initializer, size_t begin) {
  sow__py_view view;
  sow__py_view_of(tensor, &view);
  if (view.unclear != NULL)
    return sow__py_write_otherwise(py, view.unclear, begin);
  if (!sow__py_step(py, begin, 1) || !check_shape(py, &view, initializer, begin))
    return false;
  if (!record(py, tensor, &view, initializer)) {
    py->serious = true;
    return false;
  }
  py->written++;
  return true;
}

bool sow__py_check_leaf(sow__py *py, const sow__py_value *tensor, size_t begin) {
  if (tensor->integer != 0 || py->no_grad || py->froze)
    return true;
  return sow__py_raise(py, begin, "RuntimeError",
                       "%sa leaf Variable that requires grad is being used in an in-place operation; write "
                       "'.%.60s.data', or 'with torch.no_grad():' above",
                       tensor->type == SOW__PY_VIEW ? "a view of " : "", tensor->text);
}

bool sow__py_to_double(sow__py *py, const sow__py_value *value, size_t begin, double *number) {
  *number = sow__py_as_double(value);
  if (value->type != SOW__PY_INT || sow__number_holds(value->integer))
    return true;
  py->serious = true;
  return sow__py_fail(py, begin, SOW_UNSUPPORTED, "the int %" PRId64 " is no float64", value->integer);
}

/* ---- what is not done yet ---- */

bool sow__py_is_writing_method(const char *name) {
  size_t length = strlen(name);
  return length > 1 && name[length - 1] == '_' && name[0] != '_';
}

bool sow__py_write_otherwise(sow__py *py, const char *what, size_t begin) {
  py->serious = true;
  return sow__py_fail(
      py, begin, SOW_INVALID_ARGUMENT,
      "%s: sow cannot do this to a tensor yet; it fills and changes tensors and their "
      "parts (nn.init's calls, normal_, uniform_, fill_, zero_, mul_, add_, clamp_ and the like)",
      what);
}
