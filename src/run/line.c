/* The line of work of a job: its stretches one after the other, each as long as it takes. */
#include "base/team.h"
#include "run/job.h"
#include "run/range.h"

/* A thread that would do less than this after a jump leaves it to whoever has it. */
#define LEAST_WORK (3 * SOW__WORK_JUMP)

/* Where the sum overflows every element counts the same: such a line is never walked to its end. */
static uint64_t lay(sow__job *job, bool weighted) {
  uint64_t length = 0;
  for (size_t i = 0; i < job->count; i++) {
    sow__stretch *one = &job->stretches[i];
    uint64_t work;
    one->weight = weighted ? sow__range_weight(one->entry) : 1;
    one->start = length;
    if (one->alone)
      continue;
    if (__builtin_mul_overflow(one->end - one->begin, one->weight, &work) ||
        __builtin_add_overflow(length, work, &length))
      return lay(job, false);
  }
  return length;
}

static uint64_t count_pieces(const sow__job *job) {
  uint64_t pieces = 0;
  for (size_t i = 0; i < job->count; i++) {
    const sow__stretch *one = &job->stretches[i];
    bool divisible = one->entry->fill.family == &sow__family_orthogonal;
    pieces += divisible ? SOW__THREADS_LIMIT : 1 + (one->end - one->begin) / sow__range_longest(one->entry);
  }
  return pieces;
}

/* A long QR keeps the whole team busy, and would keep one thread long after the others are done. */
static void choose_alone(sow__job *job, uint64_t work) {
  uint64_t share = work / (uint64_t)job->threads;
  for (size_t i = 0; i < job->count; i++) {
    sow__stretch *one = &job->stretches[i];
    one->alone = job->threads > 1 && one->entry->fill.family == &sow__family_orthogonal &&
                 (one->end - one->begin) * one->weight > share / 4;
  }
}

static uint64_t cut(const void *context, uint64_t at) {
  const sow__job *job = context;
  if (at >= job->line.length)
    return job->line.length;
  uint64_t element;
  const sow__stretch *one = sow__job_at(job, at, &element);
  element = sow__range_begin(one->entry, element);
  element = element < one->begin ? one->begin : element;
  return one->start + (element - one->begin) * one->weight;
}

static uint64_t next(const void *context, uint64_t at) {
  uint64_t element;
  const sow__stretch *one = sow__job_at(context, at, &element);
  uint64_t end = sow__range_end(one->entry, element);
  end = end < one->end ? end : one->end;
  return one->start + (end - one->begin) * one->weight;
}

void sow__job_line(sow__job *job) {
  uint64_t work = lay(job, true);
  job->threads = sow__threads(job->threads, work, count_pieces(job));
  choose_alone(job, work);
  job->line = (sow__line){.length = lay(job, true),
                          .jump = SOW__WORK_JUMP,
                          .least = LEAST_WORK,
                          .cut = cut,
                          .next = next,
                          .context = job};
}

const sow__stretch *sow__job_at(const sow__job *job, uint64_t at, uint64_t *element) {
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
