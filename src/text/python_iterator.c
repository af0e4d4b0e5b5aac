/* What Python makes of what can be gone over: map, filter, sorted, iter, next, dict, set. */
#include <string.h>

#include "text/python_run.h"

bool sow__py_check_lazy(sow__py *py, size_t written, const char *what, size_t begin) {
  if (py->written == written)
    return true;
  py->serious = true;
  return sow__py_fail(
      py, begin, SOW_INVALID_ARGUMENT,
      "Python runs what stands in %s only as its values are taken, so it may come too late, or never; "
      "write a loop",
      what);
}

bool sow__py_call_iter(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (!sow__py_check_count(py, "iter", arguments, 1, 1, begin))
    return false;
  *out = arguments->values[0];
  if (out->type == SOW__PY_ITERATOR)
    return true;
  const sow__py_list *list;
  if (!sow__py_iterate(py, begin, out, &list))
    return false;
  sow__py_list all = *list;
  *out = (sow__py_value){.type = SOW__PY_LIST_OF, .list = &all};
  return sow__py_iterator(py, out);
}

bool sow__py_call_next(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  char name[SOW__QUOTE_SIZE];
  if (!sow__py_check_count(py, "next", arguments, 1, 2, begin))
    return false;
  const sow__py_value *iterator = &arguments->values[0];
  if (iterator->type != SOW__PY_ITERATOR)
    return sow__py_raise(py, begin, "TypeError", "%s is no iterator", sow__py_type_name(iterator, name));
  if (!sow__py_check_iterator(py, begin, iterator))
    return false;
  const sow__py_list *list = iterator->list;
  if (*list->taken < list->count) {
    *out = list->items[(*list->taken)++];
    return true;
  }
  *out = arguments->values[1];
  return arguments->count == 2 || sow__py_raise(py, begin, "StopIteration", "there is nothing more to take");
}

/* Calls the function with the i-th item of each list. */
static bool call_at(sow__py *py, const sow__py_value *function, const sow__py_list *const *lists,
                    size_t width, size_t i, size_t begin, sow__py_value *out) {
  sow__py_arguments arguments = {.count = width};
  for (size_t k = 0; k < width; k++) {
    arguments.values[k] = lists[k]->items[i];
    arguments.begins[k] = begin;
  }
  return sow__py_step(py, begin, 1) && sow__py_call(py, function, &arguments, begin, out);
}

bool sow__py_call_map(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list *lists[SOW__PY_ARGUMENTS];
  const size_t written = py->written;
  size_t count = 0, width = 0;
  sow__py_value *items;
  if (!sow__py_check_count(py, "map", arguments, 2, SOW__PY_ARGUMENTS, begin))
    return false;
  for (; width + 1 < arguments->count; width++) {
    if (!sow__py_iterate(py, begin, &arguments->values[width + 1], &lists[width]))
      return false;
    count = width == 0 || lists[width]->count < count ? lists[width]->count : count;
  }
  if (!sow__py_list_new(py, SOW__PY_LIST_OF, count, out, &items))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!call_at(py, &arguments->values[0], lists, width, i, begin, &items[i]))
      return false;
  return sow__py_check_lazy(py, written, "map()", begin) && sow__py_iterator(py, out);
}

bool sow__py_call_filter(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list *all;
  const size_t written = py->written;
  sow__py_list *list;
  sow__py_value *items, kept;
  if (!sow__py_check_count(py, "filter", arguments, 2, 2, begin) ||
      !sow__py_iterate(py, begin, &arguments->values[1], &all) ||
      !sow__py_open_list(py, SOW__PY_LIST_OF, all->count, out, &list, &items))
    return false;
  bool by_truth = arguments->values[0].type == SOW__PY_NONE;
  for (size_t i = 0; i < all->count; i++) {
    bool truth;
    kept = all->items[i];
    if ((!by_truth && !call_at(py, &arguments->values[0], &all, 1, i, begin, &kept)) ||
        !sow__py_test(py, begin, &kept, &truth))
      return false;
    if (truth)
      items[list->count++] = all->items[i];
  }
  return sow__py_check_lazy(py, written, "filter()", begin) && sow__py_iterator(py, out);
}

/* Whether `a` must stand behind `b`; false, with the failure set, where Python or sow orders them not. */
static bool is_behind(sow__py *py, const sow__py_value *a, const sow__py_value *b, int sign, size_t begin,
                      bool *behind) {
  bool numbers = sow__py_is_number(a) && sow__py_is_number(b);
  int order = numbers || (a->type == SOW__PY_STR && b->type == SOW__PY_STR) ? sow__py_order(a, b) : 2;
  *behind = order * sign > 0;
  return order != 2 ||
         sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sorted() is understood of numbers and of texts");
}

