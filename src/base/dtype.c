/* The element types: names, sizes, and reading a name as people write it. */
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "sow/tensor.h"

static const struct {
  const char *name;
  size_t size;
} dtypes[SOW_DTYPE_COUNT] = {
    [SOW_INT64] = {"int64", 8},       [SOW_FLOAT64] = {"float64", 8}, [SOW_FLOAT32] = {"float32", 4},
    [SOW_BFLOAT16] = {"bfloat16", 2}, [SOW_FLOAT16] = {"float16", 2},
};

/* torch's second names, and those of safetensors, numpy and the papers. */
static const struct {
  const char *name;
  sow_dtype dtype;
} short_forms[] = {
    {"long", SOW_INT64},    {"i64", SOW_INT64},     {"double", SOW_FLOAT64}, {"f64", SOW_FLOAT64},
    {"fp64", SOW_FLOAT64},  {"float", SOW_FLOAT32}, {"f32", SOW_FLOAT32},    {"fp32", SOW_FLOAT32},
    {"bf16", SOW_BFLOAT16}, {"half", SOW_FLOAT16},  {"f16", SOW_FLOAT16},    {"fp16", SOW_FLOAT16},
};

const char *sow_dtype_name(sow_dtype dtype) {
  return (unsigned)dtype < SOW_DTYPE_COUNT ? dtypes[dtype].name : "unknown";
}

size_t sow_dtype_size(sow_dtype dtype) {
  return (unsigned)dtype < SOW_DTYPE_COUNT ? dtypes[dtype].size : 0;
}

sow_status sow_dtype_parse(const char *name, sow_dtype *dtype, sow_error *error) {
  const char *bare = strncmp(name, "torch.", 6) == 0 ? name + 6 : name;
  sow__nearest nearest = {.name = bare};
  for (unsigned i = 0; i < SOW_DTYPE_COUNT; i++) {
    if (strcmp(bare, dtypes[i].name) == 0) {
      *dtype = (sow_dtype)i;
      return SOW_OK;
    }
    sow__nearest_offer(&nearest, dtypes[i].name);
  }
  for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++) {
    if (strcmp(bare, short_forms[i].name) == 0) {
      *dtype = short_forms[i].dtype;
      return SOW_OK;
    }
    sow__nearest_offer(&nearest, short_forms[i].name);
  }
  char hint[96];
  return sow__fail(error, SOW_UNKNOWN_NAME, "unknown dtype '%.80s'%s", name,
                   nearest.best ? sow__nearest_hint(&nearest, hint, sizeof hint)
                                : "; sow has float64, float32, bfloat16, float16 and int64");
}
