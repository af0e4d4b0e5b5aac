/* What Python makes of what can be gone over: map, filter, sorted, iter, next, dict, set. */
#include <string.h>

#include "text/python_run.h"

/* ---- one after another ---- */

bool sow__py_next(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out, bool *there) {
  if (py->depth >= SOW__PY_DEPTH)
    return sow__py_fail(py, begin, SOW_LIMIT, "iterators are nested too deep");
  py->depth++;
  bool done = iterator->next(py, iterator, begin, out, there);
  py->depth--;
  return done;
}

static bool next_of_list(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                         bool *there) {
  const sow__py_list *list = iterator->list;
  if (list->of != NULL && list->of->changes != list->seen && list->of->count / 2 != list->count)
    return sow__py_raise(py, begin, "RuntimeError", "dictionary changed size during iteration");
  iterator->over = iterator->over || iterator->taken >= iterator->list->count;
  *there = !iterator->over;
  if (*there)
    *out = iterator->list->items[iterator->taken++];
  return true;
}

static sow__py_iterator *over_list(sow__py *py, const sow__py_list *list) {
  sow__py_iterator *made = sow__py_alloc(py, sizeof *made);
  if (made != NULL)
    *made = (sow__py_iterator){.next = next_of_list, .list = list, .at_top = py->root == NULL};
  return made;
}

bool sow__py_make_iterator(sow__py *py, sow__py_value *value) {
  *value = (sow__py_value){.type = SOW__PY_ITERATOR, .iterator = over_list(py, value->list)};
  return value->iterator != NULL;
}

bool sow__py_iter(sow__py *py, size_t begin, const sow__py_value *value, sow__py_iterator **out) {
  const sow__py_list *list;
  if (value->type != SOW__PY_ITERATOR)
    return sow__py_iterate(py, begin, value, &list) && (*out = over_list(py, list)) != NULL;
  *out = value->iterator;
  return !value->iterator->at_top || py->root == NULL ||
         sow__py_fail(
             py, begin, SOW_INVALID_ARGUMENT,
             "this iterator is made at the top of the file, so that it is used up at once; write list(…) "
             "around it there");
}

bool sow__py_call_iter(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  if (!sow__py_check_count(py, "iter", arguments, 1, 1, begin))
    return false;
  *out = (sow__py_value){.type = SOW__PY_ITERATOR};
  return sow__py_iter(py, begin, &arguments->values[0], &out->iterator);
}

bool sow__py_call_next(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  char name[SOW__QUOTE_SIZE];
  sow__py_iterator *iterator;
  bool there;
  if (!sow__py_check_count(py, "next", arguments, 1, 2, begin))
    return false;
  if (arguments->values[0].type != SOW__PY_ITERATOR)
    return sow__py_raise(py, begin, "TypeError", "%s is no iterator",
                         sow__py_type_name(&arguments->values[0], name));
  if (!sow__py_iter(py, begin, &arguments->values[0], &iterator) ||
      !sow__py_next(py, iterator, begin, out, &there))
    return false;
  if (!there && arguments->count == 2)
    *out = arguments->values[1];
  return there || arguments->count == 2 ||
         sow__py_raise(py, begin, "StopIteration", "the iterator has no more values");
}

/* ---- what takes from others ---- */

/* An iterator over what the arguments from `first` on give. */
static sow__py_iterator *over_arguments(sow__py *py, const sow__py_arguments *arguments, size_t first,
                                        size_t begin, sow__py_value *out) {
  sow__py_iterator *made = sow__py_alloc(py, sizeof *made);
  const size_t width = arguments->count - first;
  sow__py_iterator **sources = made ? sow__py_alloc(py, width * sizeof *sources) : NULL;
  if (sources == NULL)
    return NULL;
  for (size_t i = 0; i < width; i++)
    if (!sow__py_iter(py, begin, &arguments->values[first + i], &sources[i]))
      return NULL;
  *made = (sow__py_iterator){.sources = sources, .width = width, .at_top = py->root == NULL};
  if (first > 0)
    made->function = arguments->values[0];
  *out = (sow__py_value){.type = SOW__PY_ITERATOR, .iterator = made};
  return made;
}

/* The iterator of a call whose arguments come by position: a function first, where `first` is 1, then what it
 * is over. */
