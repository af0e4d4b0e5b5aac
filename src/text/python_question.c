/* What Python asks of a value: isinstance, type, hasattr, getattr. */
#include <string.h>

#include "base/names.h"
#include "text/python_run.h"
#include "text/torch_attributes.h"

/* features[:3] is a list here, and a Sequential to torch. */
static bool is_of_torch(const sow__py_value *value) {
  return (sow__py_is_sequence(value) || value->type == SOW__PY_DICT_OF) && value->list->is_torchs;
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
  if (sow__text_is_one_of(path, parameters))
    return value->type == SOW__PY_TENSOR && value->integer == 0 ? SOW__PY_YES : SOW__PY_NO;
  if (sow__text_is_one_of(path, tensors))
    return sow__py_is_tensor(value) ? SOW__PY_YES : SOW__PY_NO;
  if (is_of_torch(value))
    return SOW__PY_UNSURE;
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
    if (strcmp(path, plain[i].path) == 0)
      return value->type == plain[i].types[0] || value->type == plain[i].types[1] ? SOW__PY_YES : SOW__PY_NO;
  return SOW__PY_UNSURE;
}

/* A class that was imported from a package that sow does not know is known by its name. */
static sow__py_value named_type(const sow__py_value *path) {
  return (sow__py_value){.type = SOW__PY_TYPE, .text = sow__text_last_part(path->text)};
}

