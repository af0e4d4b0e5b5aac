/* Methods that give parts of a tensor, or another order of it; torch has most as functions too. */
#include <string.h>

#include "base/names.h"
#include "text/python_view.h"

bool sow__py_view_bind(const sow__py_view_call *c, const char *const *names, size_t required,
                       const sow__py_value **bound) {
  return sow__py_bind_arguments(c->py, c->name, names, required, c->arguments, c->begin, bound);
}

bool sow__py_view_finish(const sow__py_view_call *c, sow__py_value *out) {
  return sow__py_view_new(c->py, c->tensor, &c->view, out);
}

bool sow__py_view_number(const sow__py_view_call *c, const char *name, const sow__py_value *value,
                         int64_t fallback, int64_t *out) {
  char type[SOW__QUOTE_SIZE];
  *out = value == NULL ? fallback : value->integer;
  if (value != NULL && value->type == SOW__PY_PATH)
    return sow__py_fail(c->py, c->begin, SOW_UNKNOWN_NAME, "sow does not know what '%.100s' is", value->text);
  return value == NULL || value->type == SOW__PY_INT ||
         sow__py_raise(c->py, c->begin, "TypeError", "'%s' of %s() must be an int, not %s", name, c->name,
                       sow__py_type_name(value, type));
}

bool sow__py_view_dimension(const sow__py_view_call *c, const sow__py_value *value, int64_t fallback,
                            int ndim, int *out) {
  int64_t dim;
  const int64_t room = ndim > 0 ? ndim : 1;
  if (!sow__py_view_number(c, "dim", value, fallback, &dim))
    return false;
  if (dim < -room || dim >= room)
    return sow__py_raise(c->py, c->begin, "IndexError",
                         "Dimension out of range (expected to be in range of [%lld, %lld], but got %lld)",
                         (long long)-room, (long long)room - 1, (long long)dim);
  *out = (int)(dim < 0 ? dim + room : dim);
  return true;
}

/* The same of a tensor that has one; `exception` is raised of any other, whatever dimension is asked for. */
static bool own_dimension(const sow__py_view_call *c, const sow__py_value *value, const char *exception,
                          int *out) {
  if (c->view.ndim == 0)
    return sow__py_raise(c->py, c->begin, exception, "%s() expects at least a 1-dimensional tensor", c->name);
  return sow__py_view_dimension(c, value, 0, c->view.ndim, out);
}

/* ---- other orders ---- */

static void swap(sow__py_view *view, int a, int b) {
  const int64_t size = view->shape[a], stride = view->strides[a];
  view->shape[a] = view->shape[b];
  view->strides[a] = view->strides[b];
  view->shape[b] = size;
  view->strides[b] = stride;
}

static bool transpose(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"dim0", "dim1", NULL};
  const sow__py_value *bound[2];
  int a, b;
  if (!sow__py_view_bind(c, names, 2, bound) || !sow__py_view_dimension(c, bound[0], 0, c->view.ndim, &a) ||
      !sow__py_view_dimension(c, bound[1], 0, c->view.ndim, &b))
    return false;
  if (c->view.ndim > 0)
    swap(&c->view, a, b);
  return sow__py_view_finish(c, out);
}

static bool t(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {NULL};
  if (!sow__py_view_bind(c, names, 0, NULL))
    return false;
  if (c->view.ndim > 2)
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "t() expects a tensor with <= 2 dimensions, but self is %dD", c->view.ndim);
  if (c->view.ndim == 2)
    swap(&c->view, 0, 1);
  return sow__py_view_finish(c, out);
}

const sow__py_value *sow__py_view_listed(const sow__py_view_call *c, const char *keyword, size_t *count) {
  const sow__py_arguments *all = c->arguments;
  const bool list = all->count == 1 && sow__py_is_sequence(&all->values[0]);
  for (size_t i = 0; i < all->count; i++)
    if (all->keywords[i] != NULL && (strcmp(all->keywords[i], keyword) != 0 || !list)) {
      sow__py_fail(c->py, all->begins[i], SOW_INVALID_ARGUMENT, "%s(%.60s=…) is not understood", c->name,
                   all->keywords[i]);
      return NULL;
    }
  if (all->count == 0 || (c->function && !list)) {
    sow__py_raise(c->py, c->begin, "TypeError", "%s() takes '%s'%s", c->name, keyword,
                  c->function ? " as a tuple" : "");
    return NULL;
  }
  *count = list ? all->values[0].list->count : all->count;
  return list ? all->values[0].list->items : all->values;
}

