/* Expressions of a function that initialises. */
#include <stdio.h>
#include <string.h>

#include "text/arithmetic.h"
#include "text/python_run.h"

/* ---- operators ---- */

static bool evaluate_unary(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  bool truth;
  char name[SOW__QUOTE_SIZE];
  if (!sow__py_evaluate(py, frame, node->left, out))
    return false;
  if (node->op == SOW__PY_NOT) {
    if (!sow__py_test(py, node->left->begin, out, &truth))
      return false;
    *out = sow__py_bool(!truth);
    return true;
  }
  if (!sow__py_is_number(out) || node->op == '~')
    return sow__py_fail(py, node->begin, SOW_INVALID_ARGUMENT, "'%c' does not work on %s here", node->op,
                        sow__py_type_name(out, name));
  sow__value value = sow__py_to_rules(out, node->begin);
  sow_status status = SOW_OK;
  const char *wrong = sow__arithmetic_sign((char)node->op, &value, &status);
  if (wrong != NULL)
    return sow__py_fail(py, node->begin, status, "%s", wrong);
  *out = sow__py_from_rules(&value);
  return true;
}

static bool evaluate_comparison(sow__py *py, sow__py_frame *frame, const sow__py_node *node,
                                sow__py_value *out) {
  sow__py_value left, right;
  bool holds = true;
  if (!sow__py_evaluate(py, frame, node->left, &left))
    return false;
  for (const sow__py_node *link = node->items; link != NULL && holds; link = link->next) {
    if (!sow__py_evaluate(py, frame, link->left, &right) ||
        !sow__py_compare(py, link->begin, link->op, &left, &right, &holds))
      return false;
    left = right;
  }
  *out = sow__py_bool(holds);
  return true;
}

/* and, or: the value that decides. */
static bool evaluate_boolean(sow__py *py, sow__py_frame *frame, const sow__py_node *node,
                             sow__py_value *out) {
  bool truth;
  for (const sow__py_node *item = node->items; item != NULL; item = item->next) {
    if (!sow__py_evaluate(py, frame, item, out))
      return false;
    if (item->next == NULL)
      return true;
    if (!sow__py_test(py, item->begin, out, &truth))
      return false;
    if (truth == (node->kind == SOW__PY_OR))
      return true;
  }
  return true;
}

/* ---- calls ---- */

static bool add_argument(sow__py *py, sow__py_arguments *all, const char *keyword, size_t begin,
                         const sow__py_value *value) {
  if (all->count == SOW__PY_ARGUMENTS)
    return sow__py_fail(py, begin, SOW_LIMIT, "more than 16 arguments");
  all->values[all->count] = *value;
  all->keywords[all->count] = keyword;
  all->begins[all->count++] = begin;
  return true;
}

static bool evaluate_arguments(sow__py *py, sow__py_frame *frame, const sow__py_node *call,
                               sow__py_arguments *all) {
  all->count = 0;
  for (const sow__py_node *item = call->items; item != NULL; item = item->next) {
    sow__py_value value;
    const sow__py_list *list;
    size_t begin = item->left->begin;
    if (!sow__py_evaluate(py, frame, item->left, &value))
      return false;
    if (item->op != '*') {
      bool late = item->text == NULL && all->count > 0 && all->keywords[all->count - 1] != NULL;
      if (late)
        return sow__py_fail(py, begin, SOW_SYNTAX, "positional argument follows keyword argument");
      if (!add_argument(py, all, item->text, begin, &value))
        return false;
      continue;
    }
    if (!sow__py_iterate(py, begin, &value, &list))
      return false;
    for (size_t i = 0; i < list->count; i++)
      if (!add_argument(py, all, NULL, begin, &list->items[i]))
        return false;
  }
  return true;
}

/* What only talks. Its arguments are evaluated, for they might do something; what they cannot be is no
 * matter. */
static bool is_talk(const sow__py_value *callee) {
  return callee->type == SOW__PY_PATH &&
         (strcmp(callee->text, "builtins.print") == 0 || strncmp(callee->text, "logging.", 8) == 0 ||
          strncmp(callee->text, "warnings.", 9) == 0);
}

/* object.name(…): most calls; no value is made for the method. */
static bool evaluate_method(sow__py *py, sow__py_frame *frame, const sow__py_node *node,
                            const sow__py_value *object, sow__py_value *out) {
  sow__py_arguments arguments;
  const char *name = node->left->text;
  if (!evaluate_arguments(py, frame, node, &arguments))
    return false;
  py->line = node->line;
  return sow__py_call_method(py, object, name, &arguments, node->left->begin, out);
}

static bool evaluate_call(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  sow__py_arguments arguments;
  sow__py_value callee;
  if (node->left->kind == SOW__PY_ATTRIBUTE) {
    if (!sow__py_evaluate(py, frame, node->left->left, &callee))
      return false;
    if (callee.type != SOW__PY_PATH)
      return evaluate_method(py, frame, node, &callee, out);
    if (!sow__py_attribute(py, node->left->begin, &callee, node->left->text, &callee))
      return false;
  } else if (!sow__py_evaluate(py, frame, node->left, &callee)) {
    return false;
  }
  if (is_talk(&callee)) {
    *out = strcmp(callee.text, "builtins.print") == 0 ? sow__py_none() : callee;
    return evaluate_arguments(py, frame, node, &arguments) || sow__py_forget(py);
  }
  if (!evaluate_arguments(py, frame, node, &arguments))
    return false;
  py->line = node->line;
  return sow__py_call(py, &callee, &arguments, node->begin, out);
}

