/* Storages of random programs (programs.h), and random views of them: parts, strides, turns. */
#ifndef SOW_TESTS_PROGRAM_VIEWS_H
#define SOW_TESTS_PROGRAM_VIEWS_H

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"
#include "base/memory.h"
#include "base/size.h"
#include "init/initializer.h"
#include "init/resolve.h"
#include "kernel/elementwise.h"
#include "kernel/norm.h"
#include "op/convert.h"
#include "op/layout.h"
#include "picks.h"
#include "sow/sow.h"
#include "unit.h"

#define PROGRAM_STORAGES 12
#define PROGRAM_GENERATORS 4
#define PROGRAM_DIMS 5

/* Part of a storage as a tensor; the strides are always there. */
typedef struct view {
  int storage, ndim;
  int64_t shape[PROGRAM_DIMS], strides[PROGRAM_DIMS], offset, count;
} view;

typedef struct program {
  uint64_t picks; /* the state of what chooses */
  sow_edition edition;
  sow_dtype dtype; /* the default one */
  uint64_t seed;
  int storage_count;
  struct {
    sow_dtype dtype;
    int64_t count;
    char *memory;
  } storages[PROGRAM_STORAGES];
  sow_generator *generators[PROGRAM_GENERATORS], *marks[PROGRAM_GENERATORS];
  int mark_count;
  sow__buffer steps; /* the lines between modules and names */
  size_t told;       /* of them, by program_news */
} program;

static inline uint64_t choose(program *p, uint64_t below) {
  return pick(&p->picks, below);
}

static inline int64_t between(program *p, int64_t least, int64_t most) {
  return least + (int64_t)choose(p, (uint64_t)(most - least) + 1);
}

static inline void program_open(program *p, uint64_t picks, sow_edition edition, sow_dtype dtype) {
  *p = (program){.picks = picks, .edition = edition, .dtype = dtype};
  p->seed = choose(p, 1000);
  p->generators[0] = sow_generator_new(p->seed, edition);
  assert_non_null(p->generators[0]);
}

static inline void program_close(program *p) {
  for (int i = 0; i < p->storage_count; i++)
    free(p->storages[i].memory);
  for (int i = 0; i < PROGRAM_GENERATORS; i++) {
    sow_generator_free(p->generators[i]);
    sow_generator_free(p->marks[i]);
  }
  sow__buffer_free(&p->steps);
}

/* ---- views ---- */

static inline void view_fill_strides(view *v) {
  int64_t step = 1;
  for (int d = v->ndim - 1; d >= 0; d--) {
    v->strides[d] = step;
    step *= v->shape[d];
  }
}

static inline int64_t view_count(const view *v) {
  int64_t count = 1;
  for (int d = 0; d < v->ndim; d++)
    count *= v->shape[d];
  return count;
}

/* Where element `number`, the last dimension fastest, lies in the storage. */
static inline int64_t view_at(const view *v, int64_t number) {
  int64_t at = v->offset;
  for (int d = v->ndim - 1; d >= 0; d--) {
    at += number % v->shape[d] * v->strides[d];
    number /= v->shape[d];
  }
  return at;
}

/* All of a storage, in a shape of up to so many dimensions. */
static inline view view_whole(program *p, int storage, int most) {
  view v = {.storage = storage, .ndim = 1, .shape = {p->storages[storage].count}};
  v.count = v.shape[0];
  while (v.ndim < most && choose(p, 3) > 0) {
    int64_t divisor = between(p, 1, 9);
    if (v.shape[v.ndim - 1] % divisor != 0)
      continue;
    v.shape[v.ndim] = v.shape[v.ndim - 1] / divisor;
    v.shape[v.ndim - 1] = divisor;
    v.ndim++;
  }
  view_fill_strides(&v);
  return v;
}

