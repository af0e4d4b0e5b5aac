/*
 * Operations: what a step does to the elements that it writes. A step is one operation with every judgement
 * made. src/init settles its numbers (fans, bounds); sow__step_bind gives it its place in a stream and counts
 * its words; sow__step_run makes any range of its elements, and can fail only for want of memory or where
 * bytes are read from a file.
 */
#ifndef SOW_OP_OP_H
#define SOW_OP_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/elementwise.h"
#include "op/worker.h"
#include "sow/distribution.h"
#include "sow/init.h"

typedef struct sow__step sow__step;

/* ---- the properties of an operation ---- */

/* Whether it moves the stream. */
typedef enum sow__op_stream { SOW__DRAWLESS, SOW__DRAWS } sow__op_stream;

/* Whether it reads the elements that it writes. */
typedef enum sow__op_before { SOW__OVERWRITES, SOW__CHANGES } sow__op_before;

/* Whether ranges of it can be made alone, or all elements are made by one call, which may share it among
 * threads. */
typedef enum sow__op_cut { SOW__CUT, SOW__WHOLE, SOW__SHARED } sow__op_cut;

/*
 * How its elements are numbered: in the order in which torch visits memory, which differs for views, or by
 * index, the last dimension fastest.
 */
typedef enum sow__op_order { SOW__BY_MEMORY, SOW__BY_INDEX } sow__op_order;

/*
 * Whether `run` always succeeds, or fails before it writes anything; the others may find no memory with the
 * output half written. Those that are sure early leave nothing half written where `bind` makes the elements,
 * at the worker's `early`.
 */
typedef enum sow__op_safety { SOW__SURE, SOW__SURE_EARLY, SOW__MAY_FAIL } sow__op_safety;

typedef struct sow__op {
  const char *name;
  sow__op_stream stream;
  sow__op_before before;
  sow__op_cut cut;
  sow__op_order order;
  sow__op_safety safety;
  /*
   * Sets step->draws (and rounds, grain) for the place in step->begin and moves *place past the step. Only
   * data-dependent operations use the worker. The place's cache changes where torch's would.
   */
  sow_status (*bind)(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error);
  /*
   * Elements [begin, end), numbered as `order` says, in step->dtype, contiguous at `out`; begin < end <=
   * count, any range. Leaves the worker's cursor anywhere.
   */
  sow_status (*run)(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end, void *out,
                    sow_error *error);
  /*
   * Bytes that `run` takes for a while, whatever the range, as far as they grow with the tensor; UINT64_MAX
   * where no machine has as many.
   */
  uint64_t (*memory)(const sow__step *step);
  /* About how long an element takes, in the unit of sow__threads. */
  uint32_t (*weight)(const sow__step *step);
  /* What the values of the step look like, all of it written; `before` is what it changes. */
  sow_distribution (*expect)(const sow__step *step, const sow_distribution *before);
} sow__op;

/* A row: all properties, in their order, or it does not compile. */
#define SOW__ROW(NAME, STREAM, BEFORE, CUT, ORDER, SAFETY, BIND, RUN, MEMORY, WEIGHT, EXPECT)                \
  { NAME, STREAM, BEFORE, CUT, ORDER, SAFETY, BIND, RUN, MEMORY, WEIGHT, EXPECT }
#define SOW__OP(ID, ...) const sow__op sow__op_##ID = SOW__ROW(__VA_ARGS__)

extern const sow__op sow__op_none;            /* zero elements, or a no-op: nothing is drawn or written */
extern const sow__op sow__op_constant;        /* p: value */
extern const sow__op sow__op_uniform;         /* p: a, b */
extern const sow__op sow__op_normal;          /* p: mean, std */
extern const sow__op sow__op_trunc_erfinv;    /* p: mean, std, a, b */
extern const sow__op sow__op_trunc_rejection; /* p: mean, std, a, b */
extern const sow__op sow__op_trunc_idle;      /* p: mean, std, a, b, beyond which no normal lies */
extern const sow__op sow__op_eye;             /* p: the value on the diagonal */
extern const sow__op sow__op_dirac;
extern const sow__op sow__op_orthogonal;       /* p: gain, rows */
extern const sow__op sow__op_sparse;           /* p: sparsity, std */
extern const sow__op sow__op_delta_orthogonal; /* p: gain, whether it lies as torch's weights do */
extern const sow__op sow__op_bilinear;
extern const sow__op sow__op_unitball;
extern const sow__op sow__op_stft;            /* p: side, window, divisor, whether it is periodic */
extern const sow__op sow__op_sparse_gaussian; /* p: mean, std, the probability that an element is kept */
extern const sow__op sow__op_copy;            /* of source */
extern const sow__op sow__op_view_as_complex; /* of source */
extern const sow__op sow__op_norm;            /* of source; p: the dimension that is kept, or -1 */
/* With a number (p: as sow__elementwise_run takes them), by sow__elementwise. */
extern const sow__op sow__op_elementwise[SOW__ELEMENTWISE_COUNT];
/* mul_, add_, sub_, div_ with source; p: alpha. */
extern const sow__op sow__op_elementwise_with[SOW__DIV + 1];

/* ---- a step ---- */

struct sow__step {
  const sow__op *op;
  sow_initializer call; /* as it was asked for: "xavier_normal_(gain=2.0)" */
  const char *rule;     /* the line that asked for it */
  sow_dtype dtype;
  sow_edition edition;
  int ndim;
  bool by_caller; /* by a rule or a call, not by a constructor */
  bool is_dense;  /* its elements are numbered as the strides say, but lie one behind the other */
  /* The view of its storage that it writes; borrowed. */
  const int64_t *shape;
  const int64_t *strides; /* in elements; NULL where it is contiguous, as torch defines it */
  int64_t offset;         /* elements */
  int64_t count;
  double p[4]; /* the operation's numbers after fans and gains: bounds, or mean and std, … */
  const struct sow__source *source; /* what it reads beside its own elements; NULL for nothing */
  sow__place begin;                 /* set by bind, as is the rest */
  uint64_t draws;
  uint64_t grain;  /* elements that must be made together; 1, 16, or the whole */
  uint64_t rounds; /* trunc_normal_ by rejection: how many times torch fills the tensor */
  bool is_made;    /* all elements are at the worker's `early` */
};

sow_status sow__step_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error);

sow_status sow__step_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end, void *out,
                         sow_error *error);

/* How many threads make all of the step under a caller's setting: see sow__threads. */
int sow__step_threads(const sow__step *step, int setting);

/* ---- what several operations share ---- */

/* No words; a grain of 1. */
sow_status sow__drawless_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error);

/* No memory that grows with the tensor. */
uint64_t sow__no_memory(const sow__step *step);

/* Writing the element and nothing else. */
uint32_t sow__store_weight(const sow__step *step);

/* A number as the step's dtype holds it. */
double sow__step_round(const sow__step *step, double value);

#endif
