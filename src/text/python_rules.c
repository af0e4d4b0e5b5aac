#include "text/python_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "module/modules.h"
#include "text/python_parse.h"
#include "text/ruleset.h"

struct sow__python {
  sow__py_part part;
  const char *selection; /* as it was given */
  sow__py_program program;
  sow__py_how how;
  sow__py_value function;       /* what is applied or called; None where a call was given */
  const sow__py_function *call; /* the call that was given */
  sow__text call_text;
  bool takes_self; /* the root comes before the module */
};

/* ---- the top of the file ---- */

static void set_names(sow__py_frame *frame, const sow__py_node *target, const sow__py_value *value) {
  for (; target != NULL; target = target->next) {
    if (target->kind == SOW__PY_NAME)
      sow__py_set_local(frame, target->text, value);
    set_names(frame, target->items, value);
  }
}

/* What these names were to be is not understood: an error where one of them is used. */
static bool set_unusable(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow_error *kept = sow__py_keep(py);
  const bool function = statement->kind == SOW__PY_DEF;
  const sow__py_value value = {.type = SOW__PY_UNUSABLE, .integer = function ? 1 : 0, .broken = kept};
  py->serious = false; /* what the top of a file draws, it draws before the seed is set */
  if (kept == NULL || !sow__py_forget(py))
    return false;
  if (function)
    sow__py_set_local(frame, statement->function->name, &value);
  else
    set_names(frame, statement->items, &value);
  return true;
}

static bool binds_names(const sow__py_node *target) {
  for (; target != NULL; target = target->next)
    if (target->kind != SOW__PY_NAME && !(target->kind == SOW__PY_TUPLE && binds_names(target->items)))
      return false;
  return true;
}

static bool fail_at_top(sow__py *py) {
  static const char hint[] = " (at the top of the file, which is to hold the function and what it needs)";
  size_t length = strlen(py->failure.message);
  if (py->failure.status != SOW_NO_MEMORY && length + sizeof hint < sizeof py->failure.message)
    memcpy(py->failure.message + length, hint, sizeof hint);
  return false;
}

static bool run_top(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  for (; statement != NULL; statement = statement->next) {
    sow__py_node alone = *statement;
    sow__py_value ignored;
    alone.next = NULL;
    if (sow__py_execute(py, frame, &alone, &ignored) == SOW__PY_ON)
      continue;
    bool assigns = (statement->kind == SOW__PY_ASSIGN && binds_names(statement->items)) ||
                   statement->kind == SOW__PY_DEF;
    if (!assigns || !set_unusable(py, frame, statement))
      return fail_at_top(py);
  }
  return true;
}

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

static bool choose(sow__py *py, sow__python *python, sow__arena *arena) {
  if (is_call(python->selection))
    return parse_call(py, python, arena);
  bool chosen = python->selection[0] == 0 ? choose_only(py, python) : choose_named(py, python);
  return chosen && settle_call(py, python);
}

/* The spaces that all lines begin with do not count, so that a section is indented; nothing else is nothing.
 */
static void settle_margin(sow__py_part *part) {
  const char *bytes = part->text->bytes;
  part->margin = SIZE_MAX;
  for (size_t at = part->begin; at < part->end;) {
    const char *found = memchr(bytes + at, '\n', part->end - at);
    size_t end = found ? (size_t)(found - bytes) : part->end, spaces = 0, blanks;
    while (at + spaces < end && bytes[at + spaces] == ' ')
      spaces++;
    for (blanks = spaces; at + blanks < end && strchr("\t\r\f ", bytes[at + blanks]) != NULL;)
      blanks++;
    if (at + blanks < end && spaces < part->margin)
      part->margin = spaces;
    at = end + 1;
  }
  if (part->margin == SIZE_MAX) {
    part->margin = 0;
    part->end = part->begin;
  }
}

