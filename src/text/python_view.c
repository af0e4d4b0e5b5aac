/* Where a part of a tensor, or its elements in another order, lies: as torch's views do. */
#include <string.h>

#include "base/size.h"
#include "op/layout.h"
#include "text/python_view.h"

void sow__py_view_of(const sow__py_value *tensor, sow__py_view *view) {
  if (tensor->type == SOW__PY_VIEW) {
    const sow__py_place *place = tensor->place;
    const size_t size = (size_t)place->ndim * sizeof *place->sizes;
    *view = (sow__py_view){
        .module = place->module, .ndim = place->ndim, .offset = place->offset, .unclear = place->unclear};
    memcpy(view->shape, place->sizes, size);
    memcpy(view->strides, place->sizes + place->ndim, size);
    return;
  }
  const sow__tensor *whole = sow__py_tensor(tensor);
  const size_t size = (size_t)whole->ndim * sizeof *whole->shape;
  *view = (sow__py_view){.module = tensor->module, .ndim = whole->ndim, .offset = whole->offset};
  memcpy(view->shape, whole->shape, size);
  if (whole->strides != NULL)
    memcpy(view->strides, whole->strides, size);
  else
    sow__layout_strides(view->ndim, view->shape, view->strides);
}

bool sow__py_view_new(sow__py *py, const sow__py_value *tensor, const sow__py_view *view,
                      sow__py_value *out) {
  const size_t size = (size_t)view->ndim * sizeof *view->shape;
  sow__py_place *place = sow__py_alloc(py, sizeof *place);
  int64_t *sizes = place == NULL ? NULL : sow__py_alloc(py, 2 * size + 1);
  if (sizes == NULL)
    return false;
  memcpy(sizes, view->shape, size);
  memcpy(sizes + view->ndim, view->strides, size);
  *place = (sow__py_place){.module = view->module,
                           .ndim = view->ndim,
                           .sizes = sizes,
                           .offset = view->offset,
                           .unclear = view->unclear};
  *out =
      (sow__py_value){.type = SOW__PY_VIEW, .text = tensor->text, .integer = tensor->integer, .place = place};
  return true;
}

int64_t sow__py_view_count(const sow__py_view *view) {
  int64_t all = 0;
  sow__count(view->ndim, view->shape, &all, NULL); /* fits: the tensor exists */
  return all;
}

void sow__py_view_drop(sow__py_view *view, int dim) {
  view->ndim--;
  for (int i = dim; i < view->ndim; i++) {
    view->shape[i] = view->shape[i + 1];
    view->strides[i] = view->strides[i + 1];
  }
}

bool sow__py_view_insert(sow__py_view *view, int dim) {
  if (view->ndim == SOW_MAX_DIMS)
    return false;
  const int64_t stride = dim < view->ndim ? view->shape[dim] * view->strides[dim] : 1;
  for (int i = view->ndim++; i > dim; i--) {
    view->shape[i] = view->shape[i - 1];
    view->strides[i] = view->strides[i - 1];
  }
  view->shape[dim] = 1;
  view->strides[dim] = stride;
  return true;
}

void sow__py_view_narrow(sow__py_view *view, int dim, int64_t begin, int64_t size) {
  view->offset += begin * view->strides[dim];
  view->shape[dim] = size;
}

/* ---- indices ---- */

static bool is_ellipsis(const sow__py_value *index) {
  return index->type == SOW__PY_PATH && strcmp(index->text, "builtins.Ellipsis") == 0;
}

/* w[lower:upper:step] of dimension `dim`. */
static bool take_slice(sow__py *py, size_t begin, sow__py_view *view, int dim, const sow__py_value *slice) {
  int64_t start, step;
  size_t count;
  if (!sow__py_slice_bounds(py, begin, slice, (size_t)view->shape[dim], &start, &step, &count))
    return false;
  if (step < 0)
    return sow__py_raise(py, begin, "ValueError", "step must be greater than zero");
  sow__py_view_narrow(view, dim, start, (int64_t)count);
  view->strides[dim] *= count > 1 ? step : 1; /* of one element it is never taken, and may not fit */
  return true;
}

