/* How trunc_normal_ by rejection draws a round and judges what it drew. */
#ifndef SOW_OP_REJECTION_H
#define SOW_OP_REJECTION_H

#include "op/op.h"

typedef struct sow__rejection {
  const sow__step *step;
  bool by_normal;
  double low, high; /* the bounds in the dtype (by_normal) */
  double mode, log_peak;
  bool rest_contiguous; /* the tensors of the later rounds are dense, the first may be a view with gaps */
} sow__rejection;

/* From the step's numbers; the step is borrowed. */
sow__rejection sow__rejection_make(const sow__step *step);

/* The chance that a candidate is accepted, or a little more. */
double sow__rejection_chance(const sow__rejection *way);

/* Whether the chance that all elements are accepted within so many rounds, a power of 2, is below e^-28. */
bool sow__rejection_is_hopeless(const sow__rejection *way, int rounds);

/* Whether torch refuses a candidate that is not by normals, with this uniform as its test. */
bool sow__rejection_refuses_f32(const sow__rejection *way, float candidate, float test);
bool sow__rejection_refuses_f64(const sow__rejection *way, double candidate, double test);

#endif
