/* A step alone, and what operations share. */
#include "base/team.h"
#include "op/convert.h"
#include "op/op.h"

sow_status sow__step_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  step->begin = *place;
  step->draws = step->rounds = 0;
  step->grain = 1;
  step->is_made = false;
  return step->op->bind(step, worker, place, error);
}

sow_status sow__step_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end, void *out,
                         sow_error *error) {
  return begin == end ? SOW_OK : step->op->run(step, worker, begin, end, out, error);
}

/* Fewer elements than this are not worth a thread. */
#define LEAST ((uint64_t)1 << 16)

int sow__step_threads(const sow__step *step, int setting) {
  uint64_t count = (uint64_t)step->count, work;
  if (__builtin_mul_overflow(count, step->op->weight(step), &work))
    work = UINT64_MAX;
  return sow__threads(setting, work, 1 + count / LEAST);
}

sow_status sow__drawless_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  (void)step;
  (void)worker;
  (void)place;
  (void)error;
  return SOW_OK;
}

uint64_t sow__no_memory(const sow__step *step) {
  (void)step;
  return 0;
}

uint32_t sow__store_weight(const sow__step *step) {
  return (uint32_t)sow_dtype_size(step->dtype);
}

double sow__step_round(const sow__step *step, double value) {
  return sow__round_to(step->dtype, value);
}
