/* The top of a file. What of it is not understood is kept, and is an error where it is used. */
#include <string.h>

#include "text/python_rules.h"

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

bool sow__py_run_top(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
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
