/* Methods: of modules, and where the others are. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "module/modules.h"
#include "text/python_run.h"
#include "text/torch_attributes.h"

/* ---- arguments ---- */

static size_t find_argument(const char *const *names, const char *keyword) {
  size_t i = 0;
  while (names[i] != NULL && strcmp(names[i], keyword) != 0)
    i++;
  return i;
}

bool sow__py_bind_arguments(sow__py *py, const char *callee, const char *const *names, size_t required,
                            const sow__py_arguments *arguments, size_t begin, const sow__py_value **bound) {
  size_t count = 0;
  for (; names[count] != NULL; count++)
    bound[count] = NULL;
  for (size_t i = 0; i < arguments->count; i++) {
    const char *keyword = arguments->keywords[i];
    size_t at = keyword ? find_argument(names, keyword) : i;
    if (at >= count)
      return keyword ? sow__py_raise(py, arguments->begins[i], "TypeError",
                                     "%.60s() got an unexpected keyword argument '%.60s'", callee, keyword)
                     : sow__py_raise(py, arguments->begins[i], "TypeError",
                                     "%.60s() takes at most %zu argument%s", callee, count,
                                     count == 1 ? "" : "s");
    if (bound[at] != NULL)
      return sow__py_raise(py, arguments->begins[i], "TypeError", "%.60s() got multiple values for '%.60s'",
                           callee, names[at]);
    bound[at] = &arguments->values[i];
  }
  for (size_t i = 0; i < required; i++)
    if (bound[i] == NULL)
      return sow__py_raise(py, begin, "TypeError", "%.60s() missing the argument '%.60s'", callee, names[i]);
  return true;
}

/* ---- what is collected from a walk ---- */

typedef struct collection {
  sow__py *py;
  bool named;         /* pairs of name and value */
  bool buffers;       /* and not parameters */
  const char *prefix; /* of the names; NULL for none */
  size_t begin;
  sow__py_value *items;
  size_t count, capacity;
} collection;

/* prefix.name */
static bool add_prefix(const collection *all, sow__py_value *name) {
  const sow__py_value dot = sow__py_str("."), own = *name;
  if (all->prefix == NULL || all->prefix[0] == 0)
    return true;
  *name = sow__py_str(all->prefix);
  return sow__py_arithmetic(all->py, all->begin, '+', name, &dot) &&
         sow__py_arithmetic(all->py, all->begin, '+', name, &own);
}

static bool collect(collection *all, const char *name, const sow__py_value *value) {
  sow__py *py = all->py;
  sow__py_value *pair, made = *value;
  if (!sow__py_step(py, all->begin, 1))
    return false;
  if (all->named) {
    if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, 2, &made, &pair) ||
        !sow__py_text(py, name, strlen(name), &pair[0]) || !add_prefix(all, &pair[0]))
      return false;
    pair[1] = *value;
  }
  void *items = all->items;
  if (!sow__reserve(&items, &all->capacity, all->count + 1, sizeof *all->items))
    return sow__py_no_memory_left(py);
  all->items = items;
  all->items[all->count++] = made;
  return true;
}

/* Hands the items over as a list, unless the walk has failed. */
static bool finish_list(collection *all, bool done, sow__py_value *out) {
  sow__py_value *items;
  done = done && sow__py_list_new(all->py, SOW__PY_LIST_OF, all->count, out, &items);
  if (done && all->count > 0)
    memcpy(items, all->items, all->count * sizeof *items);
  free(all->items);
  return done;
}

/* The same as an iterator, which Python gives. */
static bool finish(collection *all, bool done, sow__py_value *out) {
  return finish_list(all, done, out) && sow__py_make_iterator(all->py, out);
}

/* ---- parameters and buffers ---- */

static void collect_slot(sow_module *owner, const sow__slot *slot, const char *name, void *context) {
  collection *all = context;
  const sow__py_value value = sow__py_slot_value(owner, slot, all->buffers);
  if (all->py->failure.status == SOW_OK)
    collect(all, name, &value);
}

static bool own_parameters(collection *all, sow_module *module) {
  for (size_t i = 0; i < module->parameter_count; i++) {
    const sow__slot *slot = &module->parameters[i];
    const sow__py_value value = sow__py_slot_value(module, slot, false);
    bool met = slot->tensor == NULL;
    for (size_t k = 0; k < i && !met; k++)
      met = module->parameters[k].tensor == slot->tensor;
    if (!met && !collect(all, slot->name, &value))
      return false;
  }
  return true;
}

