/* Methods of lists, dicts, sets and tuples, and what changes them: under every name that they have. */
#include <stdio.h>
#include <string.h>

#include "text/python_run.h"

typedef struct call {
  sow__py *py;
  const sow__py_value *object;
  const sow__py_arguments *arguments;
  size_t begin;
  sow__py_value *out;
} call;

/* ---- what may change ---- */

/* Whoever passes over a failure to change something would go on with what it was. */
static bool fail_change(sow__py *py, size_t begin, sow_status status, const char *message) {
  py->serious = true;
  return sow__py_fail(py, begin, status, "%s", message);
}

bool sow__py_check_change(sow__py *py, size_t begin, const sow__py_value *object) {
  if (object->list->is_torchs)
    return fail_change(py, begin, SOW_INVALID_ARGUMENT,
                       "this is what torch keeps of a module: sow changes what tensors hold, and no module");
  if (object->list->at_top && py->root != NULL)
    return fail_change(
        py, begin, SOW_INVALID_ARGUMENT,
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

static void insert_at(sow__py_list *list, size_t at, const sow__py_value *value) {
  memmove(list->items + at + 1, list->items + at, (list->count - at) * sizeof *value);
  list->items[at] = *value;
  list->count++;
}

static void remove_at(sow__py_list *list, size_t at, size_t width) {
  list->count -= width;
  memmove(list->items + at, list->items + at + width, (list->count - at) * sizeof *list->items);
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
    return fail_change(py, begin, SOW_INVALID_ARGUMENT,
                       "an assignment to a slice of a list is not understood");
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

/* ---- what is found ---- */

/* The first item that equals `value`, among every `stride`-th; the list's count where there is none. */
static bool search(const call *c, const sow__py_value *value, size_t stride, size_t *at) {
  const sow__py_list *list = c->object->list;
  for (*at = 0; *at < list->count; *at += stride) {
    const sow__py_value alone = {.type = SOW__PY_TUPLE_OF,
                                 .list = &(sow__py_list){.items = list->items + *at, .count = 1}};
    bool found;
    if (!sow__py_contains(c->py, c->begin, value, &alone, &found))
      return false;
    if (found)
      return true;
  }
  return true;
}

static bool index_of(const call *c) {
  size_t at;
  if (!sow__py_check_count(c->py, "index", c->arguments, 1, 1, c->begin) ||
      !search(c, &c->arguments->values[0], 1, &at))
    return false;
  *c->out = sow__py_int((int64_t)at);
  return at < c->object->list->count || sow__py_raise(c->py, c->begin, "ValueError", "it is not in the list");
}

static bool copy(const call *c) {
  const sow__py_list *list = c->object->list;
  sow__py_value *items;
  if (!sow__py_check_count(c->py, "copy", c->arguments, 0, 0, c->begin) ||
      !sow__py_step(c->py, c->begin, list->count) ||
      !sow__py_list_new(c->py, c->object->type, list->count, c->out, &items))
    return false;
  if (list->count > 0)
    memcpy(items, list->items, list->count * sizeof *items);
  return true;
}

static bool get(const call *c) {
  size_t at;
  if (!sow__py_check_count(c->py, "get", c->arguments, 1, 2, c->begin) ||
      !search(c, &c->arguments->values[0], 2, &at))
    return false;
  *c->out = at < c->object->list->count ? c->object->list->items[at + 1]
            : c->arguments->count == 2  ? c->arguments->values[1]
                                        : sow__py_none();
  return true;
}

/* keys(), values() and items() of a dict: their first and last place in a pair */
static bool spread_pairs(const call *c, size_t first, size_t last) {
  const sow__py_list *all = c->object->list;
  sow__py_value *items, *pair;
  const size_t count = all->count / 2;
  if (c->arguments->count > 0)
    return sow__py_raise(c->py, c->begin, "TypeError", "this takes no arguments");
  if (!sow__py_step(c->py, c->begin, count) ||
      !sow__py_list_new(c->py, SOW__PY_LIST_OF, count, c->out, &items))
    return false;
  c->out->list->of = all;
  c->out->list->seen = all->changes;
  for (size_t i = 0; i < count; i++) {
    items[i] = all->items[2 * i + first];
    if (first == last)
      continue;
    if (!sow__py_list_new(c->py, SOW__PY_TUPLE_OF, 2, &items[i], &pair))
      return false;
    memcpy(pair, all->items + 2 * i, 2 * sizeof *pair);
  }
  return true;
}

static bool keys(const call *c) {
  return spread_pairs(c, 0, 0);
}

static bool values(const call *c) {
  return spread_pairs(c, 1, 1);
}

static bool pairs(const call *c) {
  return spread_pairs(c, 0, 1);
}

/* ---- what is changed ---- */

static bool append(const call *c) {
  return sow__py_check_count(c->py, "append", c->arguments, 1, 1, c->begin) &&
         sow__py_add(c->py, c->begin, c->object->list, &c->arguments->values[0]);
}

static bool extend(const call *c) {
  return sow__py_check_count(c->py, "extend", c->arguments, 1, 1, c->begin) &&
         sow__py_extend(c->py, c->begin, c->object, &c->arguments->values[0]);
}

static bool insert(const call *c) {
  const sow__py_value *index = &c->arguments->values[0];
  sow__py_list *list = c->object->list;
  const int64_t count = (int64_t)list->count;
  if (!sow__py_check_count(c->py, "insert", c->arguments, 2, 2, c->begin))
    return false;
  if (index->type != SOW__PY_INT && index->type != SOW__PY_BOOL)
    return sow__py_raise(c->py, c->begin, "TypeError", "an index is an int");
  int64_t at = index->integer < 0 ? (index->integer < -count ? 0 : index->integer + count) : index->integer;
  at = at > count ? count : at;
  if (!sow__py_step(c->py, c->begin, list->count / 16) || !make_room(c->py, c->begin, list, 1))
    return false;
  insert_at(list, (size_t)at, &c->arguments->values[1]);
  return true;
}

static bool pop(const call *c) {
  const sow__py_value last = sow__py_int(-1);
  sow__py_list *list = c->object->list;
  size_t at;
  if (!sow__py_check_count(c->py, "pop", c->arguments, 0, 1, c->begin))
    return false;
  if (!sow__py_item_place(c->py, c->begin, c->arguments->count == 1 ? &c->arguments->values[0] : &last,
                          list->count, &at) ||
      !sow__py_step(c->py, c->begin, (list->count - at) / 16))
    return false;
  *c->out = list->items[at];
  remove_at(list, at, 1);
  return true;
}

static bool pop_key(const call *c) {
  sow__py_list *list = c->object->list;
  size_t at;
  if (!sow__py_check_count(c->py, "pop", c->arguments, 1, 2, c->begin) ||
      !search(c, &c->arguments->values[0], 2, &at))
    return false;
  if (at == list->count && c->arguments->count == 1)
    return sow__py_raise(c->py, c->begin, "KeyError", "there is no such key");
  *c->out = at < list->count ? list->items[at + 1] : c->arguments->values[1];
  if (at < list->count)
    remove_at(list, at, 2);
  return true;
}

/* Of lists and sets; what is not there is an error but to discard(). */
static bool remove_item(const call *c) {
  sow__py_list *list = c->object->list;
  bool set = c->object->type == SOW__PY_SET_OF;
  size_t at;
  if (!sow__py_check_count(c->py, "remove", c->arguments, 1, 1, c->begin) ||
      !search(c, &c->arguments->values[0], 1, &at))
    return false;
  if (at == list->count)
    return sow__py_raise(c->py, c->begin, set ? "KeyError" : "ValueError", "it is not there");
  remove_at(list, at, 1);
  return true;
}

static bool discard(const call *c) {
  size_t at;
  if (!sow__py_check_count(c->py, "discard", c->arguments, 1, 1, c->begin) ||
      !search(c, &c->arguments->values[0], 1, &at))
    return false;
  if (at < c->object->list->count)
    remove_at(c->object->list, at, 1);
  return true;
}

static bool add_one(const call *c, const sow__py_value *item) {
  bool known;
  return sow__py_contains(c->py, c->begin, item, c->object, &known) &&
         (known || sow__py_add(c->py, c->begin, c->object->list, item));
}

static bool add(const call *c) {
  return sow__py_check_count(c->py, "add", c->arguments, 1, 1, c->begin) &&
         add_one(c, &c->arguments->values[0]);
}

static bool update_set(const call *c) {
  for (size_t i = 0; i < c->arguments->count; i++) {
    const sow__py_list *more;
    if (!sow__py_iterate(c->py, c->begin, &c->arguments->values[i], &more))
      return false;
    for (size_t k = 0; k < more->count; k++)
      if (!add_one(c, &more->items[k]))
        return false;
  }
  return true;
}

/* update(…) takes what dict(…) takes. */
static bool update(const call *c) {
  sow__py_value more;
  return sow__py_call_dict(c->py, c->arguments, c->begin, &more) &&
         sow__py_merge(c->py, c->begin, c->object, &more);
}

static bool set_default(const call *c) {
  const sow__py_value none = sow__py_none();
  size_t at;
  if (!sow__py_check_count(c->py, "setdefault", c->arguments, 1, 2, c->begin) ||
      !search(c, &c->arguments->values[0], 2, &at))
    return false;
  if (at == c->object->list->count && !put_pair(c->py, c->begin, c->object, &c->arguments->values[0],
                                                c->arguments->count == 2 ? &c->arguments->values[1] : &none))
    return false;
  *c->out = c->object->list->items[at + 1];
  return true;
}

static bool clear(const call *c) {
  if (!sow__py_check_count(c->py, "clear", c->arguments, 0, 0, c->begin))
    return false;
  c->object->list->count = 0;
  return true;
}

static bool reverse(const call *c) {
  sow__py_list *list = c->object->list;
  if (!sow__py_check_count(c->py, "reverse", c->arguments, 0, 0, c->begin) ||
      !sow__py_step(c->py, c->begin, list->count / 16))
    return false;
  for (size_t i = 0; i < list->count / 2; i++) {
    const sow__py_value first = list->items[i];
    list->items[i] = list->items[list->count - 1 - i];
    list->items[list->count - 1 - i] = first;
  }
  return true;
}

/* As sorted(), in the list's own place. */
static bool sort(const call *c) {
  const size_t changes = c->object->list->changes;
  sow__py_arguments all = {.count = 1};
  sow__py_value made;
  all.values[0] = *c->object;
  for (size_t i = 0; i < c->arguments->count && i < SOW__PY_ARGUMENTS - 1; i++, all.count++) {
    all.values[i + 1] = c->arguments->values[i];
    all.keywords[i + 1] = c->arguments->keywords[i];
    all.begins[i + 1] = c->arguments->begins[i];
    if (all.keywords[i + 1] == NULL)
      return sow__py_raise(c->py, c->begin, "TypeError", "sort() takes no arguments by position");
  }
  if (!sow__py_call_sorted(c->py, &all, c->begin, &made))
    return false;
  if (c->object->list->changes != changes)
    return fail_change(c->py, c->begin, SOW_INVALID_ARGUMENT,
                       "the key changes the list that is sorted by it");
  if (made.list->count > 0)
    memcpy(c->object->list->items, made.list->items, made.list->count * sizeof made);
  return true;
}

/* ---- any ---- */

enum { TUPLE = 1, LIST = 2, DICT = 4, SET = 8 };

static const struct {
  int of;
  const char *name;
  bool (*run)(const call *c);
  bool changes;
} methods[] = {{DICT, "get", get, false},
               {DICT, "keys", keys, false},
               {DICT, "values", values, false},
               {DICT, "items", pairs, false},
               {DICT, "update", update, true},
               {DICT, "pop", pop_key, true},
               {DICT, "setdefault", set_default, true},
               {LIST, "append", append, true},
               {LIST, "extend", extend, true},
               {LIST, "insert", insert, true},
               {LIST, "pop", pop, true},
               {LIST, "reverse", reverse, true},
               {LIST, "sort", sort, true},
               {SET, "add", add, true},
               {SET, "discard", discard, true},
               {SET, "update", update_set, true},
               {LIST | SET, "remove", remove_item, true},
               {LIST | DICT | SET, "clear", clear, true},
               {LIST | DICT | SET, "copy", copy, false},
               {LIST | TUPLE, "index", index_of, false}};

#define METHODS (sizeof methods / sizeof *methods)

static int kind_of(const sow__py_value *object) {
  return object->type == SOW__PY_TUPLE_OF  ? TUPLE
         : object->type == SOW__PY_LIST_OF ? LIST
         : object->type == SOW__PY_DICT_OF ? DICT
                                           : SET;
}

bool sow__py_has_list_method(const sow__py_value *object, const char *name) {
  for (size_t i = 0; i < METHODS; i++)
    if ((methods[i].of & kind_of(object)) != 0 && strcmp(methods[i].name, name) == 0)
      return true;
  return false;
}

bool sow__py_list_method(sow__py *py, const sow__py_value *object, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const int of = kind_of(object);
  const call c = {py, object, arguments, begin, out};
  char type[SOW__QUOTE_SIZE], list[200] = "";
  size_t used = 0;
  for (size_t i = 0; i < METHODS; i++) {
    if ((methods[i].of & of) == 0)
      continue;
    if (strcmp(methods[i].name, name) == 0) {
      *out = sow__py_none();
      return (!methods[i].changes || sow__py_check_change(py, begin, object)) && methods[i].run(&c);
    }
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", methods[i].name);
  }
  py->serious = of != TUPLE; /* it may change it */
  return sow__py_fail(py, begin, SOW_UNKNOWN_NAME, "'.%.60s' of %s is not understood; known are %s", name,
                      sow__py_type_name(object, type), list);
}
