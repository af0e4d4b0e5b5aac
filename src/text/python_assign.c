/* What is given a name, an attribute or a part of a tensor: =, += and their kin. */
#include <stdio.h>
#include <string.h>

#include "text/python_run.h"

/* first, *rest = …: a list of what the others leave. */
static bool unpack_rest(sow__py *py, sow__py_frame *frame, const sow__py_node *target,
                        const sow__py_value *from, size_t count) {
  sow__py_value rest, *items;
  if (!sow__py_step(py, target->begin, count) || !sow__py_list_new(py, SOW__PY_LIST_OF, count, &rest, &items))
    return false;
  if (count > 0)
    memcpy(items, from, count * sizeof *items);
  return sow__py_assign(py, frame, target->left, &rest);
}

static bool unpack(sow__py *py, sow__py_frame *frame, const sow__py_node *target,
                   const sow__py_value *value) {
  const sow__py_list *list;
  size_t wanted = 0, stars = 0, at = 0;
  for (const sow__py_node *item = target->items; item != NULL; item = item->next)
    *(item->kind == SOW__PY_STARRED ? &stars : &wanted) += 1;
  if (stars > 1)
    return sow__py_fail(py, target->begin, SOW_SYNTAX, "two starred names in one assignment");
  if (!sow__py_iterate(py, target->begin, value, &list))
    return false;
  const size_t count = list->count;
  if (stars > 0 ? count < wanted : count != wanted)
    return sow__py_raise(py, target->begin, "ValueError", "%zu names for %zu values", wanted, count);
  sow__py_value copied, *items = list->items;
  if (value->type == SOW__PY_LIST_OF && count > 0) { /* the targets may be its own items */
    if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, count, &copied, &items))
      return false;
    memcpy(items, list->items, count * sizeof *items);
  }
  for (const sow__py_node *item = target->items; item != NULL; item = item->next) {
    const bool starred = item->kind == SOW__PY_STARRED;
    if (starred ? !unpack_rest(py, frame, item, items + at, count - wanted)
                : !sow__py_assign(py, frame, item, &items[at]))
      return false;
    at += starred ? count - wanted : 1;
  }
  return true;
}

/*
 * m.eps = 1e-3, m.done = True: what decides no weight. What is there and known decides one, or is a tensor or
 * a module. To ask for the name later would be another matter, so it is noted.
 */
static bool assign_to_module(sow__py *py, const sow__py_node *target, const sow__py_value *value,
                             const sow__py_value *module, bool known) {
  char type[SOW__QUOTE_SIZE];
  bool plain = value->type <= SOW__PY_STR || sow__py_is_sequence(value);
  if (known || !plain) {
    py->serious = true;
    return sow__py_fail(
        py, target->begin, SOW_INVALID_ARGUMENT,
        "an assignment to '.%.60s' of %s: sow changes what tensors hold, and no module; fill the "
        "tensor that is there (m.weight.data.fill_(1))",
        target->text, sow__py_type_name(module, type));
  }
  for (size_t i = 0; i < py->given_count; i++)
    if (strcmp(py->given[i], target->text) == 0)
      return true;
  if (py->given_count == sizeof py->given / sizeof py->given[0])
    return sow__py_fail(py, target->begin, SOW_LIMIT, "more than 16 names are given to modules");
  py->given[py->given_count++] = target->text;
  return true;
}

/* m.weight = init.normal_(m.weight) puts there what is there already. */
static bool assign_attribute(sow__py *py, sow__py_frame *frame, const sow__py_node *target,
                             const sow__py_value *value) {
  sow__py_value object, now;
  const char *why = NULL;
  if (!sow__py_evaluate(py, frame, target->left, &object))
    return false;
  sow__py_found found = sow__py_find_attribute(py, &object, target->text, &now, &why);
  if (py->failure.status != SOW_OK)
    return false;
  sow__py_value same = *value;
  if (object.type == SOW__PY_TENSOR && value->type == SOW__PY_TENSOR)
    same.integer = now.integer; /* .data may be given a parameter */
  if (found == SOW__PY_IS_THERE && why == NULL && value->type == SOW__PY_TENSOR &&
      sow__py_same(&now, &same) == SOW__PY_YES)
    return true;
  if (object.type == SOW__PY_MODULE)
    return assign_to_module(py, target, value, &object, found == SOW__PY_IS_THERE && why == NULL);
  if (object.type == SOW__PY_TENSOR && strcmp(target->text, "requires_grad") == 0) {
    py->froze = true; /* changes no number; to ask for it later would be another matter */
    return true;
  }
  char what[SOW__QUOTE_SIZE + 40];
  snprintf(what, sizeof what, "an assignment to '.%.60s'", target->text);
  return sow__py_write_otherwise(py, what, target->begin);
}

/* m.weight.data[:] = 0, stds['conv'] = 0.02 */
static bool put(sow__py *py, const sow__py_node *target, const sow__py_value *object,
                const sow__py_value *index, const sow__py_value *value) {
  sow__py_value part;
  if (!sow__py_is_tensor(object))
    return sow__py_put_item(py, target->begin, object, index, value);
  if (!sow__py_index(py, target->begin, object, index, &part))
    return false;
  py->line = target->line;
  if (!sow__py_is_number(value))
    return sow__py_write_otherwise(py, "this assignment", target->begin);
  double number;
  if (!sow__py_to_double(py, value, target->begin, &number) || !sow__py_check_leaf(py, &part, target->begin))
    return false;
  return sow__py_write(py, &part, sow_constant(number), target->begin);
}

