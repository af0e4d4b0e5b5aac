/* Calls of torch.nn.init. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/functions.h"
#include "text/initializer_text.h"
#include "text/python_view.h"

bool sow__py_is_initializer(const char *name) {
  sow_initializer_kind kind;
  bool deprecated;
  bool is_function = sow__torchs_initializer_find(name, &kind, &deprecated) && kind <= SOW_INIT_SPARSE;
  return is_function || strcmp(name, "calculate_gain") == 0;
}

/* What a reader needs to bind arguments and to point at them. */
static sow__reader reader_at(sow__py *py, sow__arena *arena, size_t begin) {
  sow__reader reader = {.arena = arena, .error = &py->failure};
  reader.scanner.text = py->text;
  reader.scanner.token.begin = begin;
  return reader;
}

/* generator=None is torch's default; whatever else it is, the grammar of rules refuses. */
static bool is_default(const sow__py_arguments *arguments, size_t i) {
  return arguments->keywords[i] != NULL && strcmp(arguments->keywords[i], "generator") == 0 &&
         arguments->values[i].type == SOW__PY_NONE;
}

/* The call's arguments as the grammar of rules has them, but for the one at `skipped`. */
static sow__passed_list pass(const sow__py_arguments *arguments, size_t skipped,
                             sow__passed items[SOW__PY_ARGUMENTS]) {
  sow__passed_list list = {.items = items};
  for (size_t i = 0; i < arguments->count; i++)
    if (i != skipped && !is_default(arguments, i))
      items[list.count++] = (sow__passed){arguments->keywords[i], arguments->begins[i],
                                          sow__py_to_rules(&arguments->values[i], arguments->begins[i])};
  return list;
}

/* ---- initialisers ---- */

/* As torch does, once for each place. */
static void warn_deprecated(sow__py *py, const char *name, size_t begin) {
  if (sow__py_warns_here(py, begin))
    sow__text_warn(py->text, begin, &py->failure, "nn.init.%s is now deprecated in favor of nn.init.%s_.",
                   name, name);
}

/* The place of the tensor among the arguments; their count where there is none. */
static size_t find_tensor(const sow__py_arguments *arguments) {
  if (arguments->count > 0 && arguments->keywords[0] == NULL)
    return 0;
  size_t i = 0;
  while (i < arguments->count && strcmp(arguments->keywords[i], "tensor") != 0)
    i++;
  return i;
}

/* Words are tensors and the like, which no initialiser takes beside the one that it fills. */
static bool check_values(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t tensor) {
  char type[SOW__QUOTE_SIZE];
  for (size_t i = 0; i < arguments->count; i++) {
    const sow__py_value *value = &arguments->values[i];
    bool generator = arguments->keywords[i] != NULL && strcmp(arguments->keywords[i], "generator") == 0;
    if (i != tensor && !generator && sow__py_to_rules(value, 0).kind == SOW__VALUE_WORD)
      return sow__py_fail(py, arguments->begins[i], SOW_INVALID_ARGUMENT,
                          "%s() takes numbers and names here, not %s", name, sow__py_type_name(value, type));
  }
  return true;
}

static bool fill(sow__py *py, const char *name, sow_initializer_kind kind, const sow__py_arguments *arguments,
                 size_t begin, sow__py_value *out) {
  sow__passed items[SOW__PY_ARGUMENTS];
  sow__arena arena = {0};
  sow_initializer initializer;
  char type[SOW__QUOTE_SIZE];
  size_t at = find_tensor(arguments);
  if (at == arguments->count)
    return sow__py_raise(py, begin, "TypeError", "%s() missing the argument 'tensor'", name);
  const sow__py_value *tensor = &arguments->values[at];
  if (tensor->type == SOW__PY_NONE)
    return sow__py_raise(py, arguments->begins[at], "AttributeError",
                         "the tensor is None; ask whether it 'is not None' first");
  if (!sow__py_is_tensor(tensor))
    return sow__py_raise(py, arguments->begins[at], "AttributeError", "%s() fills a tensor, not %s", name,
                         sow__py_type_name(tensor, type));
  if (!check_values(py, name, arguments, at))
    return false;
  const sow__passed_list list = pass(arguments, at, items);
  sow__reader reader = reader_at(py, &arena, begin);
  sow_status status = sow__initializer_bind(&reader, kind, begin, &list, &initializer);
  sow__arena_free(&arena);
  if (status != SOW_OK)
    return false;
  *out = *tensor;
  return sow__py_write(py, tensor, initializer, begin);
}