static bool permute(sow__py_view_call *c, sow__py_value *out) {
  const sow__py_view before = c->view;
  bool taken[SOW_MAX_DIMS] = {false};
  size_t count;
  int dim;
  const sow__py_value *dims = sow__py_view_listed(c, "dims", &count);
  if (dims == NULL)
    return false;
  if (count != (size_t)before.ndim)
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "permute() takes as many dimensions as the tensor has");
  for (size_t i = 0; i < count; i++) {
    if (!sow__py_view_dimension(c, &dims[i], 0, before.ndim, &dim))
      return false;
    if (taken[dim])
      return sow__py_raise(c->py, c->begin, "RuntimeError", "permute(): duplicate dims are not allowed.");
    taken[dim] = true;
    c->view.shape[i] = before.shape[dim];
    c->view.strides[i] = before.strides[dim];
  }
  return sow__py_view_finish(c, out);
}

/* ---- parts ---- */

static bool narrow(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"dim", "start", "length", NULL};
  const sow__py_value *bound[3];
  int64_t start, length;
  int dim;
  if (!sow__py_view_bind(c, names, 3, bound) || !sow__py_view_number(c, "start", bound[1], 0, &start) ||
      !sow__py_view_number(c, "length", bound[2], 0, &length))
    return false;
  if (length < 0)
    return sow__py_raise(c->py, c->begin, "RuntimeError", "narrow(): length must be non-negative.");
  if (!own_dimension(c, bound[0], "RuntimeError", &dim))
    return false;
  const int64_t size = c->view.shape[dim];
  if (start < -size || start > size)
    return sow__py_raise(c->py, c->begin, "IndexError",
                         "start out of range (expected to be in range of [%lld, %lld], but got %lld)",
                         (long long)-size, (long long)size, (long long)start);
  start = start < 0 ? start + size : start;
  if (length > size - start)
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "narrow() of dimension %d, which has %lld elements, goes beyond them", dim,
                         (long long)size);
  sow__py_view_narrow(&c->view, dim, start, length);
  return sow__py_view_finish(c, out);
}

static bool select_one(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"dim", "index", NULL};
  const sow__py_value *bound[2];
  int64_t index;
  int dim;
  return sow__py_view_bind(c, names, 2, bound) && own_dimension(c, bound[0], "IndexError", &dim) &&
         sow__py_view_number(c, "index", bound[1], 0, &index) &&
         sow__py_view_select(c->py, c->begin, &c->view, dim, index) && sow__py_view_finish(c, out);
}

static bool unbind(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"dim", NULL};
  const sow__py_value *bound[1];
  int dim;
  return sow__py_view_bind(c, names, 0, bound) && own_dimension(c, bound[0], "IndexError", &dim) &&
         sow__py_view_parts(c->py, c->begin, c->tensor, dim, NULL, (size_t)c->view.shape[dim], true, out);
}

/* Parts of `size` elements each, of which the last may be smaller. */
static bool equal_parts(sow__py_view_call *c, int dim, int64_t size, sow__py_value *out) {
  const int64_t whole = c->view.shape[dim];
  const size_t count = whole == 0 ? 1 : (size_t)((whole - 1) / size + 1);
  if (!sow__py_step(c->py, c->begin, count))
    return false;
  int64_t *sizes = sow__py_alloc(c->py, count * sizeof *sizes);
  if (sizes == NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    sizes[i] = i + 1 < count ? size : whole - (int64_t)i * size;
  return sow__py_view_parts(c->py, c->begin, c->tensor, dim, sizes, count, false, out);
}

static bool chunk(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"chunks", "dim", NULL};
  const sow__py_value *bound[2];
  int64_t chunks;
  int dim;
  if (!sow__py_view_bind(c, names, 1, bound) || !sow__py_view_number(c, "chunks", bound[0], 1, &chunks))
    return false;
  if (chunks <= 0)
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "chunk expects `chunks` to be greater than 0, got: %lld", (long long)chunks);
  if (!own_dimension(c, bound[1], "RuntimeError", &dim))
    return false;
  const int64_t whole = c->view.shape[dim];
  if (whole == 0)
    return sow__py_write_otherwise(c->py, "chunk of an empty tensor", c->begin);
  return equal_parts(c, dim, (whole - 1) / chunks + 1, out);
}

static bool given_parts(sow__py_view_call *c, int dim, const sow__py_list *given, sow__py_value *out) {
  int64_t *sizes = sow__py_alloc(c->py, given->count * sizeof *sizes), left = c->view.shape[dim];
  bool fit = true; /* no part goes beyond the end, not even one behind others that come to it */
  if (sizes == NULL)
    return false;
  for (size_t i = 0; i < given->count; i++) {
    if (!sow__py_view_number(c, "split_size", &given->items[i], 0, &sizes[i]))
      return false;
    fit = fit && sizes[i] >= 0 && sizes[i] <= left;
    left -= fit ? sizes[i] : 0;
  }
  if (!fit || left != 0)
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "split_with_sizes expects split_sizes to sum exactly to %lld",
                         (long long)c->view.shape[dim]);
  return sow__py_view_parts(c->py, c->begin, c->tensor, dim, sizes, given->count, false, out);
}

