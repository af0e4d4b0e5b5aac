/*
 * Elementwise arithmetic in place, as the methods of torch's tensors do it. Every result has the same bits on
 * every machine, but for the sign of a NaN that is made anew, whatever instruction set runs and in whatever
 * pieces an array is given. docs/fidelity.md says which equal torch's, and measured how.
 */
#ifndef SOW_KERNEL_ELEMENTWISE_H
#define SOW_KERNEL_ELEMENTWISE_H

#include <stddef.h>

#include "sow/generator.h"
#include "sow/tensor.h"

typedef enum sow__elementwise {
  SOW__MUL,
  SOW__ADD,
  SOW__SUB,
  SOW__DIV,
  SOW__NEG,
  SOW__ABS,
  SOW__POW,
  SOW__SQRT,
  SOW__RSQRT,
  SOW__RECIPROCAL,
  SOW__CLAMP,
  SOW__FMOD,
  SOW__EXP,
  SOW__EXPM1,
  SOW__LOG,
  SOW__LOG1P,
  SOW__ERFINV,
  SOW__ELEMENTWISE_COUNT
} sow__elementwise;

/*
 * values[i] = values[i] OP scalar, as Tensor.OP_(number) does. scalar[0] is the factor, summand, divisor,
 * exponent or lower bound; scalar[1] is alpha of add_ and sub_ (1 where none is given) or clamp_'s upper
 * bound. A bound that is not given is -INFINITY or INFINITY. Operations without an argument do not look at
 * it. A tensor without dimensions as the operand is a number, whatever its dtype. The dtype is a floating
 * one; float16 before edition 2.1 has no clamp_, sqrt_, rsqrt_, exp_, expm1_, log_, log1p_ and erfinv_ in
 * torch. Thread-safe.
 */
void sow__elementwise_run(sow__elementwise kind, sow_dtype dtype, sow_edition edition, const double scalar[2],
                          void *values, size_t count);

/*
 * values[i] = values[i] OP other[i] for MUL, ADD, SUB and DIV; alpha is add_'s and sub_'s, 1 where none is
 * given. `other` is the same memory as `values` or does not overlap it, and has the same dtype. Where the two
 * differ torch converts both to the wider dtype (float32 for float16 and bfloat16), computes there, and
 * converts the result: so must the caller. Thread-safe.
 */
void sow__elementwise_run_with(sow__elementwise kind, sow_dtype dtype, sow_edition edition, double alpha,
                               void *values, const void *other, size_t count);

#endif
