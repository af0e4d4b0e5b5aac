#include "op/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/size.h"

static bool is_empty(int ndim, const int64_t *shape) {
  for (int i = 0; i < ndim; i++)
    if (shape[i] == 0)
      return true;
  return false;
}

bool sow__layout_contiguous(int ndim, const int64_t *shape, const int64_t *strides) {
  int64_t expected = 1;
  if (is_empty(ndim, shape))
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

void sow__layout_strides(int ndim, const int64_t *shape, int64_t *strides) {
  int64_t step = is_empty(ndim, shape) ? 0 : 1;
  for (int i = ndim - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i];
  }
}

/* Puts a dimension into the walk: at its end, or where its stride belongs. */
static void walk_insert(sow__walk *walk, int64_t size, int64_t stride, bool by_index) {
  int at = walk->ndim++;
  while (!by_index && at > 0 && walk->stride[at - 1] > stride) {
    walk->stride[at] = walk->stride[at - 1];
    walk->size[at] = walk->size[at - 1];
    at--;
  }
  walk->stride[at] = stride;
  walk->size[at] = size;
}

/* A dimension that goes on where the one before it ends is a part of it. */
static void walk_merge(sow__walk *walk) {
  int kept = 0;
  for (int d = 1; d < walk->ndim; d++) {
    int64_t next;
    if (sow__mul(walk->stride[kept], walk->size[kept], &next) && walk->stride[d] == next) {
      walk->size[kept] *= walk->size[d];
      continue;
    }
    kept++;
    walk->size[kept] = walk->size[d];
    walk->stride[kept] = walk->stride[d];
  }
  walk->ndim = walk->ndim > 0 ? kept + 1 : 0;
}

sow__walk sow__walk_make(int ndim, const int64_t *shape, const int64_t *strides, bool by_index) {
  sow__walk walk = {.rising = true};
  int64_t contiguous[SOW_MAX_DIMS];
  if (is_empty(ndim, shape)) { /* the products of its other sizes may not fit */
    walk_insert(&walk, 0, 1, by_index);
    return walk;
  }
  if (strides == NULL) {
    sow__layout_strides(ndim, shape, contiguous);
    strides = contiguous;
  }
  for (int i = ndim - 1; i >= 0; i--)
    if (shape[i] != 1)
      walk_insert(&walk, shape[i], strides[i], by_index);
  walk_merge(&walk);
  int64_t reach = 0, length;
  for (int d = 0; d < walk.ndim && walk.rising; d++)
    walk.rising = walk.stride[d] > reach && sow__mul(walk.size[d] - 1, walk.stride[d], &length) &&
                  sow__add(reach, length, &reach);
  return walk;
}

int64_t sow__walk_offset(const sow__walk *walk, uint64_t number) {
  int64_t offset = 0;
  for (int d = 0; d < walk->ndim; d++) {
    offset += (int64_t)(number % (uint64_t)walk->size[d]) * walk->stride[d];
    number /= (uint64_t)walk->size[d];
  }
  return offset;
}

int64_t sow__walk_reach(const sow__walk *walk) {
  int64_t reach = 0;
  for (int d = 0; d < walk->ndim; d++)
    reach += (walk->size[d] - 1) * walk->stride[d];
  return reach;
}

uint64_t sow__walk_count_before(const sow__walk *walk, int64_t offset) {
  uint64_t each[SOW_MAX_DIMS + 1] = {1}, count = 0; /* elements of one step along a dimension */
  for (int d = 0; d < walk->ndim; d++)
    each[d + 1] = each[d] * (uint64_t)walk->size[d];
  if (offset <= 0)
    return 0;
  for (int d = walk->ndim - 1; d >= 0 && offset > 0; d--) {
    int64_t steps = offset / walk->stride[d];
    if (steps >= walk->size[d])
      return count + each[d + 1];
    count += (uint64_t)steps * each[d];
    offset -= steps * walk->stride[d];
  }
  return offset > 0 ? count + 1 : count;
}

