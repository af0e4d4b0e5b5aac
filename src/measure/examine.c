/* sow_archive_examine: what a sound initialisation does not have. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/number.h"
#include "base/size.h"
#include "measure/chance.h"
#include "measure/duplicates.h"
#include "measure/element.h"
#include "measure/orthonormal.h"

#define ERROR_RATE 0.001
#define FAR 1e15   /* no initialisation comes near; pointers and text read as numbers do */
#define NEAR 1e-30 /* draws of a scale like this may be subnormal */
#define TEXT_SIZE 512

typedef struct examiner {
  const sow_archive *archive;
  const sow_plan *plan;
  sow_statistics *statistics;
  void (*found)(void *context, const sow_finding *finding);
  void *context;
  sow_examination done;
  double limit; /* of the scores */
} examiner;

static void tell(examiner *e, size_t index, const char *format, ...) SOW__PRINTF(3, 4);

static void tell(examiner *e, size_t index, const char *format, ...) {
  char text[TEXT_SIZE];
  sow_archive_entry entry = {0};
  sow_archive_get(e->archive, index, &entry);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  sow__harmless(text);
  e->done.findings++;
  e->found(e->context, &(sow_finding){index, entry.name, text});
}

/* The plan's entry of a tensor that it makes; false where there is none of that name and shape. */
static bool planned(const examiner *e, size_t index, sow_plan_entry *out) {
  sow_archive_entry entry = {0};
  size_t at;
  sow_archive_get(e->archive, index, &entry);
  if (e->plan == NULL || !sow_plan_find(e->plan, entry.name, &at))
    return false;
  sow_plan_get(e->plan, at, out);
  return !out->kept && sow__shape_equal(out->ndim, out->shape, entry.ndim, entry.shape);
}

/* ---- against the rules ---- */

#define CALL_SIZE 160

/* What makes the tensor, by the names of what is done to all of it: "uniform_, erfinv_, mul_". */
static void call_print(const sow_plan *plan, const sow_plan_entry *entry, char text[CALL_SIZE]) {
  size_t index, length = 0;
  sow_plan_step step;
  text[0] = 0;
  if (!sow_plan_find(plan, entry->name, &index))
    return;
  for (size_t i = 0; sow_plan_step_get(plan, index, i, &step) && length < CALL_SIZE; i++)
    if (step.whole && !step.cast)
      length += (size_t)snprintf(text + length, CALL_SIZE - length, "%s%s", length > 0 ? ", " : "",
                                 sow_initializer_name(step.call.kind));
}

static void examine_bounds(examiner *e, size_t index, const sow_plan_entry *entry, const char *call) {
  const sow_statistics *s = &e->statistics[index];
  char text[4][SOW__NUMBER_SIZE];
  if (s->min >= entry->values.low && s->max <= entry->values.high)
    return;
  tell(e, index, "its values reach from %s to %s, but %s (%s) stays within %s and %s",
       sow__number_short(s->min, text[0]), sow__number_short(s->max, text[1]), call, entry->rule,
       sow__number_short(entry->values.low, text[2]), sow__number_short(entry->values.high, text[3]));
}

static void examine_scores(examiner *e, size_t index, const sow_plan_entry *entry, const char *call) {
  const sow_statistics *s = &e->statistics[index];
  char text[3][SOW__NUMBER_SIZE];
  sow__aim aim;
  if (!sow__aim_of(entry, &aim) || s->nans + s->infinities > 0)
    return;
  double mean = sow__mean_score(&aim, s->count, s->mean), std = sow__std_score(&aim, s->count, s->std);
  if (!(fabs(mean) < e->limit))
    tell(e, index, "its mean is %s, but %s (%s) gives %s: %s standard errors away",
         sow__number_short(s->mean, text[0]), call, entry->rule, sow__number_short(aim.mean, text[1]),
         sow__number_short(fabs(mean), text[2]));
  if (!(fabs(std) < e->limit))
    tell(e, index, "its standard deviation is %s, but %s (%s) gives %s: %s standard errors away",
         sow__number_short(s->std, text[0]), call, entry->rule, sow__number_short(aim.std, text[1]),
         sow__number_short(fabs(std), text[2]));
}

/* What rounding leaves of orthonormality in the stored type, as a share of gain^2. */
static double orthonormal_limit(sow_dtype stored) {
  return stored == SOW_FLOAT32 || stored == SOW_FLOAT64 ? 1e-4 : 2e-2;
}

static sow_status examine_orthogonal(examiner *e, size_t index, const sow_plan_entry *entry, const char *call,
                                     sow_error *error) {
  double deviation;
  char text[SOW__NUMBER_SIZE];
  sow_status status = sow__orthonormal_error(e->archive, index, (uint64_t)entry->values.rows,
                                             entry->values.scale, &deviation, error);
  if (status == SOW_OK && !(deviation <= orthonormal_limit(entry->dtype)))
    tell(e, index, "its rows or columns are not orthonormal as %s (%s) makes them: off by %s of gain^2", call,
         entry->rule, sow__number_short(deviation, text));
  return status;
}

