/*
 * The one place where a function changes a tensor: as a whole, or rows of it. What else a function may do to
 * one is refused here, with what could be written.
 */
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "init/resolve.h"
#include "module/build.h"
#include "text/python_run.h"

bool sow__py_rule_name(sow__py *py, sow__buffer *name) {
  sow__buffer_printf(name, "%s:%u", py->text->source ? py->text->source : "rules", (unsigned)py->line);
  return !name->failed || sow__py_no_memory_left(py);
}

bool sow__py_check_tree(sow__py *py) {
  const sow_error *failure = &py->root->tree->failure;
  return failure->status == SOW_OK || sow__py_fail(py, 0, failure->status, "%s", failure->message);
}

/* A row of the tensor, or all of it where `row` is -1. */
static bool record(sow__py *py, const sow__py_value *tensor, int64_t row, sow_initializer initializer) {
  sow__buffer name = {0};
  bool done = sow__py_rule_name(py, &name);
  if (done && row < 0)
    sow_module_set_as(tensor->module, tensor->text, initializer, name.data);
  else if (done)
    sow__module_set_row(tensor->module, tensor->text, row, initializer, name.data);
  sow__buffer_free(&name);
  return done && sow__py_check_tree(py);
}

/* torch looks at the shape when it is called, and a function may catch what it then raises. */
static bool check_shape(sow__py *py, int ndim, const int64_t *shape, sow_initializer initializer,
                        size_t begin) {
  sow_error error = SOW_ERROR_NONE;
  sow__step step;
  return sow__resolve(initializer, SOW_FLOAT32, SOW_TORCH_NEWEST, ndim, shape, NULL, &step, &error) !=
             SOW_SHAPE ||
         sow__py_raise(py, begin, "ValueError", "%s", error.message);
}

static bool write_row(sow__py *py, const sow__py_value *tensor, int64_t row, sow_initializer initializer,
                      size_t begin) {
  const sow__tensor *whole = sow__py_tensor(tensor);
  int skipped = row < 0 ? 0 : 1;
  if (!sow__py_step(py, begin, 1) ||
      !check_shape(py, whole->ndim - skipped, whole->shape + skipped, initializer, begin))
    return false;
  if (!record(py, tensor, row, initializer)) {
    py->serious = true;
    return false;
  }
  py->written++;
  return true;
}

bool sow__py_write(sow__py *py, const sow__py_value *tensor, sow_initializer initializer, size_t begin) {
  return write_row(py, tensor, -1, initializer, begin);
}

/* ---- parts ---- */

/* The sizes that view() or reshape() asks for, one of which may be -1; false where they do not fit. */
static bool view_shape(const sow__py_list *view, const sow__tensor *tensor, int *ndim,
                       int64_t shape[SOW_MAX_DIMS]) {
  const sow__py_value *sizes = &view->items[1];
  const size_t count = sizes->list->count;
  int64_t whole = 1, known = 1;
  int open = -1;
  if (count > SOW_MAX_DIMS)
    return false;
  for (int i = 0; i < tensor->ndim; i++)
    whole *= tensor->shape[i]; /* fits: the tensor exists */
  for (size_t i = 0; i < count; i++) {
    const sow__py_value *size = &sizes->list->items[i];
    if (size->type != SOW__PY_INT || size->integer < -1 || (size->integer == -1 && open >= 0))
      return false;
    shape[i] = size->integer;
    if (size->integer == -1)
      open = (int)i;
    else if (!sow__mul(known, size->integer, &known))
      return false;
  }
  if (open >= 0) {
    if (known == 0 || whole % known != 0)
      return false;
    shape[open] = whole / known;
  }
  *ndim = (int)count;
  return open >= 0 || known == whole;
}

/* xavier_* and kaiming_* are uniform_ and normal_ with a width from the fans, here those of the view. */
static bool settle_fans(sow__py *py, int ndim, const int64_t *shape, size_t begin, sow_initializer *one) {
  bool uniform = one->kind == SOW_INIT_XAVIER_UNIFORM || one->kind == SOW_INIT_KAIMING_UNIFORM;
  sow__step step;
  sow_error error = SOW_ERROR_NONE;
  /* In the widest type: whether the numbers fit the tensor's own is the plan's to say. */
  sow_status status = sow__resolve(*one, SOW_FLOAT64, SOW_TORCH_NEWEST, ndim, shape, NULL, &step, &error);
  if (status != SOW_OK)
    return sow__py_raise(py, begin, "ValueError", "%s", error.message);
  *one = uniform ? sow_uniform(step.p[0], step.p[1]) : sow_normal(step.p[0], step.p[1]);
  return true;
}

/* The same elements in the same order, under another shape. */
static bool write_reshaped(sow__py *py, const sow__py_value *view, sow_initializer initializer,
                           size_t begin) {
  const sow__py_value *tensor = &view->list->items[0];
  int64_t shape[SOW_MAX_DIMS];
  int ndim;
  if (!view_shape(view->list, sow__py_tensor(tensor), &ndim, shape))
    return sow__py_raise(py, begin, "RuntimeError", "this shape does not fit the tensor");
  switch (initializer.kind) {
  case SOW_INIT_XAVIER_UNIFORM:
  case SOW_INIT_XAVIER_NORMAL:
  case SOW_INIT_KAIMING_UNIFORM:
  case SOW_INIT_KAIMING_NORMAL:
    return settle_fans(py, ndim, shape, begin, &initializer) && sow__py_write(py, tensor, initializer, begin);
  case SOW_INIT_ORTHOGONAL:
  case SOW_INIT_SPARSE:
  case SOW_INIT_EYE:
  case SOW_INIT_DIRAC:
    return sow__py_write_otherwise(py, sow_initializer_name(initializer.kind), begin);
  default:
    return sow__py_write(py, tensor, initializer, begin);
  }
}