static bool parameters(sow__py *py, sow_module *module, bool named, const sow__py_arguments *arguments,
                       size_t begin, sow__py_value *out) {
  static const char *const plain[] = {"recurse", NULL};
  static const char *const with_names[] = {"prefix", "recurse", "remove_duplicate", NULL};
  const sow__py_value *bound[3] = {NULL};
  collection all = {.py = py, .named = named, .begin = begin};
  bool recurse = true;
  if (!sow__py_bind_arguments(py, named ? "named_parameters" : "parameters", named ? with_names : plain, 0,
                              arguments, begin, bound))
    return false;
  if (named && ((bound[0] != NULL && bound[0]->type != SOW__PY_STR) || bound[2]))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                        "of named_parameters() only recurse= and prefix= are understood");
  if (named && bound[0] != NULL)
    all.prefix = bound[0]->text;
  const sow__py_value *given = bound[named ? 1 : 0];
  if (given != NULL && !sow__py_test(py, begin, given, &recurse))
    return false;
  bool done = true;
  if (!recurse)
    done = own_parameters(&all, module);
  else if (sow__named_parameters(module, collect_slot, &all, &py->failure) != SOW_OK)
    done = sow__py_no_memory_left(py);
  return finish(&all, done && py->failure.status == SOW_OK, out);
}

static bool buffers(sow__py *py, sow_module *module, bool named, size_t begin, sow__py_value *out) {
  collection all = {.py = py, .named = named, .buffers = true, .begin = begin};
  bool done =
      sow__named_buffers(module, collect_slot, &all, &py->failure) == SOW_OK || sow__py_no_memory_left(py);
  return finish(&all, done && py->failure.status == SOW_OK, out);
}

/* ---- modules ---- */

static bool collect_module(sow_module *module, const char *name, void *context) {
  const sow__py_value value = sow__py_module_value(module);
  return collect(context, name, &value);
}

static bool modules(sow__py *py, sow_module *module, bool named, size_t begin, sow__py_value *out) {
  collection all = {.py = py, .named = named, .begin = begin};
  bool no_memory;
  bool done = sow__modules_each(module, collect_module, &all, &no_memory);
  if (no_memory)
    sow__py_no_memory_left(py);
  return finish(&all, done, out);
}

static bool children(sow__py *py, sow_module *module, bool named, size_t begin, sow__py_value *out) {
  collection all = {.py = py, .named = named, .begin = begin};
  bool done = true;
  for (size_t i = 0; i < module->child_count && done; i++) {
    const sow__py_value value = sow__py_module_value(module->children[i].module);
    done = module->children[i].repeated || collect(&all, module->children[i].name, &value);
  }
  return finish(&all, done, out);
}

/* ---- state_dict ---- */

static bool collect_state(collection *all, sow__buffer *path, sow_module *module) {
  bool done = true;
  const size_t before = path->length;
  for (size_t i = 0; done && i < module->parameter_count + module->buffer_count; i++) {
    bool buffer = i >= module->parameter_count;
    const sow__slot *slot = buffer ? &module->buffers[i - module->parameter_count] : &module->parameters[i];
    sow__py_value value = sow__py_slot_value(module, slot, buffer);
    value.integer = buffer ? 1 : 2; /* detached */
    if (slot->tensor == NULL || slot->temporary)
      continue;
    sow__buffer_text(path, slot->name);
    done = path->failed ? sow__py_no_memory_left(all->py) : collect(all, path->data, &value);
    path->length = before;
  }
  for (size_t i = 0; done && i < module->child_count; i++) {
    sow__buffer_text(path, module->children[i].name);
    sow__buffer_text(path, ".");
    done =
        path->failed ? sow__py_no_memory_left(all->py) : collect_state(all, path, module->children[i].module);
    path->length = before;
  }
  return done;
}

static bool state_dict(sow__py *py, sow_module *module, size_t begin, sow__py_value *out) {
  collection all = {.py = py, .named = true, .begin = begin};
  sow__buffer path = {0};
  sow__py_value list, *items;
  bool done = finish_list(&all, collect_state(&all, &path, module), &list);
  sow__buffer_free(&path);
  if (!done || !sow__py_list_new(py, SOW__PY_DICT_OF, 2 * list.list->count, out, &items))
    return false;
  for (size_t i = 0; i < 2 * list.list->count; i++)
    items[i] = list.list->items[i / 2].list->items[i % 2];
  return true;
}

/* ---- apply ---- */

typedef struct application {
  sow__py *py;
  const sow__py_value *function;
  size_t begin;
} application;

static void apply_to(sow_module *module, void *context) {
  application *run = context;
  const sow__py_value argument = sow__py_module_value(module);
  const sow_module *before = run->py->visited;
  sow__py_value ignored;
  if (run->py->failure.status != SOW_OK)
    return;
  run->py->visited = module;
  if (sow__py_call_one(run->py, run->function, &argument, run->begin, &ignored))
    run->py->visited = before;
}

static bool apply(sow__py *py, sow_module *module, const sow__py_arguments *arguments, size_t begin,
                  sow__py_value *out) {
  static const char *const names[] = {"fn", NULL};
  const sow__py_value *bound[1];
  if (!sow__py_bind_arguments(py, "apply", names, 1, arguments, begin, bound))
    return false;
  application run = {py, bound[0], begin};
  sow_module_apply(module, apply_to, &run);
  *out = sow__py_module_value(module);
  return py->failure.status == SOW_OK;
}

