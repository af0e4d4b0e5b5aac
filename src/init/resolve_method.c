/* The methods of a tensor that are no functions of torch.nn.init: copy_, mul_ and their kin, norm_,
 * view_as_complex_. */
#include <inttypes.h>

#include "base/error.h"
#include "base/size.h"
#include "init/resolve.h"

sow_status sow__resolve_copy(sow__step *step, sow_error *error) {
  (void)error;
  step->op = &sow__op_copy;
  return SOW_OK;
}

static sow_status need_float(const sow__step *step, sow_error *error) {
  if (sow_dtype_is_float(step->dtype))
    return SOW_OK;
  return sow__fail(error, SOW_DTYPE, "%s is for floating-point tensors here, and this one is %s",
                   sow_initializer_name(step->call.kind), sow_dtype_name(step->dtype));
}

_Static_assert(SOW_INIT_ERFINV - SOW_INIT_MUL == SOW__ERFINV - SOW__MUL, "both in one order");

sow_status sow__resolve_elementwise(sow__step *step, sow_error *error) {
  step->op = &sow__op_elementwise[step->call.kind - SOW_INIT_MUL];
  step->p[0] = step->call.argument[0];
  step->p[1] = step->call.argument[1];
  return need_float(step, error);
}

sow_status sow__resolve_norm(sow__step *step, sow_error *error) {
  step->op = &sow__op_norm;
  step->p[0] = (double)step->call.integer;
  return need_float(step, error);
}

sow_status sow__resolve_view_as_complex(sow__step *step, sow_error *error) {
  step->op = &sow__op_view_as_complex;
  if (step->dtype == SOW_COMPLEX64)
    return SOW_OK;
  return sow__fail(error, SOW_DTYPE, "%s writes complex64, and this tensor is %s",
                   sow_initializer_name(step->call.kind), sow_dtype_name(step->dtype));
}

/* ---- what is read beside ---- */

/* torch adds all elements in the order in which they lie, and moves a dimension that is kept to the front. */
static sow_status check_order(int64_t dim, const sow__other *other, sow_error *error) {
  if (dim < 0 && other->strides != NULL)
    return sow__fail(
        error, SOW_INVALID_ARGUMENT,
        "norm_ over all dimensions is of a contiguous tensor: of others torch adds the elements in "
        "another order");
  if (dim > 1 && dim < other->ndim - 1)
    return sow__fail(
        error, SOW_INVALID_ARGUMENT,
        "norm_ keeps the first, the second or the last dimension, or none: for dimension %" PRId64
        " of %d torch adds the elements in another order",
        dim, other->ndim);
  return SOW_OK;
}

static sow_status check_norm(sow_initializer call, int ndim, const int64_t *shape, const sow__other *other,
                             sow_error *error) {
  int64_t dim = call.integer, written;
  if (dim < -1 || dim >= other->ndim)
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "norm_ cannot keep dimension %" PRId64 " of a tensor that has %d", dim, other->ndim);
  int64_t made = dim < 0 ? 1 : other->shape[dim];
  sow_status status = check_order(dim, other, error);
  if (status == SOW_OK)
    status = sow__count(ndim, shape, &written, error);
  if (status == SOW_OK && written != made)
    return sow__fail(error, SOW_SHAPE, "norm_ gives %" PRId64 " elements here, and %" PRId64 " are written",
                     made, written);
  return status;
}

/* Whether the other tensor has the shape, and a last dimension of two parts. */
static bool is_pairs(int ndim, const int64_t *shape, const sow__other *other) {
  return other->ndim == ndim + 1 && other->shape[ndim] == 2 &&
         sow__shape_equal(ndim, shape, ndim, other->shape);
}

sow_status sow__check_other(sow_initializer call, int ndim, const int64_t *shape, const sow__other *other,
                            sow_error *error) {
  char own[128], others[128];
  const char *name = sow_initializer_name(call.kind);
  sow__argument_kind first = (unsigned)call.kind < SOW_INITIALIZER_COUNT
                                 ? sow__initializer_rows[call.kind].arguments[0].kind
                                 : SOW__ARGUMENT_NUMBER;
  if (other == NULL)
    return first == SOW__ARGUMENT_TENSOR ? sow__fail(error, SOW_INVALID_ARGUMENT,
                                                     "%s reads another tensor, and there is none here", name)
                                         : SOW_OK;
  if (first != SOW__ARGUMENT_TENSOR && first != SOW__ARGUMENT_OTHER)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%s reads no other tensor", name);
  if (call.kind == SOW_INIT_NORM)
    return check_norm(call, ndim, shape, other, error);
  bool pairs = call.kind == SOW_INIT_VIEW_AS_COMPLEX;
  if (pairs ? is_pairs(ndim, shape, other) : sow__shape_equal(ndim, shape, other->ndim, other->shape))
    return SOW_OK;
  return sow__fail(error, SOW_SHAPE, "%s writes %s and reads %s: %s", name,
                   sow__shape_print(ndim, shape, own, sizeof own),
                   sow__shape_print(other->ndim, other->shape, others, sizeof others),
                   pairs ? "that must have a last dimension of 2 more" : "the shapes must be equal");
}

static bool may_read(sow_initializer_kind kind, sow_dtype dtype, sow_dtype other) {
  switch (kind) {
  case SOW_INIT_COPY:
    return (dtype == SOW_COMPLEX64) == (other == SOW_COMPLEX64);
  case SOW_INIT_NORM:
    return sow_dtype_is_float(other);
  case SOW_INIT_VIEW_AS_COMPLEX:
    return other == SOW_FLOAT32;
  default:
    return dtype == other;
  }
}

sow_status sow__check_other_dtype(sow_initializer call, sow_dtype dtype, sow_dtype other, sow_error *error) {
  const char *name = sow_initializer_name(call.kind);
  if (may_read(call.kind, dtype, other))
    return SOW_OK;
  if (call.kind == SOW_INIT_NORM)
    return sow__fail(error, SOW_DTYPE, "norm_ is of a floating-point tensor, and the other is %s",
                     sow_dtype_name(other));
  if (call.kind == SOW_INIT_VIEW_AS_COMPLEX)
    return sow__fail(error, SOW_DTYPE,
                     "%s makes complex64 of pairs of float32, and the other tensor is %s; a constructor is "
                     "recorded under the type that it is made in",
                     name, sow_dtype_name(other));
  return sow__fail(error, SOW_DTYPE, "%s reads a tensor of its own type: this one is %s, and the other %s",
                   name, sow_dtype_name(dtype), sow_dtype_name(other));
}
