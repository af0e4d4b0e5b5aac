/* sow_archive_measure: every tensor read once, in chunks of a fixed size that are put together in order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/sized_options.h"
#include "base/team.h"
#include "checkpoint/digest_text.h"
#include "measure/element.h"
#include "measure/moments.h"
#include "measure/sampling.h"
#include "measure/sweep.h"

#define CHUNK ((uint64_t)1 << 15) /* elements: what is read and summed at once stays in a core's cache */
#define BYTE_WORK 2               /* sixteenths of a nanosecond for a byte, read and summed */
#define UNIT ((uint64_t)1 << 20)  /* elements that one thread takes at a time */

/* What one thread needs: a chunk as it is in the file, at most 8 bytes an element, and as numbers. */
typedef struct memory {
  char bytes[CHUNK * 8];
  union {
    float narrow[CHUNK];
    double wide[CHUNK];
  } values;
} memory;

/* A tensor while it is measured. */
typedef struct state {
  sow__element element;
  sow__moments *units; /* of each unit */
  double *sample;
} state;

typedef struct measurement {
  const sow_archive *archive;
  bool digest;
  state *states;
  sow_statistics *statistics;
} measurement;

static sow_archive_entry entry_of(const measurement *m, size_t index) {
  sow_archive_entry entry = {0};
  sow_archive_get(m->archive, index, &entry);
  return entry;
}

/* A digest has to go through a tensor from its beginning to its end. */
static uint64_t unit_length(const measurement *m, const sow_archive_entry *entry) {
  return m->digest ? entry->count : UNIT;
}

static uint64_t units(void *context, size_t index) {
  const measurement *m = context;
  sow_archive_entry entry = entry_of(m, index);
  if (entry.count == 0 || (!m->digest && sow__element_of(entry.type) == SOW__ELEMENT_COUNT))
    return 0;
  return (entry.count - 1) / unit_length(m, &entry) + 1;
}

static uint64_t unit_bytes(void *context, size_t index, uint64_t unit) {
  const measurement *m = context;
  sow_archive_entry entry = entry_of(m, index);
  uint64_t length = unit_length(m, &entry), begin = unit * length;
  return (entry.count - begin < length ? entry.count - begin : length) * (uint64_t)entry.bits / 8;
}

static sow_status start(void *context, size_t index, sow_error *error) {
  measurement *m = context;
  sow_archive_entry entry = entry_of(m, index);
  state *one = &m->states[index];
  *one = (state){.element = sow__element_of(entry.type)};
  m->statistics[index] = (sow_statistics){
      .measured = one->element != SOW__ELEMENT_COUNT,
      .count = entry.count,
      .mean = NAN,
      .std = NAN,
      .min = NAN,
      .max = NAN,
  };
  if (m->digest)
    sow_digest("", 0, m->statistics[index].digest); /* which stays where there is nothing to read */
  one->units = calloc((size_t)units(m, index) + 1, sizeof *one->units);
  one->sample = calloc((size_t)sow__sample_size(entry.count) + 1, sizeof *one->sample);
  return one->units == NULL || one->sample == NULL ? sow__fail(error, SOW_NO_MEMORY, NULL) : SOW_OK;
}

/* ---- one chunk ---- */

static void take_sample(state *one, const memory *own, uint64_t count, uint64_t begin, uint64_t end) {
  uint64_t size = sow__sample_size(count), place;
  for (uint64_t k = sow__sample_first(count, begin); k < size; k++) {
    place = sow__sample_place(count, k);
    if (place >= end)
      break;
    one->sample[k] = sow__element_is_narrow(one->element) ? (double)own->values.narrow[place - begin]
                                                          : own->values.wide[place - begin];
  }
}

static sow__moments measure_chunk(const state *one, memory *own, size_t count) {
  if (sow__element_is_narrow(one->element)) {
    if (one->element != SOW__F32)
      sow__element_f32(one->element, own->bytes, own->values.narrow, count);
    return sow__moments_f32(own->values.narrow, count);
  }
  sow__element_f64(one->element, own->bytes, own->values.wide, count);
  return sow__moments_f64(own->values.wide, count);
}

static sow_status read_chunk(const measurement *m, size_t index, const sow_archive_entry *entry,
                             uint64_t begin, uint64_t end, memory *own, sow_error *error) {
  uint64_t first = begin * (uint64_t)entry->bits / 8, last = end * (uint64_t)entry->bits / 8;
  /* float32 is measured where it is read to. */
  void *to = m->states[index].element == SOW__F32 ? (void *)own->values.narrow : own->bytes;
  return sow_archive_read(m->archive, index, first, (size_t)(last - first), to, error);
}

