/* Parts of tensors, and their elements in another order or shape, as torch's views are. */
#ifndef SOW_TEXT_PYTHON_VIEW_H
#define SOW_TEXT_PYTHON_VIEW_H

#include "text/python_run.h"

/* A place on its way to another. */
typedef struct sow__py_view {
  sow_module *module;
  int ndim;
  int64_t shape[SOW_MAX_DIMS], strides[SOW_MAX_DIMS];
  int64_t offset;
  const char *unclear;
} sow__py_view;

/* Of a tensor or a part of one. */
void sow__py_view_of(const sow__py_value *tensor, sow__py_view *view);
/* A part of `tensor`, or of the same tensor, as a value. */
bool sow__py_view_new(sow__py *py, const sow__py_value *tensor, const sow__py_view *view, sow__py_value *out);
int64_t sow__py_view_count(const sow__py_view *view);
/* Takes a dimension away, puts one of size 1 before another (false where there is no room), takes a part of
 * one. */
void sow__py_view_drop(sow__py_view *view, int dim);
bool sow__py_view_insert(sow__py_view *view, int dim);
void sow__py_view_narrow(sow__py_view *view, int dim, int64_t begin, int64_t size);
/* One place of a dimension, from the end where it is negative; IndexError. */
bool sow__py_view_select(sow__py *py, size_t begin, sow__py_view *view, int dim, int64_t index);
/* A tuple of parts that follow one another; NULL `sizes`: of 1 each. `drop`: without the dimension. */
bool sow__py_view_parts(sow__py *py, size_t begin, const sow__py_value *tensor, int dim, const int64_t *sizes,
                        size_t count, bool drop, sow__py_value *out);
bool sow__py_index_tensor(sow__py *py, size_t begin, const sow__py_value *tensor, const sow__py_value *index,
                          sow__py_value *out);
/* What a loop over a tensor goes over. */
bool sow__py_rows(sow__py *py, size_t begin, const sow__py_value *tensor, const sow__py_list **out);
/* Methods that give parts: chunk, t, view. */
bool sow__py_is_view_method(const char *name);
bool sow__py_view_method(sow__py *py, const sow__py_value *tensor, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out);
/* torch.chunk(w, 4) */
bool sow__py_call_view(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out, bool *found);

/* ---- what the methods share ---- */

/* A call of one. */
typedef struct sow__py_view_call {
  sow__py *py;
  size_t begin;
  const char *name;
  const sow__py_value *tensor;
  const sow__py_arguments *arguments;
  bool function;     /* of torch: torch.permute(w, (1, 0)) */
  sow__py_view view; /* the tensor's, which the method changes */
} sow__py_view_call;

bool sow__py_view_bind(const sow__py_view_call *c, const char *const *names, size_t required,
                       const sow__py_value **bound);
/* An int, which may be left out. */
bool sow__py_view_number(const sow__py_view_call *c, const char *name, const sow__py_value *value,
                         int64_t fallback, int64_t *out);
/* A dimension of `ndim`, from the end where it is negative; IndexError. */
bool sow__py_view_dimension(const sow__py_view_call *c, const sow__py_value *value, int64_t fallback,
                            int ndim, int *out);
/* Numbers that come one by one or as a list: view(2, -1), view([2, -1]), view(size=[2, -1]); NULL for none.
 */
const sow__py_value *sow__py_view_listed(const sow__py_view_call *c, const char *keyword, size_t *count);
/* What the method gives: the call's view. */
bool sow__py_view_finish(const sow__py_view_call *c, sow__py_value *out);

bool sow__py_view_squeeze(sow__py_view_call *c, sow__py_value *out);
bool sow__py_view_unsqueeze(sow__py_view_call *c, sow__py_value *out);
bool sow__py_view_reshape(sow__py_view_call *c, sow__py_value *out); /* and view */
bool sow__py_view_reshape_as(sow__py_view_call *c, sow__py_value *out);
bool sow__py_view_flatten(sow__py_view_call *c, sow__py_value *out);

#endif
