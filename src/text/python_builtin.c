/* What Python has without an import, and functions by their dotted names. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/python_run.h"

typedef bool builtin(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out);

/* All arguments come by position, from `least` to `most`. */
static bool check_count(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t least,
                        size_t most, size_t begin) {
  for (size_t i = 0; i < arguments->count; i++)
    if (arguments->keywords[i] != NULL)
      return sow__py_fail(py, arguments->begins[i], SOW_INVALID_ARGUMENT,
                          "%s(%.60s=…) is not understood; pass it by position", name, arguments->keywords[i]);
  if (arguments->count >= least && arguments->count <= most)
    return true;
  return sow__py_raise(py, begin, "TypeError", "%s() takes %zu to %zu arguments, not %zu", name, least, most,
                       arguments->count);
}

/* ---- classes and attributes ---- */

static bool is_one_of(const char *path, const char *const *paths) {
  for (; *paths != NULL; paths++)
    if (strcmp(path, *paths) == 0)
      return true;
  return false;
}

/* isinstance(x, list), isinstance(p, nn.Parameter): classes that are none of modules */
static sow__py_answer is_plain(const sow__py_value *value, const char *path) {
  static const char *const parameters[] = {"torch.nn.Parameter", "torch.nn.parameter.Parameter", NULL};
  static const char *const tensors[] = {"torch.Tensor", "torch.FloatTensor", NULL};
  static const struct {
    const char *path;
    sow__py_type types[2];
  } plain[] = {{"builtins.list", {SOW__PY_LIST_OF, SOW__PY_LIST_OF}},
               {"builtins.tuple", {SOW__PY_TUPLE_OF, SOW__PY_TUPLE_OF}},
               {"builtins.str", {SOW__PY_STR, SOW__PY_STR}},
               {"builtins.int", {SOW__PY_INT, SOW__PY_BOOL}},
               {"builtins.float", {SOW__PY_FLOAT, SOW__PY_FLOAT}},
               {"builtins.bool", {SOW__PY_BOOL, SOW__PY_BOOL}},
               {"builtins.dict", {SOW__PY_DICT_OF, SOW__PY_DICT_OF}}};
  bool tensor = value->type == SOW__PY_TENSOR;
  if (is_one_of(path, parameters))
    return tensor && value->integer == 0 ? SOW__PY_YES : SOW__PY_NO;
  if (is_one_of(path, tensors))
    return tensor ? SOW__PY_YES : SOW__PY_NO;
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
    if (strcmp(path, plain[i].path) == 0)
      return value->type == plain[i].types[0] || value->type == plain[i].types[1] ? SOW__PY_YES : SOW__PY_NO;
  return SOW__PY_UNSURE;
}

/* A class that was imported from a package that sow does not know is known by its name. */
static sow__py_value named_type(const sow__py_value *path) {
  const char *last = strrchr(path->text, '.');
  return (sow__py_value){.type = SOW__PY_TYPE, .text = last ? last + 1 : path->text};
}

static sow__py_answer is_instance(sow__py *py, const sow__py_value *value, const sow__py_value *type) {
  bool module = value->type == SOW__PY_MODULE;
  if (type->type == SOW__PY_TYPE)
    return module ? sow__py_is_instance(py, value->module, type) : SOW__PY_NO;
  if (type->type != SOW__PY_PATH)
    return SOW__PY_UNSURE;
  sow__py_answer plain = is_plain(value, type->text);
  bool foreign = strncmp(type->text, "torch.", 6) != 0 && strncmp(type->text, "builtins.", 9) != 0;
  if (plain != SOW__PY_UNSURE || !module || !foreign)
    return plain;
  const sow__py_value named = named_type(type);
  return sow__py_is_instance(py, value->module, &named);
}

static bool fail_class(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_value *type) {
  char name[SOW__QUOTE_SIZE], of[SOW__QUOTE_SIZE];
  return sow__py_fail(
      py, begin, SOW_INVALID_ARGUMENT,
      "sow cannot tell whether %s is an instance of %s; torch.nn's classes are known, and those "
      "of other names by their name",
      sow__py_type_name(value, name), sow__py_type_name(type, of));
}

