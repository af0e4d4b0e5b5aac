/* What Python has without an import: functions of numbers and lists. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/number.h"
#include "text/python_view.h"

/* ---- numbers ---- */

/* Blanks around it, a sign, and one '_' between digits are Python's, too. */
static bool int_of_text(sow__py *py, const char *text, size_t begin, sow__py_value *out) {
  static const char blanks[] = " \t\n\r\f\v";
  const char *at = text + strspn(text, blanks);
  const bool negative = *at == '-';
  int64_t number = 0;
  size_t digits = 0;
  at += negative || *at == '+' ? 1 : 0;
  for (; sow__is_digit(*at) || (*at == '_' && digits > 0 && at[-1] != '_'); at++)
    if (*at != '_' && ++digits <= 18)
      number = 10 * number + (*at - '0');
  const char *end = at;
  at += strspn(at, blanks);
  if ((unsigned char)*at >= 0x80 || digits > 18)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "int() is understood of up to 18 digits of ASCII");
  if (*at != 0 || digits == 0 || end[-1] == '_')
    return sow__py_raise(py, begin, "ValueError", "'%.60s' is no int of digits", text);
  *out = sow__py_int(negative ? -number : number);
  return true;
}

static bool call_int(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  char name[SOW__QUOTE_SIZE];
  if (!sow__py_check_count(py, "int", arguments, 1, 1, begin))
    return false;
  const sow__py_value *value = &arguments->values[0];
  if (value->type == SOW__PY_INT || value->type == SOW__PY_BOOL) {
    *out = sow__py_int(value->integer);
    return true;
  }
  if (value->type == SOW__PY_STR)
    return int_of_text(py, value->text, begin, out);
  if (value->type == SOW__PY_NONE)
    return sow__py_raise(py, begin, "TypeError", "int() of None");
  if (value->type != SOW__PY_FLOAT)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "int() of %s is not understood",
                        sow__py_type_name(value, name));
  if (!(value->number > -0x1p63 && value->number < 0x1p63))
    return sow__py_fail(py, begin, SOW_OVERFLOW, "the integer does not fit in 64 bits");
  *out = sow__py_int((int64_t)value->number); /* towards zero, as in Python */
  return true;
}

static bool call_float(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return sow__py_call_rules_function(py, "float", arguments, begin, out);
}

static bool call_bool(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  bool truth;
  if (!sow__py_check_count(py, "bool", arguments, 1, 1, begin) ||
      !sow__py_test(py, arguments->begins[0], &arguments->values[0], &truth))
    return false;
  *out = sow__py_bool(truth);
  return true;
}

static bool call_str(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return sow__py_check_count(py, "str", arguments, 1, 1, begin) &&
         sow__py_show(py, begin, &arguments->values[0], out);
}

static bool call_abs(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (!sow__py_check_count(py, "abs", arguments, 1, 1, begin))
    return false;
  *out = arguments->values[0];
  if (!sow__py_is_number(out) || (out->type != SOW__PY_FLOAT && out->integer == INT64_MIN))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "abs() takes a number of at most 64 bits");
  if (out->type == SOW__PY_FLOAT)
    out->number = fabs(out->number);
  else
    *out = sow__py_int(out->integer < 0 ? -out->integer : out->integer);
  return true;
}

/* round(x), an int; round(x, digits) */
static bool call_round(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_value *value = &arguments->values[0], *digits = &arguments->values[1];
  if (!sow__py_check_count(py, "round", arguments, 1, 2, begin))
    return false;
  const bool whole = arguments->count == 1 || digits->type == SOW__PY_NONE;
  if (!sow__py_is_number(value) || (!whole && digits->type != SOW__PY_INT))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "round() is understood of a number and an int");
  if (!whole && (digits->integer < 0 || digits->integer > SOW__ROUND_MOST))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "round() is understood of 0 to %d digits",
                        SOW__ROUND_MOST);
  if (value->type != SOW__PY_FLOAT) {
    *out = sow__py_int(value->integer);
    return true;
  }
  if (whole && !isfinite(value->number))
    return sow__py_raise(py, begin, isnan(value->number) ? "ValueError" : "OverflowError",
                         "round() of what is no finite number");
  double rounded = sow__number_round(value->number, whole ? 0 : (int)digits->integer);
  if (whole && !(rounded > -0x1p63 && rounded < 0x1p63))
    return sow__py_fail(py, begin, SOW_OVERFLOW, "the integer does not fit in 64 bits");
  *out = whole ? sow__py_int((int64_t)rounded) : sow__py_float(rounded);
  return true;
}