bool sow__py_view_select(sow__py *py, size_t begin, sow__py_view *view, int dim, int64_t index) {
  const int64_t size = view->shape[dim], at = index < 0 ? index + size : index;
  if (at < 0 || at >= size)
    return sow__py_raise(py, begin, "IndexError",
                         "index %lld is out of bounds for dimension %d with size %lld", (long long)index, dim,
                         (long long)size);
  sow__py_view_narrow(view, dim, at, 1);
  sow__py_view_drop(view, dim);
  return true;
}

/* One index; `dim` is where it goes, and moves on. What torch copies for is unclear afterwards. */
static bool take(sow__py *py, size_t begin, sow__py_view *view, int *dim, const sow__py_value *index) {
  switch (index->type) {
  case SOW__PY_INT:
    return sow__py_view_select(py, begin, view, *dim, index->integer);
  case SOW__PY_SLICE_OF:
    return take_slice(py, begin, view, (*dim)++, index);
  case SOW__PY_NONE:
    if (!sow__py_view_insert(view, (*dim)++))
      view->unclear = "a part of so many dimensions";
    return true;
  default:
    view->unclear = "a part of a tensor";
    return true;
  }
}

/* How many dimensions a tuple of indices takes; -1 where sow does not know. */
static int taken_by(const sow__py_list *indices) {
  int taken = 0, ellipses = 0;
  for (size_t i = 0; i < indices->count; i++) {
    const sow__py_value *index = &indices->items[i];
    bool one = index->type == SOW__PY_INT || index->type == SOW__PY_SLICE_OF;
    if (!one && index->type != SOW__PY_NONE && !is_ellipsis(index))
      return -1;
    taken += one ? 1 : 0;
    ellipses += is_ellipsis(index) ? 1 : 0;
  }
  return ellipses > 1 ? -1 : taken;
}

static bool take_all(sow__py *py, size_t begin, sow__py_view *view, const sow__py_list *indices) {
  const int taken = taken_by(indices), left = view->ndim - taken;
  int dim = 0;
  if (taken < 0) {
    view->unclear = "a part of a tensor";
    return true;
  }
  if (left < 0)
    return sow__py_raise(py, begin, "IndexError", "too many indices for tensor of dimension %d", view->ndim);
  for (size_t i = 0; i < indices->count && view->unclear == NULL; i++)
    if (is_ellipsis(&indices->items[i]))
      dim += left;
    else if (!take(py, begin, view, &dim, &indices->items[i]))
      return false;
  return true;
}

bool sow__py_index_tensor(sow__py *py, size_t begin, const sow__py_value *tensor, const sow__py_value *index,
                          sow__py_value *out) {
  const sow__py_list one = {.items = (sow__py_value *)index, .count = 1};
  sow__py_view view;
  sow__py_view_of(tensor, &view);
  if (view.unclear == NULL &&
      !take_all(py, begin, &view, index->type == SOW__PY_TUPLE_OF ? index->list : &one))
    return false;
  return sow__py_view_new(py, tensor, &view, out);
}

/* ---- several parts ---- */

bool sow__py_view_parts(sow__py *py, size_t begin, const sow__py_value *tensor, int dim, const int64_t *sizes,
                        size_t count, bool drop, sow__py_value *out) {
  sow__py_value *items;
  sow__py_view whole, part;
  int64_t from = 0;
  sow__py_view_of(tensor, &whole);
  if (!sow__py_step(py, begin, count) || !sow__py_list_new(py, SOW__PY_TUPLE_OF, count, out, &items))
    return false;
  for (size_t i = 0; i < count; i++) {
    const int64_t size = sizes == NULL ? 1 : sizes[i];
    part = whole;
    sow__py_view_narrow(&part, dim, from, size);
    if (drop)
      sow__py_view_drop(&part, dim);
    if (!sow__py_view_new(py, tensor, &part, &items[i]))
      return false;
    from += size;
  }
  return true;
}

bool sow__py_rows(sow__py *py, size_t begin, const sow__py_value *tensor, const sow__py_list **out) {
  sow__py_view view;
  sow__py_value rows;
  sow__py_view_of(tensor, &view);
  if (view.unclear != NULL)
    return sow__py_write_otherwise(py, view.unclear, begin);
  if (view.ndim == 0)
    return sow__py_raise(py, begin, "TypeError", "iteration over a 0-d tensor");
  if (!sow__py_view_parts(py, begin, tensor, 0, NULL, (size_t)view.shape[0], true, &rows))
    return false;
  *out = rows.list;
  return true;
}
