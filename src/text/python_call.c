/* Functions: their definitions and their calls. */
#include <string.h>

#include "base/names.h"
#include "text/python_run.h"

/* ---- definitions ---- */

bool sow__py_closure_new(sow__py *py, sow__py_frame *frame, const sow__py_function *function,
                         sow__py_value *out) {
  sow__py_closure *closure = sow__py_alloc(py, sizeof *closure);
  size_t count = function->parameter_count;
  sow__py_value *fallbacks = closure ? sow__py_alloc(py, count * sizeof *fallbacks) : NULL;
  if (fallbacks == NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    if (function->parameters[i].fallback != NULL &&
        !sow__py_evaluate(py, frame, function->parameters[i].fallback, &fallbacks[i]))
      return false;
  *closure = (sow__py_closure){.function = function, .outer = frame, .fallbacks = fallbacks};
  *out = (sow__py_value){.type = SOW__PY_CLOSURE, .closure = closure};
  return true;
}

typedef struct decoration {
  bool is_static; /* takes `self` away */
  bool no_grad;
} decoration;

/* Decorators that change no number. */
static bool check_decorators(sow__py *py, sow__py_frame *frame, const sow__py_node *decorators,
                             decoration *made) {
  static const char *const harmless[] = {"torch.no_grad()",
                                         "torch.no_grad",
                                         "torch.inference_mode()",
                                         "torch.jit.ignore",
                                         "torch.jit.unused",
                                         "builtins.staticmethod",
                                         NULL};
  for (const sow__py_node *one = decorators; one != NULL; one = one->next) {
    sow__py_value value;
    if (!sow__py_evaluate(py, frame, one, &value))
      return false;
    if (value.type != SOW__PY_PATH || !sow__text_is_one_of(value.text, harmless))
      return sow__py_fail(py, one->begin, SOW_SYNTAX, "of decorators only @torch.no_grad() is understood");
    made->is_static = made->is_static || strcmp(value.text, "builtins.staticmethod") == 0;
    made->no_grad = made->no_grad || strstr(value.text, "no_grad") != NULL ||
                    strstr(value.text, "inference_mode") != NULL;
  }
  return true;
}

/* A function with its decorators. */
static bool decorated(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  decoration made = {false, false};
  if (!check_decorators(py, frame, node->items, &made) ||
      !sow__py_closure_new(py, frame, node->function, out))
    return false;
  sow__py_closure *closure = sow__py_alloc(py, sizeof *closure);
  if (closure == NULL)
    return false;
  *closure = *out->closure;
  closure->no_grad = made.no_grad;
  out->closure = closure;
  out->integer = made.is_static ? 1 : 0;
  return true;
}

/* A method, or what is wrong with it. */
static bool define_method(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  if (decorated(py, frame, node, out))
    return true;
  *out = (sow__py_value){.type = SOW__PY_UNUSABLE, .text = node->function->name, .broken = sow__py_keep(py)};
  py->serious = false;
  return sow__py_forget(py);
}

static bool define_class(sow__py *py, sow__py_frame *frame, const sow__py_node *node) {
  sow__py_class *class = sow__py_alloc(py, sizeof *class);
  const sow__py_node *base = node->left;
  sow__py_value methods, *items;
  size_t count = 0, at = 0;
  for (const sow__py_node *method = node->items; method != NULL; method = method->next, count++)
    if (strcmp(method->function->name, "__init_subclass__") == 0)
      py->program->has_subclass_hook = true;
  if (class == NULL || !sow__py_list_new(py, SOW__PY_LIST_OF, count, &methods, &items))
    return false;
  for (const sow__py_node *method = node->items; method != NULL; method = method->next)
    if (!define_method(py, frame, method, &items[at++]))
      return false;
  *class = (sow__py_class){
      .name = node->text, .methods = methods.list, .definitions = node->items, .next = py->program->classes};
  if (base != NULL && base->kind == SOW__PY_TUPLE)
    base = base->items;
  if (base != NULL && !sow__py_evaluate(py, frame, base, &class->base)) {
    class->base = sow__py_none(); /* of a package that sow does not know */
    if (!sow__py_forget(py))
      return false;
  }
  py->program->classes = class;
  const sow__py_value type = {.type = SOW__PY_TYPE, .text = node->text};
  sow__py_set_local(frame, node->text, &type);
  return true;
}

bool sow__py_define(sow__py *py, sow__py_frame *frame, const sow__py_node *node) {
  sow__py_value value;
  if (node->kind == SOW__PY_CLASS && frame->function->outer == NULL)
    return define_class(py, frame, node);
  if (node->kind == SOW__PY_CLASS)
    return sow__py_fail(py, node->begin, SOW_SYNTAX, "a class within a function is not understood");
  if (!decorated(py, frame, node, &value))
    return false;
  sow__py_set_local(frame, node->function->name, &value);
  return true;
}

/* ---- methods of the classes of the file ---- */

static bool bind_self(sow__py *py, sow_module *module, const sow__py_value *method, sow__py_value *out) {
  sow__py_arguments *held = sow__py_alloc(py, sizeof *held);
  if (held == NULL)
    return false;
  held->count = 1;
  held->values[0] = sow__py_module_value(module);
  held->callee = *method;
  *out = (sow__py_value){.type = SOW__PY_PARTIAL, .partial = held};
  return true;
}

const sow__py_value *sow__py_own_method(const sow__py_class *class, const char *name) {
  for (size_t i = 0; i < class->methods->count; i++) {
    const sow__py_value *method = &class->methods->items[i];
    const char *own = method->type == SOW__PY_CLOSURE ? method->closure->function->name : method->text;
    if (strcmp(own, name) == 0)
      return method;
  }
  return NULL;
}

/* A method of a class of the file, or of those above it. */
static const sow__py_value *find_in_class(const sow__py_program *program, const char *class_name,
                                          const char *name) {
  const sow__py_class *class = sow__py_class_find(program, class_name);
  const sow__py_value *method = NULL;
  for (int i = 0; i < SOW__PY_BASES && class != NULL && method == NULL; i++) {
    method = sow__py_own_method(class, name);
    class = sow__py_class_above(program, class);
  }
  return method;
}

bool sow__py_class_method(sow__py *py, const char *class_name, const char *name, sow__py_value *out) {
  sow__py_program *program = py->program;
  const sow__py_value *method = find_in_class(program, class_name, name);
  if (method == NULL)
    return false;
  if (method->type != SOW__PY_CLOSURE)
    return sow__py_fail_kept(py, method->broken);
  /* Whoever calls N.init(model) says that the model is an N, unless the file has its class. */
  if (py->root != NULL && program->self_class == NULL &&
      sow__py_class_find(program, py->root->class_name) == NULL)
    program->self_class = class_name;
  *out = *method;
  return true;
}

/* self._init_weights: a method of the class that the file defines for the module */
bool sow__py_find_method(sow__py *py, sow_module *module, const char *name, sow__py_value *out) {
  bool is_self = module == py->root && py->program->self_class != NULL;
  const sow__py_value *method =
      find_in_class(py->program, is_self ? py->program->self_class : module->class_name, name);
  if (method == NULL)
    return false;
  if (method->type != SOW__PY_CLOSURE)
    return sow__py_fail_kept(py, method->broken);
  if (method->integer == 0)
    return bind_self(py, module, method, out);
  *out = *method;
  return true;
}

/* ---- calls ---- */

static bool fail_argument(sow__py *py, const sow__py_arguments *arguments, size_t at, const char *callee) {
  const char *keyword = arguments->keywords[at];
  return keyword == NULL
             ? sow__py_raise(py, arguments->begins[at], "TypeError", "%.80s() takes fewer arguments", callee)
             : sow__py_raise(py, arguments->begins[at], "TypeError",
                             "%.80s() got an unexpected keyword argument '%.80s'", callee, keyword);
}

/* The rest of the positional arguments, for *args, or of the others, for **kwargs. */
static bool bind_rest(sow__py *py, sow__py_frame *frame, const sow__py_parameter *parameter,
                      const sow__py_arguments *rest) {
  bool named = parameter->passing == SOW__PY_KEYWORDS;
  sow__py_value value, *items;
  size_t width = named ? 2 : 1;
  if (!sow__py_list_new(py, named ? SOW__PY_DICT_OF : SOW__PY_TUPLE_OF, width * rest->count, &value, &items))
    return false;
  for (size_t i = 0; i < rest->count; i++) {
    items[width * i + width - 1] = rest->values[i];
    if (named)
      items[2 * i] = sow__py_str(rest->keywords[i]);
  }
  sow__py_set_local(frame, parameter->name, &value);
  return true;
}

static const sow__py_parameter *find_parameter(const sow__py_function *function, const char *keyword,
                                               size_t position) {
  for (size_t i = 0; i < function->parameter_count; i++) {
    const sow__py_parameter *one = &function->parameters[i];
    bool named = one->passing == SOW__PY_PLAIN || one->passing == SOW__PY_KEYWORD_ONLY;
    if (keyword != NULL ? named && strcmp(one->name, keyword) == 0
                        : one->passing == SOW__PY_PLAIN && position-- == 0)
      return one;
  }
  return NULL;
}

/* *args or **kwargs; NULL where the function has none. */
static const sow__py_parameter *find_passing(const sow__py_function *function, sow__py_passing passing) {
  for (size_t i = 0; i < function->parameter_count; i++)
    if (function->parameters[i].passing == passing)
      return &function->parameters[i];
  return NULL;
}

static bool bind_given(sow__py *py, sow__py_frame *frame, const sow__py_arguments *arguments) {
  const sow__py_function *function = frame->function;
  const sow__py_parameter *rest[2] = {find_passing(function, SOW__PY_REST),
                                      find_passing(function, SOW__PY_KEYWORDS)};
  sow__py_arguments more[2] = {{.count = 0}, {.count = 0}};
  for (size_t i = 0; i < arguments->count; i++) {
    const char *keyword = arguments->keywords[i];
    const sow__py_parameter *one = find_parameter(function, keyword, i);
    sow__py_arguments *into = &more[keyword != NULL ? 1 : 0];
    if (one == NULL && rest[keyword != NULL ? 1 : 0] == NULL)
      return fail_argument(py, arguments, i, function->name);
    if (one == NULL) {
      into->keywords[into->count] = keyword;
      into->values[into->count++] = arguments->values[i];
      continue;
    }
    if (frame->bound[sow__py_local(function, one->name)])
      return sow__py_raise(py, arguments->begins[i], "TypeError", "%.80s() got multiple values for '%.80s'",
                           function->name, one->name);
    sow__py_set_local(frame, one->name, &arguments->values[i]);
  }
  for (size_t i = 0; i < 2; i++)
    if (rest[i] != NULL && !bind_rest(py, frame, rest[i], &more[i]))
      return false;
  return true;
}

static bool bind(sow__py *py, sow__py_frame *frame, const sow__py_closure *closure,
                 const sow__py_arguments *arguments, size_t begin) {
  const sow__py_function *function = closure->function;
  if (!bind_given(py, frame, arguments))
    return false;
  for (size_t i = 0; i < function->parameter_count; i++) {
    const sow__py_parameter *one = &function->parameters[i];
    if (frame->bound[sow__py_local(function, one->name)])
      continue;
    if (one->fallback == NULL)
      return sow__py_raise(py, begin, "TypeError", "%.80s() missing the argument '%.80s'", function->name,
                           one->name);
    sow__py_set_local(frame, one->name, &closure->fallbacks[i]);
  }
  return true;
}

static bool run_body(sow__py *py, sow__py_frame *frame, sow__py_value *out) {
  const sow__py_function *function = frame->function;
  *out = sow__py_none();
  if (strcmp(function->name, "<lambda>") == 0)
    return sow__py_evaluate(py, frame, function->body, out);
  sow__py_flow flow = sow__py_execute(py, frame, function->body, out);
  return flow != SOW__PY_FAILED;
}

static bool call_closure(sow__py *py, const sow__py_closure *closure, const sow__py_arguments *arguments,
                         size_t begin, sow__py_value *out) {
  const sow__py_function *function = closure->function;
  if (function->broken != NULL)
    return sow__py_fail_kept(py, function->broken);
  sow__py_frame *frame = sow__py_frame_new(py, function, closure->outer);
  if (frame == NULL)
    return false;
  bool done = bind(py, frame, closure, arguments, begin);
  const sow__text *text = py->text;
  const bool no_grad = py->no_grad;
  py->text = function->text;
  py->no_grad = no_grad || closure->no_grad;
  done = done && run_body(py, frame, out);
  py->no_grad = closure->no_grad ? no_grad : py->no_grad;
  /* What is raised may be caught; for whoever passes over a failure, half a function was run. */
  py->serious = py->serious || (!done && py->raised == NULL);
  py->text = text;
  sow__py_frame_free(py, frame);
  return done;
}

/* What a partial holds, then what the call adds. */
static bool call_partial(sow__py *py, const sow__py_arguments *held, const sow__py_arguments *more,
                         size_t begin, sow__py_value *out) {
  sow__py_arguments all = {.count = 0};
  for (size_t pass = 0; pass < 4; pass++) {
    const sow__py_arguments *from = pass % 2 == 0 ? held : more;
    for (size_t i = 0; i < from->count; i++) {
      if ((from->keywords[i] != NULL) != (pass >= 2))
        continue;
      bool again = false;
      for (size_t k = 0; pass == 2 && k < more->count; k++)
        again = again || (more->keywords[k] != NULL && strcmp(more->keywords[k], from->keywords[i]) == 0);
      if (again)
        continue;
      if (all.count == SOW__PY_ARGUMENTS)
        return sow__py_fail(py, begin, SOW_LIMIT, "more than 16 arguments");
      all.values[all.count] = from->values[i];
      all.keywords[all.count] = from->keywords[i];
      all.begins[all.count++] = from == more ? from->begins[i] : begin;
    }
  }
  return sow__py_call(py, &held->callee, &all, begin, out);
}

bool sow__py_call(sow__py *py, const sow__py_value *callee, const sow__py_arguments *arguments, size_t begin,
                  sow__py_value *out) {
  char name[SOW__QUOTE_SIZE];
  bool done;
  if (py->depth >= SOW__PY_DEPTH)
    return sow__py_fail(py, begin, SOW_LIMIT, "functions call one another too deep");
  py->depth++;
  switch (callee->type) {
  case SOW__PY_CLOSURE:
    done = call_closure(py, callee->closure, arguments, begin, out);
    break;
  case SOW__PY_PARTIAL:
    done = call_partial(py, callee->partial, arguments, begin, out);
    break;
  case SOW__PY_METHOD:
    done = sow__py_call_method(py, &callee->list->items[0], callee->text, arguments, begin, out);
    break;
  case SOW__PY_PATH:
    done = sow__py_call_path(py, callee->text, arguments, begin, out);
    break;
  default:
    done = sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "%s is called here, which sow cannot do",
                        sow__py_type_name(callee, name));
  }
  py->depth--;
  return done;
}

bool sow__py_call_one(sow__py *py, const sow__py_value *callee, const sow__py_value *argument, size_t begin,
                      sow__py_value *out) {
  sow__py_arguments one = {.count = 1};
  one.values[0] = *argument;
  one.begins[0] = begin;
  return sow__py_call(py, callee, &one, begin, out);
}