static bool call_isinstance(sow__py *py, const sow__py_arguments *arguments, size_t begin,
                            sow__py_value *out) {
  if (!check_count(py, "isinstance", arguments, 2, 2, begin))
    return false;
  const sow__py_value *value = &arguments->values[0], *types = &arguments->values[1];
  const sow__py_list alone = {(sow__py_value *)types, 1};
  const sow__py_list *list = types->type == SOW__PY_TUPLE_OF ? types->list : &alone;
  *out = sow__py_bool(false);
  for (size_t i = 0; i < list->count && out->integer == 0; i++) {
    const sow__py_value nested = list->items[i];
    sow__py_answer answer = is_instance(py, value, &nested);
    if (nested.type == SOW__PY_TUPLE_OF) { /* a tuple of tuples */
      answer = SOW__PY_NO;
      for (size_t k = 0; k < nested.list->count && answer == SOW__PY_NO; k++)
        answer = is_instance(py, value, &nested.list->items[k]);
    }
    if (answer == SOW__PY_UNSURE)
      return fail_class(py, arguments->begins[1], value, &list->items[i]);
    *out = sow__py_bool(answer == SOW__PY_YES);
  }
  return true;
}

static bool call_type(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  static const char *const paths[] = {
      [SOW__PY_STR] = "builtins.str",      [SOW__PY_INT] = "builtins.int",
      [SOW__PY_FLOAT] = "builtins.float",  [SOW__PY_BOOL] = "builtins.bool",
      [SOW__PY_LIST_OF] = "builtins.list", [SOW__PY_TUPLE_OF] = "builtins.tuple"};
  char name[SOW__QUOTE_SIZE];
  if (!check_count(py, "type", arguments, 1, 1, begin))
    return false;
  const sow__py_value *value = &arguments->values[0];
  if (value->type == SOW__PY_MODULE)
    return sow__py_attribute(py, begin, value, "__class__", out);
  const char *path = value->type < sizeof paths / sizeof paths[0] ? paths[value->type] : NULL;
  *out = sow__py_path(path);
  return path != NULL || sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "type() of %s is not understood",
                                      sow__py_type_name(value, name));
}

/* hasattr and getattr: what sow cannot tell is no reason to say no. */
static bool look(sow__py *py, const char *callee, const sow__py_arguments *arguments, size_t begin,
                 sow__py_value *out, bool *there) {
  char name[SOW__QUOTE_SIZE];
  const char *why = NULL;
  if (arguments->values[1].type != SOW__PY_STR)
    return sow__py_raise(py, begin, "TypeError", "%s() takes the attribute's name as a str", callee);
  const char *attribute = arguments->values[1].text;
  sow__py_found found = sow__py_find_attribute(py, &arguments->values[0], attribute, out, &why);
  *there = found == SOW__PY_IS_THERE;
  if (py->failure.status != SOW_OK)
    return false;
  return found != SOW__PY_UNKNOWN || sow__py_fail(py, arguments->begins[1], SOW_UNKNOWN_NAME,
                                                  "sow cannot tell whether %s has '%.60s'%s%s",
                                                  sow__py_type_name(&arguments->values[0], name), attribute,
                                                  why ? ": " : "", why ? why : "");
}

static bool call_hasattr(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_value ignored;
  bool there;
  if (!check_count(py, "hasattr", arguments, 2, 2, begin) ||
      !look(py, "hasattr", arguments, begin, &ignored, &there))
    return false;
  *out = sow__py_bool(there);
  return true;
}

static bool call_getattr(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_value ignored;
  bool there = true;
  if (!check_count(py, "getattr", arguments, 2, 3, begin))
    return false;
  if (arguments->count == 3 && !look(py, "getattr", arguments, begin, &ignored, &there))
    return false;
  if (!there) {
    *out = arguments->values[2];
    return true;
  }
  if (arguments->values[1].type != SOW__PY_STR)
    return sow__py_raise(py, begin, "TypeError", "getattr() takes the attribute's name as a str");
  return sow__py_attribute(py, begin, &arguments->values[0], arguments->values[1].text, out);
}

static bool call_callable(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (!check_count(py, "callable", arguments, 1, 1, begin))
    return false;
  sow__py_type type = arguments->values[0].type;
  *out = sow__py_bool(type == SOW__PY_CLOSURE || type == SOW__PY_PARTIAL || type == SOW__PY_METHOD ||
                      type == SOW__PY_TYPE || type == SOW__PY_PATH || type == SOW__PY_MODULE);
  return true;
}

/* ---- numbers ---- */