static sow__py_answer is_instance(sow__py *py, const sow__py_value *value, const sow__py_value *type) {
  bool module = value->type == SOW__PY_MODULE;
  if (type->type == SOW__PY_TYPE)
    return module ? sow__py_is_instance(py, value->module, type) : SOW__PY_NO;
  if (type->type != SOW__PY_PATH)
    return SOW__PY_UNSURE;
  sow__py_answer plain = is_plain(value, type->text);
  bool foreign = !sow__text_begins(type->text, "torch.") && !sow__text_begins(type->text, "builtins.");
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

bool sow__py_call_isinstance(sow__py *py, const sow__py_arguments *arguments, size_t begin,
                             sow__py_value *out) {
  if (!sow__py_check_count(py, "isinstance", arguments, 2, 2, begin))
    return false;
  const sow__py_value *value = &arguments->values[0], *types = &arguments->values[1];
  const sow__py_list alone = {.items = (sow__py_value *)types, .count = 1};
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

bool sow__py_call_type(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  static const char *const paths[] = {
      [SOW__PY_STR] = "builtins.str",      [SOW__PY_INT] = "builtins.int",
      [SOW__PY_FLOAT] = "builtins.float",  [SOW__PY_BOOL] = "builtins.bool",
      [SOW__PY_LIST_OF] = "builtins.list", [SOW__PY_TUPLE_OF] = "builtins.tuple"};
  char name[SOW__QUOTE_SIZE];
  if (!sow__py_check_count(py, "type", arguments, 1, 1, begin))
    return false;
  const sow__py_value *value = &arguments->values[0];
  if (value->type == SOW__PY_MODULE)
    return sow__py_attribute(py, begin, value, "__class__", out);
  bool known = value->type < sizeof paths / sizeof paths[0] && !is_of_torch(value);
  const char *path = known ? paths[value->type] : NULL;
  *out = sow__py_path(path);
  return path != NULL || sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "type() of %s is not understood",
                                      sow__py_type_name(value, name));
}

/*
 * Torch's layer has no such name, nor has any other of torch's; but the model's own code may give it to one
 * (c_proj.SCALE_INIT = 1), which a print does not show. Methods that initialise are asked for, not given.
 */
static void warn_given(sow__py *py, const sow__py_value *object, const char *name, size_t begin) {
  static const char *const asked[] = {"init_weights",
                                      "_init_weights",
                                      "weights_init",
                                      "init_weight",
                                      "init_parameters",
                                      "_is_hf_initialized",
                                      NULL};
  char type[SOW__QUOTE_SIZE];
  if (object->type != SOW__PY_MODULE || sow__text_is_one_of(name, asked) || sow__torch_has_anywhere(name) ||
      sow__py_torch_class(object->module) == NULL || !sow__py_warns_here(py, begin))
    return;
  sow__text_warn(py->text, begin, &py->failure,
                 "%s has no '%.60s' of its own, and it is taken to have none; whether the model's code gives "
                 "it one, a print does not show",
                 sow__py_type_name(object, type), name);
}

/*
 * `if hasattr(m, 'reset_parameters')` is how all layers are drawn again, and it comes to every block of the
 * model's own; one that holds no parameters itself rarely has such a method.
 */
static bool resets_nothing(sow__py *py, const sow__py_value *object, const char *name, size_t begin) {
  if (object->type != SOW__PY_MODULE || object->module->parameter_count > 0 ||
      strcmp(name, "reset_parameters") != 0)
    return false;
  if (sow__py_warns_here(py, begin))
    sow__text_warn(py->text, begin, &py->failure,
                   "modules of classes that are not torch.nn's (the first is a %.60s) are taken to have no "
                   "reset_parameters() of their own, which a print does not show",
                   object->module->class_name);
  return true;
}

/* Whether a dotted name is one that torch has for certain: a layer of torch.nn, or an initialiser of nn.init.
 */
static bool is_in_torch(const sow__py_value *value) {
  static const char nn[] = "torch.nn.", init[] = "torch.nn.init.";
  if (value->type != SOW__PY_PATH)
    return true;
  if (!sow__text_begins(value->text, init))
    return sow__text_begins(value->text, nn) && sow__torch_class_find(value->text + sizeof nn - 1) != NULL;
  const char *call = value->text + sizeof init - 1;
  for (int kind = SOW_INIT_UNIFORM; kind <= SOW_INIT_SPARSE; kind++)
    if (strcmp(call, sow_initializer_name((sow_initializer_kind)kind)) == 0)
      return true;
  return strcmp(call, "calculate_gain") == 0;
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
  if (found == SOW__PY_IS_THERE && !is_in_torch(out)) {
    found = SOW__PY_UNKNOWN;
    why = "known are torch.nn's layers and the functions of nn.init";
  }
  *there = found == SOW__PY_IS_THERE;
  if (py->failure.status != SOW_OK)
    return false;
  if (found == SOW__PY_ABSENT)
    warn_given(py, &arguments->values[0], attribute, arguments->begins[1]);
  if (found == SOW__PY_UNKNOWN && resets_nothing(py, &arguments->values[0], attribute, arguments->begins[1]))
    return true;
  return found != SOW__PY_UNKNOWN || sow__py_fail(py, arguments->begins[1], SOW_UNKNOWN_NAME,
                                                  "sow cannot tell whether %s has '%.60s'%s%s",
                                                  sow__py_type_name(&arguments->values[0], name), attribute,
                                                  why ? ": " : "", why ? why : "");
}

bool sow__py_call_hasattr(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_value ignored;
  bool there;
  if (!sow__py_check_count(py, "hasattr", arguments, 2, 2, begin) ||
      !look(py, "hasattr", arguments, begin, &ignored, &there))
    return false;
  *out = sow__py_bool(there);
  return true;
}

bool sow__py_call_getattr(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_value ignored;
  bool there = true;
  if (!sow__py_check_count(py, "getattr", arguments, 2, 3, begin))
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

bool sow__py_call_callable(sow__py *py, const sow__py_arguments *arguments, size_t begin,
                           sow__py_value *out) {
  if (!sow__py_check_count(py, "callable", arguments, 1, 1, begin))
    return false;
  sow__py_type type = arguments->values[0].type;
  *out = sow__py_bool(type == SOW__PY_CLOSURE || type == SOW__PY_PARTIAL || type == SOW__PY_METHOD ||
                      type == SOW__PY_TYPE || type == SOW__PY_PATH || type == SOW__PY_MODULE);
  return true;
}