/* Where a walk stands: the index in each of its dimensions. */
typedef struct position {
  int64_t index[SOW_MAX_DIMS], offset;
} position;

static position position_at(const sow__walk *walk, uint64_t number) {
  position at;
  at.offset = 0;
  for (int d = 0; d < walk->ndim; d++) {
    at.index[d] = (int64_t)(number % (uint64_t)walk->size[d]);
    at.offset += at.index[d] * walk->stride[d];
    number /= (uint64_t)walk->size[d];
  }
  return at;
}

static void position_next(const sow__walk *walk, position *at) {
  for (int d = 0; d < walk->ndim; d++) {
    at->offset += walk->stride[d];
    if (++at->index[d] < walk->size[d])
      return;
    at->offset -= walk->stride[d] * walk->size[d];
    at->index[d] = 0;
  }
}

/* How many elements from here on lie one behind the other, at most `limit`. */
static uint64_t run_length(const sow__walk *walk, const position *at, uint64_t limit) {
  if (walk->ndim == 0 || walk->stride[0] != 1)
    return 1;
  uint64_t rest = (uint64_t)(walk->size[0] - at->index[0]);
  return rest < limit ? rest : limit;
}

/* Passes over a run: all of its elements are in the fastest dimension. */
static void position_pass(const sow__walk *walk, position *at, uint64_t length) {
  if (length > 1) {
    at->index[0] += (int64_t)length - 1;
    at->offset += (int64_t)length - 1;
  }
  position_next(walk, at);
}

/* Copies between a walk and an array, run by run; `out` says which way. */
static void transfer(const sow__walk *walk, uint64_t begin, uint64_t end, int64_t low, int64_t high,
                     char *base, char *values, size_t size, bool out) {
  position at = position_at(walk, begin);
  while (begin < end) {
    uint64_t length = run_length(walk, &at, end - begin);
    int64_t first = at.offset > low ? at.offset : low, last = at.offset + (int64_t)length;
    last = last < high ? last : high;
    if (first < last) {
      char *there = base + first * (int64_t)size, *here = values + (first - at.offset) * (int64_t)size;
      memcpy(out ? there : here, out ? here : there, (size_t)(last - first) * size);
    }
    values += length * size;
    begin += length;
    position_pass(walk, &at, length);
  }
}

void sow__walk_scatter(const sow__walk *walk, uint64_t begin, uint64_t end, int64_t low, int64_t high,
                       char *base, const void *values, size_t element_size) {
  transfer(walk, begin, end, low, high, base, (char *)(uintptr_t)values, element_size, true);
}

void sow__walk_gather(const sow__walk *walk, uint64_t begin, uint64_t end, int64_t low, int64_t high,
                      const char *base, void *values, size_t element_size) {
  transfer(walk, begin, end, low, high, (char *)(uintptr_t)base, values, element_size, false);
}

/* ---- overlap ---- */

static int compare_offsets(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Above this nobody waits for the answer: a recording's text can claim any size. */
#define INTERLOCKED_LIMIT ((int64_t)1 << 22)

/* By looking at every offset: for the rare strides that interlock, such as (3, 2) for a shape of (2, 3). */
static sow_status check_every_offset(const sow__walk *walk, int64_t count, sow_error *error) {
  int64_t *offsets = malloc((size_t)count * sizeof *offsets);
  if (offsets == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  position at = position_at(walk, 0);
  for (int64_t i = 0; i < count; i++) {
    offsets[i] = at.offset;
    position_next(walk, &at);
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
  if (walk.stride[0] != 0 && count > INTERLOCKED_LIMIT)
    return sow__fail(error, SOW_LAYOUT,
                     "shape %s with strides %s is too large to see whether elements share a place", sizes,
                     steps);
  sow_status status = walk.stride[0] == 0 ? SOW_LAYOUT : check_every_offset(&walk, count, error);
  if (status == SOW_LAYOUT)
    return sow__fail(error, status,
                     "shape %s with strides %s puts several elements in one place; fill a copy", sizes,
                     steps);
  return status;
}