static bool call_int(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  char name[SOW__QUOTE_SIZE];
  if (!check_count(py, "int", arguments, 1, 1, begin))
    return false;
  const sow__py_value *value = &arguments->values[0];
  if (value->type == SOW__PY_INT || value->type == SOW__PY_BOOL) {
    *out = sow__py_int(value->integer);
    return true;
  }
  if (value->type == SOW__PY_STR) {
    size_t length = strlen(value->text);
    int64_t number = 0;
    if (length == 0 || length > 18 || strspn(value->text, "0123456789") != length)
      return sow__py_raise(py, begin, "ValueError", "'%.60s' is no int of digits", value->text);
    for (const char *at = value->text; *at != 0; at++)
      number = 10 * number + (*at - '0');
    *out = sow__py_int(number);
    return true;
  }
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
  if (!check_count(py, "bool", arguments, 1, 1, begin) ||
      !sow__py_test(py, arguments->begins[0], &arguments->values[0], &truth))
    return false;
  *out = sow__py_bool(truth);
  return true;
}

static bool call_str(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return check_count(py, "str", arguments, 1, 1, begin) &&
         sow__py_show(py, begin, &arguments->values[0], out);
}

static bool call_abs(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (!check_count(py, "abs", arguments, 1, 1, begin))
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

/* min and max: of several values, or of the items of one. */
static bool extreme(sow__py *py, const char *name, int sign, const sow__py_arguments *arguments, size_t begin,
                    sow__py_value *out) {
  if (!check_count(py, name, arguments, 1, SOW__PY_ARGUMENTS, begin))
    return false;
  const sow__py_list all = {(sow__py_value *)arguments->values, arguments->count}, *list = &all;
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
  if (!check_count(py, "sum", arguments, 1, 1, begin) ||
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
  if (!check_count(py, "len", arguments, 1, 1, begin))
    return false;
  const sow__tensor *tensor = sow__py_tensor(&arguments->values[0]);
  if (tensor != NULL && tensor->ndim > 0) {
    *out = sow__py_int(tensor->shape[0]);
    return true;
  }
  if (!sow__py_iterate(py, begin, &arguments->values[0], &list))
    return false;
  *out = sow__py_int((int64_t)list->count);
  return true;
}

static bool call_range(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  int64_t bounds[3] = {0, 0, 1};
  sow__py_value *items;
  if (!check_count(py, "range", arguments, 1, 3, begin))
    return false;
  for (size_t i = 0; i < arguments->count; i++) {
    if (arguments->values[i].type != SOW__PY_INT)
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
  const sow__py_list empty = {NULL, 0}, *list = &empty;
  sow__py_value *items;
  if (!check_count(py, name, arguments, 0, 1, begin))
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
  return copy_list(py, "reversed", SOW__PY_LIST_OF, arguments, begin, true, out);
}

/* Tuples of the i-th items; of enumerate the number comes first. */
static bool pair_up(sow__py *py, const sow__py_list *const *lists, size_t width, size_t count, bool numbered,
                    int64_t first, size_t begin, sow__py_value *out) {
  sow__py_value *items, *tuple;
  if (!sow__py_step(py, begin, count) || !sow__py_list_new(py, SOW__PY_LIST_OF, count, out, &items))
    return false;
  for (size_t i = 0; i < count; i++) {
    size_t at = 0;
    if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, width + (numbered ? 1 : 0), &items[i], &tuple))
      return false;
    if (numbered)
      tuple[at++] = sow__py_int(first + (int64_t)i);
    for (size_t k = 0; k < width; k++)
      tuple[at++] = lists[k]->items[i];
  }
  return true;
}

static bool call_enumerate(sow__py *py, const sow__py_arguments *arguments, size_t begin,
                           sow__py_value *out) {
  static const char *const names[] = {"iterable", "start", NULL};
  const sow__py_value *bound[2] = {NULL};
  const sow__py_list *list;
  if (!sow__py_bind_arguments(py, "enumerate", names, 1, arguments, begin, bound) ||
      !sow__py_iterate(py, begin, bound[0], &list))
    return false;
  if (bound[1] != NULL && (bound[1]->type != SOW__PY_INT || bound[1]->integer > INT64_MAX / 2))
    return sow__py_raise(py, begin, "TypeError", "enumerate() starts at an int");
  return pair_up(py, &list, 1, list->count, true, bound[1] ? bound[1]->integer : 0, begin, out);
}

static bool call_zip(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list *lists[SOW__PY_ARGUMENTS];
  size_t count = 0;
  if (!check_count(py, "zip", arguments, 1, SOW__PY_ARGUMENTS, begin))
    return false;
  for (size_t i = 0; i < arguments->count; i++) {
    if (!sow__py_iterate(py, begin, &arguments->values[i], &lists[i]))
      return false;
    count = i == 0 || lists[i]->count < count ? lists[i]->count : count;
  }
  return pair_up(py, lists, arguments->count, count, false, 0, begin, out);
}

static bool quantify(sow__py *py, const char *name, bool any, const sow__py_arguments *arguments,
                     size_t begin, sow__py_value *out) {
  const sow__py_list *list;
  bool truth = !any;
  if (!check_count(py, name, arguments, 1, 1, begin) ||
      !sow__py_iterate(py, begin, &arguments->values[0], &list))
    return false;
  for (size_t i = 0; i < list->count && truth != any; i++)
    if (!sow__py_test(py, begin, &list->items[i], &truth))
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
    builtin *call;
  } table[] = {{"abs", call_abs},
               {"all", call_all},
               {"any", call_any},
               {"bool", call_bool},
               {"callable", call_callable},
               {"enumerate", call_enumerate},
               {"float", call_float},
               {"getattr", call_getattr},
               {"hasattr", call_hasattr},
               {"int", call_int},
               {"isinstance", call_isinstance},
               {"len", call_len},
               {"list", call_list},
               {"max", call_max},
               {"min", call_min},
               {"range", call_range},
               {"reversed", call_reversed},
               {"str", call_str},
               {"sum", call_sum},
               {"tuple", call_tuple},
               {"type", call_type},
               {"zip", call_zip}};
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    if ((*found = strcmp(table[i].name, name) == 0))
      return table[i].call(py, arguments, begin, out);
  return false;
}

