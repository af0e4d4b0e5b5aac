/* What of a file runs: the function that is named, or the only one, or a call that was given. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/python_parse.h"
#include "text/python_rules.h"

/* ---- choosing ---- */

static void add_name(char *list, size_t size, const char *class_name, const char *name) {
  size_t used = strlen(list);
  snprintf(list + used, size - used, "%s%.60s%s%.60s", used > 0 ? ", " : "", class_name,
           class_name[0] != 0 ? "." : "", name);
}

static bool is_lambda(const sow__py_value *value) {
  return value->type == SOW__PY_CLOSURE && strcmp(value->closure->function->name, "<lambda>") == 0;
}

/* A method that is understood and says by its name that it initialises. */
static bool is_offered(const sow__py_value *method) {
  return method->type == SOW__PY_CLOSURE && strstr(method->closure->function->name, "init") != NULL &&
         strcmp(method->closure->function->name, "__init__") != 0;
}

/* "Net.init, Net.init_head": of one class, or of all where it is NULL; *first is the first of them. */
static size_t list_methods(const sow__python *python, const sow__py_class *only, char *list, size_t size,
                           const sow__py_class **first, const sow__py_value **method) {
  size_t count = 0;
  for (const sow__py_class *class = python->program.classes; class != NULL; class = class->next)
    for (size_t i = 0; i < class->methods->count && (only == NULL || class == only); i++) {
      const sow__py_value *one = &class->methods->items[i];
      if (!is_offered(one))
        continue;
      if (count++ == 0) {
        *first = class;
        *method = one;
      }
      add_name(list, size, class->name, one->closure->function->name);
    }
  return count;
}

/* The functions of the file, or its lambdas: their names, and the first of them. */
static size_t list_functions(const sow__python *python, bool lambdas, char *list, size_t size,
                             const sow__py_value **first) {
  const sow__py_frame *top = python->program.top;
  size_t count = 0;
  for (size_t i = 0; i < top->function->local_count; i++) {
    const sow__py_value *value = &top->values[i];
    bool own = value->type == SOW__PY_CLOSURE || value->type == SOW__PY_PARTIAL ||
               (value->type == SOW__PY_UNUSABLE && value->integer == 1);
    if (!top->bound[i] || !own || is_lambda(value) != lambdas)
      continue;
    if (count++ == 0)
      *first = value;
    add_name(list, size, "", top->function->locals[i]);
  }
  return count;
}

/* "f, g, Net.init": what a file offers. */
static void list_all(const sow__python *python, char *list, size_t size) {
  const sow__py_value *ignored;
  const sow__py_class *class;
  list[0] = 0;
  list_functions(python, false, list, size, &ignored);
  list_functions(python, true, list, size, &ignored);
  list_methods(python, NULL, list, size, &class, &ignored);
}

/* net.apply(f) at the top, run as the call that was given: its model is the one at hand. */
static bool take_call(sow__py *py, sow__python *python, sow__arena *arena) {
  const sow__py_program *program = &python->program;
  if (program->calls_differ)
    return sow__py_fail(py, program->call->begin, SOW_INVALID_ARGUMENT,
                        "this file applies functions in several ways; name one behind the file, as in "
                        "FILE.py:'model.apply(NAME)'");
  sow__py_function *function = sow__arena_alloc(arena, sizeof *function);
  const char **names = sow__arena_alloc(arena, sizeof *names);
  if (function == NULL || names == NULL)
    return sow__py_no_memory_left(py);
  names[0] = program->call_model->text;
  *function = (sow__py_function){.text = python->part.text,
                                 .name = "<call>",
                                 .index = python->program.function_count++,
                                 .begin = program->call->begin,
                                 .line = program->call->line,
                                 .outer = (sow__py_function *)program->top->function,
                                 .locals = names,
                                 .local_count = 1,
                                 .has_inner = true,
                                 .body = (sow__py_node *)program->call};
  python->call = function;
  python->call_text = *python->part.text;
  return true;
}

/* One function; where there is none, one lambda; where there is none of them, one method. */
static bool choose_only(sow__py *py, sow__python *python) {
  char list[300] = "";
  const sow__py_value *only = NULL;
  const sow__py_class *class = NULL;
  size_t count = list_functions(python, false, list, sizeof list, &only);
  if (count == 0)
    count = list_functions(python, true, list, sizeof list, &only);
  if (count == 0) {
    count = list_methods(python, NULL, list, sizeof list, &class, &only);
    python->program.self_class = count == 1 ? class->name : NULL;
  }
  if (count == 1) {
    python->function = *only;
    return only->type != SOW__PY_UNUSABLE || sow__py_fail_kept(py, only->broken);
  }
  if (count == 0)
    return sow__py_fail(py, python->part.end, SOW_SYNTAX,
                        "this file has no function; one such as 'def weights_init(m):' is needed");
  list_all(python, list, sizeof list);
  return sow__py_fail(py, python->part.begin, SOW_INVALID_ARGUMENT,
                      "which of these functions? Name one behind the file, as in FILE.py:NAME: %s", list);
}

