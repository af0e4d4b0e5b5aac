/* An owned tensor: one allocation that holds the DLPack struct, the shape, and then the elements. */
#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"
#include "base/error.h"
#include "base/size.h"

#define ALIGNMENT 64 /* a cache line, and the widest vector */

static void release(DLManagedTensor *tensor) {
  free(tensor);
}

sow_status sow_empty(sow_dtype dtype, int ndim, const int64_t *shape, DLManagedTensor **tensor,
                     sow_error *error) {
  if ((unsigned)dtype >= SOW_DTYPE_COUNT)
    return sow__fail(error, SOW_DTYPE, "%d is no sow_dtype", (int)dtype);
  int64_t count;
  sow_status status = sow__count(ndim, shape, &count, error);
  if (status != SOW_OK)
    return status;

  size_t head = sizeof(DLManagedTensor) + (size_t)ndim * sizeof(int64_t);
  head = (head + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  int64_t bytes;
  if (!sow__add((int64_t)head + ALIGNMENT, count * (int64_t)sow_dtype_size(dtype), &bytes))
    return sow__fail(error, SOW_OVERFLOW, NULL);
  /* aligned_alloc wants a multiple of the alignment. */
  DLManagedTensor *made = aligned_alloc(ALIGNMENT, (size_t)bytes / ALIGNMENT * ALIGNMENT);
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, "no memory for a tensor of %lld bytes", (long long)bytes);

  int64_t *sizes = (int64_t *)(made + 1);
  if (ndim > 0)
    memcpy(sizes, shape, (size_t)ndim * sizeof *sizes);
  *made = (DLManagedTensor){.dl_tensor = {.data = (char *)made + head,
                                          .device = {kDLCPU, 0},
                                          .ndim = ndim,
                                          .dtype = sow__dtype_dlpack(dtype),
                                          .shape = sizes},
                            .deleter = release};
  *tensor = made;
  return SOW_OK;
}
