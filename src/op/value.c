#include "op/value.h"

#include <math.h>

#include "base/error.h"
#include "op/expect.h"
#include "op/layout.h"

/* Whether its elements follow one another where they are written. */
static bool is_flat(const sow__step *step) {
  return step->strides == NULL || step->is_dense;
}

bool sow__step_covers(const sow__step *step, int64_t count) {
  return is_flat(step) && step->offset == 0 && step->count == count;
}

/* Whether a step with source reads all of its own elements from elements that follow one another there. */
static bool is_aligned(const sow__step *step) {
  return step->source == NULL || step->source->value == NULL || step->source->view.strides == NULL;
}

static sow__walk walk_of(const sow__step *step) {
  return sow__walk_make(step->ndim, step->shape, step->strides, step->op->order == SOW__BY_INDEX);
}

/* ---- what the steps say together ---- */

/* What is read in another order, and is too much to be made again for each piece. */
#define SPAN_LIMIT ((int64_t)1 << 16)

static bool is_cut_badly(const sow__step *step) {
  if (step->op->cut != SOW__CUT || (!is_flat(step) && !walk_of(step).rising))
    return true;
  if (is_aligned(step))
    return false;
  const sow__view *view = &step->source->view;
  sow__walk walk = sow__walk_make(view->ndim, view->shape, view->strides, true);
  return !walk.rising && sow__walk_reach(&walk) >= SPAN_LIMIT;
}

static uint64_t step_grain(const sow__step *step) {
  uint64_t grain = step->grain;
  if (step->source != NULL && step->source->value != NULL && step->source->value->grain > grain)
    grain = step->source->value->grain;
  return grain;
}

void sow__value_settle(sow__value *value) {
  uint64_t count = (uint64_t)value->count;
  value->grain = 1;
  value->work = value->step_count;
  value->depth = 0;
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    uint64_t grain = is_cut_badly(step) ? count : step_grain(step);
    value->grain = grain > value->grain ? grain : value->grain;
    if (step->source == NULL || step->source->value == NULL)
      continue;
    value->work += step->source->value->work;
    if (value->depth <= step->source->value->depth)
      value->depth = step->source->value->depth + 1;
  }
  if (value->grain > count && count > 0)
    value->grain = count;
}

bool sow__value_is_simple(const sow__value *value) {
  return value->step_count == 1 && value->steps[0]->source == NULL;
}

bool sow__value_is_whole(const sow__value *value) {
  return value->count > 1 && value->grain >= (uint64_t)value->count;
}

static bool is_shared(void *context, const sow__step *step) {
  (void)context;
  return step->op->cut == SOW__SHARED;
}

bool sow__value_is_shared(const sow__value *value) {
  return sow__value_any(value, is_shared, NULL);
}

/* ---- running ---- */

/* Elements [begin, end) of a value, at `out`, as far as this step writes them. */
typedef struct window {
  uint64_t begin, end;
  char *out;
  size_t size; /* of an element */
} window;

static sow_status run_flat(const sow__step *step, sow__worker *worker, const window *w, sow_error *error) {
  uint64_t low = (uint64_t)step->offset, high = low + (uint64_t)step->count;
  low = low < w->begin ? w->begin : low;
  high = high > w->end ? w->end : high;
  if (low >= high)
    return SOW_OK;
  uint64_t offset = (uint64_t)step->offset;
  return sow__step_run(step, worker, low - offset, high - offset, w->out + (low - w->begin) * w->size, error);
}