static bool choose_method(sow__python *python, const char *name, sow__py_value *out) {
  const char *dot = strchr(name, '.');
  const sow__py_value *method = NULL;
  for (const sow__py_class *class = python->program.classes; dot != NULL && class != NULL && method == NULL;
       class = class->next) {
    if (strlen(class->name) != (size_t)(dot - name) || !sow__text_begins(name, class->name))
      continue;
    method = sow__py_own_method(class, dot + 1);
    python->program.self_class = method != NULL ? class->name : NULL;
  }
  if (method != NULL)
    *out = *method;
  return method != NULL;
}

static bool fail_class(sow__py *py, const sow__python *python, const char *name) {
  const sow__py_class *class = sow__py_class_find(&python->program, name), *first;
  const sow__py_value *method;
  char list[300] = "";
  if (class == NULL || list_methods(python, class, list, sizeof list, &first, &method) == 0)
    return sow__py_fail(
        py, python->part.begin, SOW_INVALID_ARGUMENT,
        "'%.80s' is a class; name a method of it that initialises, as in FILE.py:%.80s.METHOD", name, name);
  return sow__py_fail(py, python->part.begin, SOW_INVALID_ARGUMENT,
                      "'%.80s' is a class; name a method of it, as in FILE.py:CLASS.METHOD: %s", name, list);
}

static bool choose_named(sow__py *py, sow__python *python) {
  const sow__py_frame *top = python->program.top;
  const char *name = python->selection;
  char list[300], type[SOW__QUOTE_SIZE];
  if (choose_method(python, name, &python->function))
    return python->function.type == SOW__PY_CLOSURE || sow__py_fail_kept(py, python->function.broken);
  size_t i = sow__py_local(top->function, name);
  if (i == top->function->local_count || !top->bound[i]) {
    list_all(python, list, sizeof list);
    return sow__py_fail(py, python->part.begin, SOW_UNKNOWN_NAME, "this file has no function '%.80s'%s%s",
                        name, list[0] != 0 ? "; it has " : "", list);
  }
  python->function = top->values[i];
  if (python->function.type == SOW__PY_UNUSABLE)
    return sow__py_fail_kept(py, python->function.broken);
  if (python->function.type == SOW__PY_TYPE && python->function.integer == 0)
    return fail_class(py, python, name);
  return python->function.type == SOW__PY_CLOSURE || python->function.type == SOW__PY_PARTIAL ||
         sow__py_fail(py, python->part.begin, SOW_INVALID_ARGUMENT, "'%.80s' is %s, not a function", name,
                      sow__py_type_name(&python->function, type));
}

static bool is_name(const sow__py_node *node, const char *name) {
  return node != NULL && node->kind == SOW__PY_NAME && strcmp(node->text, name) == 0;
}

/* N.init_weights('kaiming'): a method of a class of the file has the model for its self. */
static bool add_self(sow__py *py, sow__py_node *call, sow__arena *arena) {
  const sow__py_node *callee = call->kind == SOW__PY_CALL ? call->left : NULL;
  const sow__py_node *first = call->items != NULL ? call->items->left : NULL;
  sow__py_value method;
  if (callee == NULL || callee->kind != SOW__PY_ATTRIBUTE || callee->left->kind != SOW__PY_NAME ||
      is_name(first, "model") || is_name(first, "net"))
    return true;
  if (!sow__py_class_method(py, callee->left->text, callee->text, &method) || method.integer != 0)
    return py->failure.status == SOW_OK;
  sow__py_node *argument = sow__arena_alloc(arena, sizeof *argument);
  sow__py_node *name = sow__arena_alloc(arena, sizeof *name);
  if (argument == NULL || name == NULL)
    return sow__py_no_memory_left(py);
  *name = (sow__py_node){.kind = SOW__PY_NAME, .begin = callee->begin, .line = callee->line, .text = "model"};
  *argument = (sow__py_node){.kind = SOW__PY_ARGUMENT,
                             .begin = callee->begin,
                             .line = callee->line,
                             .left = name,
                             .next = call->items};
  call->items = argument;
  return true;
}

