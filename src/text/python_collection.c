/* Tuples, lists, dicts and strings: loops over them, items, slices, comprehensions. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "module/index.h"
#include "text/python_view.h"

/* ---- loops ---- */

/* The characters of a string, or the keys of a dict. */
static bool spread(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_list **out) {
  sow__py_value made, *items;
  bool text = value->type == SOW__PY_STR;
  size_t count = 0, length;
  for (const char *at = text ? value->text : ""; *at != 0; count++)
    sow__utf8_next(&at);
  count = text ? count : value->list->count / 2;
  if (!sow__py_step(py, begin, count) || !sow__py_list_new(py, SOW__PY_LIST_OF, count, &made, &items))
    return false;
  const char *at = text ? value->text : "";
  if (!text) {
    made.list->of = value->list;
    made.list->seen = value->list->changes;
  }
  for (size_t i = 0; i < count; i++, at += length) {
    length = text ? sow__utf8_length(at, strlen(at)) : 0;
    if (!text)
      items[i] = value->list->items[2 * i];
    else if (!sow__py_text(py, at, length, &items[i]))
      return false;
  }
  *out = made.list;
  return true;
}

static bool is_module_list(const sow_module *module) {
  const char *name = sow__py_torch_class(module);
  return name != NULL && (strcmp(name, "Sequential") == 0 || strcmp(name, "ModuleList") == 0);
}

bool sow__py_is_module_dict(const sow_module *module) {
  const char *name = sow__py_torch_class(module);
  return name != NULL && strcmp(name, "ModuleDict") == 0;
}

sow_module *sow__py_dict_child(sow_module *module, const char *name) {
  const sow__member member = sow__member_find(module, name, strlen(name));
  return member.kind == SOW__MEMBER_CHILD ? module->children[member.position].module : NULL;
}

/* for m in self.features: the children of torch's lists of modules */
static bool spread_module(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_list **out) {
  sow_module *module = value->module;
  sow__py_value made, *items;
  bool list = is_module_list(module);
  if (!list && !sow__py_is_module_dict(module))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                        "sow does not know what a loop over a %.60s gives; write its .children()",
                        module->class_name);
  if (!sow__py_step(py, begin, module->child_count) ||
      !sow__py_list_new(py, SOW__PY_LIST_OF, module->child_count, &made, &items))
    return false;
  for (size_t i = 0; i < module->child_count; i++)
    items[i] =
        list ? sow__py_module_value(module->children[i].module) : sow__py_str(module->children[i].name);
  *out = made.list;
  return true;
}

/* What is left of an iterator. */
static bool take_rest(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_list **out) {
  sow__py_iterator *iterator;
  sow__py_value made, item;
  if (!sow__py_iter(py, begin, value, &iterator) || !sow__py_list_empty(py, SOW__PY_LIST_OF, 0, &made))
    return false;
  *out = made.list;
  for (;;) {
    bool there;
    if (!sow__py_next(py, iterator, begin, &item, &there))
      return false;
    if (!there)
      return true;
    if (!sow__py_add(py, begin, made.list, &item))
      return false;
  }
}

bool sow__py_iterate(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_list **out) {
  char name[SOW__QUOTE_SIZE];
  switch (value->type) {
  case SOW__PY_ITERATOR:
    return take_rest(py, begin, value, out);
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
    *out = value->list;
    return value->list->of == NULL || value->list->of->changes == value->list->seen ||
           sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                        "the dict has changed since this was asked of it; ask it again here");
  case SOW__PY_STR:
  case SOW__PY_DICT_OF:
    return spread(py, begin, value, out);
  case SOW__PY_MODULE:
    return spread_module(py, begin, value, out);
  case SOW__PY_TENSOR:
  case SOW__PY_VIEW:
    return sow__py_rows(py, begin, value, out);
  case SOW__PY_NONE:
  case SOW__PY_BOOL:
  case SOW__PY_INT:
  case SOW__PY_FLOAT:
    return sow__py_raise(py, begin, "TypeError", "there is nothing to go over in %s",
                         sow__py_type_name(value, name));
  default:
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow cannot go over %s",
                        sow__py_type_name(value, name));
  }
}

/* ---- items ---- */

bool sow__py_item_place(sow__py *py, size_t begin, const sow__py_value *index, size_t count, size_t *out) {
  char name[SOW__QUOTE_SIZE];
  if (index->type != SOW__PY_INT && index->type != SOW__PY_BOOL)
    return sow__py_raise(py, begin, "TypeError", "an index is an int, not %s",
                         sow__py_type_name(index, name));
  int64_t at = index->integer < 0 ? index->integer + (int64_t)count : index->integer;
  if (at < 0 || at >= (int64_t)count)
    return sow__py_raise(py, begin, "IndexError", "there is no item %" PRId64 " among %zu", index->integer,
                         count);
  *out = (size_t)at;
  return true;
}

static bool index_dict(sow__py *py, size_t begin, const sow__py_list *list, const sow__py_value *key,
                       sow__py_value *out) {
  for (size_t i = 0; i + 1 < list->count; i += 2) {
    sow__py_answer equal = sow__py_equal(&list->items[i], key);
    if (!sow__py_step(py, begin, 1))
      return false;
    if (equal == SOW__PY_UNSURE)
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow cannot tell whether this is a key");
    if (equal == SOW__PY_YES) {
      *out = list->items[i + 1];
      return true;
    }
  }
  return sow__py_raise(py, begin, "KeyError", "'%.80s'", key->type == SOW__PY_STR ? key->text : "this");
}

