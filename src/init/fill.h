/*
 * A fill: one initialiser on one tensor with every judgement made. sow__fill_resolve checks arguments and
 * settles fans and bounds; sow__fill_bind gives it its place in a stream and counts its words; sow__fill_run
 * makes any range of elements, and can fail only for want of memory.
 */
#ifndef SOW_INIT_FILL_H
#define SOW_INIT_FILL_H

#include <stdbool.h>
#include <stdint.h>

#include "stream/cursor.h"
#include "sow/init.h"

typedef struct sow__fill sow__fill;

/* One way of making numbers; several initialisers share one (xavier_uniform_ is a uniform with bounds). */
typedef struct sow__family {
  const char *name;
  /*
   * Sets fill->draws (and rounds, grain) for the place in fill->begin and moves *place past the fill. Only
   * data-dependent families read the cursor. The place's cache changes where torch's would.
   */
  sow_status (*bind)(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error);
  /*
   * Elements [begin, end) in fill order (see `logical`), in fill->dtype, contiguous at `out`; begin <= end <=
   * count, any range. Leaves the cursor anywhere.
   */
  sow_status (*run)(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end, void *out,
                    sow_error *error);
  /* Bytes that `run` takes for a while, whatever the range; NULL where they do not grow with the tensor. */
  uint64_t (*memory)(const sow__fill *fill);
  /*
   * True: elements are numbered by index (eye_, dirac_, orthogonal_). False: in the order in which torch
   * visits memory, which differs for views.
   */
  bool logical;
} sow__family;

struct sow__fill {
  const sow__family *family;
  sow_initializer initializer;
  sow_dtype dtype;
  sow_edition edition;
  int ndim;
  const int64_t *shape; /* borrowed */
  /* In elements; NULL where the tensor is contiguous, as torch defines it. Others make normal_ serial. */
  const int64_t *strides; /* borrowed */
  int64_t count;
  double p[4];      /* the family's numbers after fans and gains: bounds, or mean and std, … */
  sow__place begin; /* set by bind, as is the rest */
  uint64_t draws;
  uint64_t grain;  /* elements that must be made together; 1, 16, or the whole */
  uint64_t rounds; /* trunc_normal_ by rejection: how many times torch fills the tensor */
  /*
   * How many threads `bind` and `run` may use inside; set by their caller at any time before, 0 is 1. Only
   * trunc_normal_ by rejection, which counts its rounds in `bind`, and orthogonal_, which cannot be cut, read
   * it, and no bit depends on it.
   */
  int threads;
};

extern const sow__family sow__family_none;     /* zero elements, or a no-op: nothing is drawn or written */
extern const sow__family sow__family_constant; /* p: value */
extern const sow__family sow__family_uniform;  /* p: a, b */
extern const sow__family sow__family_normal;   /* p: mean, std */
extern const sow__family sow__family_trunc_erfinv;    /* p: mean, std, a, b */
extern const sow__family sow__family_trunc_rejection; /* p: mean, std, a, b */
extern const sow__family sow__family_eye;
extern const sow__family sow__family_dirac;
extern const sow__family sow__family_orthogonal; /* p: gain */
extern const sow__family sow__family_sparse;     /* p: sparsity, std */

/*
 * Everything that torch checks before it draws, with torch's warnings. `strides` may be NULL for contiguous.
 * shape and strides are borrowed until the fill is done with.
 */
sow_status sow__fill_resolve(sow_initializer initializer, sow_dtype dtype, sow_edition edition, int ndim,
                             const int64_t *shape, const int64_t *strides, sow__fill *fill, sow_error *error);

sow_status sow__fill_bind(sow__fill *fill, sow__cursor *cursor, sow__place *place, sow_error *error);

sow_status sow__fill_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end, void *out,
                         sow_error *error);

/*
 * Bytes beside `out` that sow__fill_run takes and gives back, as far as they grow with the tensor: 8 an
 * element and more for orthogonal_, 0 for most. UINT64_MAX where no machine has as many. A pure function of
 * the fill.
 */
uint64_t sow__fill_memory(const sow__fill *fill);

/*
 * All elements, by `threads` threads, or as many as pay for 0. Leaves the cursor where the last element's
 * words end; it may be NULL for what draws nothing.
 */
sow_status sow__fill_run_whole(const sow__fill *fill, sow__cursor *cursor, int threads, void *out,
                               sow_error *error);

/* How many threads do all of `fill` under a caller's setting: see sow__threads. */
int sow__fill_threads(const sow__fill *fill, int setting);

/* About how long an element takes to make, in the unit of sow__threads; at least 1. */
uint32_t sow__fill_weight(const sow__fill *fill);

/* What the values aim at over the whole tensor; bounds are ±inf where there are none. */
typedef struct sow__expectation {
  double mean, std, low, high;
} sow__expectation;

sow__expectation sow__fill_expect(const sow__fill *fill);

/* Rounds `count` elements between dtypes as torch's Tensor.to does. May narrow in place. */
void sow__convert(sow_dtype from, const void *in, sow_dtype to, void *out, size_t count);

#endif
