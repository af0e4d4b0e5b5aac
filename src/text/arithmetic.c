#include "text/arithmetic.h"

#include <math.h>
#include <string.h>

#include "base/names.h"
#include "base/number.h"
#include "base/size.h"

/* An integer beyond this is not a double, and Python's int/int would round once where we would twice. */
#define EXACT_LIMIT (INT64_C(1) << 53)

static const char *const too_large = "the integer does not fit in 64 bits";
static const char *const zero_division = "division by zero";

static const struct {
  const char *name;
  double number;
} constants[] = {{"pi", 3.141592653589793},
                 {"e", 2.718281828459045},
                 {"inf", INFINITY},
                 {"nan", NAN},
                 {"tau", 6.283185307179586}}; /* of math alone, and last */

bool sow__constant(const char *path, double *number) {
  static const char *const packages[] = {"math.", "np.", "numpy.", "torch."};
  const size_t count = sizeof constants / sizeof constants[0];
  for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++) {
    const char *name = sow__text_behind(path, packages[i]);
    for (size_t k = 0; name != NULL && k < count - (i > 0); k++)
      if (strcmp(name, constants[k].name) == 0)
        return *number = constants[k].number, true;
  }
  return false;
}

static const char *set_integer(sow__text_value *value, int64_t integer) {
  value->kind = SOW__VALUE_INTEGER;
  value->integer = integer;
  value->number = (double)integer;
  return NULL;
}

static const char *set_float(sow__text_value *value, double number) {
  value->kind = SOW__VALUE_FLOAT;
  value->number = number;
  return NULL;
}

/* Square and multiply; the base is squared only while bits are left, so that 3**39 does not overflow. */
static bool integer_power(int64_t base, int64_t exponent, int64_t *result) {
  int64_t power = 1;
  if (base == 0 || base == 1 || base == -1) {
    *result = exponent == 0 || base == 1 || (base == -1 && exponent % 2 == 0) ? 1 : base;
    return true;
  }
  for (;;) {
    if (exponent % 2 != 0 && !sow__mul(power, base, &power))
      return false;
    exponent /= 2;
    if (exponent == 0)
      break;
    if (!sow__mul(base, base, &base))
      return false;
  }
  *result = power;
  return true;
}

static const char *float_power(sow__text_value *left, double exponent, sow_status *status) {
  double base = left->number;
  if (base == 0 && exponent < 0) {
    *status = SOW_INVALID_ARGUMENT;
    return "0.0 cannot be raised to a negative power";
  }
  if (base < 0 && isfinite(base) && isfinite(exponent) && exponent != floor(exponent)) {
    *status = SOW_INVALID_ARGUMENT;
    return "a negative number to a fractional power is complex";
  }
  double result = pow(base, exponent);
  if (isinf(result) && isfinite(base) && isfinite(exponent)) {
    *status = SOW_OVERFLOW;
    return "the power is too large for a float";
  }
  return set_float(left, result);
}

static const char *integer_operation(char op, sow__text_value *left, const sow__text_value *right,
                                     sow_status *status) {
  int64_t a = left->integer, b = right->integer, result = 0;
  bool fits = true;
  if ((op == '%' || op == SOW__FLOOR) && b == 0) {
    *status = SOW_INVALID_ARGUMENT;
    return zero_division;
  }
  switch (op) {
  case '+':
    fits = sow__add(a, b, &result);
    break;
  case '-':
    fits = b == INT64_MIN ? a < 0 : sow__add(a, -b, &result);
    if (b == INT64_MIN && fits)
      result = (a + 1) + INT64_MAX;
    break;
  case '*':
    fits = sow__mul(a, b, &result);
    break;
  case SOW__POWER:
    fits = integer_power(a, b, &result);
    break;
  case '%': /* a % -1 would trap for the smallest integer */
    result = b == -1 ? 0 : a % b;
    if (result != 0 && (result < 0) != (b < 0))
      result += b;
    break;
  default:
    fits = !(a == INT64_MIN && b == -1);
    if (fits)
      result = a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
    break;
  }
  if (!fits) {
    *status = SOW_OVERFLOW;
    return too_large;
  }
  return set_integer(left, result);
}

const char *sow__arithmetic(char op, sow__text_value *left, const sow__text_value *right,
                            sow_status *status) {
  double a = left->number, b = right->number;
  bool integers = left->kind != SOW__VALUE_FLOAT && right->kind != SOW__VALUE_FLOAT;
  if (integers && op != '/' && !(op == SOW__POWER && right->integer < 0))
    return integer_operation(op, left, right, status);
  if (integers && op == '/' &&
      (left->integer > EXACT_LIMIT || left->integer < -EXACT_LIMIT || right->integer > EXACT_LIMIT ||
       right->integer < -EXACT_LIMIT)) {
    *status = SOW_OVERFLOW;
    return "integers beyond 2**53 cannot be divided here; write one of them as a float";
  }
  if ((op == '/' || op == '%' || op == SOW__FLOOR) && b == 0) {
    *status = SOW_INVALID_ARGUMENT;
    return zero_division;
  }
  double quotient, remainder;
  switch (op) {
  case '+':
    return set_float(left, a + b);
  case '-':
    return set_float(left, a - b);
  case '*':
    return set_float(left, a * b);
  case '/':
    return set_float(left, a / b);
  case SOW__POWER:
    return float_power(left, b, status);
  default:
    quotient = sow__floor_divide(a, b, &remainder);
    return set_float(left, op == '%' ? remainder : quotient);
  }
}

const char *sow__arithmetic_sign(char op, sow__text_value *value, sow_status *status) {
  if (value->kind == SOW__VALUE_FLOAT)
    return set_float(value, op == '-' ? -value->number : value->number);
  if (op == '-' && value->integer == INT64_MIN) {
    *status = SOW_OVERFLOW;
    return too_large;
  }
  return set_integer(value, op == '-' ? -value->integer : value->integer);
}
