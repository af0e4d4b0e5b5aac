/* How a function that initialises begins and ends, fails, and takes memory. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/python_run.h"

/* ---- life ---- */

bool sow__py_open(sow__py *py, sow__py_program *program, sow__arena *arena, const sow_error *error) {
  *py = (sow__py){.program = program, .arena = arena, .failure = SOW_ERROR_NONE, .step_limit = SOW__PY_STEPS};
  if (error != NULL) {
    py->failure.on_warning = error->on_warning;
    py->failure.warning_context = error->warning_context;
  }
  py->free_frames = calloc(program->function_count + 1, sizeof *py->free_frames);
  return py->free_frames != NULL;
}

sow_status sow__py_close(sow__py *py, sow_error *error) {
  free(py->free_frames);
  sow__arena_free(&py->frames);
  if (py->failure.status != SOW_OK && error != NULL)
    *error = py->failure;
  return py->failure.status;
}

/* ---- failing ---- */

static bool fail(sow__py *py, size_t begin, sow_status status, const char *raised, const char *message) {
  if (py->failure.status == SOW_OK) {
    py->raised = raised;
    sow__text_fail(py->text, begin, &py->failure, status, "%s", message);
  }
  return false;
}

bool sow__py_fail(sow__py *py, size_t begin, sow_status status, const char *format, ...) {
  char message[SOW_MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return fail(py, begin, status, NULL, message);
}

#define RAISE_STEPS 256

bool sow__py_raise(sow__py *py, size_t begin, const char *exception, const char *format, ...) {
  char message[SOW_MESSAGE_SIZE];
  va_list arguments;
  int used = snprintf(message, sizeof message, "Python raises %.60s here: ", exception);
  va_start(arguments, format);
  int more = vsnprintf(message + used, sizeof message - (size_t)used, format, arguments);
  va_end(arguments);
  if (more == 0)
    message[used - 2] = 0;
  /* Finding the line takes time in the length of the text, and a loop may raise and catch. */
  return sow__py_step(py, begin, RAISE_STEPS) && fail(py, begin, SOW_INVALID_ARGUMENT, exception, message);
}

bool sow__py_warns_here(sow__py *py, size_t begin) {
  for (size_t i = 0; i < py->warned_count; i++)
    if (py->warned[i] == begin)
      return false;
  if (py->warned_count == sizeof py->warned / sizeof py->warned[0])
    return false;
  py->warned[py->warned_count++] = begin;
  return true;
}

bool sow__py_no_memory_left(sow__py *py) {
  if (py->failure.status == SOW_OK)
    sow__fail(&py->failure, SOW_NO_MEMORY, NULL);
  py->raised = NULL;
  return false;
}

bool sow__py_forget(sow__py *py) {
  if (py->failure.status == SOW_NO_MEMORY || py->failure.status == SOW_LIMIT || py->serious)
    return false;
  py->failure.status = SOW_OK;
  py->raised = NULL;
  return true;
}

sow_error *sow__py_keep(sow__py *py) {
  sow_error *kept = sow__arena_alloc(py->arena, sizeof *kept);
  if (kept != NULL)
    *kept = py->failure;
  else
    py->failure.status = SOW_NO_MEMORY;
  return kept;
}

bool sow__py_fail_kept(sow__py *py, const sow_error *kept) {
  if (py->failure.status != SOW_OK)
    return false;
  void (*on_warning)(void *, const sow_error *) = py->failure.on_warning;
  void *context = py->failure.warning_context;
  py->failure = *kept;
  py->failure.on_warning = on_warning;
  py->failure.warning_context = context;
  py->raised = NULL;
  return false;
}

bool sow__py_step(sow__py *py, size_t begin, size_t count) {
  if (py->failure.status != SOW_OK)
    return false;
  if (count > py->step_limit - py->steps)
    return sow__py_fail(py, begin, SOW_LIMIT, "the function goes on for more than %zu steps", py->step_limit);
  py->steps += count;
  return true;
}

/* ---- memory ---- */

void *sow__py_alloc(sow__py *py, size_t size) {
  if (size > SOW__PY_MEMORY || py->bytes > SOW__PY_MEMORY - size) {
    sow__py_fail(py, 0, SOW_LIMIT, "the function's values take more than 1 GiB");
    return NULL;
  }
  void *memory = sow__arena_alloc(py->arena, size);
  py->bytes += size;
  if (memory == NULL)
    sow__py_no_memory_left(py);
  return memory;
}

bool sow__py_text(sow__py *py, const char *text, size_t length, sow__py_value *out) {
  char *copy = sow__py_alloc(py, length + 1);
  if (copy == NULL)
    return false;
  memcpy(copy, text, length);
  *out = sow__py_str(copy);
  return true;
}

bool sow__py_list_new(sow__py *py, sow__py_type type, size_t count, sow__py_value *out,
                      sow__py_value **items) {
  if (count > SOW__PY_MEMORY / sizeof **items)
    return sow__py_fail(py, 0, SOW_LIMIT, "the function's values take more than 1 GiB");
  sow__py_list *list = sow__py_alloc(py, sizeof *list);
  *items = list ? sow__py_alloc(py, count * sizeof **items) : NULL;
  if (*items == NULL)
    return false;
  *list = (sow__py_list){.items = *items, .count = count, .room = count, .at_top = py->root == NULL};
  *out = (sow__py_value){.type = type, .list = list};
  return true;
}

bool sow__py_list_empty(sow__py *py, sow__py_type type, size_t room, sow__py_value *out) {
  sow__py_value *items;
  if (!sow__py_list_new(py, type, room, out, &items))
    return false;
  out->list->count = 0;
  return true;
}
