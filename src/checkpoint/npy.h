/* The header of a .npy file. */
#ifndef SOW_CHECKPOINT_NPY_H
#define SOW_CHECKPOINT_NPY_H

#include "base/error.h"
#include "sow/tensor.h"

/* *header is the caller's to free. SOW_DTYPE for a type that NumPy has not; SOW_NO_MEMORY. */
sow_status sow__npy_header(sow_dtype dtype, int ndim, const int64_t *shape, char **header, size_t *size,
                           sow_error *error);

#endif