/* functools.partial(function, …) */
static bool call_partial(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_arguments *held = sow__py_alloc(py, sizeof *held);
  if (held == NULL)
    return false;
  if (arguments->count == 0 || arguments->keywords[0] != NULL)
    return sow__py_raise(py, begin, "TypeError", "partial() takes a function");
  held->callee = arguments->values[0];
  for (size_t i = 1; i < arguments->count; i++) {
    held->values[i - 1] = arguments->values[i];
    held->keywords[i - 1] = arguments->keywords[i];
    held->begins[i - 1] = arguments->begins[i];
  }
  held->count = arguments->count - 1;
  *out = (sow__py_value){.type = SOW__PY_PARTIAL, .partial = held};
  return true;
}

static bool fail_path(sow__py *py, const char *path, size_t begin) {
  const char *dot = strrchr(path, '.'), *name = dot ? dot + 1 : path;
  py->serious = strncmp(path, "torch.", 6) == 0; /* it may draw */
  if (strncmp(path, "builtins.", 9) == 0)
    return sow__py_fail(py, begin, SOW_UNKNOWN_NAME, "%s() is not understood in a function that initialises",
                        name);
  if (strcmp(name, "manual_seed") == 0)
    return sow__py_fail(
        py, begin, SOW_INVALID_ARGUMENT,
        "sow draws everything from the one stream of --seed; a seed set here is not understood");
  if (sow__py_is_initializer(name))
    return sow__py_fail(py, begin, SOW_UNKNOWN_NAME,
                        "'%.100s' is not known to give what torch's own %.40s gives; write nn.init.%.40s",
                        path, name, name);
  return sow__py_fail(py, begin, SOW_UNKNOWN_NAME,
                      "'%.100s' is not understood; known are nn.init's functions, math, and what Python has "
                      "without an import",
                      path);
}

/* Calls that stand for a context: with torch.no_grad(): */
static const char *context_of(const char *path) {
  static const char *const contexts[] = {"torch.no_grad()", "torch.inference_mode()", "torch.enable_grad()",
                                         "torch.set_grad_enabled()", "torch.autograd.no_grad()"};
  for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++)
    if (strlen(contexts[i]) == strlen(path) + 2 && strncmp(contexts[i], path, strlen(path)) == 0)
      return contexts[i];
  return NULL;
}

bool sow__py_call_path(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out) {
  static const char init[] = "torch.nn.init.";
  bool found = false, done;
  if (strncmp(path, init, sizeof init - 1) == 0)
    return sow__py_call_init(py, path + sizeof init - 1, arguments, begin, out);
  if (strncmp(path, "builtins.", 9) == 0) {
    done = sow__py_call_builtin(py, path + 9, arguments, begin, out, &found);
    return found ? done : fail_path(py, path, begin);
  }
  done = sow__py_call_math(py, path, arguments, begin, out, &found);
  if (found)
    return done;
  if (strcmp(path, "functools.partial") == 0)
    return call_partial(py, arguments, begin, out);
  const char *context = context_of(path);
  *out = sow__py_path(context);
  return context != NULL || fail_path(py, path, begin);
}
