/* How long an element takes: enough to cut work into fair shares, which are evened out while they run. */
#include "base/team.h"
#include "init/fill.h"

/* Sixteenths of a nanosecond, as measured with AVX2; the C library's logarithms and sines cost most. */
enum { UNIFORM = 5, NORMAL = 15, NORMAL_LIBM = 480, ERFINV = 60, REJECTION = 40, SPARSE = 120 };

static uint32_t normal_weight(const sow__fill *fill) {
  bool half = fill->dtype == SOW_FLOAT16 || fill->dtype == SOW_BFLOAT16;
  bool libm = fill->dtype == SOW_FLOAT64 || fill->strides != NULL || fill->count < 16 ||
              (half && fill->edition != SOW_TORCH_2_12);
  return libm ? NORMAL_LIBM : NORMAL;
}

/* A QR takes about 8/3*columns operations for each element, and does some 40 in a nanosecond. */
static uint32_t orthogonal_weight(const sow__fill *fill) {
  int64_t rows = fill->shape[0], columns = rows > 0 ? fill->count / rows : 0;
  int64_t narrow = rows < columns ? rows : columns;
  return NORMAL + (uint32_t)(narrow < 1 << 16 ? narrow : 1 << 16);
}

uint32_t sow__fill_weight(const sow__fill *fill) {
  uint32_t store = (uint32_t)sow_dtype_size(fill->dtype);
  const sow__family *family = fill->family;
  if (family == &sow__family_uniform)
    return store + UNIFORM;
  if (family == &sow__family_normal)
    return store + normal_weight(fill);
  if (family == &sow__family_trunc_erfinv)
    return store + ERFINV;
  if (family == &sow__family_trunc_rejection)
    return store + REJECTION;
  if (family == &sow__family_sparse)
    return store + SPARSE;
  if (family == &sow__family_orthogonal)
    return store + orthogonal_weight(fill);
  return store;
}
