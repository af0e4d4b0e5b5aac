#include "text/python_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sized_options.h"
#include "module/build.h"
#include "text/python_parse.h"
#include "text/ruleset.h"

/* The spaces that all lines begin with do not count, for a section is indented. Empty lines alone are none.
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

/* Without the blanks around it: a section's header has it on one line. */
static sow_status keep_selection(sow__python *python, const char *selection, sow__arena *arena,
                                 sow_error *error) {
  static const char blanks[] = " \t\r\f\v";
  selection += strspn(selection, blanks);
  size_t length = strlen(selection);
  while (length > 0 && strchr(blanks, selection[length - 1]) != NULL)
    length--;
  python->selection = sow__arena_copy(arena, selection, length);
  if (python->selection == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)selection[i] < 0x20)
      return sow__fail(error, SOW_INVALID_ARGUMENT,
                       "the name of the function to run holds a control character");
  return SOW_OK;
}

sow_status sow__python_parse(const sow__py_part *part, const char *selection, sow__arena *arena,
                             sow__python **python, sow_error *error) {
  sow__python *made = sow__arena_alloc(arena, sizeof *made);
  sow__py_file file;
  sow__py py;
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  *made = (sow__python){.part = *part};
  settle_margin(&made->part);
  sow_status status = keep_selection(made, selection, arena, error);
  if (status == SOW_OK)
    status = sow__py_parse(&made->part, 0, arena, &file, error);
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
  if (made->program.top != NULL && sow__py_run_top(&py, made->program.top, file.module->body))
    sow__python_choose(&py, made, arena);
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
  for (size_t i = 0; i < python->call->local_count; i++)
    sow__py_set_local(frame, python->call->locals[i], &root);
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
  const char *name = sow__member_path(module, "", path);
  snprintf(place, sizeof place, " (for %s%s%s, a %.60s)", name[0] != 0 ? "'" : "the model", name,
           name[0] != 0 ? "'" : "", module->class_name);
  snprintf(py->failure.message + length, sizeof py->failure.message - length, "%s", place);
}

/* Classes with parameters, each once; of a model that has more, the first ones. */
typedef struct class_list {
  const char *names[8];
  size_t count;
} class_list;

static void add_class(sow_module *module, void *context) {
  class_list *list = context;
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->names[i], module->class_name) == 0)
      return;
  if (module->parameter_count > 0 && list->count < sizeof list->names / sizeof *list->names)
    list->names[list->count++] = module->class_name;
}

static bool check_used(sow__py *py, const sow__python *python, sow_module *module) {
  class_list list = {.count = 0};
  char layers[300] = "";
  size_t used = 0;
  if (py->written > 0)
    return true;
  sow_module_apply(module, add_class, &list);
  for (size_t i = 0; i < list.count && used + 80 < sizeof layers; i++)
    used += (size_t)snprintf(layers + used, sizeof layers - used, "%s%.60s",
                             i == 0 ? ", whose layers are " : ", ", list.names[i]);
  const sow__py_function *function =
      python->function.type == SOW__PY_CLOSURE ? python->function.closure->function : NULL;
  py->text = function ? function->text : python->part.text;
  return sow__py_fail(py, function ? function->begin : python->part.begin, SOW_UNUSED_RULE,
                      "this initialises nothing of the model%s", layers);
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
  sow_python_options settings = {0};
  sow_status status = SOW__OPTIONS_TAKE(sow_python_options, &settings, options, error);
  if (status == SOW_OK)
    status = sow__rules_new(text, length, settings.source, &made, error);
  if (status == SOW_OK)
    status = parse_file(made, settings.function, error);
  if (status != SOW_OK) {
    sow_rules_free(made);
    return status;
  }
  *rules = made;
  return SOW_OK;
}