static inline void view_cut(program *p, view *v) {
  for (int d = 0; d < v->ndim; d++) {
    int64_t begin = between(p, 0, v->shape[d] - 1), size = between(p, 1, v->shape[d] - begin);
    int64_t each = choose(p, 3) == 0 ? 2 : 1;
    v->offset += begin * v->strides[d];
    v->shape[d] = (size + each - 1) / each;
    v->strides[d] *= each;
  }
}

static inline void view_turn(program *p, view *v) {
  for (int d = v->ndim - 1; d > 0; d--) {
    int other = (int)choose(p, (uint64_t)d + 1);
    int64_t shape = v->shape[d], stride = v->strides[d];
    v->shape[d] = v->shape[other];
    v->strides[d] = v->strides[other];
    v->shape[other] = shape;
    v->strides[other] = stride;
  }
}

static inline view view_any(program *p, int storage) {
  view v = view_whole(p, storage, 1 + (int)choose(p, PROGRAM_DIMS - 1));
  if (v.count > 0 && choose(p, 2) == 0)
    view_cut(p, &v);
  if (choose(p, 3) == 0)
    view_turn(p, &v);
  v.count = view_count(&v);
  return v;
}

/* A view of the shape on some storage that is large enough, with dimensions expanded at times; false for
 * none. */
static inline bool view_alike(program *p, const view *like, sow_dtype dtype, view *v) {
  int storage = (int)choose(p, (uint64_t)p->storage_count);
  int64_t total = p->storages[storage].count, reach = 0;
  if ((dtype != SOW_DTYPE_COUNT && p->storages[storage].dtype != dtype) || total == 0 || like->count == 0)
    return false;
  view made = *like;
  made.storage = storage;
  view_fill_strides(&made);
  if (choose(p, 3) == 0)
    made.strides[choose(p, (uint64_t)made.ndim)] = 0;
  for (int d = 0; d < made.ndim; d++)
    reach += (made.shape[d] - 1) * made.strides[d];
  if (reach >= total)
    return false;
  made.offset = between(p, 0, total - 1 - reach);
  *v = made;
  return true;
}

static inline bool view_is_contiguous(const view *v) {
  return sow__layout_contiguous(v->ndim, v->shape, v->strides);
}

static inline void put_view(sow__buffer *out, const view *v) {
  char text[200];
  sow__buffer_printf(out, "s%d%s", v->storage, sow__shape_print(v->ndim, v->shape, text, sizeof text));
  if (!view_is_contiguous(v))
    sow__buffer_printf(out, "*%s", sow__shape_print(v->ndim, v->strides, text, sizeof text));
  if (v->offset > 0)
    sow__buffer_printf(out, "+%" PRId64, v->offset);
}

/* ---- memory ---- */

static inline DLTensor tensor_of(const program *p, view *v) {
  sow_dtype dtype = p->storages[v->storage].dtype;
  return (DLTensor){.data = p->storages[v->storage].memory,
                    .byte_offset = (uint64_t)v->offset * sow_dtype_size(dtype),
                    .device = {kDLCPU, 0},
                    .ndim = v->ndim,
                    .dtype = sow__dtype_dlpack(dtype),
                    .shape = v->shape,
                    .strides = v->strides};
}

/* The view's elements one behind the other; free them. */
static inline char *gathered(const program *p, const view *v) {
  size_t size = sow_dtype_size(p->storages[v->storage].dtype);
  char *values = malloc((size_t)v->count * size + 1);
  assert_non_null(values);
  for (int64_t i = 0; i < v->count; i++)
    memcpy(values + (size_t)i * size, p->storages[v->storage].memory + (size_t)view_at(v, i) * size, size);
  return values;
}

static inline void scatter(program *p, const view *v, const char *values) {
  size_t size = sow_dtype_size(p->storages[v->storage].dtype);
  for (int64_t i = 0; i < v->count; i++)
    memcpy(p->storages[v->storage].memory + (size_t)view_at(v, i) * size, values + (size_t)i * size, size);
}

#endif