static bool call_pow(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (!sow__py_check_count(py, "pow", arguments, 2, 2, begin))
    return false;
  *out = arguments->values[0];
  return sow__py_arithmetic(py, begin, SOW__POWER, out, &arguments->values[1]);
}

/* min and max: of several values, or of the items of one. */
static bool extreme(sow__py *py, const char *name, int sign, const sow__py_arguments *arguments, size_t begin,
                    sow__py_value *out) {
  if (!sow__py_check_count(py, name, arguments, 1, SOW__PY_ARGUMENTS, begin))
    return false;
  const sow__py_list all = {.items = (sow__py_value *)arguments->values, .count = arguments->count};
  const sow__py_list *list = &all;
  if (arguments->count == 1 && !sow__py_iterate(py, begin, &arguments->values[0], &list))
    return false;
  if (list->count == 0)
    return sow__py_raise(py, begin, "ValueError", "%s() of nothing", name);
  *out = list->items[0];
  for (size_t i = 0; i < list->count; i++) {
    if (!sow__py_is_number(&list->items[i]))
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "%s() is understood of numbers only", name);
    int order = sow__py_order(&list->items[i], out);
    if (order != 2 && order * sign > 0)
      *out = list->items[i];
  }
  return true;
}

static bool call_min(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return extreme(py, "min", -1, arguments, begin, out);
}

static bool call_max(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return extreme(py, "max", 1, arguments, begin, out);
}

/* Of ints: Python 3.12 adds floats in another way than those before it. */
static bool call_sum(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list *list;
  if (!sow__py_check_count(py, "sum", arguments, 1, 1, begin) ||
      !sow__py_iterate(py, begin, &arguments->values[0], &list))
    return false;
  *out = sow__py_int(0);
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i].type != SOW__PY_INT && list->items[i].type != SOW__PY_BOOL)
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sum() is understood of ints only");
    if (!sow__py_arithmetic(py, begin, '+', out, &list->items[i]))
      return false;
  }
  return true;
}

/* ---- lists ---- */

static bool call_len(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list *list;
  if (!sow__py_check_count(py, "len", arguments, 1, 1, begin))
    return false;
  if (sow__py_is_tensor(&arguments->values[0])) {
    sow__py_view view;
    sow__py_view_of(&arguments->values[0], &view);
    if (view.unclear != NULL)
      return sow__py_write_otherwise(py, view.unclear, begin);
    *out = sow__py_int(view.ndim > 0 ? view.shape[0] : 0);
    return view.ndim > 0 || sow__py_raise(py, begin, "TypeError", "len() of a 0-d tensor");
  }
  if (arguments->values[0].type == SOW__PY_ITERATOR)
    return sow__py_raise(py, begin, "TypeError", "an iterator has no len(); write list(…) around it");
  if (arguments->values[0].type == SOW__PY_SET_OF)
    list = arguments->values[0].list;
  else if (!sow__py_iterate(py, begin, &arguments->values[0], &list))
    return false;
  *out = sow__py_int((int64_t)list->count);
  return true;
}

/* slice(stop), slice(start, stop), slice(start, stop, step) */
static bool call_slice(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_value *items;
  if (!sow__py_check_count(py, "slice", arguments, 1, 3, begin) ||
      !sow__py_list_new(py, SOW__PY_SLICE_OF, 3, out, &items))
    return false;
  for (size_t i = 0; i < 3; i++)
    items[i] = sow__py_none();
  for (size_t i = 0; i < arguments->count; i++)
    items[arguments->count == 1 ? 1 : i] = arguments->values[i];
  return true;
}

static bool call_range(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  int64_t bounds[3] = {0, 0, 1};
  sow__py_value *items;
  if (!sow__py_check_count(py, "range", arguments, 1, 3, begin))
    return false;
  for (size_t i = 0; i < arguments->count; i++) {
    if (arguments->values[i].type != SOW__PY_INT && arguments->values[i].type != SOW__PY_BOOL)
      return sow__py_raise(py, begin, "TypeError", "range() takes ints");
    bounds[arguments->count == 1 ? 1 : i] = arguments->values[i].integer;
  }
  if (bounds[2] == 0)
    return sow__py_raise(py, begin, "ValueError", "range() arg 3 must not be zero");
  bool up = bounds[2] > 0;
  uint64_t distance =
      up ? (uint64_t)bounds[1] - (uint64_t)bounds[0] : (uint64_t)bounds[0] - (uint64_t)bounds[1];
  uint64_t stride = up ? (uint64_t)bounds[2] : 0 - (uint64_t)bounds[2];
  uint64_t count = (up ? bounds[1] > bounds[0] : bounds[1] < bounds[0]) ? (distance - 1) / stride + 1 : 0;
  if (count > SIZE_MAX / 2 || !sow__py_step(py, begin, (size_t)count) ||
      !sow__py_list_new(py, SOW__PY_LIST_OF, (size_t)count, out, &items))
    return py->failure.status == SOW_OK && sow__py_fail(py, begin, SOW_LIMIT, "this range() is too long");
  for (uint64_t i = 0; i < count; i++)
    items[i] = sow__py_int((int64_t)((uint64_t)bounds[0] + i * (uint64_t)bounds[2]));
  return true;
}