/* By insertion, which keeps the order of equal ones; `keys` go along. */
static bool sort(sow__py *py, sow__py_value *items, sow__py_value *keys, size_t count, int sign,
                 size_t begin) {
  for (size_t i = 1; i < count; i++) {
    const sow__py_value item = items[i], key = keys[i];
    size_t at = i;
    bool behind;
    for (; at > 0; at--) {
      if (!sow__py_step(py, begin, 1) || !is_behind(py, &keys[at - 1], &key, sign, begin, &behind))
        return false;
      if (!behind)
        break;
      items[at] = items[at - 1];
      keys[at] = keys[at - 1];
    }
    items[at] = item;
    keys[at] = key;
  }
  return true;
}

bool sow__py_call_sorted(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  static const char *const names[] = {"iterable", "key", "reverse", NULL};
  const sow__py_value *bound[3];
  const sow__py_list *all;
  sow__py_value *items, *keys, ignored;
  bool backwards = false;
  if (!sow__py_bind_arguments(py, "sorted", names, 1, arguments, begin, bound) ||
      !sow__py_iterate(py, begin, bound[0], &all) ||
      (bound[2] != NULL && !sow__py_test(py, begin, bound[2], &backwards)) ||
      !sow__py_list_new(py, SOW__PY_LIST_OF, all->count, out, &items) ||
      !sow__py_list_new(py, SOW__PY_LIST_OF, all->count, &ignored, &keys))
    return false;
  for (size_t i = 0; i < all->count; i++) {
    items[i] = keys[i] = all->items[i];
    if (bound[1] != NULL && bound[1]->type != SOW__PY_NONE &&
        !call_at(py, bound[1], &all, 1, i, begin, &keys[i]))
      return false;
  }
  return sort(py, items, keys, all->count, backwards ? -1 : 1, begin);
}

/* dict(), dict(other), dict(pairs), dict(a=1) */
bool sow__py_call_dict(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const bool given = arguments->count > 0 && arguments->keywords[0] == NULL;
  const bool copied = given && arguments->values[0].type == SOW__PY_DICT_OF;
  const sow__py_list empty = {.count = 0}, *from = copied ? arguments->values[0].list : &empty, *pair;
  sow__py_list *list;
  sow__py_value *items;
  if (given && !copied && !sow__py_iterate(py, begin, &arguments->values[0], &from))
    return false;
  const size_t pairs = copied ? from->count / 2 : from->count;
  if (!sow__py_open_list(py, SOW__PY_DICT_OF, 2 * (pairs + arguments->count), out, &list, &items))
    return false;
  for (size_t i = 0; i < pairs; i++) {
    const sow__py_list two = {.items = copied ? from->items + 2 * i : NULL, .count = 2};
    pair = &two;
    if (!copied && !sow__py_iterate(py, begin, &from->items[i], &pair))
      return false;
    if (pair->count != 2)
      return sow__py_raise(py, begin, "ValueError", "dict() takes pairs");
    if (!sow__py_step(py, begin, 1) ||
        !sow__py_add_pair(py, begin, list, out, &pair->items[0], &pair->items[1]))
      return false;
  }
  for (size_t i = given ? 1 : 0; i < arguments->count; i++) {
    const sow__py_value key = sow__py_str(arguments->keywords[i]);
    if (arguments->keywords[i] == NULL)
      return sow__py_raise(py, begin, "TypeError", "dict() takes one value by position");
    if (!sow__py_add_pair(py, begin, list, out, &key, &arguments->values[i]))
      return false;
  }
  return true;
}

bool sow__py_call_set(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list empty = {.count = 0}, *from = &empty;
  sow__py_list *list;
  sow__py_value *items;
  if (!sow__py_check_count(py, "set", arguments, 0, 1, begin) ||
      (arguments->count == 1 && !sow__py_iterate(py, begin, &arguments->values[0], &from)) ||
      !sow__py_open_list(py, SOW__PY_SET_OF, from->count, out, &list, &items))
    return false;
  for (size_t i = 0; i < from->count; i++) {
    bool known;
    if (!sow__py_contains(py, begin, &from->items[i], out, &known))
      return false;
    if (!known)
      items[list->count++] = from->items[i];
  }
  return true;
}
