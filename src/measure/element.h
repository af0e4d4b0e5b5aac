/* The elements of a checkpoint as numbers. */
#ifndef SOW_MEASURE_ELEMENT_H
#define SOW_MEASURE_ELEMENT_H

#include "sow/archive.h"

typedef enum sow__element {
  SOW__F64,
  SOW__F32,
  SOW__BF16,
  SOW__F16,
  SOW__I64,
  SOW__I32,
  SOW__I16,
  SOW__I8,
  SOW__U64,
  SOW__U32,
  SOW__U16,
  SOW__U8,           /* bool too */
  SOW__ELEMENT_COUNT /* no number that is read */
} sow__element;

/* Of safetensors' name of a type. */
sow__element sow__element_of(const char *type);

bool sow__element_is_float(sow__element element);

/* Whether every value is a float32. */
bool sow__element_is_narrow(sow__element element);

/* `bytes` may be anywhere in memory. For narrow ones. */
void sow__element_f32(sow__element element, const void *bytes, float *values, size_t count);

/* 64-bit integers are rounded. */
void sow__element_f64(sow__element element, const void *bytes, double *values, size_t count);

#endif
