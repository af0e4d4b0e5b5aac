/*
 * Is a function meant for model.apply(f), or for f(model)? The two give other weights where it loops over
 * parameters, so this is settled by what it does, and where that does not tell, by its parameter's name.
 */
#include <string.h>

#include "base/names.h"
#include "text/python_rules.h"

typedef struct search {
  const sow__py_program *program;
  const char *name; /* of the parameter */
  const char *function;
  bool walks;  /* modules(), apply() on it: it is a model */
  bool asks;   /* isinstance(it, …), it.__class__: it is any module */
  bool loops;  /* parameters(), children() on it: either */
  size_t left; /* functions that may still be looked into */
} search;

static void look_at(void *context, const sow__py_node *node);

static bool is_parameter(const search *s, const sow__py_node *node) {
  return node != NULL && node->kind == SOW__PY_NAME && strcmp(node->text, s->name) == 0;
}

static bool recurses(const sow__py_node *call) {
  for (const sow__py_node *item = call->items; item != NULL; item = item->next)
    if (item->text != NULL && strcmp(item->text, "recurse") == 0 && item->left->kind == SOW__PY_CONSTANT &&
        item->left->value->integer == 0)
      return false;
  return true;
}

/* A function of the file that is given the same module. */
static void look_into(search *s, const char *name, size_t at) {
  const sow__py_frame *top = s->program->top;
  size_t i = sow__py_local(top->function, name);
  if (i == top->function->local_count || !top->bound[i] || top->values[i].type != SOW__PY_CLOSURE ||
      s->left == 0)
    return;
  const sow__py_function *function = top->values[i].closure->function;
  if (at >= function->parameter_count)
    return;
  search inner = *s;
  inner.name = function->parameters[at].name;
  inner.function = function->name;
  inner.left = s->left - 1;
  sow__py_walk(function->body, look_at, &inner);
  s->walks = s->walks || inner.walks;
  s->asks = s->asks || inner.asks;
  s->loops = s->loops || inner.loops;
  s->left = inner.left;
}

static void look_at_call(search *s, const sow__py_node *call) {
  static const char *const walking[] = {"modules", "named_modules", "apply", NULL};
  static const char *const looping[] = {"parameters", "named_parameters", "children",      "named_children",
                                        "state_dict", "buffers",          "named_buffers", NULL};
  static const char *const asking[] = {"isinstance", "type", NULL};
  const sow__py_node *callee = call->left;
  if (callee->kind == SOW__PY_ATTRIBUTE && is_parameter(s, callee->left)) {
    s->walks = s->walks || sow__text_is_one_of(callee->text, walking);
    s->loops = s->loops || (sow__text_is_one_of(callee->text, looping) && recurses(call));
  }
  size_t at = 0;
  for (const sow__py_node *item = call->items; item != NULL && callee->kind == SOW__PY_NAME;
       item = item->next) {
    if (is_parameter(s, item->left) && sow__text_is_one_of(callee->text, asking))
      s->asks = s->asks || at == 0;
    else if (is_parameter(s, item->left))
      look_into(s, callee->text, at);
    at++;
  }
  /* It calls itself for the children of what it is given. */
  if (callee->kind == SOW__PY_NAME && strcmp(callee->text, s->function) == 0)
    s->walks = true;
}

/* for model in models: what is done to one of them is done to what was given. */
static void look_at_loop(search *s, const sow__py_node *loop) {
  if (!is_parameter(s, loop->right) || loop->left->kind != SOW__PY_NAME)
    return;
  search inner = *s;
  inner.name = loop->left->text;
  sow__py_walk(loop->items, look_at, &inner);
  s->walks = s->walks || inner.walks;
  s->asks = s->asks || inner.asks;
  s->loops = s->loops || inner.loops;
}

static void look_at(void *context, const sow__py_node *node) {
  search *s = context;
  if (node->kind == SOW__PY_FOR)
    look_at_loop(s, node);
  if (node->kind == SOW__PY_CALL)
    look_at_call(s, node);
  if (node->kind == SOW__PY_ATTRIBUTE && is_parameter(s, node->left) && strcmp(node->text, "__class__") == 0)
    s->asks = true;
}

sow__py_how sow__py_choose_call(const sow__py_program *program, const sow__py_function *function, size_t at) {
  static const char *const modules[] = {"m",          "module",     "mod",   "layer", "l",
                                        "sub_module", "block",      "child", "cell",  "_module",
                                        "submodule",  "net_module", NULL};
  search s = {
      .program = program, .name = function->parameters[at].name, .function = function->name, .left = 32};
  sow__py_walk(function->body, look_at, &s);
  if (s.walks)
    return SOW__PY_CALLED;
  if (s.asks || sow__text_is_one_of(s.name, modules))
    return SOW__PY_APPLIED;
  if (strstr(s.name, "model") != NULL || strstr(s.name, "net") != NULL || strcmp(s.name, "self") == 0)
    return SOW__PY_CALLED;
  return s.loops ? SOW__PY_EITHER : SOW__PY_APPLIED;
}
