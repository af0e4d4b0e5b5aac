/* Tensors are DLPack's: memory of the caller's, described by a DLTensor. */
#ifndef SOW_TENSOR_H
#define SOW_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dlpack/dlpack.h>

#include "sow/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SOW_MAX_DIMS 64 /* as in PyTorch */

/*
 * The element types that sow makes; integers and bool only as constants, copies and literals, complex64 as
 * constants, copies and pairs of float32 (sow_view_as_complex). The order is safetensors' (descending), which
 * a checkpoint follows.
 */
typedef enum sow_dtype {
  SOW_INT64,
  SOW_FLOAT64,
  SOW_COMPLEX64, /* the real part, then the imaginary one, float32 each */
  SOW_FLOAT32,
  SOW_INT32,
  SOW_BFLOAT16,
  SOW_FLOAT16,
  SOW_INT16,
  SOW_INT8,
  SOW_UINT8,
  SOW_BOOL, /* a byte that is 0 or 1 */
  SOW_DTYPE_COUNT
} sow_dtype;

/* torch's name without its prefix ("float32"). Never NULL; "unknown" outside the enumeration. Thread-safe. */
SOW_API const char *sow_dtype_name(sow_dtype dtype);

/* Bytes of one element, 0 outside the enumeration. Thread-safe. */
SOW_API size_t sow_dtype_size(sow_dtype dtype);

/* float64, float32, bfloat16 and float16: those that can be drawn. Thread-safe. */
SOW_API bool sow_dtype_is_float(sow_dtype dtype);

/*
 * Reads "float32", "torch.float32", or a common short form (f64 f32 f16 bf16, double float half, fp32 …), in
 * capitals or not. SOW_UNKNOWN_NAME otherwise. Thread-safe.
 */
SOW_API sow_status sow_dtype_parse(const char *name, sow_dtype *dtype, sow_error *error);

/*
 * An owned, contiguous tensor in host memory; the values are whatever was there. `shape` has `ndim` sizes
 * (0 dimensions make a scalar, a 0 size an empty tensor). Release it with (*tensor)->deleter(*tensor), as
 * DLPack says. SOW_INVALID_ARGUMENT for a negative size or more than SOW_MAX_DIMS dimensions, SOW_DTYPE for a
 * type that is none, SOW_OVERFLOW, SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_empty(sow_dtype dtype, int ndim, const int64_t *shape, DLManagedTensor **tensor,
                             sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