/* ---- lists and the like ---- */

static bool evaluate_items(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  size_t count = 0, at = 0;
  sow__py_value *items;
  const sow__py_node *item = node->items;
  bool pairs = node->kind == SOW__PY_DICT;
  for (; item != NULL; item = item->next)
    count += pairs ? 2 : 1;
  sow__py_type type = pairs                        ? SOW__PY_DICT_OF
                      : node->kind == SOW__PY_LIST ? SOW__PY_LIST_OF
                                                   : SOW__PY_TUPLE_OF;
  if (!sow__py_list_new(py, type, count, out, &items))
    return false;
  for (item = node->items; item != NULL; item = item->next) {
    if (!sow__py_evaluate(py, frame, pairs ? item->left : item, &items[at++]))
      return false;
    if (pairs && !sow__py_evaluate(py, frame, item->right, &items[at++]))
      return false;
  }
  return true;
}

static bool evaluate_index(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  sow__py_value object, index, bounds[3];
  if (!sow__py_evaluate(py, frame, node->left, &object))
    return false;
  if (node->right->kind != SOW__PY_SLICE)
    return sow__py_evaluate(py, frame, node->right, &index) &&
           sow__py_index(py, node->begin, &object, &index, out);
  const sow__py_node *parts[3] = {node->right->left, node->right->right, node->right->third};
  for (int i = 0; i < 3; i++) {
    bounds[i] = sow__py_none();
    if (parts[i] != NULL && !sow__py_evaluate(py, frame, parts[i], &bounds[i]))
      return false;
  }
  return sow__py_slice(py, node->begin, &object, bounds, out);
}

static bool evaluate_format(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  *out = sow__py_str("");
  for (const sow__py_node *item = node->items; item != NULL; item = item->next) {
    sow__py_value value, shown;
    if (!sow__py_evaluate(py, frame, item, &value) || !sow__py_show(py, node->begin, &value, &shown) ||
        !sow__py_arithmetic(py, node->begin, '+', out, &shown))
      return false;
  }
  return true;
}

static bool evaluate_conditional(sow__py *py, sow__py_frame *frame, const sow__py_node *node,
                                 sow__py_value *out) {
  bool truth;
  return sow__py_evaluate(py, frame, node->left, out) && sow__py_test(py, node->left->begin, out, &truth) &&
         sow__py_evaluate(py, frame, truth ? node->right : node->third, out);
}

/* ---- any ---- */

static bool evaluate(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  sow__py_value right;
  switch (node->kind) {
  case SOW__PY_CONSTANT:
    *out = *node->value;
    return true;
  case SOW__PY_NAME:
    return sow__py_lookup(py, frame, node, out);
  case SOW__PY_ATTRIBUTE:
    return sow__py_evaluate(py, frame, node->left, &right) &&
           sow__py_attribute(py, node->begin, &right, node->text, out);
  case SOW__PY_CALL:
    return evaluate_call(py, frame, node, out);
  case SOW__PY_INDEX:
    return evaluate_index(py, frame, node, out);
  case SOW__PY_TUPLE:
  case SOW__PY_LIST:
  case SOW__PY_DICT:
    return evaluate_items(py, frame, node, out);
  case SOW__PY_UNARY:
    return evaluate_unary(py, frame, node, out);
  case SOW__PY_BINARY:
    return sow__py_evaluate(py, frame, node->left, out) && sow__py_evaluate(py, frame, node->right, &right) &&
           sow__py_arithmetic(py, node->begin, node->op, out, &right);
  case SOW__PY_AND:
  case SOW__PY_OR:
    return evaluate_boolean(py, frame, node, out);
  case SOW__PY_COMPARE:
    return evaluate_comparison(py, frame, node, out);
  case SOW__PY_CONDITIONAL:
    return evaluate_conditional(py, frame, node, out);
  case SOW__PY_LAMBDA:
    return sow__py_closure_new(py, frame, node->function, out);
  case SOW__PY_COMPREHENSION:
    return sow__py_comprehend(py, frame, node, out);
  case SOW__PY_FORMAT:
    return evaluate_format(py, frame, node, out);
  case SOW__PY_SLICE: /* in a tuple of indices, or '...' */
    *out = sow__py_path("builtins.slice");
    return true;
  default:
    return sow__py_fail(py, node->begin, SOW_SYNTAX, "%s is not understood",
                        node->kind == SOW__PY_REFUSED ? node->text : "this");
  }
}

bool sow__py_evaluate(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  sow__py_value made;
  if (py->depth >= SOW__PY_DEPTH)
    return sow__py_fail(py, node->begin, SOW_LIMIT, "functions call one another too deep");
  if (!sow__py_step(py, node->begin, 1))
    return false;
  py->depth++;
  bool done = evaluate(py, frame, node, &made);
  py->depth--;
  if (done)
    *out = made;
  return done;
}
