/* Expressions of a function that initialises. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
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
  if (!sow__py_is_number(out) && out->type <= SOW__PY_SET_OF)
    return sow__py_raise(py, node->begin, "TypeError", "'%c' does not work on %s", node->op,
                         sow__py_type_name(out, name));
  if (!sow__py_is_number(out) || node->op == '~')
    return sow__py_fail(py, node->begin, SOW_INVALID_ARGUMENT, "'%c' does not work on %s here", node->op,
                        sow__py_type_name(out, name));
  sow__text_value value = sow__py_to_rules(out, node->begin);
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

/* Those by position come first, also what a star spreads behind a keyword: g(a=1, *rest). */
static bool add_argument(sow__py *py, sow__py_arguments *all, const char *keyword, size_t begin,
                         const sow__py_value *value) {
  if (all->count == SOW__PY_ARGUMENTS)
    return sow__py_fail(py, begin, SOW_LIMIT, "more than 16 arguments");
  size_t at = all->count++;
  for (; keyword == NULL && at > 0 && all->keywords[at - 1] != NULL; at--) {
    all->values[at] = all->values[at - 1];
    all->keywords[at] = all->keywords[at - 1];
    all->begins[at] = all->begins[at - 1];
  }
  all->values[at] = *value;
  all->keywords[at] = keyword;
  all->begins[at] = begin;
  return true;
}

/* g(**kwargs): a dict's texts are keywords. */
static bool add_keywords(sow__py *py, sow__py_arguments *all, size_t begin, const sow__py_value *dict) {
  char name[SOW__QUOTE_SIZE];
  if (dict->type != SOW__PY_DICT_OF)
    return sow__py_raise(py, begin, "TypeError", "what stands behind ** is a dict, not %s",
                         sow__py_type_name(dict, name));
  for (size_t i = 0; i < dict->list->count; i += 2) {
    const sow__py_value *key = &dict->list->items[i];
    if (key->type != SOW__PY_STR)
      return sow__py_raise(py, begin, "TypeError", "keywords must be strings");
    for (size_t k = 0; k < all->count; k++)
      if (all->keywords[k] != NULL && strcmp(all->keywords[k], key->text) == 0)
        return sow__py_raise(py, begin, "TypeError", "got multiple values for '%.80s'", key->text);
    if (!add_argument(py, all, key->text, begin, &dict->list->items[i + 1]))
      return false;
  }
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
    if (item->op == SOW__POWER) {
      if (!add_keywords(py, all, begin, &value))
        return false;
      continue;
    }
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

/* What only talks, or tells where packages lie. */
static bool is_talk(const sow__py_value *callee) {
  static const char *const talks[] = {"logging.", "warnings.", "sys.path."};
  if (callee->type != SOW__PY_PATH)
    return false;
  for (size_t i = 0; i < sizeof talks / sizeof talks[0]; i++)
    if (sow__text_begins(callee->text, talks[i]))
      return true;
  return strcmp(callee->text, "builtins.print") == 0;
}

/*
 * Its arguments are evaluated, each of them, for they might do something, or raise what may be caught. What
 * sow does not understand is passed over, but not with a part that was not come to and would do something.
 */
static bool evaluate_talk(sow__py *py, sow__py_frame *frame, const sow__py_node *call) {
  for (const sow__py_node *item = call->items; item != NULL; item = item->next) {
    sow__py_value value;
    const sow__py_list *list;
    if (sow__py_evaluate(py, frame, item->left, &value) &&
        (item->op != '*' || sow__py_iterate(py, item->left->begin, &value, &list)))
      continue;
    if ((py->raised != NULL && py->tries > 0) || sow__py_may_initialise(frame, item->left) ||
        !sow__py_forget(py))
      return false;
  }
  return true;
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
    return evaluate_talk(py, frame, node);
  }
  if (!evaluate_arguments(py, frame, node, &arguments))
    return false;
  py->line = node->line;
  return sow__py_call(py, &callee, &arguments, node->begin, out);
}