static bool split(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"split_size", "dim", NULL};
  const sow__py_value *bound[2];
  int64_t size;
  int dim = 0;
  if (!sow__py_view_bind(c, names, 1, bound))
    return false;
  if (sow__py_is_sequence(bound[0]))
    return own_dimension(c, bound[1], "RuntimeError", &dim) && given_parts(c, dim, bound[0]->list, out);
  if (!sow__py_view_number(c, "split_size", bound[0], 0, &size) ||
      (size >= 0 && !own_dimension(c, bound[1], "RuntimeError", &dim)))
    return false;
  if (size < 0 || (size == 0 && c->view.shape[dim] != 0))
    return sow__py_raise(c->py, c->begin, "RuntimeError",
                         "split expects split_size be positive, but got %lld", (long long)size);
  return equal_parts(c, dim, size > 0 ? size : 1, out);
}

/* diagonal(offset=0, dim1=0, dim2=1): its dimension is the last. */
static bool diagonal(sow__py_view_call *c, sow__py_value *out) {
  static const char *const names[] = {"offset", "dim1", "dim2", NULL};
  const sow__py_value *bound[3];
  int64_t offset;
  int a, b;
  if (!sow__py_view_bind(c, names, 0, bound) || !sow__py_view_number(c, "offset", bound[0], 0, &offset) ||
      !sow__py_view_dimension(c, bound[1], 0, c->view.ndim, &a) ||
      !sow__py_view_dimension(c, bound[2], 1, c->view.ndim, &b))
    return false;
  if (a == b)
    return sow__py_raise(c->py, c->begin, "RuntimeError", "diagonal dimensions cannot be identical %d, %d", a,
                         b);
  const int64_t rows = c->view.shape[a], columns = c->view.shape[b];
  if (offset <= -rows || offset >= columns)
    return sow__py_write_otherwise(c->py, "an empty diagonal", c->begin);
  const int64_t down = offset < 0 ? -offset : 0, right = offset > 0 ? offset : 0;
  const int64_t count = rows - down < columns - right ? rows - down : columns - right;
  /* of one element it is never taken, and from one to the next it might grow for ever */
  const int64_t stride = count > 1 ? c->view.strides[a] + c->view.strides[b] : 1;
  c->view.offset += down * c->view.strides[a] + right * c->view.strides[b];
  sow__py_view_drop(&c->view, a > b ? a : b);
  sow__py_view_drop(&c->view, a > b ? b : a);
  c->view.shape[c->view.ndim] = count;
  c->view.strides[c->view.ndim++] = stride;
  return sow__py_view_finish(c, out);
}

/* ---- any ---- */

static const struct {
  const char *name;
  bool (*run)(sow__py_view_call *c, sow__py_value *out);
  bool has_function; /* torch has it as a function too */
} methods[] = {{"chunk", chunk, true},
               {"split", split, true},
               {"narrow", narrow, true},
               {"select", select_one, true},
               {"unbind", unbind, true},
               {"diagonal", diagonal, true},
               {"t", t, true},
               {"transpose", transpose, true},
               {"swapaxes", transpose, true},
               {"swapdims", transpose, true},
               {"permute", permute, true},
               {"squeeze", sow__py_view_squeeze, true},
               {"unsqueeze", sow__py_view_unsqueeze, true},
               {"flatten", sow__py_view_flatten, true},
               {"reshape", sow__py_view_reshape, true},
               {"view", sow__py_view_reshape, false},
               {"view_as", sow__py_view_reshape_as, false},
               {"reshape_as", sow__py_view_reshape_as, false}};

static size_t find(const char *name) {
  size_t i = 0;
  while (i < sizeof methods / sizeof methods[0] && strcmp(methods[i].name, name) != 0)
    i++;
  return i;
}

bool sow__py_is_view_method(const char *name) {
  return find(name) < sizeof methods / sizeof methods[0];
}

static bool call(sow__py_view_call c, sow__py_value *out) {
  sow__py_view_of(c.tensor, &c.view);
  if (c.view.unclear != NULL)
    return sow__py_write_otherwise(c.py, c.view.unclear, c.begin);
  return methods[find(c.name)].run(&c, out);
}

bool sow__py_view_method(sow__py *py, const sow__py_value *tensor, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return call((sow__py_view_call){py, begin, name, tensor, arguments, .function = false}, out);
}

bool sow__py_call_view(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out, bool *found) {
  const char *name = sow__text_behind(path, "torch.");
  *found = name != NULL && sow__py_is_view_method(name) && methods[find(name)].has_function &&
           arguments->count > 0 && arguments->keywords[0] == NULL && sow__py_is_tensor(&arguments->values[0]);
  if (!*found)
    return false;
  sow__py_arguments rest = {.count = arguments->count - 1};
  for (size_t i = 0; i < rest.count; i++) {
    rest.values[i] = arguments->values[i + 1];
    rest.keywords[i] = arguments->keywords[i + 1];
    rest.begins[i] = arguments->begins[i + 1];
  }
  return call((sow__py_view_call){py, begin, name, &arguments->values[0], &rest, .function = true}, out);
}