static bool parse_call(sow__py *py, sow__python *python, sow__arena *arena) {
  const char **names = sow__arena_alloc(arena, 2 * sizeof *names);
  if (names == NULL)
    return sow__py_no_memory_left(py);
  names[0] = "model";
  names[1] = "net";
  python->call_text = (sow__text){"<call>", python->selection, strlen(python->selection)};
  const sow__py_part part = {&python->call_text, 0, python->call_text.length, 1, 0, true};
  sow__py_file file;
  if (sow__py_parse(&part, python->program.function_count, arena, &file, &py->failure) != SOW_OK ||
      !add_self(py, file.module->body, arena))
    return false;
  file.module->locals = names;
  file.module->local_count = 2;
  python->call = file.module;
  python->program.function_count = file.function_count;
  return true;
}

/* ---- how to call what was chosen ---- */

static bool fail_required(sow__py *py, const sow__py_function *function, size_t first) {
  const char *name = function->name;
  const sow__py_parameter *more = &function->parameters[first];
  return sow__py_fail(py, function->begin, SOW_INVALID_ARGUMENT,
                      "%.60s() also needs '%.60s': write the call behind the file, as in "
                      "FILE.py:'model.apply(lambda m: %.60s(m, …))' or FILE.py:'%.60s(model, …)'",
                      name, more->name, name, name);
}

/* A factory, whose defaults are enough, gives the function to apply. */
static bool call_factory(sow__py *py, sow__python *python, const sow__py_function *function) {
  const sow__py_arguments nothing = {.count = 0};
  sow__py_value made;
  if (!sow__py_call(py, &python->function, &nothing, function->begin, &made))
    return false;
  python->function = made;
  python->how = SOW__PY_APPLIED;
  return made.type == SOW__PY_CLOSURE || made.type == SOW__PY_PARTIAL ||
         sow__py_fail(py, function->begin, SOW_INVALID_ARGUMENT,
                      "%.60s() takes no module and gives no function that does", function->name);
}

static bool fail_manner(sow__py *py, const sow__py_function *function) {
  return sow__py_fail(py, function->begin, SOW_INVALID_ARGUMENT,
                      "is this for every module or for the model? Write FILE.py:'model.apply(%.60s)' or "
                      "FILE.py:'%.60s(model)', which give other weights",
                      function->name, function->name);
}

/* def initialize_weights(*models): */
static bool takes_models(const sow__py_function *function) {
  return function->parameter_count > 0 && function->parameters[0].passing == SOW__PY_REST;
}

static bool settle_call(sow__py *py, sow__python *python) {
  python->how = SOW__PY_APPLIED;
  if (python->function.type != SOW__PY_CLOSURE)
    return true;
  const sow__py_function *function = python->function.closure->function;
  size_t required[2] = {0}, count = 0;
  if (function->broken != NULL)
    return sow__py_fail_kept(py, function->broken);
  for (size_t i = 0; i < function->parameter_count; i++) {
    const sow__py_parameter *one = &function->parameters[i];
    bool needed =
        one->fallback == NULL && (one->passing == SOW__PY_PLAIN || one->passing == SOW__PY_KEYWORD_ONLY);
    if (needed && count < 2)
      required[count] = i;
    count += needed ? 1 : 0;
  }
  bool self = count > 0 && strcmp(function->parameters[0].name, "self") == 0;
  if (count == 0 && takes_models(function)) {
    python->how = sow__py_choose_call(&python->program, function, 0);
    return python->how != SOW__PY_EITHER || fail_manner(py, function);
  }
  if (count == 0)
    return call_factory(py, python, function);
  if (count > (self ? 2u : 1u))
    return fail_required(py, function, required[1]);
  python->takes_self = self && count == 2;
  if (self && count == 1) {
    python->how = SOW__PY_CALLED;
    return true;
  }
  python->how = sow__py_choose_call(&python->program, function, required[count - 1]);
  return python->how != SOW__PY_EITHER || fail_manner(py, function);
}

static bool is_call(const char *selection) {
  return strchr(selection, '(') != NULL;
}

bool sow__python_choose(sow__py *py, sow__python *python, sow__arena *arena) {
  if (is_call(python->selection))
    return parse_call(py, python, arena);
  if (python->selection[0] == 0 && python->program.call != NULL)
    return take_call(py, python, arena);
  bool chosen = python->selection[0] == 0 ? choose_only(py, python) : choose_named(py, python);
  return chosen && settle_call(py, python);
}