static bool copy_list(sow__py *py, const char *name, sow__py_type type, const sow__py_arguments *arguments,
                      size_t begin, bool backwards, sow__py_value *out) {
  const sow__py_list empty = {.count = 0}, *list = &empty;
  sow__py_value *items;
  if (!sow__py_check_count(py, name, arguments, 0, 1, begin))
    return false;
  if (arguments->count == 1 && !sow__py_iterate(py, begin, &arguments->values[0], &list))
    return false;
  if (!sow__py_step(py, begin, list->count) || !sow__py_list_new(py, type, list->count, out, &items))
    return false;
  for (size_t i = 0; i < list->count; i++)
    items[i] = list->items[backwards ? list->count - 1 - i : i];
  return true;
}

static bool call_list(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return copy_list(py, "list", SOW__PY_LIST_OF, arguments, begin, false, out);
}

static bool call_tuple(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return copy_list(py, "tuple", SOW__PY_TUPLE_OF, arguments, begin, false, out);
}

static bool call_reversed(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (arguments->count == 1 && arguments->values[0].type == SOW__PY_ITERATOR)
    return sow__py_raise(py, begin, "TypeError", "an iterator is not reversible; write list(…) around it");
  return copy_list(py, "reversed", SOW__PY_LIST_OF, arguments, begin, true, out) &&
         sow__py_make_iterator(py, out);
}

/* Whatever decides ends it: what would follow is not asked for. */
static bool quantify(sow__py *py, const char *name, bool any, const sow__py_arguments *arguments,
                     size_t begin, sow__py_value *out) {
  sow__py_iterator *iterator;
  sow__py_value item;
  bool truth = !any, there = true;
  if (!sow__py_check_count(py, name, arguments, 1, 1, begin) ||
      !sow__py_iter(py, begin, &arguments->values[0], &iterator))
    return false;
  while (there && truth != any)
    if (!sow__py_next(py, iterator, begin, &item, &there) ||
        (there && !sow__py_test(py, begin, &item, &truth)))
      return false;
  *out = sow__py_bool(truth);
  return true;
}

static bool call_any(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return quantify(py, "any", true, arguments, begin, out);
}

static bool call_all(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return quantify(py, "all", false, arguments, begin, out);
}

/* ---- by name ---- */

bool sow__py_call_builtin(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t begin,
                          sow__py_value *out, bool *found) {
  static const struct {
    const char *name;
    sow__py_builtin *call;
  } table[] = {{"abs", call_abs},
               {"all", call_all},
               {"any", call_any},
               {"bool", call_bool},
               {"callable", sow__py_call_callable},
               {"dict", sow__py_call_dict},
               {"enumerate", sow__py_call_enumerate},
               {"filter", sow__py_call_filter},
               {"float", call_float},
               {"getattr", sow__py_call_getattr},
               {"hasattr", sow__py_call_hasattr},
               {"int", call_int},
               {"isinstance", sow__py_call_isinstance},
               {"iter", sow__py_call_iter},
               {"len", call_len},
               {"list", call_list},
               {"map", sow__py_call_map},
               {"max", call_max},
               {"min", call_min},
               {"next", sow__py_call_next},
               {"pow", call_pow},
               {"range", call_range},
               {"reversed", call_reversed},
               {"round", call_round},
               {"set", sow__py_call_set},
               {"slice", call_slice},
               {"sorted", sow__py_call_sorted},
               {"str", call_str},
               {"sum", call_sum},
               {"tuple", call_tuple},
               {"type", sow__py_call_type},
               {"zip", sow__py_call_zip}};
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    if ((*found = strcmp(table[i].name, name) == 0))
      return table[i].call(py, arguments, begin, out);
  return false;
}
