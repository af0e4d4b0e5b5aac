/* eye_: ones on the diagonal of a matrix. */
#include "init/pattern.h"

static sow_status eye_run(const sow__fill *fill, sow__cursor *cursor, uint64_t begin, uint64_t end, void *out,
                          sow_error *error) {
  (void)cursor;
  (void)error;
  uint64_t rows = (uint64_t)fill->shape[0], columns = (uint64_t)fill->shape[1];
  sow__put_zeros(fill->dtype, out, end - begin);
  /* Ones lie columns + 1 apart; the first at or after `begin`: */
  uint64_t step = columns + 1, row = (begin + step - 1) / step;
  for (; row < rows && row < columns && row * step < end; row++)
    sow__put_one(fill->dtype, out, row * step - begin);
  return SOW_OK;
}

const sow__family sow__family_eye = {
    .name = "eye", .bind = sow__drawless_bind, .run = eye_run, .logical = true};
