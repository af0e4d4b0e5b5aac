/* What of a file runs: the function that is named, or the only one, or a call that was given. */
#include <stdio.h>
#include <string.h>

#include "text/python_parse.h"
#include "text/python_rules.h"

/* ---- choosing ---- */

/* "f, g, Net.init": what a file offers. */
static void list_functions(const sow__python *python, char *list, size_t size) {
  const sow__py_frame *top = python->program.top;
  size_t used = 0;
  list[0] = 0;
  for (size_t i = 0; i < top->function->local_count && used < size; i++) {
    const sow__py_value *value = &top->values[i];
    bool function = value->type == SOW__PY_CLOSURE || value->type == SOW__PY_PARTIAL ||
                    (value->type == SOW__PY_UNUSABLE && value->integer == 1);
    if (top->bound[i] && function)
      used += (size_t)snprintf(list + used, size - used, "%s%.60s", used > 0 ? ", " : "",
                               top->function->locals[i]);
  }
  for (const sow__py_class *class = python->program.classes; class != NULL; class = class->next)
    for (size_t i = 0; i < class->methods->count && used < size; i++)
      if (class->methods->items[i].type == SOW__PY_CLOSURE &&
          strstr(class->methods->items[i].closure->function->name, "init") != NULL &&
          strcmp(class->methods->items[i].closure->function->name, "__init__") != 0)
        used += (size_t)snprintf(list + used, size - used, "%s%.60s.%.60s", used > 0 ? ", " : "", class->name,
                                 class->methods->items[i].closure->function->name);
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

static bool choose_only(sow__py *py, sow__python *python) {
  const sow__py_frame *top = python->program.top;
  char list[300];
  size_t count = 0;
  for (size_t i = 0; i < top->function->local_count; i++) {
    const sow__py_value *value = &top->values[i];
    if (!top->bound[i])
      continue;
    bool own = value->type == SOW__PY_CLOSURE && strcmp(value->closure->function->name, "<lambda>") != 0;
    own = own || (value->type == SOW__PY_UNUSABLE && value->integer == 1);
    if (own && count++ == 0)
      python->function = *value;
  }
  if (count == 1)
    return python->function.type == SOW__PY_CLOSURE || sow__py_fail_kept(py, python->function.broken);
  list_functions(python, list, sizeof list);
  if (list[0] == 0)
    return sow__py_fail(py, python->part.end, SOW_SYNTAX,
                        "this file has no function; one such as 'def weights_init(m):' is needed");
  return sow__py_fail(py, python->part.begin, SOW_INVALID_ARGUMENT,
                      "which of these functions? Name one behind the file, as in FILE.py:NAME: %s", list);
}

static bool choose_method(sow__python *python, const char *name, sow__py_value *out) {
  const char *dot = strchr(name, '.');
  for (const sow__py_class *class = python->program.classes; dot != NULL && class != NULL;
       class = class->next) {
    if (strlen(class->name) != (size_t)(dot - name) || strncmp(class->name, name, (size_t)(dot - name)) != 0)
      continue;
    for (size_t i = 0; i < class->methods->count; i++) {
      *out = class->methods->items[i];
      const char *own = out->type == SOW__PY_CLOSURE ? out->closure->function->name : out->text;
      python->program.self_class = class->name;
      if (strcmp(own, dot + 1) == 0)
        return true;
    }
  }
  python->program.self_class = NULL;
  return false;
}

static bool choose_named(sow__py *py, sow__python *python) {
  const sow__py_frame *top = python->program.top;
  const char *name = python->selection;
  char list[300], type[SOW__QUOTE_SIZE];
  if (choose_method(python, name, &python->function))
    return python->function.type == SOW__PY_CLOSURE || sow__py_fail_kept(py, python->function.broken);
  size_t i = sow__py_local(top->function, name);
  if (i == top->function->local_count || !top->bound[i]) {
    list_functions(python, list, sizeof list);
    return sow__py_fail(py, python->part.begin, SOW_UNKNOWN_NAME, "this file has no function '%.80s'%s%s",
                        name, list[0] != 0 ? "; it has " : "", list);
  }
  python->function = top->values[i];
  if (python->function.type == SOW__PY_UNUSABLE)
    return sow__py_fail_kept(py, python->function.broken);
  return python->function.type == SOW__PY_CLOSURE || python->function.type == SOW__PY_PARTIAL ||
         sow__py_fail(py, python->part.begin, SOW_INVALID_ARGUMENT, "'%.80s' is %s, not a function", name,
                      sow__py_type_name(&python->function, type));
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
  if (sow__py_parse_expression(&part, python->program.function_count, arena, &file, &py->failure) != SOW_OK)
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
  return python->how != SOW__PY_EITHER ||
         sow__py_fail(py, function->begin, SOW_INVALID_ARGUMENT,
                      "is this for every module or for the model? Write FILE.py:'model.apply(%.60s)' or "
                      "FILE.py:'%.60s(model)', which give other weights",
                      function->name, function->name);
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