static bool make_by_position(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t first,
                             size_t most, sow__py_next_function *next, size_t begin, sow__py_value *out) {
  if (!sow__py_check_count(py, name, arguments, 2 * first, most, begin))
    return false;
  sow__py_iterator *made = over_arguments(py, arguments, first, begin, out);
  if (made != NULL)
    made->next = next;
  return made != NULL;
}

/* One value of each source; the shortest ends all of them. */
static bool next_of_each(sow__py *py, const sow__py_iterator *iterator, size_t begin, sow__py_value *items,
                         bool *there) {
  *there = iterator->width > 0;
  for (size_t i = 0; *there && i < iterator->width; i++)
    if (!sow__py_next(py, iterator->sources[i], begin, &items[i], there))
      return false;
  return sow__py_step(py, begin, 1);
}

static bool next_of_zip(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                        bool *there) {
  sow__py_value *items;
  return sow__py_list_new(py, SOW__PY_TUPLE_OF, iterator->width, out, &items) &&
         next_of_each(py, iterator, begin, items, there);
}

bool sow__py_call_zip(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return make_by_position(py, "zip", arguments, 0, SOW__PY_ARGUMENTS, next_of_zip, begin, out);
}

/* itertools.chain: one source after another */
static bool next_of_chain(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                          bool *there) {
  *there = false;
  for (; !*there && iterator->taken < iterator->width; iterator->taken += *there ? 0 : 1)
    if (!sow__py_next(py, iterator->sources[iterator->taken], begin, out, there))
      return false;
  return true;
}

bool sow__py_call_chain(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return make_by_position(py, "chain", arguments, 0, SOW__PY_ARGUMENTS, next_of_chain, begin, out);
}

static bool next_of_enumerate(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                              bool *there) {
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, 2, out, &items) ||
      !next_of_each(py, iterator, begin, items + 1, there))
    return false;
  items[0] = sow__py_int(iterator->number);
  iterator->number += *there ? 1 : 0;
  return true;
}

bool sow__py_call_enumerate(sow__py *py, const sow__py_arguments *arguments, size_t begin,
                            sow__py_value *out) {
  static const char *const names[] = {"iterable", "start", NULL};
  const sow__py_value *bound[2] = {NULL};
  sow__py_arguments alone = {.count = 1};
  if (!sow__py_bind_arguments(py, "enumerate", names, 1, arguments, begin, bound))
    return false;
  bool whole = bound[1] == NULL || bound[1]->type == SOW__PY_INT || bound[1]->type == SOW__PY_BOOL;
  if (!whole || (bound[1] != NULL && bound[1]->integer > INT64_MAX / 2))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "enumerate() starts at an int of at most 62 bits");
  alone.values[0] = *bound[0];
  sow__py_iterator *made = over_arguments(py, &alone, 0, begin, out);
  if (made == NULL)
    return false;
  made->next = next_of_enumerate;
  made->number = bound[1] ? bound[1]->integer : 0;
  return true;
}

static bool next_of_map(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                        bool *there) {
  sow__py_arguments arguments = {.count = iterator->width};
  if (!next_of_each(py, iterator, begin, arguments.values, there))
    return false;
  for (size_t i = 0; i < iterator->width; i++)
    arguments.begins[i] = begin;
  return !*there || sow__py_call(py, &iterator->function, &arguments, begin, out);
}

bool sow__py_call_map(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return make_by_position(py, "map", arguments, 1, SOW__PY_ARGUMENTS, next_of_map, begin, out);
}

static bool next_of_filter(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                           bool *there) {
  bool by_truth = iterator->function.type == SOW__PY_NONE, keep = false;
  sow__py_value kept;
  while (!keep) {
    if (!next_of_each(py, iterator, begin, out, there))
      return false;
    if (!*there)
      return true;
    kept = *out;
    if ((!by_truth && !sow__py_call_one(py, &iterator->function, out, begin, &kept)) ||
        !sow__py_test(py, begin, &kept, &keep))
      return false;
  }
  return true;
}

bool sow__py_call_filter(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  return make_by_position(py, "filter", arguments, 1, 2, next_of_filter, begin, out);
}

/* ---- sorted, dict, set ---- */

