#include "cli/text/values.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/number.h"

static double half_value(uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double size = exponent == 31  ? (fraction != 0 ? NAN : INFINITY)
                : exponent == 0 ? ldexp(fraction, -24)
                                : ldexp(fraction + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -size : size;
}

static double bfloat_value(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

/* Little-endian, with its sign. */
static int64_t integer_value(const unsigned char *at, sow_dtype dtype) {
  size_t size = sow_dtype_size(dtype);
  bool is_negative = dtype != SOW_UINT8 && dtype != SOW_BOOL && size > 0 && (at[size - 1] & 0x80) != 0;
  uint64_t bits = is_negative ? UINT64_MAX : 0;
  for (size_t i = size; i-- > 0;)
    bits = bits << 8 | at[i];
  return (int64_t)bits;
}

double value_at(const void *element, sow_dtype dtype) {
  double value;
  float single;
  uint16_t bits;
  switch (dtype) {
  case SOW_FLOAT64:
    memcpy(&value, element, sizeof value);
    return value;
  case SOW_FLOAT32:
    memcpy(&single, element, sizeof single);
    return single;
  default:
    memcpy(&bits, element, sizeof bits);
    return dtype == SOW_FLOAT16 ? half_value(bits) : bfloat_value(bits);
  }
}

static void print_element(const unsigned char *at, sow_dtype dtype, FILE *stream) {
  char text[SOW__NUMBER_SIZE];
  if (dtype == SOW_BOOL)
    fputs(*at != 0 ? "True" : "False", stream);
  else if (!sow_dtype_is_float(dtype))
    fprintf(stream, "%" PRId64, integer_value(at, dtype));
  else
    fputs(sow__number_print_as(value_at(at, dtype), dtype, text), stream);
}

/* Prints the part under dimension `dim` and returns where it ends. */
static const unsigned char *print_part(const DLTensor *tensor, sow_dtype dtype, int dim,
                                       const unsigned char *at, FILE *stream) {
  if (dim == tensor->ndim) {
    print_element(at, dtype, stream);
    return at + sow_dtype_size(dtype);
  }
  fputc('[', stream);
  for (int64_t i = 0; i < tensor->shape[dim] && !ferror(stream); i++) {
    if (i > 0 && dim == tensor->ndim - 1)
      fputs(", ", stream);
    else if (i > 0)
      fprintf(stream, ",%.*s%*s", tensor->ndim - 1 - dim, "\n\n\n\n\n\n\n\n", dim + 1, "");
    at = print_part(tensor, dtype, dim + 1, at, stream);
  }
  fputc(']', stream);
  return at;
}

void tensor_print(const DLTensor *tensor, sow_dtype dtype, FILE *stream) {
  bool empty = false;
  for (int i = 0; i < tensor->ndim; i++)
    empty = empty || tensor->shape[i] == 0;
  if (empty)
    fputs("[]", stream);
  else
    print_part(tensor, dtype, 0, (const unsigned char *)tensor->data + tensor->byte_offset, stream);
  fputc('\n', stream);
}
