/*
 * What torch checks before an initialiser draws, in its order, and the numbers that it arrives at: fans,
 * gains, bounds.
 */
#ifndef SOW_INIT_RESOLVE_H
#define SOW_INIT_RESOLVE_H

#include "init/initializer.h"

/*
 * The step of a call on a tensor, with torch's warnings; it is to be bound. `strides` may be NULL for
 * contiguous. shape and strides are borrowed for as long as the step lives. A call that reads another tensor
 * gets its source afterwards.
 */
sow_status sow__resolve(sow_initializer call, sow_dtype dtype, sow_edition edition, int ndim,
                        const int64_t *shape, const int64_t *strides, sow__step *step, sow_error *error);

/* The other tensor that a call reads. */
typedef struct sow__other {
  int ndim;
  const int64_t *shape;
  const int64_t *strides; /* NULL where it is contiguous */
} sow__other;

/*
 * Whether a call on a tensor of the shape may read that, NULL for nothing: SOW_INVALID_ARGUMENT where it
 * needs another tensor and has none, or reads none, or norm_ keeps a dimension that there is not, or would
 * add in another order than torch; SOW_SHAPE, SOW_OVERFLOW.
 */
sow_status sow__check_other(sow_initializer call, int ndim, const int64_t *shape, const sow__other *other,
                            sow_error *error);

/* SOW_DTYPE where the other tensor's type is not one that the call reads. */
sow_status sow__check_other_dtype(sow_initializer call, sow_dtype dtype, sow_dtype other, sow_error *error);

/* ---- what the checks of several calls end in: an operation and its numbers, or why there is none ---- */

sow_status sow__use_uniform(sow__step *step, double a, double b, sow_error *error);
sow_status sow__use_normal(sow__step *step, double mean, double std, sow_error *error);
sow_status sow__use_constant(sow__step *step, double value, sow_error *error);
/* N(mean, std^2) within [a, b], a word an element; std is not 0. */
sow_status sow__use_erfinv(sow__step *step, double mean, double std, double a, double b, sow_error *error);
/* As a matrix of so many rows, which divide the elements, of which there are some. */
sow_status sow__use_orthogonal(sow__step *step, double gain, int64_t rows, sow_error *error);

/* "NAME needs WANTED, the shape is …", and "NAME cannot make DTYPE…". */
sow_status sow__refuse_shape(const sow__step *step, const char *wanted, sow_error *error);
sow_status sow__refuse_dtype(const sow__step *step, const char *what, sow_error *error);

#endif
