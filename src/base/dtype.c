/* The element types: names, sizes, and reading a name as people write it. */
#include "base/dtype.h"

#include <string.h>

#include "base/error.h"
#include "base/names.h"

enum { DL_BOOL = 6 }; /* kDLBool of DLPack 0.8; Debian 12 has 0.6 */

const sow__dtype_row sow__dtype_rows[SOW_DTYPE_COUNT] = {
    [SOW_INT64] = {"int64", "I64", 8, kDLInt, false, {"long", "i64"}},
    [SOW_FLOAT64] = {"float64", "F64", 8, kDLFloat, true, {"double", "f64", "fp64"}},
    [SOW_COMPLEX64] = {"complex64", "C64", 8, kDLComplex, false, {"cfloat", "c64"}},
    [SOW_FLOAT32] = {"float32", "F32", 4, kDLFloat, true, {"float", "f32", "fp32"}},
    [SOW_INT32] = {"int32", "I32", 4, kDLInt, false, {"int", "i32"}},
    [SOW_BFLOAT16] = {"bfloat16", "BF16", 2, kDLBfloat, true, {"bf16"}},
    [SOW_FLOAT16] = {"float16", "F16", 2, kDLFloat, true, {"half", "f16", "fp16"}},
    [SOW_INT16] = {"int16", "I16", 2, kDLInt, false, {"short", "i16"}},
    [SOW_INT8] = {"int8", "I8", 1, kDLInt, false, {"i8"}},
    [SOW_UINT8] = {"uint8", "U8", 1, kDLUInt, false, {"u8", "byte"}},
    [SOW_BOOL] = {"bool", "BOOL", 1, DL_BOOL, false, {0}},
};

#define SHORT_FORMS (sizeof sow__dtype_rows[0].short_forms / sizeof(char *))

static bool known(sow_dtype dtype) {
  return (unsigned)dtype < SOW_DTYPE_COUNT;
}

const char *sow_dtype_name(sow_dtype dtype) {
  return known(dtype) ? sow__dtype_rows[dtype].name : "unknown";
}

size_t sow_dtype_size(sow_dtype dtype) {
  return known(dtype) ? sow__dtype_rows[dtype].size : 0;
}

bool sow_dtype_is_float(sow_dtype dtype) {
  return known(dtype) && sow__dtype_rows[dtype].is_float;
}

DLDataType sow__dtype_dlpack(sow_dtype dtype) {
  const sow__dtype_row *row = &sow__dtype_rows[dtype];
  return (DLDataType){row->code, (uint8_t)(8 * row->size), 1};
}

bool sow__dtype_of_dlpack(DLDataType type, sow_dtype *dtype) {
  for (unsigned i = 0; i < SOW_DTYPE_COUNT; i++) {
    DLDataType own = sow__dtype_dlpack((sow_dtype)i);
    if (type.code == own.code && type.bits == own.bits && type.lanes == own.lanes) {
      *dtype = (sow_dtype)i;
      return true;
    }
  }
  return false;
}

static bool row_has(const sow__dtype_row *row, const char *name, sow__nearest *nearest) {
  if (sow__name_same(name, row->name))
    return true;
  sow__nearest_offer(nearest, row->name);
  for (size_t i = 0; i < SHORT_FORMS && row->short_forms[i] != NULL; i++) {
    if (sow__name_same(name, row->short_forms[i]))
      return true;
    sow__nearest_offer(nearest, row->short_forms[i]);
  }
  return false;
}

sow_status sow_dtype_parse(const char *name, sow_dtype *dtype, sow_error *error) {
  const char *bare = strncmp(name, "torch.", 6) == 0 || strncmp(name, "TORCH.", 6) == 0 ? name + 6 : name;
  sow__nearest nearest = {.name = bare};
  for (unsigned i = 0; i < SOW_DTYPE_COUNT; i++)
    if (row_has(&sow__dtype_rows[i], bare, &nearest)) {
      *dtype = (sow_dtype)i;
      return SOW_OK;
    }
  char hint[96];
  return sow__fail(error, SOW_UNKNOWN_NAME, "unknown dtype '%.80s'%s", name,
                   nearest.best ? sow__nearest_hint(&nearest, hint, sizeof hint)
                                : "; sow has " SOW__DTYPE_LIST);
}