static bool index_module(sow__py *py, size_t begin, sow_module *module, const sow__py_value *index,
                         sow__py_value *out) {
  size_t at;
  if (sow__py_is_module_dict(module) && index->type == SOW__PY_STR) {
    sow_module *child = sow__py_dict_child(module, index->text);
    *out = sow__py_module_value(child);
    return child != NULL || sow__py_raise(py, begin, "KeyError", "'%.80s'", index->text);
  }
  if (!is_module_list(module))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow does not know what [] gives of a %.60s",
                        module->class_name);
  if (!sow__py_item_place(py, begin, index, module->child_count, &at))
    return false;
  *out = sow__py_module_value(module->children[at].module);
  return true;
}

/* ---- slices ---- */

bool sow__py_slice_bounds(sow__py *py, size_t begin, const sow__py_value *slice, size_t count, int64_t *start,
                          int64_t *step, size_t *taken) {
  const sow__py_value *bounds = slice->list->items;
  const int64_t length = (int64_t)count;
  for (int i = 0; i < 3; i++)
    if (bounds[i].type != SOW__PY_NONE && bounds[i].type != SOW__PY_INT && bounds[i].type != SOW__PY_BOOL)
      return sow__py_raise(py, begin, "TypeError", "the bounds of a slice are ints");
  *step = bounds[2].type == SOW__PY_NONE ? 1 : bounds[2].integer;
  if (*step == 0)
    return sow__py_raise(py, begin, "ValueError", "slice step cannot be zero");
  const int64_t widest = length > 0 ? length : 1; /* beyond that all steps are alike */
  *step = *step > widest ? widest : *step < -widest ? -widest : *step;
  const int64_t low = *step > 0 ? 0 : -1, high = *step > 0 ? length : length - 1;
  int64_t ends[2] = {*step > 0 ? low : high, *step > 0 ? high : low};
  for (int i = 0; i < 2; i++) {
    if (bounds[i].type == SOW__PY_NONE)
      continue;
    int64_t at = bounds[i].integer;
    at = at < 0 ? (at < -length ? low : at + length) : at;
    ends[i] = at < low ? low : at > high ? high : at;
  }
  *start = ends[0];
  int64_t distance = *step > 0 ? ends[1] - ends[0] : ends[0] - ends[1], stride = *step > 0 ? *step : -*step;
  *taken = distance > 0 ? (size_t)((distance - 1) / stride + 1) : 0;
  return true;
}

static bool join_texts(sow__py *py, const sow__py_value *items, size_t count, sow__py_value *out) {
  size_t length = 0, at = 0;
  for (size_t i = 0; i < count; i++)
    length += strlen(items[i].text);
  char *text = sow__py_alloc(py, length + 1);
  if (text == NULL)
    return false;
  for (size_t i = 0; i < count; i++) {
    size_t one = strlen(items[i].text);
    memcpy(text + at, items[i].text, one);
    at += one;
  }
  *out = sow__py_str(text);
  return true;
}

static bool slice_list(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_value *slice,
                       sow__py_value *out) {
  char name[SOW__QUOTE_SIZE];
  const sow__py_list *list;
  sow__py_value *items;
  int64_t start = 0, step = 1;
  size_t count = 0;
  bool text = value->type == SOW__PY_STR;
  bool modules = value->type == SOW__PY_MODULE && is_module_list(value->module);
  if (!text && !modules && !sow__py_is_sequence(value))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow takes no slices of %s",
                        sow__py_type_name(value, name));
  if (!sow__py_iterate(py, begin, value, &list) ||
      !sow__py_slice_bounds(py, begin, slice, list->count, &start, &step, &count) ||
      !sow__py_step(py, begin, count))
    return false;
  if (!sow__py_list_new(py, text || modules ? SOW__PY_LIST_OF : value->type, count, out, &items))
    return false;
  out->list->is_torchs = modules || (!text && value->list->is_torchs);
  for (size_t i = 0; i < count; i++)
    items[i] = list->items[start + (int64_t)i * step];
  return !text || join_texts(py, items, count, out);
}

/* ---- any ---- */

bool sow__py_index(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_value *index,
                   sow__py_value *out) {
  char name[SOW__QUOTE_SIZE];
  const sow__py_list *list;
  size_t at;
  if (sow__py_is_tensor(value))
    return sow__py_index_tensor(py, begin, value, index, out);
  if (index->type == SOW__PY_SLICE_OF && !sow__py_is_number(value) && value->type != SOW__PY_NONE)
    return slice_list(py, begin, value, index, out);
  switch (value->type) {
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
  case SOW__PY_STR:
    if (!sow__py_iterate(py, begin, value, &list) || !sow__py_item_place(py, begin, index, list->count, &at))
      return false;
    *out = list->items[at];
    return true;
  case SOW__PY_DICT_OF:
    return index_dict(py, begin, value->list, index, out);
  case SOW__PY_MODULE:
    return index_module(py, begin, value->module, index, out);
  case SOW__PY_ITERATOR:
  case SOW__PY_NONE:
  case SOW__PY_BOOL:
  case SOW__PY_INT:
  case SOW__PY_FLOAT:
    return sow__py_raise(py, begin, "TypeError", "%s has no items", sow__py_type_name(value, name));
  default:
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow does not know what [] gives of %s",
                        sow__py_type_name(value, name));
  }
}
