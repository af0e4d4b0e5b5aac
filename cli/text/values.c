#include "cli/text/values.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_LIMIT 17 /* enough for any double */

/* The nearest value of a type with `precision` bits and a smallest step of 2^smallest. */
static double round_to_bits(double value, int precision, int smallest) {
  int exponent;
  frexp(value, &exponent);
  int step = exponent - precision > smallest ? exponent - precision : smallest;
  return ldexp(nearbyint(ldexp(value, -step)), step);
}

static double round_to(double value, sow_dtype dtype) {
  switch (dtype) {
  case SOW_FLOAT32:
    return (double)(float)value;
  case SOW_FLOAT16:
    return round_to_bits(value, 11, -24);
  case SOW_BFLOAT16:
    return round_to_bits(value, 8, -133);
  default:
    return value;
  }
}

/* "-d.ddde-xx" with `digits` digits; does it read back as `value`? The program keeps the C locale. */
static bool print_digits(double value, sow_dtype dtype, int digits, char buffer[VALUE_SIZE]) {
  snprintf(buffer, VALUE_SIZE, "%.*e", digits - 1, value);
  return round_to(strtod(buffer, NULL), dtype) == value;
}

/* More digits never read back worse, so the fewest can be found by halving. */
static int fewest_digits(double value, sow_dtype dtype) {
  char buffer[VALUE_SIZE];
  int low = 1, high = DIGITS_LIMIT;
  while (low < high) {
    int middle = (low + high) / 2;
    if (print_digits(value, dtype, middle, buffer))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* Rewrites "d.ddde±xx" without exponent; Python does so from 1e-04 up to below 1e+16. */
static void print_plain(const char *digits, int count, int exponent, char *out) {
  if (exponent < 0) {
    out += snprintf(out, 8, "0.%.*s", -exponent - 1, "0000");
    memcpy(out, digits, (size_t)count);
    out[count] = 0;
    return;
  }
  for (int i = 0; i < count || i <= exponent; i++) {
    *out++ = i < count ? digits[i] : '0';
    if (i == exponent)
      *out++ = '.';
  }
  if (exponent >= count - 1)
    *out++ = '0';
  *out = 0;
}

const char *value_print(double value, sow_dtype dtype, char buffer[VALUE_SIZE]) {
  if (isnan(value) || isinf(value)) {
    snprintf(buffer, VALUE_SIZE, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
    return buffer;
  }
  int count = fewest_digits(value, dtype);
  char scientific[VALUE_SIZE];
  print_digits(fabs(value), dtype, count, scientific);
  int exponent = (int)strtol(strchr(scientific, 'e') + 1, NULL, 10);
  char *out = buffer;
  if (signbit(value))
    *out++ = '-';
  if (exponent < -4 || exponent >= 16) {
    memcpy(out, scientific, strlen(scientific) + 1);
    return buffer;
  }
  memmove(scientific + 1, scientific + 2, (size_t)(count - 1));
  print_plain(scientific, count, exponent, out);
  return buffer;
}

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

static double float_value(const unsigned char *at, sow_dtype dtype) {
  double value;
  float single;
  uint16_t bits;
  switch (dtype) {
  case SOW_FLOAT64:
    memcpy(&value, at, sizeof value);
    return value;
  case SOW_FLOAT32:
    memcpy(&single, at, sizeof single);
    return single;
  default:
    memcpy(&bits, at, sizeof bits);
    return dtype == SOW_FLOAT16 ? half_value(bits) : bfloat_value(bits);
  }
}

static void print_element(const unsigned char *at, sow_dtype dtype, FILE *stream) {
  char text[VALUE_SIZE];
  if (dtype == SOW_BOOL)
    fputs(*at != 0 ? "True" : "False", stream);
  else if (!sow_dtype_is_float(dtype))
    fprintf(stream, "%" PRId64, integer_value(at, dtype));
  else
    fputs(value_print(float_value(at, dtype), dtype, text), stream);
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
