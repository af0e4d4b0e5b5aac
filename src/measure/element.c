#include "measure/element.h"

#include <string.h>

#include "op/convert.h"

static const char *const names[SOW__ELEMENT_COUNT] = {
    [SOW__F64] = "F64", [SOW__F32] = "F32", [SOW__BF16] = "BF16", [SOW__F16] = "F16",
    [SOW__I64] = "I64", [SOW__I32] = "I32", [SOW__I16] = "I16",   [SOW__I8] = "I8",
    [SOW__U64] = "U64", [SOW__U32] = "U32", [SOW__U16] = "U16",   [SOW__U8] = "U8",
};

sow__element sow__element_of(const char *type) {
  if (strcmp(type, "BOOL") == 0)
    return SOW__U8;
  int element = 0;
  while (element < SOW__ELEMENT_COUNT && strcmp(type, names[element]) != 0)
    element++;
  return (sow__element)element;
}

bool sow__element_is_float(sow__element element) {
  return element <= SOW__F16;
}

bool sow__element_is_narrow(sow__element element) {
  switch (element) {
  case SOW__F32:
  case SOW__BF16:
  case SOW__F16:
  case SOW__I16:
  case SOW__I8:
  case SOW__U16:
  case SOW__U8:
    return true;
  default:
    return false;
  }
}

#define EACH(type, out, out_type)                                                                            \
  for (size_t i = 0; i < count; i++) {                                                                       \
    type value;                                                                                              \
    memcpy(&value, (const char *)bytes + i * sizeof value, sizeof value);                                    \
    (out)[i] = (out_type)value;                                                                              \
  }                                                                                                          \
  break

void sow__element_f32(sow__element element, const void *bytes, float *values, size_t count) {
  switch (element) {
  case SOW__F32:
    memcpy(values, bytes, count * sizeof *values);
    break;
  case SOW__BF16:
    sow__convert(SOW_BFLOAT16, bytes, SOW_FLOAT32, values, count);
    break;
  case SOW__F16:
    sow__convert(SOW_FLOAT16, bytes, SOW_FLOAT32, values, count);
    break;
  case SOW__I16:
    EACH(int16_t, values, float);
  case SOW__I8:
    EACH(int8_t, values, float);
  case SOW__U16:
    EACH(uint16_t, values, float);
  case SOW__U8:
    EACH(uint8_t, values, float);
  default:
    break;
  }
}

void sow__element_f64(sow__element element, const void *bytes, double *values, size_t count) {
  switch (element) {
  case SOW__F64:
    memcpy(values, bytes, count * sizeof *values);
    break;
  case SOW__F32:
    EACH(float, values, double);
  case SOW__BF16:
    sow__convert(SOW_BFLOAT16, bytes, SOW_FLOAT64, values, count);
    break;
  case SOW__F16:
    sow__convert(SOW_FLOAT16, bytes, SOW_FLOAT64, values, count);
    break;
  case SOW__I64:
    EACH(int64_t, values, double);
  case SOW__I32:
    EACH(int32_t, values, double);
  case SOW__I16:
    EACH(int16_t, values, double);
  case SOW__I8:
    EACH(int8_t, values, double);
  case SOW__U64:
    EACH(uint64_t, values, double);
  case SOW__U32:
    EACH(uint32_t, values, double);
  case SOW__U16:
    EACH(uint16_t, values, double);
  case SOW__U8:
    EACH(uint8_t, values, double);
  default:
    break;
  }
}