sow_status sow__python_parse(const sow__py_part *part, const char *selection, sow__arena *arena,
                             sow__python **python, sow_error *error) {
  sow__python *made = sow__arena_alloc(arena, sizeof *made);
  static const char blanks[] = " \t\r\f\v";
  selection += strspn(selection, blanks);
  size_t length = strlen(selection);
  while (length > 0 && strchr(blanks, selection[length - 1]) != NULL)
    length--;
  char *kept = sow__arena_copy(arena, selection, length);
  sow__py_file file;
  sow__py py;
  if (made == NULL || kept == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)kept[i] < 0x20)
      return sow__fail(error, SOW_INVALID_ARGUMENT,
                       "the name of the function to run holds a control character");
  *made = (sow__python){.part = *part, .selection = kept};
  settle_margin(&made->part);
  sow_status status = sow__py_parse_file(&made->part, arena, &file, error);
  if (status != SOW_OK)
    return status;
  made->program.function_count = file.function_count;
  if (!sow__py_open(&py, &made->program, arena, error)) {
    sow__py_close(&py, NULL);
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  }
  py.text = part->text;
  file.module->has_inner = true; /* its names live as long as the rules */
  made->program.top = sow__py_frame_new(&py, file.module, NULL);
  if (made->program.top != NULL && run_top(&py, made->program.top, file.module->body))
    choose(&py, made, arena);
  status = sow__py_close(&py, error);
  if (status == SOW_OK)
    *python = made;
  return status;
}

/* ---- running ---- */

typedef struct visit {
  sow__py *py;
  const sow__python *python;
  const sow__py_value *function;
  size_t begin;
  bool keeps; /* values must outlive a visit */
} visit;

static bool call_for(visit *run, sow_module *module) {
  sow__py_arguments arguments = {.count = 0};
  sow__py_value result;
  if (run->python->takes_self)
    arguments.values[arguments.count++] = sow__py_module_value(run->py->root);
  arguments.values[arguments.count++] = sow__py_module_value(module);
  run->py->text = run->python->part.text;
  if (!sow__py_call(run->py, run->function, &arguments, run->begin, &result))
    return false;
  if (result.type == SOW__PY_CLOSURE)
    return sow__py_fail(
        run->py, run->begin, SOW_INVALID_ARGUMENT,
        "this gives a function, which is to be applied: write the call behind the file, as in "
        "FILE.py:'model.apply(NAME(…))'");
  return true;
}

static void visit_module(sow_module *module, void *context) {
  visit *run = context;
  if (run->py->failure.status != SOW_OK)
    return;
  run->py->visited = module;
  if (!call_for(run, module))
    return;
  run->py->visited = NULL;
  if (run->keeps)
    return;
  sow__arena_free(run->py->arena);
  run->py->bytes = 0;
}

static bool run_call(sow__py *py, const sow__python *python, sow_module *module, visit *run) {
  sow__py_value result, root = sow__py_module_value(module);
  sow__py_frame *frame = sow__py_frame_new(py, python->call, python->program.top);
  if (frame == NULL)
    return false;
  sow__py_set_local(frame, "model", &root);
  sow__py_set_local(frame, "net", &root);
  py->text = &python->call_text;
  if (!sow__py_evaluate(py, frame, python->call->body, &result))
    return false;
  if (result.type == SOW__PY_CLOSURE || result.type == SOW__PY_PARTIAL) {
    run->function = &result;
    run->keeps = true;
    sow_module_apply(module, visit_module, run);
  }
  return py->failure.status == SOW_OK;
}

/* " (for 'layer1.0', a Bottleneck)": which module it was that the function failed for. */
static void add_module(sow__py *py) {
  char path[SOW__PATH_SIZE], place[SOW__PATH_SIZE + 120];
  const sow_module *module = py->visited;
  size_t length = strlen(py->failure.message);
  if (module == NULL || py->failure.status == SOW_NO_MEMORY)
    return;
  const char *name = sow__module_path(module, path);
  snprintf(place, sizeof place, " (for %s%s%s, a %.60s)", name[0] != 0 ? "'" : "the model", name,
           name[0] != 0 ? "'" : "", module->class_name);
  snprintf(py->failure.message + length, sizeof py->failure.message - length, "%s", place);
}

typedef struct class_list {
  char text[200];
  size_t used;
} class_list;

