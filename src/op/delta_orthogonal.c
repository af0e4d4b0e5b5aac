/*
 * JAX's delta_orthogonal: an orthogonal_ matrix in the middle of a convolution's kernel, and zeros around it.
 * Source: jax/_src/nn/initializers.py, 0.10.
 */
#include <math.h>

#include "base/error.h"
#include "op/op.h"
#include "op/pattern.h"

/* Where the matrix lies: its element i is element first + i*apart of the tensor. */
typedef struct middle {
  sow__step matrix;
  int64_t shape[2];
  uint64_t first, apart;
} middle;

/* (…, in, out), or torch's (out, in, …); the middle of a kernel of k is (k-1)/2. */
static void find_middle(const sow__step *step, middle *m) {
  bool torchs = step->p[1] != 0;
  const int64_t *matrix = torchs ? step->shape : step->shape + step->ndim - 2;
  const int64_t *kernel = torchs ? step->shape + 2 : step->shape;
  uint64_t centre = 0, size = 1;
  for (int i = 0; i < step->ndim - 2; i++) {
    centre = centre * (uint64_t)kernel[i] + (uint64_t)(kernel[i] - 1) / 2;
    size *= (uint64_t)kernel[i];
  }
  m->shape[0] = matrix[0];
  m->shape[1] = matrix[1];
  m->matrix = *step;
  m->matrix.op = &sow__op_orthogonal;
  m->matrix.ndim = 2;
  m->matrix.shape = m->shape;
  m->matrix.strides = NULL;
  m->matrix.count = matrix[0] * matrix[1];
  m->matrix.p[1] = (double)matrix[0];
  m->first = torchs ? centre : centre * (uint64_t)m->matrix.count;
  m->apart = torchs ? size : 1;
}

static sow_status delta_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  middle m;
  find_middle(step, &m);
  sow_status status = sow__step_bind(&m.matrix, worker, place, error);
  if (status != SOW_OK)
    return status;
  step->draws = m.matrix.draws;
  step->grain = (uint64_t)step->count;
  return SOW_OK;
}

/* How many elements of the matrix lie before element `index` of the tensor. */
static uint64_t before(const middle *m, uint64_t index) {
  uint64_t count = (uint64_t)m->matrix.count;
  uint64_t passed = index <= m->first ? 0 : (index - m->first + m->apart - 1) / m->apart;
  return passed < count ? passed : count;
}

static sow_status delta_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                            void *out, sow_error *error) {
  middle m;
  find_middle(step, &m);
  size_t size = sow_dtype_size(step->dtype);
  uint64_t from = before(&m, begin), to = before(&m, end);
  if (from == to) {
    sow__put_zeros(step->dtype, out, end - begin);
    return SOW_OK;
  }
  char *values = sow__scratch_take(worker->scratch, (to - from) * size);
  if (values == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = sow__step_run(&m.matrix, worker, from, to, values, error);
  if (status == SOW_OK) {
    sow__put_zeros(step->dtype, out, end - begin);
    for (uint64_t i = from; i < to; i++)
      memcpy((char *)out + (m.first + i * m.apart - begin) * size, values + (i - from) * size, size);
  }
  sow__scratch_give(worker->scratch, values);
  return status;
}

/* ---- the row ---- */

static uint64_t delta_memory(const sow__step *step) {
  middle m;
  if (step->count == 0)
    return 0;
  find_middle(step, &m);
  uint64_t values = (uint64_t)m.matrix.count * sow_dtype_size(step->dtype);
  uint64_t factored = m.matrix.op->memory(&m.matrix);
  return factored > UINT64_MAX - values ? UINT64_MAX : factored + values;
}

static uint32_t delta_weight(const sow__step *step) {
  middle m;
  find_middle(step, &m);
  double share = (double)m.matrix.count / (double)step->count;
  return sow__store_weight(step) + (uint32_t)(share * m.matrix.op->weight(&m.matrix));
}

static sow_distribution delta_expect(const sow__step *step, const sow_distribution *earlier) {
  middle m;
  find_middle(step, &m);
  sow_distribution made = m.matrix.op->expect(&m.matrix, earlier);
  made.share = (double)m.matrix.count / (double)step->count;
  return made;
}

SOW__OP(delta_orthogonal, "delta_orthogonal", SOW__DRAWS, SOW__OVERWRITES, SOW__SHARED, SOW__BY_INDEX,
        SOW__MAY_FAIL, delta_bind, delta_run, delta_memory, delta_weight, delta_expect);
