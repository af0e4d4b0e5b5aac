/* What changes lists, dicts and sets: under every name that they have. */
#include <string.h>

#include "text/python_run.h"

/* ---- what may change ---- */

/* Whoever passes over a failure to change something would go on with what it was. */
bool sow__py_fail_change(sow__py *py, size_t begin, const char *message) {
  py->serious = true;
  return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "%s", message);
}

bool sow__py_check_change(sow__py *py, size_t begin, const sow__py_value *object) {
  if (object->list->is_torchs)
    return sow__py_fail_change(
        py, begin, "this is what torch keeps of a module: sow changes what tensors hold, and no module");
  if (object->list->at_top && py->root != NULL)
    return sow__py_fail_change(
        py, begin,
        "this is made at the top of the file, or as a default, so that every call would see the "
        "change; make it within the function");
  object->list->changes++;
  return true;
}

/* Room for `more` items behind those that there are. */
static bool make_room(sow__py *py, size_t begin, sow__py_list *list, size_t more) {
  const size_t count = list->count + more, room = count < 8 ? 8 : 2 * count;
  if (!sow__py_step(py, begin, more / 16))
    return false;
  if (count <= list->room)
    return true;
  sow__py_value *items = sow__py_alloc(py, room * sizeof *items);
  if (items == NULL)
    return false;
  if (list->count > 0)
    memcpy(items, list->items, list->count * sizeof *items);
  list->items = items;
  list->room = room;
  return true;
}

bool sow__py_add(sow__py *py, size_t begin, sow__py_list *list, const sow__py_value *value) {
  if (!make_room(py, begin, list, 1))
    return false;
  list->items[list->count++] = *value;
  return true;
}

/* What the iterator gives may depend on what the list has got of it. */
static bool extend_step_by_step(sow__py *py, size_t begin, sow__py_list *list, const sow__py_value *more) {
  sow__py_iterator *iterator;
  sow__py_value item;
  bool there = true;
  if (!sow__py_iter(py, begin, more, &iterator))
    return false;
  while (there)
    if (!sow__py_next(py, iterator, begin, &item, &there) || (there && !sow__py_add(py, begin, list, &item)))
      return false;
  return true;
}

bool sow__py_extend(sow__py *py, size_t begin, const sow__py_value *object, const sow__py_value *more) {
  const sow__py_list *added;
  sow__py_list *list = object->list;
  if (!sow__py_check_change(py, begin, object))
    return false;
  if (more->type == SOW__PY_ITERATOR)
    return extend_step_by_step(py, begin, list, more);
  if (!sow__py_iterate(py, begin, more, &added))
    return false;
  const size_t count = added->count; /* it may be the list itself */
  if (!make_room(py, begin, list, count))
    return false;
  for (size_t i = 0; i < count; i++)
    list->items[list->count + i] = added->items[i];
  list->count += count;
  return true;
}

/* Of equal keys the first stays, with the last value. */
static bool put_pair(sow__py *py, size_t begin, const sow__py_value *dict, const sow__py_value *key,
                     const sow__py_value *value) {
  sow__py_list *list = dict->list;
  bool known;
  if (!make_room(py, begin, list, 2) || !sow__py_contains(py, begin, key, dict, &known))
    return false;
  size_t at = list->count;
  for (size_t i = 0; known && i < list->count; i += 2)
    if (sow__py_equal(&list->items[i], key) == SOW__PY_YES)
      at = i;
  if (at == list->count) {
    list->items[at] = *key;
    list->count += 2;
  }
  list->items[at + 1] = *value;
  return true;
}

bool sow__py_put_item(sow__py *py, size_t begin, const sow__py_value *object, const sow__py_value *index,
                      const sow__py_value *value) {
  char name[SOW__QUOTE_SIZE];
  size_t at;
  if (object->type != SOW__PY_LIST_OF && object->type != SOW__PY_DICT_OF) {
    py->serious = true;
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                        "sow does not know what an assignment to an item of %s does",
                        sow__py_type_name(object, name));
  }
  if (!sow__py_check_change(py, begin, object))
    return false;
  if (object->type == SOW__PY_DICT_OF)
    return put_pair(py, begin, object, index, value);
  if (index->type == SOW__PY_SLICE_OF)
    return sow__py_fail_change(py, begin, "an assignment to a slice of a list is not understood");
  if (!sow__py_item_place(py, begin, index, object->list->count, &at))
    return false;
  object->list->items[at] = *value;
  return true;
}

bool sow__py_merge(sow__py *py, size_t begin, const sow__py_value *dict, const sow__py_value *other) {
  for (size_t i = 0; i < other->list->count; i += 2)
    if (!sow__py_put_item(py, begin, dict, &other->list->items[i], &other->list->items[i + 1]))
      return false;
  return true;
}
