/* The table of element types: a row is all that sow says of one. */
#ifndef SOW_BASE_DTYPE_H
#define SOW_BASE_DTYPE_H

#include "sow/tensor.h"

typedef struct sow__dtype_row {
  const char *name;        /* torch's, without its prefix */
  const char *safetensors; /* as its headers have it */
  uint8_t size;            /* bytes */
  uint8_t code;            /* DLPack's */
  bool is_float;
  const char *short_forms[4]; /* torch's second names, and those of numpy and the papers */
} sow__dtype_row;

extern const sow__dtype_row sow__dtype_rows[SOW_DTYPE_COUNT];

DLDataType sow__dtype_dlpack(sow_dtype dtype);

/* False for a type that sow does not make. */
bool sow__dtype_of_dlpack(DLDataType type, sow_dtype *dtype);

/* "float64, float32, … and complex64". */
#define SOW__DTYPE_LIST                                                                                      \
  "float64, float32, bfloat16, float16, int64, int32, int16, int8, uint8, bool and complex64"

#endif