/* By way of memory in which the elements follow each other. */
static sow_status run_strided(const sow__step *step, sow__worker *worker, const window *w, sow_error *error) {
  sow__walk walk = walk_of(step);
  int64_t low = (int64_t)w->begin - step->offset, high = (int64_t)w->end - step->offset;
  uint64_t first = 0, last = (uint64_t)step->count;
  if (walk.rising) {
    first = sow__walk_count_before(&walk, low);
    last = sow__walk_count_before(&walk, high);
  }
  if (first == last)
    return SOW_OK;
  char *values = sow__scratch_take(worker->scratch, (last - first) * w->size);
  if (values == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  char *base = w->out - low * (int64_t)w->size;
  if (step->op->before == SOW__CHANGES)
    sow__walk_gather(&walk, first, last, low, high, base, values, w->size);
  sow_status status = sow__step_run(step, worker, first, last, values, error);
  if (status == SOW_OK)
    sow__walk_scatter(&walk, first, last, low, high, base, values, w->size);
  sow__scratch_give(worker->scratch, values);
  return status;
}

sow_status sow__value_run(const sow__value *value, sow__worker *worker, uint64_t begin, uint64_t end,
                          void *out, sow_error *error) {
  window w = {begin, end, out, sow_dtype_size(value->dtype)};
  sow_status status = SOW_OK;
  for (uint32_t i = 0; i < value->step_count && status == SOW_OK && begin < end; i++) {
    const sow__step *step = value->steps[i];
    status = (is_flat(step) ? run_flat : run_strided)(step, worker, &w, error);
  }
  return status;
}

/* ---- cost ---- */

static uint64_t most(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

static uint64_t sum(uint64_t a, uint64_t b) {
  return a + b < a ? UINT64_MAX : a + b;
}

uint64_t sow__value_scratch(const sow__value *value, uint64_t count) {
  uint64_t needed = 0, size = sow_dtype_size(value->dtype);
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    uint64_t one = is_flat(step) ? 0 : count * size;
    if (step->source != NULL && step->source->value != NULL) {
      const sow__value *from = step->source->value;
      const uint64_t read = step->op == &sow__op_view_as_complex ? 2 * count : count;
      one = sum(one, sum(read * sow_dtype_size(from->dtype) + 64, sow__value_scratch(from, read)));
    }
    needed = most(needed, one);
  }
  return needed;
}

uint64_t sow__value_memory(const sow__value *value) {
  uint64_t needed = 0;
  for (uint32_t i = 0; i < value->step_count; i++)
    needed = most(needed, value->steps[i]->op->memory(value->steps[i]));
  return needed;
}

/* A step that writes a part of the elements costs that part. */
uint64_t sow__value_weight(const sow__value *value) {
  double weight = 0;
  for (uint32_t i = 0; i < value->step_count && value->count > 0; i++) {
    const sow__step *step = value->steps[i];
    weight += (double)step->op->weight(step) * ((double)step->count / (double)value->count);
  }
  return weight < 1 ? 1 : (uint64_t)weight;
}

/* ---- what comes out ---- */

/* Behind the last element that the step writes. */
static int64_t step_end(const sow__step *step) {
  sow__walk walk = walk_of(step);
  return step->offset + (is_flat(step) ? step->count : sow__walk_reach(&walk) + 1);
}

/* Whether parts before it may have some of its elements. */
static bool meets_earlier(const sow__value *value, uint32_t index) {
  const sow__step *step = value->steps[index];
  for (uint32_t i = 0; i < index; i++) {
    const sow__step *other = value->steps[i];
    if (other->count < value->count && other->offset < step_end(step) && step->offset < step_end(other))
      return true;
  }
  return false;
}

/* Zeros over a part leave the rest as it was; any other number there, or twice, and nobody knows. `share` is
 * that of the whole before any part. */
static sow_distribution expect_part(const sow__value *value, uint32_t index, double share,
                                    const sow_distribution *before) {
  const sow__step *step = value->steps[index];
  sow_distribution made = step->op->expect(step, before);
  double low = fmin(made.low, before->low), high = fmax(made.high, before->high);
  bool zeros = made.density == SOW_DENSITY_CONSTANT && made.center == 0;
  if (!zeros || before->density == SOW_DENSITY_UNKNOWN || meets_earlier(value, index))
    return sow__expect_unknown(low, high);
  sow_distribution kept = *before;
  kept.share -= share * (double)step->count / (double)value->count;
  kept.low = low;
  kept.high = high;
  return kept;
}

sow_distribution sow__value_expect(const sow__value *value) {
  sow_distribution made = sow__expect_unknown(-(double)INFINITY, (double)INFINITY);
  double share = 1;
  if (value->count == 0)
    return (sow_distribution){.density = SOW_DENSITY_CONSTANT, .share = 1};
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    bool whole = step->count == value->count;
    made = whole ? step->op->expect(step, &made) : expect_part(value, i, share, &made);
    share = whole && step->op->before == SOW__OVERWRITES ? made.share : share;
  }
  return made;
}

bool sow__value_any(const sow__value *value, bool (*visit)(void *context, const sow__step *step),
                    void *context) {
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    if (step->source != NULL && step->source->value != NULL &&
        sow__value_any(step->source->value, visit, context))
      return true;
    if (visit(context, step))
      return true;
  }
  return false;
}

/* A step that several others read is met as often, so no other limit holds the sum. */
static bool add_draws(void *context, const sow__step *step) {
  uint64_t *draws = context;
  if (__builtin_add_overflow(*draws, step->draws, draws))
    *draws = UINT64_MAX;
  return *draws == UINT64_MAX;
}

uint64_t sow__value_draws(const sow__value *value) {
  uint64_t draws = 0;
  sow__value_any(value, add_draws, &draws);
  return draws;
}

static bool take_first(void *context, const sow__step *step) {
  *(sow__place *)context = step->begin;
  return true;
}

static bool take_drawn(void *context, const sow__step *step) {
  return step->draws > 0 && take_first(context, step);
}

sow__place sow__value_place(const sow__value *value) {
  sow__place place = {0};
  if (!sow__value_any(value, take_drawn, &place))
    (void)sow__value_any(value, take_first, &place);
  return place;
}
