/* Functions of math and numpy, as far as their results are certain to the bit. */
#include <math.h>
#include <string.h>

#include "base/names.h"
#include "text/arithmetic.h"
#include "text/python_run.h"

static bool one_number(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t begin) {
  char type[SOW__QUOTE_SIZE];
  if (arguments->count != 1 || arguments->keywords[0] != NULL)
    return sow__py_raise(py, begin, "TypeError", "%s() takes one argument here", name);
  return sow__py_is_number(&arguments->values[0]) ||
         sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "%s() takes a number, not %s", name,
                      sow__py_type_name(&arguments->values[0], type));
}

/* math.log(x, base) is log(x)/log(base) in CPython. */
static bool logarithm(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  double results[2] = {0, 1};
  if (arguments->count < 1 || arguments->count > 2)
    return sow__py_raise(py, begin, "TypeError", "log() takes one or two arguments");
  for (size_t i = 0; i < arguments->count; i++) {
    if (!sow__py_is_number(&arguments->values[i]) || arguments->keywords[i] != NULL)
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "log() takes numbers");
    double x = sow__py_as_double(&arguments->values[i]);
    if (x <= 0)
      return sow__py_raise(py, begin, "ValueError", "math domain error");
    results[i] = log(x);
  }
  if (results[1] == 0)
    return sow__py_raise(py, begin, "ZeroDivisionError", "division by zero");
  *out = sow__py_float(arguments->count == 2 ? results[0] / results[1] : results[0]);
  return true;
}

static bool to_integer(sow__py *py, double value, size_t begin, sow__py_value *out) {
  if (!(value >= -0x1p63 && value < 0x1p63))
    return sow__py_fail(py, begin, SOW_OVERFLOW, "the integer does not fit in 64 bits");
  *out = sow__py_int((int64_t)value);
  return true;
}

/* The functions of one number. */
static bool unary(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t begin,
                  sow__py_value *out) {
  if (!one_number(py, name, arguments, begin))
    return false;
  const sow__py_value *value = &arguments->values[0];
  double x = sow__py_as_double(value), result;
  bool whole = value->type != SOW__PY_FLOAT;
  if (strcmp(name, "floor") == 0 || strcmp(name, "ceil") == 0) {
    if (whole)
      return (*out = sow__py_int(value->integer)), true;
    return to_integer(py, name[0] == 'f' ? floor(x) : ceil(x), begin, out);
  }
  if (strcmp(name, "log2") == 0 || strcmp(name, "log10") == 0) {
    if (x <= 0)
      return sow__py_raise(py, begin, "ValueError", "math domain error");
    result = name[3] == '2' ? log2(x) : log10(x);
  } else if (strcmp(name, "exp") == 0) {
    result = exp(x);
    if (isinf(result) && isfinite(x))
      return sow__py_raise(py, begin, "OverflowError", "math range error");
  } else {
    result = fabs(x);
  }
  *out = sow__py_float(result);
  return true;
}

static bool power(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (arguments->count != 2 || !sow__py_is_number(&arguments->values[0]) ||
      !sow__py_is_number(&arguments->values[1]))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "pow() takes two numbers");
  *out = sow__py_float(sow__py_as_double(&arguments->values[0]));
  if (out->number == 0 && sow__py_as_double(&arguments->values[1]) < 0) /* which ** tells otherwise */
    return sow__py_raise(py, begin, "ValueError", "math domain error");
  const sow__py_value exponent = sow__py_float(sow__py_as_double(&arguments->values[1]));
  return sow__py_arithmetic(py, begin, SOW__POWER, out, &exponent);
}

/* math.prod and numpy.prod, of ints: with floats the order of numpy's is its own */
static bool product(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list *list;
  if (arguments->count != 1)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "prod() is understood with one argument only");
  if (!sow__py_iterate(py, begin, &arguments->values[0], &list))
    return false;
  *out = sow__py_int(1);
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i].type != SOW__PY_INT)
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "prod() is understood of ints only");
    if (!sow__py_arithmetic(py, begin, '*', out, &list->items[i]))
      return false;
  }
  return true;
}

bool sow__py_call_math(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out, bool *found) {
  static const char *const unaries[] = {"log2", "log10", "exp", "floor", "ceil", "fabs", NULL};
  const char *math = sow__text_behind(path, "math."), *numpy = sow__text_behind(path, "numpy.");
  const char *name = math != NULL ? math : numpy;
  *found = name != NULL;
  if (name == NULL)
    return false;
  if (math != NULL && strcmp(name, "sqrt") == 0 && arguments->count == 1 &&
      sow__py_is_number(&arguments->values[0]) && sow__py_as_double(&arguments->values[0]) < 0)
    return sow__py_raise(py, begin, "ValueError", "math domain error");
  if (strcmp(name, "sqrt") == 0)
    return sow__py_call_rules_function(py, path, arguments, begin, out);
  if (numpy != NULL && strcmp(name, "prod") == 0 && arguments->count > 0 &&
      sow__py_is_number(&arguments->values[0]))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "prod() of a number is not understood");
  if (strcmp(name, "prod") == 0)
    return product(py, arguments, begin, out);
  if (numpy != NULL)
    return sow__py_fail(py, begin, SOW_UNKNOWN_NAME,
                        "of numpy only sqrt and prod are understood, whose results are certain to the bit; "
                        "math has log, exp, pow, floor and ceil");
  if (strcmp(name, "log") == 0)
    return logarithm(py, arguments, begin, out);
  if (strcmp(name, "pow") == 0)
    return power(py, arguments, begin, out);
  if (sow__text_is_one_of(name, unaries))
    return unary(py, name, arguments, begin, out);
  *found = false;
  return false;
}