static bool assign_index(sow__py *py, sow__py_frame *frame, const sow__py_node *target,
                         const sow__py_value *value) {
  sow__py_value object, index;
  return sow__py_evaluate(py, frame, target->left, &object) &&
         sow__py_evaluate(py, frame, target->right, &index) && put(py, target, &object, &index, value);
}

bool sow__py_assign(sow__py *py, sow__py_frame *frame, const sow__py_node *target,
                    const sow__py_value *value) {
  switch (target->kind) {
  case SOW__PY_NAME:
    return sow__py_set_name(py, frame, target->begin, target->text, value);
  case SOW__PY_TUPLE:
  case SOW__PY_LIST:
    return unpack(py, frame, target, value);
  case SOW__PY_ATTRIBUTE:
    return assign_attribute(py, frame, target, value);
  default:
    return assign_index(py, frame, target, value);
  }
}

/* del name, del stds['conv'] */
static bool delete_target(sow__py *py, sow__py_frame *frame, const sow__py_node *target) {
  sow__py_value object, index, ignored;
  if (target->kind == SOW__PY_NAME &&
      sow__py_local(frame->function, target->text) < frame->function->local_count) {
    bool *bound = &frame->bound[sow__py_local(frame->function, target->text)];
    const bool was = *bound;
    *bound = false;
    return was || sow__py_raise(py, target->begin, "NameError", "name '%.80s' is not defined", target->text);
  }
  if (target->kind == SOW__PY_INDEX && sow__py_evaluate(py, frame, target->left, &object) &&
      (object.type == SOW__PY_LIST_OF || object.type == SOW__PY_DICT_OF)) {
    sow__py_arguments one = {.count = 1, .begins = {target->begin}};
    if (!sow__py_evaluate(py, frame, target->right, &index))
      return false;
    if (object.type == SOW__PY_LIST_OF && index.type == SOW__PY_SLICE_OF)
      return sow__py_fail_change(py, target->begin, "'del' of a slice of a list is not understood");
    one.values[0] = index;
    return sow__py_list_method(py, &object, "pop", &one, target->begin, &ignored);
  }
  py->serious = true;
  return sow__py_fail(py, target->begin, SOW_SYNTAX,
                      "of 'del' only names and items of lists and dicts are understood");
}

bool sow__py_execute_delete(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  for (const sow__py_node *target = statement->items; target != NULL; target = target->next)
    if (!delete_target(py, frame, target))
      return false;
  return true;
}

bool sow__py_execute_assign(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow__py_value value;
  if (statement->left == NULL)
    return true;
  if (!sow__py_evaluate(py, frame, statement->left, &value))
    return false;
  for (const sow__py_node *target = statement->items; target != NULL; target = target->next)
    if (!sow__py_assign(py, frame, target, &value))
      return false;
  return true;
}

/* m.weight.data *= 0.5: the method of that name, in place. */
static bool augment_tensor(sow__py *py, const sow__py_node *statement, const sow__py_value *tensor,
                           const sow__py_value *right) {
  double number;
  sow_initializer call;
  if (!sow__py_is_number(right))
    return sow__py_write_otherwise(py, "this operator with a tensor", statement->begin);
  if (!sow__py_to_double(py, right, statement->begin, &number))
    return false;
  switch (statement->op) {
  case '+':
    call = sow_add(number, 1);
    break;
  case '-':
    call = sow_sub(number, 1);
    break;
  case '*':
    call = sow_mul(number);
    break;
  case '/':
    call = sow_div(number);
    break;
  default:
    return sow__py_write_otherwise(py, "this operator", statement->begin);
  }
  if (!sow__py_check_leaf(py, tensor, statement->begin))
    return false;
  return sow__py_write(py, tensor, call, statement->begin);
}

/* What stands left of += and its kin becomes `left`; a tensor or a list is changed in its own place. */
static bool augment(sow__py *py, const sow__py_node *statement, sow__py_value *left,
                    const sow__py_value *right) {
  py->line = statement->line;
  if (sow__py_is_tensor(left))
    return augment_tensor(py, statement, left, right);
  if (left->type == SOW__PY_LIST_OF && statement->op == '+')
    return sow__py_extend(py, statement->begin, left, right);
  const sow__py_value before = *left;
  if (!sow__py_arithmetic(py, statement->begin, statement->op, left, right))
    return false;
  if (before.type != SOW__PY_LIST_OF)
    return true;
  if (!sow__py_check_change(py, statement->begin, &before))
    return false;
  before.list->items = left->list->items;
  before.list->count = before.list->room = left->list->count;
  *left = before;
  return true;
}

/* stds[name] *= 2: the item's place is found once. */
static bool augment_item(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  const sow__py_node *target = statement->left;
  sow__py_value object, index, left, right;
  if (!sow__py_evaluate(py, frame, target->left, &object) ||
      !sow__py_evaluate(py, frame, target->right, &index) ||
      !sow__py_index(py, target->begin, &object, &index, &left) ||
      !sow__py_evaluate(py, frame, statement->right, &right) || !augment(py, statement, &left, &right))
    return false;
  return sow__py_is_tensor(&left) || put(py, target, &object, &index, &left);
}

bool sow__py_execute_augmented(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  sow__py_value left, right;
  if (statement->left->kind == SOW__PY_INDEX)
    return augment_item(py, frame, statement);
  if (!sow__py_evaluate(py, frame, statement->left, &left) ||
      !sow__py_evaluate(py, frame, statement->right, &right) || !augment(py, statement, &left, &right))
    return false;
  return sow__py_is_tensor(&left) || sow__py_assign(py, frame, statement->left, &left);
}
