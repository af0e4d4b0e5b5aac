/*
 * The line of work of a job: its stretches one after the other, each as long as it takes. A piece is about a
 * megabyte of whole grains, straight into memory a 64th of a tensor; of rows, as many as make one.
 */
#include "run/pieces.h"

#include "base/team.h"

#define PIECE_BYTES ((uint64_t)1 << 20)
/* Straight into memory: small tensors can be shared, and much is written by few calls. */
#define MEMORY_PIECE_LEAST ((uint64_t)1 << 18)
#define MEMORY_PIECE_MOST ((uint64_t)1 << 23)
#define MEMORY_PIECES 64
/* A last piece is not shorter than this: normal_'s tail overlaps the 16 elements before the end. */
#define SHORT_PIECE 64
/* A thread that would do less than so many times its way there leaves it to whoever has it. */
#define WORTH_A_WAY 3

/* ---- one stretch ---- */

static uint64_t piece_bytes(const sow__stretch *one) {
  if (!sow__stretch_is_straight(one))
    return PIECE_BYTES;
  uint64_t part = (one->end - one->begin) / MEMORY_PIECES * sow_dtype_size(one->value->dtype);
  uint64_t most = sow__value_is_simple(one->value) ? MEMORY_PIECE_MOST : PIECE_BYTES;
  part = part < MEMORY_PIECE_LEAST ? MEMORY_PIECE_LEAST : part;
  return part < most ? part : most;
}

static uint64_t piece_step(const sow__stretch *one) {
  const sow__value *value = one->value;
  uint64_t widest = sow_dtype_size(value->dtype);
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__source *source = value->steps[i]->source;
    uint64_t size = source != NULL && source->value != NULL ? sow_dtype_size(source->value->dtype) : 0;
    widest = size > widest ? size : widest;
  }
  uint64_t step = piece_bytes(one) / widest;
  if (value->grain >= step)
    return value->grain;
  return step - step % value->grain;
}

/* Of a stretch of rows: whole rows, or a part of one that is long. */
static uint64_t rows_step(const sow__stretch *one) {
  uint64_t step = piece_step(one), length = one->rows->length;
  if (sow__value_is_whole(one->value))
    return one->end;
  return length >= step ? step : step / length * length;
}

static uint64_t piece_begin(const sow__stretch *one, uint64_t element) {
  if (one->rows == NULL)
    return element - element % piece_step(one);
  uint64_t step = rows_step(one), length = one->rows->length;
  if (length <= step)
    return element - element % step;
  uint64_t column = element % length;
  return element - column % step;
}

static uint64_t piece_end(const sow__stretch *one, uint64_t begin) {
  uint64_t count = (uint64_t)one->value->count;
  if (one->undivided)
    return one->end;
  if (one->rows == NULL) {
    uint64_t step = piece_step(one);
    uint64_t rest = count - begin, length = step - begin % step;
    return rest < length + SHORT_PIECE ? count : begin + length;
  }
  uint64_t step = rows_step(one), length = one->rows->length;
  if (length <= step)
    return begin - begin % step + step;
  uint64_t row_end = begin - begin % length + length;
  return row_end - begin < step + SHORT_PIECE ? row_end : begin + step;
}

uint64_t sow__pieces_longest(const sow__stretch *one) {
  uint64_t longest = (one->rows == NULL ? piece_step(one) : rows_step(one)) + SHORT_PIECE;
  uint64_t length = one->end - one->begin;
  return length < longest ? length : longest;
}

/* ---- the line ---- */

/* What one element costs: making it and, unless that is done where it stays, handing it on. */
static uint64_t weight_of(const sow__stretch *one) {
  uint64_t handed = one->out == NULL ? SOW__BYTE_WEIGHT * sow_dtype_size(one->value->dtype) : 0;
  return handed + sow__value_weight(one->value);
}

/* Where the sum overflows every element counts the same: such a line is never walked to its end. */
static uint64_t lay(sow__job *job, bool weighted) {
  uint64_t length = 0;
  for (size_t i = 0; i < job->count; i++) {
    sow__stretch *one = &job->stretches[i];
    uint64_t work;
    one->weight = weighted ? weight_of(one) : 1;
    one->start = length;
    if (one->alone)
      continue;
    if (__builtin_mul_overflow(one->end - one->begin, one->weight, &work) ||
        __builtin_add_overflow(length, work, &length))
      return lay(job, false);
  }
  return length;
}

/* What is made whole can use several threads inside. */
static uint64_t count_pieces(const sow__job *job) {
  uint64_t pieces = 0;
  for (size_t i = 0; i < job->count; i++) {
    const sow__stretch *one = &job->stretches[i];
    bool divisible = sow__value_is_shared(one->value);
    pieces += divisible ? SOW__THREADS_LIMIT : 1 + (one->end - one->begin - 1) / sow__pieces_longest(one);
  }
  return pieces;
}

/* A long QR keeps the whole team busy, and would keep one thread long after the others are done. */
static void choose_alone(sow__job *job, uint64_t work) {
  uint64_t share = work / (uint64_t)job->threads;
  for (size_t i = 0; i < job->count; i++) {
    sow__stretch *one = &job->stretches[i];
    one->alone = job->threads > 1 && sow__value_is_shared(one->value) &&
                 (one->end - one->begin) * one->weight > share / 4;
  }
}

static uint64_t cut(const void *context, uint64_t at) {
  const sow__job *job = context;
  if (at >= job->line.length)
    return job->line.length;
  uint64_t element;
  const sow__stretch *one = sow__pieces_at(job, at, &element);
  element = piece_begin(one, element);
  element = element < one->begin ? one->begin : element;
  return one->start + (element - one->begin) * one->weight;
}

static uint64_t next(const void *context, uint64_t at) {
  uint64_t element;
  const sow__stretch *one = sow__pieces_at(context, at, &element);
  uint64_t end = piece_end(one, element);
  end = end < one->end ? end : one->end;
  return one->start + (end - one->begin) * one->weight;
}

/*
 * What one thread makes by one step, straight into memory, gains nothing from being cut; nobody watches it
 * either.
 */
static void choose_undivided(sow__job *job) {
  for (size_t i = 0; i < job->count; i++) {
    sow__stretch *one = &job->stretches[i];
    one->undivided = job->threads == 1 && job->cancel == NULL && sow__stretch_is_straight(one) &&
                     sow__value_is_simple(one->value);
  }
}

void sow__pieces_lay(sow__job *job) {
  uint64_t work = lay(job, true);
  job->threads = sow__threads(job->threads, work, count_pieces(job));
  choose_undivided(job);
  choose_alone(job, work);
  uint64_t length = lay(job, true), way = sow__work_way(length);
  job->line = (sow__line){
      .length = length, .jump = way, .least = WORTH_A_WAY * way, .cut = cut, .next = next, .context = job};
}

const sow__stretch *sow__pieces_at(const sow__job *job, uint64_t at, uint64_t *element) {
  size_t low = 0, high = job->count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (job->stretches[middle].start <= at)
      low = middle;
    else
      high = middle;
  }
  const sow__stretch *one = &job->stretches[low];
  *element = one->begin + (at - one->start) / one->weight;
  return one;
}