/* ---- lists and the like ---- */

/* The items of a tuple, a list or a set, what stands behind a star spread among them. */
static bool add_items(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_list *list) {
  for (const sow__py_node *item = node->items; item != NULL; item = item->next) {
    const bool starred = item->kind == SOW__PY_STARRED;
    sow__py_value value;
    const sow__py_list *all;
    if (!sow__py_evaluate(py, frame, starred ? item->left : item, &value))
      return false;
    if (!starred && !sow__py_add(py, item->begin, list, &value))
      return false;
    if (starred && !sow__py_iterate(py, item->begin, &value, &all))
      return false;
    for (size_t i = 0; starred && i < all->count; i++)
      if (!sow__py_add(py, item->begin, list, &all->items[i]))
        return false;
  }
  return true;
}

static bool evaluate_items(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  size_t count = 0;
  for (const sow__py_node *item = node->items; item != NULL; item = item->next)
    count++;
  return sow__py_list_empty(py, node->kind == SOW__PY_LIST ? SOW__PY_LIST_OF : SOW__PY_TUPLE_OF, count,
                            out) &&
         add_items(py, frame, node, out->list);
}

/* {**other}: its pairs; else the pair itself. */
static bool add_pairs(sow__py *py, sow__py_frame *frame, const sow__py_node *pair,
                      const sow__py_value *dict) {
  sow__py_value key, value;
  char name[SOW__QUOTE_SIZE];
  if (pair->left != NULL && !sow__py_evaluate(py, frame, pair->left, &key))
    return false;
  if (!sow__py_evaluate(py, frame, pair->right, &value))
    return false;
  if (pair->left != NULL)
    return sow__py_put_item(py, pair->begin, dict, &key, &value);
  if (value.type != SOW__PY_DICT_OF)
    return sow__py_raise(py, pair->begin, "TypeError", "what stands behind ** is a dict, not %s",
                         sow__py_type_name(&value, name));
  return sow__py_merge(py, pair->begin, dict, &value);
}

static bool evaluate_dict(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  if (!sow__py_list_empty(py, SOW__PY_DICT_OF, 0, out))
    return false;
  for (const sow__py_node *pair = node->items; pair != NULL; pair = pair->next)
    if (!add_pairs(py, frame, pair, out))
      return false;
  return true;
}

/* Equal items are one. */
static bool evaluate_set(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  sow__py_arguments all = {.count = 1, .begins = {node->begin}};
  return evaluate_items(py, frame, node, &all.values[0]) && sow__py_call_set(py, &all, node->begin, out);
}

static bool evaluate_slice(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  const sow__py_node *bounds[3] = {node->left, node->right, node->third};
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_SLICE_OF, 3, out, &items))
    return false;
  for (int i = 0; i < 3; i++) {
    items[i] = sow__py_none();
    if (bounds[i] != NULL && !sow__py_evaluate(py, frame, bounds[i], &items[i]))
      return false;
  }
  return true;
}

static bool evaluate_index(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  sow__py_value object, index;
  return sow__py_evaluate(py, frame, node->left, &object) &&
         sow__py_evaluate(py, frame, node->right, &index) &&
         sow__py_index(py, node->begin, &object, &index, out);
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
    return evaluate_items(py, frame, node, out);
  case SOW__PY_DICT:
    return evaluate_dict(py, frame, node, out);
  case SOW__PY_SET:
    return evaluate_set(py, frame, node, out);
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
  case SOW__PY_SLICE:
    return evaluate_slice(py, frame, node, out);
  case SOW__PY_NAMED:
    return sow__py_evaluate(py, frame, node->left, out) &&
           sow__py_set_name(py, frame, node->begin, node->text, out);
  case SOW__PY_ELLIPSIS:
    *out = sow__py_path("builtins.Ellipsis");
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
