/* Methods that give a tensor's elements in another shape. */
#include <string.h>

#include "base/size.h"
#include "op/layout.h"
#include "text/python_view.h"

bool sow__py_view_squeeze(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"dim", NULL};
  const sow__py_value *bound[1];
  int dim = -1;
  if (!sow__py_view_bind(c, names, 0, bound))
    return false;
  if (bound[0] != NULL && sow__py_is_sequence(bound[0]))
    return sow__py_write_otherwise(c->py, "squeeze of several dimensions", c->begin);
  if (bound[0] != NULL && !sow__py_view_dimension(c, bound[0], 0, c->view.ndim, &dim))
    return false;
  for (int i = c->view.ndim - 1; i >= 0; i--)
    if (c->view.shape[i] == 1 && (dim < 0 || dim == i))
      sow__py_view_drop(&c->view, i);
  return sow__py_view_finish(c, out);
}

bool sow__py_view_unsqueeze(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"dim", NULL};
  const sow__py_value *bound[1];
  int dim;
  if (!sow__py_view_bind(c, names, 1, bound) ||
      !sow__py_view_dimension(c, bound[0], 0, c->view.ndim + 1, &dim))
    return false;
  return sow__py_view_insert(&c->view, dim)
             ? sow__py_view_finish(c, out)
             : sow__py_write_otherwise(c->py, "a tensor of so many dimensions", c->begin);
}

/*
 * The strides under which the view's elements keep their order in another shape of as many elements; false
 * where there are none. A dimension of the new shape lies within those of the old that are walked as one.
 */
static bool strides_in(const sow__py_view *view, int ndim, const int64_t *shape, int64_t *strides) {
  if (sow__layout_contiguous(view->ndim, view->shape, view->strides)) {
    sow__layout_strides(ndim, shape, strides);
    return true;
  }
  int to = ndim - 1;
  for (int last = view->ndim - 1; last >= 0;) {
    int first = last;
    int64_t run = view->shape[last], made = 1;
    while (first > 0 &&
           (view->shape[first - 1] == 1 || view->strides[first - 1] == run * view->strides[last]))
      run *= view->shape[--first];
    for (; to >= 0 && (made < run || shape[to] == 1); to--) {
      strides[to] = made * view->strides[last];
      made *= shape[to];
    }
    if (made != run)
      return false;
    last = first - 1;
  }
  return to < 0;
}

/* Of an empty tensor the other sizes may be so large that torch itself errs about them. */
static bool check_sizes(const sow__py_view_call *c, int ndim, const int64_t *shape) {
  int64_t product = 1;
  for (int i = 0; i < ndim; i++)
    if (shape[i] != 0 && !sow__mul(product, shape[i], &product))
      return sow__py_fail(c->py, c->begin, SOW_OVERFLOW, "sizes whose product does not fit in 63 bits");
  return true;
}

static bool reshape_to(sow__py_view_call *c, int ndim, const int64_t *shape, sow__py_value *out) {
  int64_t strides[SOW_MAX_DIMS];
  if (!check_sizes(c, ndim, shape))
    return false;
  if (!strides_in(&c->view, ndim, shape, strides))
    return strcmp(c->name, "view") == 0 || strcmp(c->name, "view_as") == 0
               ? sow__py_raise(c->py, c->begin, "RuntimeError",
                               "view size is not compatible with input tensor's size and stride")
               : sow__py_write_otherwise(c->py, "a copy of a tensor", c->begin);
  c->view.ndim = ndim;
  memcpy(c->view.shape, shape, (size_t)ndim * sizeof *shape);
  memcpy(c->view.strides, strides, (size_t)ndim * sizeof *strides);
  return sow__py_view_finish(c, out);
}

/* Sizes of which one may be -1: what is left. */
static bool settle_sizes(const sow__py_view_call *c, size_t count, int64_t *shape) {
  const int64_t whole = sow__py_view_count(&c->view);
  int64_t known = 1, *open = NULL;
  bool fits = true;
  for (size_t i = 0; i < count && fits; i++) {
    if (shape[i] == -1 && open == NULL)
      open = &shape[i];
    else
      fits = shape[i] >= 0 && sow__mul(known, shape[i], &known);
  }
  fits = fits && (open != NULL ? known != 0 && whole % known == 0 : known == whole);
  if (!fits)
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "this shape does not fit the tensor, which has %lld elements", (long long)whole);
  if (open != NULL)
    *open = whole / known;
  return true;
}

bool sow__py_view_reshape(sow__py_view_call *c, sow__py_value *out) {
  int64_t shape[SOW_MAX_DIMS];
  size_t count;
  const bool view = strcmp(c->name, "view") == 0;
  const sow__py_value *sizes = sow__py_view_listed(c, view ? "size" : "shape", &count);
  if (sizes == NULL)
    return false;
  if (count > SOW_MAX_DIMS)
    return sow__py_write_otherwise(c->py, "a tensor of so many dimensions", c->begin);
  for (size_t i = 0; i < count; i++)
    if (!sow__py_view_number(c, "size", &sizes[i], 0, &shape[i]))
      return false;
  return settle_sizes(c, count, shape) && reshape_to(c, (int)count, shape, out);
}

bool sow__py_view_reshape_as(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"other", NULL};
  const sow__py_value *bound[1];
  sow__py_view other;
  char type[SOW__QUOTE_SIZE];
  if (!sow__py_view_bind(c, names, 1, bound))
    return false;
  if (!sow__py_is_tensor(bound[0]))
    return sow__py_raise(c->py, c->begin, "TypeError", "%s() takes a tensor, not %s", c->name,
                         sow__py_type_name(bound[0], type));
  sow__py_view_of(bound[0], &other);
  if (other.unclear != NULL)
    return sow__py_write_otherwise(c->py, other.unclear, c->begin);
  return settle_sizes(c, (size_t)other.ndim, other.shape) && reshape_to(c, other.ndim, other.shape, out);
}

bool sow__py_view_flatten(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"start_dim", "end_dim", NULL};
  const sow__py_value *bound[2];
  int64_t shape[SOW_MAX_DIMS] = {1};
  int first, last, ndim = 0;
  if (!sow__py_view_bind(c, names, 0, bound) ||
      !sow__py_view_dimension(c, bound[0], 0, c->view.ndim, &first) ||
      !sow__py_view_dimension(c, bound[1], -1, c->view.ndim, &last))
    return false;
  if (!check_sizes(c, c->view.ndim, c->view.shape))
    return false;
  if (first > last)
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "flatten() has invalid args: start_dim cannot come after end_dim");
  for (int i = 0; i < c->view.ndim; i++) {
    if (i > first && i <= last)
      shape[ndim - 1] *= c->view.shape[i];
    else
      shape[ndim++] = c->view.shape[i];
  }
  return reshape_to(c, ndim == 0 ? 1 : ndim, shape, out);
}
