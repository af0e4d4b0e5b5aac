/*
 * The top of a file. It may hold more than the function needs, even a whole script: what a name is given and
 * is not understood is an error where the name is used, and only there. What is not understood and may
 * initialise something is an error at once.
 */
#include <string.h>

#include "text/python_rules.h"

/* ---- names ---- */

static void set_targets(sow__py_frame *frame, const sow__py_node *target, const sow__py_value *value) {
  for (; target != NULL; target = target->next) {
    if (target->kind == SOW__PY_NAME)
      sow__py_set_local(frame, target->text, value);
    set_targets(frame, target->kind == SOW__PY_STARRED ? target->left : target->items, value);
  }
}

static void set_branches(sow__py_frame *frame, const sow__py_node *statement, const sow__py_value *value);

/* Every name that these statements would bind. */
static void set_names(sow__py_frame *frame, const sow__py_node *statement, const sow__py_value *value) {
  for (; statement != NULL; statement = statement->next)
    switch (statement->kind) {
    case SOW__PY_DEF:
      sow__py_set_local(frame, statement->function->name, value);
      break;
    case SOW__PY_CLASS:
    case SOW__PY_BROKEN:
      sow__py_set_local(frame, statement->text, value);
      break;
    case SOW__PY_ASSIGN:
    case SOW__PY_IMPORT:
      set_targets(frame, statement->items, value);
      break;
    case SOW__PY_WITH:
      for (const sow__py_node *item = statement->left; item != NULL; item = item->next)
        if (item->text != NULL)
          sow__py_set_local(frame, item->text, value);
      set_branches(frame, statement, value);
      break;
    case SOW__PY_FOR:
    case SOW__PY_AUGMENTED:
      set_targets(frame, statement->left, value);
      set_branches(frame, statement, value);
      break;
    default:
      set_branches(frame, statement, value);
    }
}

static void set_branches(sow__py_frame *frame, const sow__py_node *statement, const sow__py_value *value) {
  const sow__py_node *link = statement;
  set_names(frame, link->items, value);
  for (const sow__py_node *next; (next = sow__py_elif(link)) != NULL; link = next)
    set_names(frame, next->items, value);
  set_names(frame, link->third, value);
  set_names(frame, statement->right, value);
}

/* What the names of a statement were to be is not understood, for the reason of the failure. */
static bool set_unusable(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow_error *kept = sow__py_keep(py);
  const sow__py_value value = {
      .type = SOW__PY_UNUSABLE, .integer = statement->kind == SOW__PY_DEF ? 1 : 0, .broken = kept};
  py->serious = false; /* what the top of a file draws, it draws before the seed is set */
  if (kept == NULL || !sow__py_forget(py))
    return false;
  set_names(frame, statement, &value);
  sow__py_spoil(py, frame, statement, &value);
  return true;
}

/* ---- statements that do nothing but bind names ---- */

static bool binds_targets(const sow__py_node *target) {
  for (; target != NULL; target = target->next)
    if (target->kind != SOW__PY_NAME && !(target->kind == SOW__PY_TUPLE && binds_targets(target->items)))
      return false;
  return true;
}

static bool branches_only_bind(const sow__py_node *statement);

static bool only_binds(const sow__py_node *statement) {
  for (; statement != NULL; statement = statement->next)
    switch (statement->kind) {
    case SOW__PY_DEF:
    case SOW__PY_CLASS:
    case SOW__PY_BROKEN:
    case SOW__PY_IMPORT:
    case SOW__PY_PASS:
    case SOW__PY_RAISE:
      break;
    case SOW__PY_ASSIGN:
      if (!binds_targets(statement->items))
        return false;
      break;
    case SOW__PY_EXPRESSION:
      if (statement->left->kind != SOW__PY_CONSTANT)
        return false;
      break;
    case SOW__PY_IF:
    case SOW__PY_TRY:
    case SOW__PY_EXCEPT:
      if (!branches_only_bind(statement))
        return false;
      break;
    default:
      return false;
    }
  return true;
}

static bool branches_only_bind(const sow__py_node *statement) {
  const sow__py_node *link = statement;
  bool binds = only_binds(link->items);
  for (const sow__py_node *next; binds && (next = sow__py_elif(link)) != NULL; link = next)
    binds = only_binds(next->items);
  return binds && only_binds(link->third) && (statement->kind != SOW__PY_TRY || only_binds(statement->right));
}

/* try: import apex; HAS_APEX = True: what is imported has its name; which branch runs, sow does not know. */
static bool run_try(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow__py_fail(py, statement->begin, SOW_UNKNOWN_NAME, "this depends on what can be imported");
  if (!set_unusable(py, frame, statement))
    return false;
  for (const sow__py_node *one = statement->items; one != NULL; one = one->next) {
    sow__py_node alone = *one;
    sow__py_value ignored;
    alone.next = NULL;
    if (one->kind == SOW__PY_IMPORT && sow__py_execute(py, frame, &alone, &ignored) != SOW__PY_ON)
      return false;
  }
  return true;
}

/* ---- all of them ---- */

static bool fail_at_top(sow__py *py) {
  static const char hint[] =
      " (at the top of the file; put the function alone, and what it needs, into a file)";
  size_t length = strlen(py->failure.message);
  if (py->failure.status != SOW_NO_MEMORY && length + sizeof hint < sizeof py->failure.message)
    memcpy(py->failure.message + length, hint, sizeof hint);
  return false;
}

/* Of a class only the methods are known: what the rest of it changes is not. */
static bool spoil_by_class(sow__py *py, sow__py_frame *frame, const sow__py_node *class) {
  if (!sow__py_spoil_by_class(py, frame, class, NULL)) /* a reason takes time in the length of the text */
    return true;
  sow__py_fail(py, class->begin, SOW_UNKNOWN_NAME, "this class may change it, and only its methods are read");
  const sow__py_value value = {.type = SOW__PY_UNUSABLE, .broken = sow__py_keep(py)};
  py->serious = false;
  if (value.broken == NULL || !sow__py_forget(py))
    return false;
  sow__py_spoil_by_class(py, frame, class, &value);
  return true;
}

static bool run_one(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow__py_value ignored;
  if (statement->kind == SOW__PY_TRY && statement->left == NULL && only_binds(statement))
    return run_try(py, frame, statement);
  if (sow__py_execute(py, frame, statement, &ignored) == SOW__PY_ON)
    return statement->kind != SOW__PY_CLASS || spoil_by_class(py, frame, statement);
  bool harmless = sow__py_note_call(py, frame, statement) || only_binds(statement) ||
                  !sow__py_may_initialise(frame, statement);
  return (harmless && set_unusable(py, frame, statement)) || fail_at_top(py);
}

bool sow__py_run_top(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  for (; statement != NULL; statement = statement->next) {
    sow__py_node alone = *statement;
    alone.next = NULL;
    if (!run_one(py, frame, &alone))
      return false;
  }
  return true;
}