/* ---- one unit ---- */

static sow_status run(void *context, void *mine, size_t index, uint64_t unit, sow_error *error) {
  measurement *m = context;
  memory *own = mine;
  state *one = &m->states[index];
  sow_archive_entry entry = entry_of(m, index);
  uint64_t length = unit_length(m, &entry), begin = unit * length;
  uint64_t end = entry.count - begin < length ? entry.count : begin + length;
  sow__moments found = sow__moments_none, piece = sow__moments_none;
  struct sha256_ctx digest;
  sha256_init(&digest);
  for (uint64_t at = begin; at < end; at += CHUNK) {
    uint64_t next = end - at < CHUNK ? end : at + CHUNK;
    sow_status status = read_chunk(m, index, &entry, at, next, own, error);
    if (status != SOW_OK)
      return status;
    if (m->digest)
      sha256_update(&digest, (size_t)((next - at) * (uint64_t)entry.bits / 8),
                    one->element == SOW__F32 ? (const void *)own->values.narrow : own->bytes);
    if (one->element == SOW__ELEMENT_COUNT)
      continue;
    sow__moments chunk = measure_chunk(one, own, (size_t)(next - at));
    piece = sow__moments_join(&piece, &chunk);
    take_sample(one, own, entry.count, at, next);
    /* The same joins, whether or not a digest made the unit longer. */
    if (next % UNIT == 0 || next == end) {
      found = sow__moments_join(&found, &piece);
      piece = sow__moments_none;
    }
  }
  one->units[unit] = found;
  if (m->digest)
    sow__digest_text(&digest, m->statistics[index].digest);
  return SOW_OK;
}

/* ---- one tensor ---- */

static void count_bins(sow_statistics *found, const double *sample) {
  uint64_t size = sow__sample_size(found->count);
  double width = (found->max - found->min) / SOW_HISTOGRAM_BINS;
  for (uint64_t k = 0; k < size; k++) {
    double place = (sample[k] - found->min) / width;
    if (!isfinite(sample[k]))
      continue;
    int bin = width > 0 && isfinite(place) ? (int)place : SOW_HISTOGRAM_BINS / 2;
    bin = bin < 0 ? 0 : bin;
    found->histogram[bin < SOW_HISTOGRAM_BINS ? bin : SOW_HISTOGRAM_BINS - 1]++;
    found->sampled++;
  }
}

static void clear(state *one) {
  free(one->units);
  free(one->sample);
  *one = (state){0};
}

static void finish(void *context, size_t index) {
  measurement *m = context;
  state *one = &m->states[index];
  sow_statistics *found = &m->statistics[index];
  sow__moments all = sow__moments_none;
  for (uint64_t unit = 0; unit < units(m, index); unit++)
    all = sow__moments_join(&all, &one->units[unit]);
  found->zeros = all.zeros;
  found->subnormals = all.subnormals;
  found->nans = all.nans;
  found->infinities = all.infinities;
  if (all.finite > 0) {
    found->mean = all.mean;
    found->std = all.finite > 1 ? sqrt(all.squares / (double)(all.finite - 1)) : NAN;
    found->min = all.min;
    found->max = all.max;
    count_bins(found, one->sample);
  }
  clear(one);
}

sow_status sow_archive_measure(const sow_archive *archive, const sow_measure_options *options,
                               sow_statistics *statistics, sow_error *error) {
  sow_measure_options settings = {0};
  sow_status status = SOW__OPTIONS_TAKE(sow_measure_options, &settings, options, error);
  if (status == SOW_OK)
    status = sow__threads_check(settings.threads, error);
  if (status != SOW_OK)
    return status;
  measurement m = {archive, settings.digest, NULL, statistics};
  size_t count = sow_archive_count(archive);
  m.states = calloc(count + 1, sizeof *m.states);
  if (m.states == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow__sweep sweep = {count, units, start, run, finish, sizeof(memory), archive, unit_bytes};
  uint64_t bytes = sow_archive_bytes(archive);
  int threads = sow__threads(settings.threads, bytes * BYTE_WORK, bytes / CHUNK + 1);
  status = sow__sweep_run(&sweep, &m, threads, error);
  for (size_t i = 0; i < count; i++)
    clear(&m.states[i]);
  free(m.states);
  return status;
}