static void add_class(sow_module *module, void *context) {
  class_list *list = context;
  char quoted[80];
  snprintf(quoted, sizeof quoted, "%s%.60s", list->used > 0 ? ", " : "", module->class_name);
  const char *name = quoted + (list->used > 0 ? 2 : 0);
  const char *met = strstr(list->text, name);
  size_t length = strlen(name);
  bool known =
      met != NULL && (met[length] == 0 || met[length] == ',') && (met == list->text || met[-1] == ' ');
  if (module->parameter_count == 0 || known || list->used + strlen(quoted) + 8 > sizeof list->text)
    return;
  memcpy(list->text + list->used, quoted, strlen(quoted) + 1);
  list->used += strlen(quoted);
}

static bool check_used(sow__py *py, const sow__python *python, sow_module *module) {
  class_list list = {.used = 0};
  if (py->written > 0)
    return true;
  sow_module_apply(module, add_class, &list);
  const sow__py_function *function =
      python->function.type == SOW__PY_CLOSURE ? python->function.closure->function : NULL;
  py->text = function ? function->text : python->part.text;
  return sow__py_fail(py, function ? function->begin : python->part.begin, SOW_UNUSED_RULE,
                      "this initialises nothing of the model%s%s", list.used > 0 ? ", whose layers are " : "",
                      list.text);
}

sow_status sow__python_run(const sow__python *python, sow_module *module, bool allow_unused,
                           sow_error *error) {
  sow__arena arena = {0};
  sow__py_program program = python->program;
  sow__py py;
  if (!sow__py_open(&py, &program, &arena, error)) {
    sow__py_close(&py, NULL);
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  }
  py.root = module;
  py.step_limit += SOW__PY_STEPS_EACH * module->tree->size;
  visit run = {.py = &py, .python = python, .function = &python->function, .begin = python->part.begin};
  if (python->function.type == SOW__PY_CLOSURE)
    run.begin = python->function.closure->function->begin;
  if (python->call != NULL)
    run_call(&py, python, module, &run);
  else if (python->how == SOW__PY_APPLIED)
    sow_module_apply(module, visit_module, &run);
  else
    call_for(&run, module);
  if (py.failure.status != SOW_OK)
    add_module(&py);
  else if (!allow_unused)
    check_used(&py, python, module);
  sow__arena_free(&arena);
  return sow__py_close(&py, error);
}

/* ---- printing ---- */

void sow__python_print(const sow__python *python, sow__buffer *out) {
  const char *bytes = python->part.text->bytes;
  sow__buffer_printf(out, "python%s%s:\n", python->selection[0] != 0 ? " " : "", python->selection);
  for (size_t at = python->part.begin; at < python->part.end;) {
    const char *found = memchr(bytes + at, '\n', python->part.end - at);
    size_t end = found ? (size_t)(found - bytes) : python->part.end, begin = at;
    for (size_t i = 0; i < python->part.margin && begin < end && bytes[begin] == ' '; i++)
      begin++;
    if (begin < end) {
      sow__buffer_text(out, "  ");
      sow__buffer_add(out, bytes + begin, end - begin);
    }
    sow__buffer_text(out, "\n");
    at = end + 1;
  }
}

/* ---- the public way in ---- */

static sow_status parse_file(sow_rules *rules, const char *function, sow_error *error) {
  static const char mark[] = "\xEF\xBB\xBF"; /* a byte order mark is no part of the text */
  const sow__text *text = &rules->text;
  size_t begin = text->length >= 3 && memcmp(text->bytes, mark, 3) == 0 ? 3 : 0;
  const sow__py_part part = {text, begin, text->length, 1, 0, false};
  rules->passes = sow__arena_alloc(&rules->arena, sizeof *rules->passes);
  if (rules->passes == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  return sow__python_parse(&part, function ? function : "", &rules->arena, &rules->passes->python, error);
}

sow_status sow_rules_parse_python(const char *text, size_t length, const sow_python_options *options,
                                  sow_rules **rules, sow_error *error) {
  sow_rules *made = NULL;
  sow_status status = sow__rules_new(text, length, options ? options->source : NULL, &made, error);
  if (status == SOW_OK)
    status = parse_file(made, options ? options->function : NULL, error);
  if (status != SOW_OK) {
    sow_rules_free(made);
    return status;
  }
  *rules = made;
  return SOW_OK;
}