/* ---- fans and gains ---- */

/* _calculate_fan_in_and_fan_out(tensor), _calculate_correct_fan(tensor, mode): private, and used by many */
static bool fans(sow__py *py, bool both, const sow__py_arguments *arguments, size_t begin,
                 sow__py_value *out) {
  static const char *const alone[] = {"tensor", NULL};
  static const char *const with_mode[] = {"tensor", "mode", NULL};
  const sow__py_value *bound[2] = {NULL};
  sow_error error = SOW_ERROR_NONE;
  sow__py_value *items;
  int64_t fan_in, fan_out;
  if (!sow__py_bind_arguments(py, both ? "_calculate_fan_in_and_fan_out" : "_calculate_correct_fan",
                              both ? alone : with_mode, both ? 1 : 2, arguments, begin, bound))
    return false;
  sow__py_view view;
  if (!sow__py_is_tensor(bound[0]))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "fans are those of a tensor");
  sow__py_view_of(bound[0], &view);
  if (view.unclear != NULL)
    return sow__py_write_otherwise(py, view.unclear, begin);
  if (sow_fan(view.ndim, view.shape, &fan_in, &fan_out, &error) != SOW_OK)
    return sow__py_raise(py, begin, "ValueError", "%s", error.message);
  if (both) {
    if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, 2, out, &items))
      return false;
    items[0] = sow__py_int(fan_in);
    items[1] = sow__py_int(fan_out);
    return true;
  }
  bool in = bound[1]->type == SOW__PY_STR && strcmp(bound[1]->text, "fan_in") == 0;
  if (!in && (bound[1]->type != SOW__PY_STR || strcmp(bound[1]->text, "fan_out") != 0))
    return sow__py_raise(py, begin, "ValueError", "mode is 'fan_in' or 'fan_out'");
  *out = sow__py_int(in ? fan_in : fan_out);
  return true;
}

bool sow__py_call_rules_function(sow__py *py, const char *name, const sow__py_arguments *arguments,
                                 size_t begin, sow__py_value *out) {
  sow__passed items[SOW__PY_ARGUMENTS];
  sow__arena arena = {0};
  sow__text_value value = {0};
  if (!check_values(py, name, arguments, arguments->count))
    return false;
  const sow__passed_list list = pass(arguments, arguments->count, items);
  sow__reader reader = reader_at(py, &arena, begin);
  sow_status status = sow__function_call(&reader, name, begin, &list, &value);
  *out = sow__py_from_rules(&value);
  sow__arena_free(&arena);
  return status == SOW_OK;
}

/* ---- any ---- */

bool sow__py_call_init(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out) {
  sow_initializer_kind kind;
  bool deprecated;
  if (strcmp(name, "calculate_gain") == 0)
    return sow__py_call_rules_function(py, name, arguments, begin, out);
  if (strcmp(name, "_calculate_fan_in_and_fan_out") == 0 || strcmp(name, "_calculate_correct_fan") == 0)
    return fans(py, name[sizeof "_calculate_" - 1] == 'f', arguments, begin, out);
  if (sow__torchs_initializer_find(name, &kind, &deprecated) && kind <= SOW_INIT_SPARSE) {
    if (deprecated)
      warn_deprecated(py, name, begin);
    return fill(py, sow_initializer_name(kind), kind, arguments, begin, out);
  }
  sow__nearest nearest = {.name = name};
  char hint[96];
  for (int i = 0; i <= SOW_INIT_SPARSE; i++)
    sow__nearest_offer(&nearest, sow_initializer_name((sow_initializer_kind)i));
  return sow__py_fail(py, begin, SOW_UNKNOWN_NAME, "torch.nn.init has no '%.80s'%s", name,
                      sow__nearest_hint(&nearest, hint, sizeof hint));
}