/* ---- any method of a module ---- */

/* A path of names: get_submodule('layer1.0'), get_parameter('fc.weight') */
static bool get(sow__py *py, sow_module *module, const char *name, const sow__py_arguments *arguments,
                size_t begin, sow__py_value *out) {
  sow__py_value object = sow__py_module_value(module);
  if (arguments->count != 1 || arguments->values[0].type != SOW__PY_STR)
    return sow__py_raise(py, begin, "TypeError", "%.60s() takes one str", name);
  const char *path = arguments->values[0].text;
  while (*path != 0) {
    size_t length = strcspn(path, ".");
    sow__py_value part;
    if (!sow__py_text(py, path, length, &part) || !sow__py_attribute(py, begin, &object, part.text, &object))
      return false;
    path += length + (path[length] == '.' ? 1 : 0);
  }
  *out = object;
  return true;
}

static bool module_method(sow__py *py, sow_module *module, const char *name,
                          const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  static const char *const getters[] = {"get_submodule", "get_parameter", "get_buffer", "__getattr__", NULL};
  static const char *const looks[] = {"keys", "values", "items", NULL}; /* of a ModuleDict */
  static const char *const harmless[] = {"train", "eval", "flatten_parameters", NULL};
  static const char *const resets[] = {"reset_parameters", "_reset_parameters", "reset_running_stats", NULL};
  const char *behind = sow__text_behind(name, "named_"), *what = behind != NULL ? behind : name;
  const bool named = behind != NULL;
  if (strcmp(what, "parameters") == 0)
    return parameters(py, module, named, arguments, begin, out);
  if (strcmp(name, "apply") == 0)
    return apply(py, module, arguments, begin, out);
  if (sow__text_is_one_of(name, getters))
    return get(py, module, name, arguments, begin, out);
  if (strcmp(name, "requires_grad_") == 0) {
    py->froze = true;
    *out = sow__py_module_value(module);
    return true;
  }
  if (sow__text_is_one_of(name, looks)) {
    const sow__py_value self = sow__py_module_value(module);
    sow__py_value modules;
    return sow__py_attribute(py, begin, &self, "_modules", &modules) &&
           sow__py_list_method(py, &modules, name, arguments, begin, out);
  }
  if (sow__text_is_one_of(name, harmless)) {
    py->trained = py->trained || strcmp(name, "flatten_parameters") != 0;
    *out = sow__py_module_value(module);
    return true;
  }
  if (arguments->count > 0)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "'.%.60s' of a module is not understood in this way",
                        name);
  if (strcmp(what, "modules") == 0)
    return modules(py, module, named, begin, out);
  if (strcmp(what, "children") == 0)
    return children(py, module, named, begin, out);
  if (strcmp(what, "buffers") == 0)
    return buffers(py, module, named, begin, out);
  if (strcmp(name, "state_dict") == 0)
    return state_dict(py, module, begin, out);
  if (strcmp(name, "_get_name") == 0) {
    *out = sow__py_str(module->class_name);
    return true;
  }
  if (sow__text_is_one_of(name, resets))
    return sow__py_reset(py, module, name, begin);
  return sow__py_fail(py, begin, SOW_UNKNOWN_NAME,
                      "'.%.60s' of a module is not understood; known are named_parameters, parameters, "
                      "modules, named_modules, children, state_dict, apply",
                      name);
}

/* ---- any ---- */

/* A method of nn.Module, or of the layer's own class. */
static bool has_method(const sow_module *module, const char *name) {
  const char *class_name = sow__py_torch_class(module);
  const sow__torch_class *class = class_name ? sow__torch_class_find(class_name) : NULL;
  return sow__torch_module_has(name) == SOW__TORCH_HAS_METHOD ||
         (class != NULL && sow__torch_class_has(class, name) == SOW__TORCH_HAS_METHOD);
}

bool sow__py_call_method(sow__py *py, const sow__py_value *object, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_value method;
  switch (object->type) {
  case SOW__PY_MODULE:
    if (sow__py_find_method(py, object->module, name, &method))
      return sow__py_call(py, &method, arguments, begin, out);
    if (py->failure.status != SOW_OK)
      return false;
    if (has_method(object->module, name))
      return module_method(py, object->module, name, arguments, begin, out);
    break;
  case SOW__PY_TENSOR:
  case SOW__PY_VIEW:
    return sow__py_tensor_method(py, object, name, arguments, begin, out);
  case SOW__PY_STR:
    return sow__py_text_method(py, object, name, arguments, begin, out);
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
  case SOW__PY_DICT_OF:
  case SOW__PY_SET_OF:
    return sow__py_list_method(py, object, name, arguments, begin, out);
  default:
    break;
  }
  if (sow__py_attribute(py, begin, object, name, &method))
    return sow__py_call(py, &method, arguments, begin, out);
  /* A method of the model's own may fill it. */
  py->serious = py->serious || (object->type == SOW__PY_MODULE && py->raised == NULL);
  return false;
}
