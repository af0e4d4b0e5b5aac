#include "init/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/size.h"

bool sow__layout_contiguous(int ndim, const int64_t *shape, const int64_t *strides) {
  int64_t expected = 1;
  for (int i = 0; i < ndim; i++)
    if (shape[i] == 0)
      return true;
  for (int i = ndim - 1; i >= 0; i--) {
    if (shape[i] == 1)
      continue;
    if (strides[i] != expected)
      return false;
    expected *= shape[i];
  }
  return true;
}

bool sow__layout_is_matrix(int ndim, const int64_t *shape, const int64_t *strides) {
  int64_t expected = 0; /* of the next dimension to the left; 0 before the first that counts */
  for (int i = ndim - 1; i >= 1 && strides != NULL; i--) {
    if (shape[i] == 1)
      continue;
    if (expected != 0 && strides[i] != expected)
      return false;
    expected = strides[i] * shape[i];
  }
  return true;
}

/* ---- walks ---- */

sow__walk sow__walk_make(int ndim, const int64_t *shape, const int64_t *strides, bool logical) {
  sow__walk walk = {0};
  for (int i = ndim - 1; i >= 0; i--) {
    if (shape[i] == 1)
      continue;
    int at = walk.ndim++;
    while (!logical && at > 0 && walk.stride[at - 1] > strides[i]) {
      walk.stride[at] = walk.stride[at - 1];
      walk.size[at] = walk.size[at - 1];
      at--;
    }
    walk.stride[at] = strides[i];
    walk.size[at] = shape[i];
  }
  return walk;
}

/* The offset of the next element in *offset; false after the last. `index` starts as zeros. */
static bool walk_next(const sow__walk *walk, int64_t *index, int64_t *offset) {
  for (int d = 0; d < walk->ndim; d++) {
    *offset += walk->stride[d];
    if (++index[d] < walk->size[d])
      return true;
    *offset -= walk->stride[d] * walk->size[d];
    index[d] = 0;
  }
  return false;
}

void sow__walk_scatter(const sow__walk *walk, void *base, const void *values, size_t element_size) {
  int64_t index[SOW_MAX_DIMS] = {0}, offset = 0;
  const char *value = values;
  do {
    memcpy((char *)base + offset * (int64_t)element_size, value, element_size);
    value += element_size;
  } while (walk_next(walk, index, &offset));
}

/* ---- overlap ---- */

static int compare_offsets(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* By looking at every offset: for the rare strides that interlock, such as (3, 2) for a shape of (2, 3). */
static sow_status check_every_offset(const sow__walk *walk, int64_t count, sow_error *error) {
  int64_t *offsets = malloc((size_t)count * sizeof *offsets);
  if (offsets == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  int64_t index[SOW_MAX_DIMS] = {0}, offset = 0;
  for (int64_t i = 0; i < count; i++) {
    offsets[i] = offset;
    walk_next(walk, index, &offset);
  }
  qsort(offsets, (size_t)count, sizeof *offsets, compare_offsets);
  bool overlap = false;
  for (int64_t i = 1; i < count && !overlap; i++)
    overlap = offsets[i] == offsets[i - 1];
  free(offsets);
  return overlap ? sow__fail(error, SOW_LAYOUT, NULL) : SOW_OK;
}

sow_status sow__layout_check(int ndim, const int64_t *shape, const int64_t *strides, size_t element_size,
                             sow_error *error) {
  char sizes[96], steps[96];
  sow__shape_print(ndim, shape, sizes, sizeof sizes);
  sow__shape_print(ndim, strides, steps, sizeof steps);
  sow__walk walk = sow__walk_make(ndim, shape, strides, false);
  int64_t reach = 0, count = 1, length;
  bool nested = true;
  for (int d = 0; d < walk.ndim; d++) {
    if (walk.stride[d] < 0)
      return sow__fail(error, SOW_LAYOUT, "shape %s has strides %s: torch has no negative strides", sizes,
                       steps);
    nested = nested && walk.stride[d] > reach;
    count *= walk.size[d];
    if (!sow__mul(walk.size[d] - 1, walk.stride[d], &length) || !sow__add(reach, length, &reach) ||
        !sow__mul(reach, (int64_t)element_size, &length))
      return sow__fail(error, SOW_OVERFLOW, "shape %s with strides %s reaches beyond 63 bits", sizes, steps);
  }
  if (nested)
    return SOW_OK;
  sow_status status = walk.stride[0] == 0 ? SOW_LAYOUT : check_every_offset(&walk, count, error);
  if (status == SOW_LAYOUT)
    return sow__fail(error, status,
                     "shape %s with strides %s puts several elements in one place; fill a copy", sizes,
                     steps);
  return status;
}
