#include "base/number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"

locale_t sow__c_locale(void) {
  return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* strtod and snprintf follow the calling thread's locale, so each call here happens under "C"; (locale_t)0
 * would leave the locale alone. */
static locale_t enter_c_locale(void) {
  return uselocale(sow__c_locale());
}

static size_t scan_digits(const char *text, size_t length) {
  size_t n = 0;
  while (n < length &&
         ((text[n] >= '0' && text[n] <= '9') || (text[n] == '_' && n > 0 && text[n - 1] != '_' &&
                                                 n + 1 < length && text[n + 1] >= '0' && text[n + 1] <= '9')))
    n++;
  return n;
}

#define LITERAL_SIZE 1100 /* more digits than any double needs to be told from its neighbours (768) */

size_t sow__number_scan(const char *text, size_t length, double *value, bool *integer) {
  size_t whole = scan_digits(text, length), n = whole, fraction = 0;
  bool is_integer = true;
  if (n < length && text[n] == '.') {
    fraction = scan_digits(text + n + 1, length - n - 1);
    if (whole + fraction == 0)
      return 0;
    n += 1 + fraction;
    is_integer = false;
  }
  if (n == 0)
    return 0;
  if (n < length && (text[n] == 'e' || text[n] == 'E')) {
    size_t sign = n + 1 < length && (text[n + 1] == '+' || text[n + 1] == '-');
    size_t digits = scan_digits(text + n + 1 + sign, length - n - 1 - sign);
    if (digits > 0) {
      n += 1 + sign + digits;
      is_integer = false;
    }
  }
  char literal[LITERAL_SIZE];
  size_t used = 0;
  for (size_t i = 0; i < n; i++)
    if (text[i] != '_') {
      if (used + 1 >= sizeof literal)
        return 0;
      literal[used++] = text[i];
    }
  literal[used] = 0;
  locale_t before = enter_c_locale();
  *value = strtod(literal, NULL);
  uselocale(before);
  *integer = is_integer;
  return n;
}

bool sow__number_holds(int64_t integer) {
  double number = (double)integer;
  return number < 0x1p63 && (int64_t)number == integer;
}

/* ---- the fewest digits ---- */

#define DIGITS_LIMIT 17 /* enough for any double */

/* The nearest value of a type with `precision` bits and a smallest step of 2^smallest. */
static double round_to_bits(double value, int precision, int smallest) {
  int exponent;
  frexp(value, &exponent);
  int step = exponent - precision > smallest ? exponent - precision : smallest;
  return ldexp(nearbyint(ldexp(value, -step)), step);
}

static bool reads_back(const char *digits, double value, sow_dtype dtype) {
  double read = strtod(digits, NULL);
  switch (dtype) {
  case SOW_FLOAT32:
    return (double)(float)read == value;
  case SOW_FLOAT16:
    return round_to_bits(read, 11, -24) == value;
  case SOW_BFLOAT16:
    return round_to_bits(read, 8, -133) == value;
  default:
    return read == value;
  }
}

/*
 * "-d.ddde-xx" with `count` digits; does it read back as `value`? The numbers above a power of two lie twice
 * as far apart as those below, so that it may be read from the next decimal above it and not from the
 * nearest.
 */
static bool print_digits(double value, sow_dtype dtype, bool power, int count,
                         char digits[SOW__NUMBER_SIZE]) {
  snprintf(digits, SOW__NUMBER_SIZE, "%.*e", count - 1, value);
  if (reads_back(digits, value, dtype))
    return true;
  char *last = strchr(digits, 'e') - 1;
  if (!power || *last == '9') /* then fewer digits were the same */
    return false;
  ++*last;
  return reads_back(digits, value, dtype);
}

/* More digits never read back worse, but of a power of two; so the fewest can be found by halving. */
static void find_digits(double value, sow_dtype dtype, char digits[SOW__NUMBER_SIZE]) {
  int exponent, low = 1, high = DIGITS_LIMIT;
  bool power = fabs(frexp(value, &exponent)) == 0.5;
  while (low < high) {
    int middle = power ? low : (low + high) / 2;
    if (print_digits(value, dtype, power, middle, digits))
      high = middle;
    else
      low = middle + 1;
  }
  print_digits(value, dtype, power, low, digits);
}

char *sow__number_print(double value, char buffer[SOW__NUMBER_SIZE]) {
  return sow__number_print_as(value, SOW_FLOAT64, buffer);
}

/* Python's repr: exponents outside [-4, 16). */
char *sow__number_print_as(double value, sow_dtype dtype, char buffer[SOW__NUMBER_SIZE]) {
  if (isnan(value))
    return memcpy(buffer, "nan", 4);
  if (isinf(value))
    return value > 0 ? memcpy(buffer, "inf", 4) : memcpy(buffer, "-inf", 5);
  char digits[SOW__NUMBER_SIZE];
  locale_t before = enter_c_locale();
  find_digits(value, dtype, digits);
  uselocale(before);

  char *e = strchr(digits, 'e');
  int exponent = (int)strtol(e + 1, NULL, 10);
  bool negative = digits[0] == '-';
  char mantissa[20];
  int count = 0;
  for (char *c = digits + negative; c < e; c++)
    if (*c != '.')
      mantissa[count++] = *c;
  mantissa[count] = 0;

  char text[64]; /* wider than any result, so that the compiler can see that nothing is cut */
  const char *sign = negative ? "-" : "";
  if (exponent < -4 || exponent >= 16)
    snprintf(text, sizeof text, "%s%c%s%se%c%02d", sign, mantissa[0], count > 1 ? "." : "", mantissa + 1,
             exponent < 0 ? '-' : '+', abs(exponent));
  else if (exponent < 0)
    snprintf(text, sizeof text, "%s0.%.*s%s", sign, -exponent - 1, "000", mantissa);
  else if (count <= exponent + 1)
    snprintf(text, sizeof text, "%s%s%.*s.0", sign, mantissa, exponent + 1 - count, "000000000000000");
  else
    snprintf(text, sizeof text, "%s%.*s.%s", sign, exponent + 1, mantissa, mantissa + exponent + 1);
  memcpy(buffer, text, SOW__NUMBER_SIZE - 1);
  buffer[SOW__NUMBER_SIZE - 1] = 0;
  return buffer;
}

double sow__number_round(double value, int digits) {
  char text[DBL_MAX_10_EXP + SOW__ROUND_MOST + 4]; /* sign, point and end */
  if (!isfinite(value))
    return value;
  locale_t before = enter_c_locale();
  snprintf(text, sizeof text, "%.*f", digits, value);
  double rounded = strtod(text, NULL);
  uselocale(before);
  return rounded;
}

/* As CPython's float_divmod. */
double sow__floor_divide(double a, double b, double *remainder) {
  double mod = fmod(a, b), div = (a - mod) / b;
  if (mod == 0) {
    mod = copysign(0.0, b);
  } else if ((b < 0) != (mod < 0)) {
    mod += b;
    div -= 1.0;
  }
  *remainder = mod;
  if (div == 0)
    return copysign(0.0, a / b);
  double quotient = floor(div);
  return div - quotient > 0.5 ? quotient + 1.0 : quotient;
}

const char *sow__plural(uint64_t count) {
  return count == 1 ? "" : "s";
}

bool sow__digits_read(const char **text, uint64_t *value) {
  const char *at = *text;
  uint64_t number = 0;
  for (; sow__is_digit(*at); at++)
    if (__builtin_mul_overflow(number, UINT64_C(10), &number) ||
        __builtin_add_overflow(number, (uint64_t)(*at - '0'), &number))
      return false;
  if (at == *text)
    return false;
  *text = at;
  *value = number;
  return true;
}

bool sow__integer_scan(const char *text, bool *negative, uint64_t *value) {
  const char *c = text;
  bool minus = *c == '-';
  if (*c == '-' || *c == '+')
    c++;
  unsigned base = 10;
  if (c[0] == '0' && (c[1] == 'x' || c[1] == 'X')) {
    base = 16;
    c += 2;
  }
  if (*c == 0)
    return false;
  uint64_t total = 0;
  for (; *c != 0; c++) {
    unsigned digit;
    if (*c >= '0' && *c <= '9')
      digit = (unsigned)(*c - '0');
    else if (base == 16 && ((*c | 32) >= 'a' && (*c | 32) <= 'f'))
      digit = (unsigned)((*c | 32) - 'a' + 10);
    else
      return false;
    if (__builtin_mul_overflow(total, (uint64_t)base, &total) ||
        __builtin_add_overflow(total, (uint64_t)digit, &total))
      return false;
  }
  *negative = minus;
  *value = total;
  return true;
}

char *sow__number_short(double value, char text[SOW__NUMBER_SIZE]) {
  double size = fabs(value);
  /* Powers of ten are exact up to 1e22, so the quotient is the double nearest to the short decimal. */
  if (size >= 1e-18 && size < 1e15) {
    double up = 1, down = 1;
    while (size * up < 1000)
      up *= 10;
    while (size / down >= 10000)
      down *= 10;
    double digits = (double)(int64_t)(size * up / down + 0.5);
    value = copysign(digits * down / up, value);
  }
  return sow__number_print(value, text);
}