static sow_status examine_planned(examiner *e, size_t index, const sow_plan_entry *entry, sow_error *error) {
  const sow_statistics *s = &e->statistics[index];
  char call[CALL_SIZE];
  call_print(e->plan, entry, call);
  char text[2][SOW__NUMBER_SIZE];
  if (s->count > 1 && s->min == s->max && entry->values.std > 0) {
    tell(e, index, "every element is %s, but %s (%s) makes them different: was it never written?",
         sow__number_short(s->min, text[0]), call, entry->rule);
    return SOW_OK;
  }
  if (isnan(s->min))
    return SOW_OK;
  examine_bounds(e, index, entry, call);
  examine_scores(e, index, entry, call);
  if (entry->values.density == SOW_DENSITY_SPHERE && entry->values.share == 1)
    return examine_orthogonal(e, index, entry, call, error);
  return SOW_OK;
}

/* ---- memory that was never written ---- */

/* The largest finite value of a type, which masks are made of; 0 for types whose draws may be subnormal. */
static double largest_of(const sow_archive_entry *entry) {
  switch (sow__element_of(entry->type)) {
  case SOW__F64:
    return DBL_MAX;
  case SOW__F32:
    return (double)FLT_MAX;
  case SOW__BF16:
    return 0x1.FEp127;
  default:
    return 0;
  }
}

/*
 * What an allocation holds before it is written: pointers, counters and text, which read as subnormal or as
 * very large numbers, among zeros. Nothing draws either. True where it is found.
 */
static bool examine_memory(examiner *e, size_t index, const sow_archive_entry *entry,
                           const sow_plan_entry *by) {
  const sow_statistics *s = &e->statistics[index];
  char text[SOW__NUMBER_SIZE];
  double largest = largest_of(entry);
  double scale = by == NULL ? 0 : fabs(by->values.mean) + by->values.std;
  bool fine = scale > 0 && scale < NEAR;
  bool far = by == NULL && s->max > FAR && s->max < largest;
  uint64_t subnormals = largest > 0 && !fine ? s->subnormals : 0;
  if (largest == 0 || (subnormals == 0 && !far))
    return false;
  if (subnormals > 0)
    tell(e, index,
         "holds %" PRIu64 " of %" PRIu64 " values that are not zero and smaller than any normal number, and "
         "reaches %s: was its memory never written?",
         subnormals, s->count, sow__number_short(s->max, text));
  else
    tell(e, index, "reaches %s: was its memory never written?", sow__number_short(s->max, text));
  return true;
}

/* ---- one tensor ---- */

static sow_status examine_one(examiner *e, size_t index, sow_error *error) {
  const sow_statistics *s = &e->statistics[index];
  sow_archive_entry entry = {0};
  sow_plan_entry by;
  char text[SOW__NUMBER_SIZE];
  sow_archive_get(e->archive, index, &entry);
  e->done.unread += !s->measured;
  if (!s->measured || s->count == 0)
    return SOW_OK;
  if (s->nans + s->infinities > 0)
    tell(e, index, "holds %" PRIu64 " NaN and %" PRIu64 " Inf", s->nans, s->infinities);
  bool known = planned(e, index, &by);
  if (examine_memory(e, index, &entry, known ? &by : NULL))
    return SOW_OK;
  if (known)
    return examine_planned(e, index, &by, error);
  if (entry.ndim >= 2 && s->count > 1 && s->min == s->max)
    tell(e, index, "every element is %s: was it never written?", sow__number_short(s->min, text));
  return SOW_OK;
}

/* ---- duplicates ---- */

static bool is_random(const sow_plan_entry *entry) {
  return entry->draws > 0;
}

static void tell_duplicate(void *context, size_t index, size_t other) {
  examiner *e = context;
  sow_plan_entry a, b;
  sow_archive_entry twin = {0};
  bool both = planned(e, index, &a) && planned(e, other, &b);
  if (both && (!is_random(&a) || (index != other && a.position == b.position && a.draws == b.draws)))
    return; /* copies, as TransformerEncoder's layers are */
  sow_archive_get(e->archive, other, &twin);
  if (index == other)
    tell(e, index, "its two halves are equal: a wrongly seeded shard?");
  else
    tell(e, index, "is equal to %.200s: a copy, or a wrongly seeded shard?", twin.name);
}

/* ---- the whole ---- */

static void count_tests(examiner *e) {
  sow_plan_entry entry;
  sow__aim aim;
  for (size_t i = 0; i < sow_archive_count(e->archive); i++)
    if (planned(e, i, &entry) && sow__aim_of(&entry, &aim))
      e->done.tests += 2;
  e->done.error_rate = e->done.tests > 0 ? ERROR_RATE : 0;
  e->limit = sow__score_limit(e->done.tests, ERROR_RATE);
}

static sow_status examine(examiner *e, int threads, sow_error *error) {
  sow_measure_options options = {.size = sizeof options, .threads = threads};
  sow_status status = sow_archive_measure(e->archive, &options, e->statistics, error);
  count_tests(e);
  for (size_t i = 0; status == SOW_OK && i < sow_archive_count(e->archive); i++)
    status = examine_one(e, i, error);
  if (status == SOW_OK)
    status = sow__duplicates_find(e->archive, e->statistics, tell_duplicate, e, error);
  return status;
}

sow_status sow_archive_examine(const sow_archive *archive, const sow_plan *plan, int threads,
                               void (*found)(void *context, const sow_finding *finding), void *context,
                               sow_examination *done, sow_error *error) {
  examiner e = {.archive = archive, .plan = plan, .found = found, .context = context};
  e.statistics = calloc(sow_archive_count(archive) + 1, sizeof *e.statistics);
  sow_status status =
      e.statistics == NULL ? sow__fail(error, SOW_NO_MEMORY, NULL) : examine(&e, threads, error);
  free(e.statistics);
  if (status == SOW_OK)
    *done = e.done;
  return status;
}
