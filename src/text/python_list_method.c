/* Methods of lists, dicts, sets and tuples. */
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

/* ---- what is found ---- */

static bool is_item(const call *c, const sow__py_value *value, size_t at, bool *is) {
  sow__py_list item = {.items = c->object->list->items + at, .count = 1};
  const sow__py_value alone = {.type = SOW__PY_TUPLE_OF, .list = &item};
  return sow__py_contains(c->py, c->begin, value, &alone, is);
}

/* The first item that equals `value`, among every `stride`-th; the list's count where there is none. */
static bool search(const call *c, const sow__py_value *value, size_t stride, size_t *at) {
  bool found;
  for (*at = 0; *at < c->object->list->count; *at += stride) {
    if (!is_item(c, value, *at, &found))
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

static bool count_of(const call *c) {
  int64_t count = 0;
  bool found;
  if (!sow__py_check_count(c->py, "count", c->arguments, 1, 1, c->begin))
    return false;
  for (size_t i = 0; i < c->object->list->count; i++) {
    if (!is_item(c, &c->arguments->values[0], i, &found))
      return false;
    count += found ? 1 : 0;
  }
  *c->out = sow__py_int(count);
  return true;
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

static void remove_at(sow__py_list *list, size_t at, size_t width) {
  list->count -= width;
  memmove(list->items + at, list->items + at + width, (list->count - at) * sizeof *list->items);
}

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
  if (!sow__py_step(c->py, c->begin, list->count / 16) ||
      !sow__py_add(c->py, c->begin, list, &c->arguments->values[1]))
    return false;
  const sow__py_value last = list->items[count];
  memmove(list->items + at + 1, list->items + at, (size_t)(count - at) * sizeof last);
  list->items[at] = last;
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
  if (at == c->object->list->count &&
      !sow__py_put_item(c->py, c->begin, c->object, &c->arguments->values[0],
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
    return sow__py_fail_change(c->py, c->begin, "the key changes the list that is sorted by it");
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
               {LIST | TUPLE, "index", index_of, false},
               {LIST | TUPLE, "count", count_of, false}};

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
