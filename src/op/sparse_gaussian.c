/*
 * Caffe's gaussian with `sparse`: normals, and after them a float32 uniform for each, below which probability
 * it is kept; the others become zero. Source: GaussianFiller of its filler.hpp.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "op/op.h"

typedef struct parts {
  sow__step normals, tests;
} parts;

static sow_status bind_parts(const sow__step *step, sow__worker *worker, sow__place *place, parts *made,
                             sow_error *error) {
  made->normals = made->tests = *step;
  made->normals.op = &sow__op_normal;
  made->tests.op = &sow__op_uniform;
  made->tests.dtype = SOW_FLOAT32;
  made->tests.p[0] = 0;
  made->tests.p[1] = 1;
  sow_status status = sow__step_bind(&made->normals, worker, place, error);
  return status == SOW_OK ? sow__step_bind(&made->tests, worker, place, error) : status;
}

static sow_status gaussian_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  parts made;
  sow_status status = bind_parts(step, worker, place, &made, error);
  if (status != SOW_OK)
    return status;
  step->draws = made.normals.draws + made.tests.draws;
  step->grain = made.normals.grain;
  return SOW_OK;
}

/* The tests lie far behind the normals: they are read by a cursor of their own, which the next range finds.
 */
static void resume(sow__worker *tester, const parts *made, const sow__readers *left) {
  tester->readers = NULL;
  if (left != NULL && left->count > 0 && left->items[0].stream == made->tests.begin.stream &&
      left->items[0].position >= made->tests.begin.position)
    tester->cursor = left->items[0];
}

/* Without memory the next range will have to jump. */
static void leave(const sow__worker *tester, sow__readers *readers) {
  void *items = readers->items;
  if (!sow__reserve(&items, &readers->capacity, 1, sizeof *readers->items))
    return;
  readers->items = items;
  readers->items[0] = tester->cursor;
  readers->count = readers->count > 1 ? readers->count : 1;
}

enum { CHUNK = 512 };

static sow_status drop(const sow__step *step, const parts *made, sow__worker *tester, uint64_t begin,
                       uint64_t end, char *out, sow_error *error) {
  size_t size = sow_dtype_size(step->dtype);
  sow_status status = SOW_OK;
  while (begin < end && status == SOW_OK) {
    uint64_t stop = end - begin < CHUNK ? end : begin + CHUNK;
    float tests[CHUNK];
    status = sow__step_run(&made->tests, tester, begin, stop, tests, error);
    for (uint64_t i = 0; i < stop - begin && status == SOW_OK; i++)
      if (!((double)tests[i] < step->p[2]))
        memset(out + i * size, 0, size);
    out += (stop - begin) * size;
    begin = stop;
  }
  return status;
}

static sow_status gaussian_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                               void *out, sow_error *error) {
  parts made;
  sow__place place = step->begin;
  sow_status status = bind_parts(step, worker, &place, &made, error);
  if (status != SOW_OK)
    return status;
  sow__worker tester = *worker;
  resume(&tester, &made, worker->readers);
  status = sow__step_run(&made.normals, worker, begin, end, out, error);
  if (status == SOW_OK)
    status = drop(step, &made, &tester, begin, end, out, error);
  if (status == SOW_OK && worker->readers != NULL)
    leave(&tester, worker->readers);
  return status;
}

/* ---- the row ---- */

enum { WEIGHT = 30 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t gaussian_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

static sow_distribution gaussian_expect(const sow__step *step, const sow_distribution *before) {
  (void)before;
  double mean = step->p[0], std = step->p[1], share = step->p[2];
  double variance = share * (std * std + mean * mean) - share * share * mean * mean;
  double bound = share > 0 ? (double)INFINITY : 0;
  return (sow_distribution){
      SOW_DENSITY_SPARSE, share * mean, sqrt(fmax(variance, 0)), -bound, bound, mean, std, 0, share};
}

SOW__OP(sparse_gaussian, "sparse_gaussian", SOW__DRAWS, SOW__OVERWRITES, SOW__CUT, SOW__BY_MEMORY, SOW__SURE,
        gaussian_bind, gaussian_run, sow__no_memory, gaussian_weight, gaussian_expect);
