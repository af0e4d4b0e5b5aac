/* Statements of a function that initialises. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/python_run.h"

/* ---- imports ---- */

/* What a package holds that sow does not know is not known by name either. */
static bool import_all(sow__py *py, const sow__py_node *node) {
  sow__py_program *program = py->program;
  if (program->star_count == sizeof program->stars / sizeof program->stars[0])
    return sow__py_fail(py, node->begin, SOW_LIMIT, "more than 8 times 'import *'");
  program->stars[program->star_count++] = node->left->text;
  return true;
}

static bool execute_import(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  for (const sow__py_node *item = statement->items; item != NULL; item = item->next) {
    const sow__py_value path = sow__py_path(item->left->text);
    if (strcmp(item->text, "*") != 0)
      sow__py_set_local(frame, item->text, &path);
    else if (!import_all(py, item))
      return false;
  }
  return true;
}

/* ---- raise, assert, try ---- */

static bool execute_assert(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow__py_value value;
  const char *said;
  bool truth;
  if (!sow__py_evaluate(py, frame, statement->left, &value) ||
      !sow__py_test(py, statement->left->begin, &value, &truth))
    return false;
  if (truth)
    return true;
  if (!sow__py_saying(py, frame, statement->right, &said))
    return false;
  return sow__py_raise(py, statement->begin, "AssertionError", "%.300s", said);
}

/* `finally` behind what was raised, which goes on from its end: it may be caught further out. */
static sow__py_flow finally_raised(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                                   const sow_module *visited, sow__py_value *returned) {
  const char *raised = py->raised;
  const sow_module *raised_at = py->visited;
  sow_error *kept = sow__py_keep(py);
  if (kept == NULL || !sow__py_forget(py))
    return SOW__PY_FAILED;
  py->visited = visited;
  sow__py_flow last = sow__py_execute(py, frame, statement->left, returned);
  if (last != SOW__PY_ON)
    return last; /* it leaves in a way of its own */
  sow__py_raise_again(py, raised, kept);
  py->visited = raised_at;
  return SOW__PY_FAILED;
}

/* The block of an `except` that takes what was raised. */
static sow__py_flow handle(sow__py *py, sow__py_frame *frame, const sow__py_node *except,
                           const sow_module *visited, sow__py_value *returned) {
  const sow__py_handled *outer = py->handled;
  const sow__py_handled handled = {py->raised, except->text, sow__py_keep(py)};
  char path[80];
  sow__py_value caught;
  snprintf(path, sizeof path, "builtins.%.60s()", py->raised);
  if (handled.failure == NULL || !sow__py_text(py, path, strlen(path), &caught) || !sow__py_forget(py))
    return SOW__PY_FAILED;
  caught.type = SOW__PY_PATH; /* what it says in Python, sow does not know to the letter */
  py->visited = visited;
  if (except->text != NULL)
    sow__py_set_local(frame, except->text, &caught);
  py->handled = &handled;
  sow__py_flow flow = sow__py_execute(py, frame, except->items, returned);
  py->handled = outer;
  return flow;
}

/* Only what Python raises for certain may be caught: what sow does not know is no exception. */
static sow__py_flow catch_raised(sow__py *py, sow__py_frame *frame, const sow__py_node *except,
                                 const sow_module *visited, sow__py_value *returned) {
  const char *raised = py->raised;
  sow__py_answer taken = SOW__PY_NO;
  while (except != NULL && (taken = sow__py_catches(except, raised)) == SOW__PY_NO)
    except = except->next;
  if (taken == SOW__PY_YES)
    return handle(py, frame, except, visited, returned);
  if (taken == SOW__PY_UNSURE && sow__py_forget(py))
    sow__py_fail(py, except->begin, SOW_UNKNOWN_NAME,
                 "whether this takes %.60s is not known; name that class, or Exception", raised);
  return SOW__PY_FAILED;
}

static sow__py_flow execute_try(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                                sow__py_value *returned) {
  const sow_module *visited = py->visited; /* what is raised leaves model.apply() */
  py->tries++;
  sow__py_flow flow = sow__py_execute(py, frame, statement->items, returned);
  py->tries--;
  if (flow == SOW__PY_FAILED && py->raised != NULL)
    flow = catch_raised(py, frame, statement->right, visited, returned);
  else if (flow == SOW__PY_ON && statement->third != NULL)
    flow = sow__py_execute(py, frame, statement->third, returned);
  if (statement->left == NULL)
    return flow;
  if (flow == SOW__PY_FAILED)
    return py->raised == NULL ? flow : finally_raised(py, frame, statement, visited, returned);
  sow__py_flow last = sow__py_execute(py, frame, statement->left, returned);
  return last == SOW__PY_ON ? flow : last;
}

/* ---- with ---- */

static bool enter(sow__py *py, sow__py_frame *frame, const sow__py_node *item) {
  for (; item != NULL; item = item->next) {
    sow__py_value value;
    if (!sow__py_evaluate(py, frame, item->left, &value))
      return false;
    if (value.type != SOW__PY_PATH || !sow__text_is_one_of(value.text, sow__py_contexts))
      return sow__py_fail(py, item->begin, SOW_SYNTAX, "only 'with torch.no_grad():' is understood");
    if (strcmp(value.text, "torch.set_grad_enabled()") != 0)
      py->no_grad = strcmp(value.text, "torch.enable_grad()") != 0;
    if (item->text != NULL)
      sow__py_set_local(frame, item->text, &value);
  }
  return true;
}