/* Whether `a` must stand behind `b`; false, with the failure set, where Python or sow orders them not. */
static bool is_behind(sow__py *py, const sow__py_value *a, const sow__py_value *b, int sign, size_t begin,
                      bool *behind) {
  int order = sow__py_have_order(a, b) ? sow__py_order(a, b) : 2;
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

/* sorted(reverse=1): an int, and no other truth. */
static bool read_reverse(sow__py *py, size_t begin, const sow__py_value *value, bool *out) {
  char name[SOW__QUOTE_SIZE];
  *out = value != NULL && value->integer != 0;
  if (value == NULL || value->type == SOW__PY_INT || value->type == SOW__PY_BOOL)
    return true;
  if (value->type == SOW__PY_NONE || value->type == SOW__PY_FLOAT || value->type == SOW__PY_STR)
    return sow__py_raise(py, begin, "TypeError", "'reverse' is an int, not %s",
                         sow__py_type_name(value, name));
  return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "'reverse' is understood where it is an int, not %s",
                      sow__py_type_name(value, name));
}

bool sow__py_call_sorted(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  static const char *const names[] = {"iterable", "key", "reverse", NULL};
  const sow__py_value *bound[3];
  const sow__py_list *all;
  sow__py_value *items, *keys, ignored;
  bool backwards;
  if (!sow__py_bind_arguments(py, "sorted", names, 1, arguments, begin, bound) ||
      !sow__py_iterate(py, begin, bound[0], &all) || !read_reverse(py, begin, bound[2], &backwards) ||
      !sow__py_list_new(py, SOW__PY_LIST_OF, all->count, out, &items) ||
      !sow__py_list_new(py, SOW__PY_LIST_OF, all->count, &ignored, &keys))
    return false;
  const size_t count = all->count; /* a key may change the list */
  const bool keyed = bound[1] != NULL && bound[1]->type != SOW__PY_NONE;
  for (size_t i = 0; i < count; i++)
    items[i] = keys[i] = all->items[i];
  for (size_t i = 0; keyed && i < count; i++)
    if (!sow__py_call_one(py, bound[1], &items[i], begin, &keys[i]))
      return false;
  return sort(py, items, keys, count, backwards ? -1 : 1, begin);
}

static bool put_pair(sow__py *py, size_t begin, const sow__py_value *dict, const sow__py_value *pair) {
  const sow__py_list *two;
  if (!sow__py_iterate(py, begin, pair, &two))
    return false;
  if (two->count != 2)
    return sow__py_raise(py, begin, "ValueError", "dict() takes pairs");
  return sow__py_step(py, begin, 1) && sow__py_put_item(py, begin, dict, &two->items[0], &two->items[1]);
}

static bool put_pairs(sow__py *py, size_t begin, const sow__py_value *dict, const sow__py_value *from) {
  sow__py_iterator *iterator;
  sow__py_value pair;
  bool there = true;
  if (from->type == SOW__PY_DICT_OF)
    return sow__py_merge(py, begin, dict, from);
  if (!sow__py_iter(py, begin, from, &iterator))
    return false;
  while (there)
    if (!sow__py_next(py, iterator, begin, &pair, &there) || (there && !put_pair(py, begin, dict, &pair)))
      return false;
  return true;
}

/* dict(), dict(other), dict(pairs), dict(a=1) */
bool sow__py_call_dict(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const bool given = arguments->count > 0 && arguments->keywords[0] == NULL;
  if (!sow__py_list_empty(py, SOW__PY_DICT_OF, 0, out) ||
      (given && !put_pairs(py, begin, out, &arguments->values[0])))
    return false;
  for (size_t i = given ? 1 : 0; i < arguments->count; i++) {
    if (arguments->keywords[i] == NULL)
      return sow__py_raise(py, begin, "TypeError", "dict() takes one value by position");
    const sow__py_value key = sow__py_str(arguments->keywords[i]);
    if (!sow__py_put_item(py, begin, out, &key, &arguments->values[i]))
      return false;
  }
  return true;
}

bool sow__py_call_set(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_list empty = {.count = 0}, *from = &empty;
  if (!sow__py_check_count(py, "set", arguments, 0, 1, begin) ||
      (arguments->count == 1 && !sow__py_iterate(py, begin, &arguments->values[0], &from)) ||
      !sow__py_list_empty(py, SOW__PY_SET_OF, from->count, out))
    return false;
  for (size_t i = 0; i < from->count; i++) {
    bool known;
    if (!sow__py_contains(py, begin, &from->items[i], out, &known) ||
        (!known && !sow__py_add(py, begin, out->list, &from->items[i])))
      return false;
  }
  return true;
}