/* A block of a tensor, as if it were a tensor of `ndim` dimensions. */
static bool write_block(sow__py *py, const sow__py_value *tensor, int ndim, const int64_t *from,
                        const int64_t *size, sow_initializer initializer, size_t begin) {
  sow__buffer name = {0};
  if (!sow__py_step(py, begin, 1) || !check_shape(py, ndim, size, initializer, begin))
    return false;
  bool done = sow__py_rule_name(py, &name);
  if (done)
    sow_module_step_as(tensor->module, tensor->text, from, size, initializer, name.data);
  sow__buffer_free(&name);
  py->serious = py->serious || !done || !sow__py_check_tree(py);
  py->written++;
  return done && !py->serious;
}

/* Rows that follow one another. */
static bool write_rows(sow__py *py, const sow__py_value *view, sow_initializer initializer, size_t begin) {
  const sow__py_value *tensor = &view->list->items[0], *range = view->list->items[1].list->items;
  const sow__tensor *whole = sow__py_tensor(tensor);
  int64_t from[SOW_MAX_DIMS] = {range[0].integer}, size[SOW_MAX_DIMS];
  memcpy(size, whole->shape, (size_t)whole->ndim * sizeof *size);
  size[0] = range[1].integer;
  return write_block(py, tensor, whole->ndim, from, size, initializer, begin);
}

/* w[:, :, 1, 1]: all of the first dimensions, at one place of each of the last; false for any other index. */
static bool is_place(const sow__tensor *whole, const sow__py_value *index, int64_t *from, int64_t *size,
                     int *ndim) {
  if (index->type != SOW__PY_TUPLE_OF || index->list->count != (size_t)whole->ndim)
    return false;
  *ndim = 0;
  for (int i = 0; i < whole->ndim; i++) {
    const sow__py_value *one = &index->list->items[i];
    bool all = one->type == SOW__PY_PATH && strcmp(one->text, "builtins.slice") == 0;
    from[i] = all ? 0 : one->integer < 0 ? one->integer + whole->shape[i] : one->integer;
    size[i] = all ? whole->shape[i] : 1;
    if (all ? *ndim != i : one->type != SOW__PY_INT || from[i] < 0 || from[i] >= whole->shape[i])
      return false;
    *ndim += all ? 1 : 0;
  }
  return *ndim >= 2;
}

bool sow__py_write_part(sow__py *py, const sow__py_value *view, sow_initializer initializer, size_t begin) {
  const sow__py_value *tensor = &view->list->items[0], *index = &view->list->items[1];
  const sow__tensor *whole = sow__py_tensor(tensor);
  if (strcmp(view->text, "[:]") == 0)
    return write_rows(py, view, initializer, begin);
  if (strcmp(view->text, "[]") != 0)
    return strcmp(view->text, "view") == 0 ? write_reshaped(py, view, initializer, begin)
                                           : sow__py_write_otherwise(py, view->text, begin);
  int64_t from[SOW_MAX_DIMS], size[SOW_MAX_DIMS];
  int ndim;
  if (is_place(whole, index, from, size, &ndim))
    return write_block(py, tensor, ndim, from, size, initializer, begin);
  if ((index->type != SOW__PY_INT && index->type != SOW__PY_BOOL) || whole->ndim == 0)
    return sow__py_write_otherwise(py, "a part of a tensor", begin);
  int64_t at = index->integer < 0 ? index->integer + whole->shape[0] : index->integer;
  if (at < 0 || at >= whole->shape[0])
    return sow__py_raise(py, begin, "IndexError", "the tensor has no such row");
  return write_row(py, tensor, at, initializer, begin);
}

bool sow__py_check_leaf(sow__py *py, const sow__py_value *tensor, size_t begin) {
  bool view = tensor->type == SOW__PY_VIEW;
  const sow__py_value *whole = view ? &tensor->list->items[0] : tensor;
  if (whole->integer != 0 || py->no_grad || py->froze)
    return true;
  return sow__py_raise(py, begin, "RuntimeError",
                       "%sa leaf Variable that requires grad is being used in an in-place operation; write "
                       "'.%.60s.data', or 'with torch.no_grad():' above",
                       view ? "a view of " : "", whole->text);
}

/* ---- what is not done yet ---- */

bool sow__py_is_writing_method(const char *name) {
  size_t length = strlen(name);
  return length > 1 && name[length - 1] == '_' && name[0] != '_';
}

bool sow__py_write_otherwise(sow__py *py, const char *what, size_t begin) {
  py->serious = true;
  return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                      "%s: sow cannot do this to a tensor yet; it fills and changes whole ones and rows "
                      "(nn.init's calls, normal_, "
                      "uniform_, fill_, zero_, mul_, add_, clamp_ and the like)",
                      what);
}