/* What was entered is left, also where a later item raises. */
static sow__py_flow execute_with(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                                 sow__py_value *returned) {
  const bool no_grad = py->no_grad;
  sow__py_flow flow = SOW__PY_FAILED;
  if (enter(py, frame, statement->left))
    flow = sow__py_execute(py, frame, statement->items, returned);
  py->no_grad = no_grad;
  return flow;
}

/* ---- loops ---- */

/* A loop that is left leaves the rest of an iterator to others. */
static sow__py_flow execute_for(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                                sow__py_value *returned) {
  sow__py_value value;
  sow__py_iterator *iterator;
  const size_t begin = statement->right->begin;
  if (!sow__py_evaluate(py, frame, statement->right, &value) || !sow__py_iter(py, begin, &value, &iterator))
    return SOW__PY_FAILED;
  for (;;) {
    bool there;
    if (!sow__py_step(py, statement->begin, 1) || !sow__py_next(py, iterator, begin, &value, &there))
      return SOW__PY_FAILED;
    if (!there)
      return sow__py_execute(py, frame, statement->third, returned);
    if (!sow__py_assign(py, frame, statement->left, &value))
      return SOW__PY_FAILED;
    sow__py_flow flow = sow__py_execute(py, frame, statement->items, returned);
    if (flow == SOW__PY_BROKE)
      return SOW__PY_ON;
    if (flow == SOW__PY_RETURNED || flow == SOW__PY_FAILED)
      return flow;
  }
}

static sow__py_flow execute_while(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                                  sow__py_value *returned) {
  for (;;) {
    sow__py_value value;
    bool truth;
    if (!sow__py_step(py, statement->begin, 1) || !sow__py_evaluate(py, frame, statement->left, &value) ||
        !sow__py_test(py, statement->left->begin, &value, &truth))
      return SOW__PY_FAILED;
    if (!truth)
      return sow__py_execute(py, frame, statement->third, returned);
    sow__py_flow flow = sow__py_execute(py, frame, statement->items, returned);
    if (flow == SOW__PY_BROKE)
      return SOW__PY_ON;
    if (flow == SOW__PY_RETURNED || flow == SOW__PY_FAILED)
      return flow;
  }
}

/* ---- any ---- */

static sow__py_flow execute_if(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                               sow__py_value *returned) {
  for (const sow__py_node *next;; statement = next) {
    sow__py_value value;
    bool truth;
    if (!sow__py_evaluate(py, frame, statement->left, &value) ||
        !sow__py_test(py, statement->left->begin, &value, &truth))
      return SOW__PY_FAILED;
    if (truth)
      return sow__py_execute(py, frame, statement->items, returned);
    next = sow__py_elif(statement);
    if (next == NULL)
      return sow__py_execute(py, frame, statement->third, returned);
  }
}

static bool execute_simple(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow__py_value ignored;
  switch (statement->kind) {
  case SOW__PY_EXPRESSION:
    return sow__py_evaluate(py, frame, statement->left, &ignored);
  case SOW__PY_ASSIGN:
    return sow__py_execute_assign(py, frame, statement);
  case SOW__PY_AUGMENTED:
    return sow__py_execute_augmented(py, frame, statement);
  case SOW__PY_DELETE:
    return sow__py_execute_delete(py, frame, statement);
  case SOW__PY_RAISE:
    return sow__py_execute_raise(py, frame, statement);
  case SOW__PY_ASSERT:
    return execute_assert(py, frame, statement);
  case SOW__PY_DEF:
  case SOW__PY_CLASS:
    return sow__py_define(py, frame, statement);
  case SOW__PY_IMPORT:
    return execute_import(py, frame, statement);
  case SOW__PY_BROKEN:
    ignored = (sow__py_value){.type = SOW__PY_UNUSABLE, .broken = statement->broken};
    sow__py_set_local(frame, statement->text, &ignored);
    return true;
  default:
    return true;
  }
}

static sow__py_flow execute_one(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                                sow__py_value *returned) {
  switch (statement->kind) {
  case SOW__PY_IF:
    return execute_if(py, frame, statement, returned);
  case SOW__PY_FOR:
    return execute_for(py, frame, statement, returned);
  case SOW__PY_WHILE:
    return execute_while(py, frame, statement, returned);
  case SOW__PY_WITH:
    return execute_with(py, frame, statement, returned);
  case SOW__PY_TRY:
    return execute_try(py, frame, statement, returned);
  case SOW__PY_BREAK:
    return SOW__PY_BROKE;
  case SOW__PY_CONTINUE:
    return SOW__PY_CONTINUED;
  case SOW__PY_RETURN:
    *returned = sow__py_none();
    if (statement->left != NULL && !sow__py_evaluate(py, frame, statement->left, returned))
      return SOW__PY_FAILED;
    return SOW__PY_RETURNED;
  default:
    return execute_simple(py, frame, statement) ? SOW__PY_ON : SOW__PY_FAILED;
  }
}

sow__py_flow sow__py_execute(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                             sow__py_value *returned) {
  sow__py_flow flow = SOW__PY_ON;
  if (statement != NULL && py->depth >= SOW__PY_DEPTH) {
    sow__py_fail(py, statement->begin, SOW_LIMIT, "functions call one another too deep");
    return SOW__PY_FAILED;
  }
  py->depth++;
  for (; statement != NULL && flow == SOW__PY_ON; statement = statement->next)
    flow =
        sow__py_step(py, statement->begin, 1) ? execute_one(py, frame, statement, returned) : SOW__PY_FAILED;
  py->depth--;
  return flow;
}
