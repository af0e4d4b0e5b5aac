#include "text/python_value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "module/build.h"
#include "module/index.h"

/* ---- making ---- */

sow__py_value sow__py_none(void) {
  return (sow__py_value){.type = SOW__PY_NONE};
}

sow__py_value sow__py_bool(bool value) {
  return (sow__py_value){.type = SOW__PY_BOOL, .integer = value ? 1 : 0};
}

sow__py_value sow__py_int(int64_t value) {
  return (sow__py_value){.type = SOW__PY_INT, .integer = value};
}

sow__py_value sow__py_float(double value) {
  return (sow__py_value){.type = SOW__PY_FLOAT, .number = value};
}

sow__py_value sow__py_str(const char *text) {
  return (sow__py_value){.type = SOW__PY_STR, .text = text};
}

sow__py_value sow__py_path(const char *text) {
  return (sow__py_value){.type = SOW__PY_PATH, .text = text};
}

sow__py_value sow__py_module_value(sow_module *module) {
  return (sow__py_value){.type = SOW__PY_MODULE, .module = module};
}

sow__py_value sow__py_slot_value(sow_module *module, const sow__slot *slot, bool buffer) {
  if (slot->tensor == NULL)
    return sow__py_none();
  return (sow__py_value){
      .type = SOW__PY_TENSOR, .text = slot->name, .integer = buffer ? 1 : 0, .module = module};
}

/* ---- telling ---- */

bool sow__py_is_number(const sow__py_value *value) {
  return value->type == SOW__PY_BOOL || value->type == SOW__PY_INT || value->type == SOW__PY_FLOAT;
}

double sow__py_as_double(const sow__py_value *value) {
  return value->type == SOW__PY_FLOAT ? value->number : (double)value->integer;
}

bool sow__py_is_sequence(const sow__py_value *value) {
  return value->type == SOW__PY_TUPLE_OF || value->type == SOW__PY_LIST_OF;
}

const char *sow__py_type_name(const sow__py_value *value, char buffer[SOW__QUOTE_SIZE]) {
  static const char *const names[] = {
      [SOW__PY_NONE] = "None",          [SOW__PY_BOOL] = "a bool",
      [SOW__PY_INT] = "an int",         [SOW__PY_FLOAT] = "a float",
      [SOW__PY_STR] = "a str",          [SOW__PY_TUPLE_OF] = "a tuple",
      [SOW__PY_LIST_OF] = "a list",     [SOW__PY_ITERATOR] = "an iterator",
      [SOW__PY_DICT_OF] = "a dict",     [SOW__PY_SET_OF] = "a set",
      [SOW__PY_TENSOR] = "a tensor",    [SOW__PY_VIEW] = "a part of a tensor",
      [SOW__PY_SLICE_OF] = "a slice",   [SOW__PY_TYPE] = "a class",
      [SOW__PY_METHOD] = "a method",    [SOW__PY_CLOSURE] = "a function",
      [SOW__PY_PARTIAL] = "a function", [SOW__PY_UNUSABLE] = "a value that is not understood",
  };
  if (value->type == SOW__PY_MODULE)
    snprintf(buffer, SOW__QUOTE_SIZE, "a %.60s", value->module->class_name);
  else if (value->type == SOW__PY_PATH)
    snprintf(buffer, SOW__QUOTE_SIZE, "%.70s", value->text);
  else
    return names[value->type];
  return buffer;
}

sow__text_value sow__py_to_rules(const sow__py_value *value, size_t begin) {
  sow__text_value made = {.kind = SOW__VALUE_WORD, .begin = begin, .end = begin, .integer = value->integer};
  switch (value->type) {
  case SOW__PY_NONE:
    made.kind = SOW__VALUE_NONE;
    break;
  case SOW__PY_BOOL:
  case SOW__PY_INT:
    made.kind = value->type == SOW__PY_BOOL ? SOW__VALUE_BOOL : SOW__VALUE_INTEGER;
    made.number = (double)value->integer;
    break;
  case SOW__PY_FLOAT:
    made.kind = SOW__VALUE_FLOAT;
    made.number = value->number;
    break;
  case SOW__PY_STR:
    made.kind = SOW__VALUE_STRING;
    made.text = value->text;
    break;
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
    made.kind = SOW__VALUE_TUPLE;
    break;
  default:
    made.text = "this";
    break;
  }
  return made;
}

sow__py_value sow__py_from_rules(const sow__text_value *value) {
  switch (value->kind) {
  case SOW__VALUE_BOOL:
    return sow__py_bool(value->integer != 0);
  case SOW__VALUE_INTEGER:
    return sow__py_int(value->integer);
  case SOW__VALUE_FLOAT:
    return sow__py_float(value->number);
  case SOW__VALUE_STRING:
    return sow__py_str(value->text);
  default:
    return sow__py_none();
  }
}

const sow__tensor *sow__py_tensor(const sow__py_value *value) {
  if (value->type != SOW__PY_TENSOR)
    return NULL;
  sow__member member = sow__member_find(value->module, value->text, strlen(value->text));
  if (member.kind == SOW__MEMBER_PARAMETER)
    return value->module->parameters[member.position].tensor;
  return member.kind == SOW__MEMBER_BUFFER ? value->module->buffers[member.position].tensor : NULL;
}

bool sow__py_is_tensor(const sow__py_value *value) {
  return value->type == SOW__PY_TENSOR || value->type == SOW__PY_VIEW;
}

/* ---- truth ---- */

static bool is_list_of_modules(const sow_module *module) {
  return strcmp(module->class_name, "Sequential") == 0 || strcmp(module->class_name, "ModuleList") == 0 ||
         strcmp(module->class_name, "ModuleDict") == 0;
}

/* Packages, functions and classes are true; what an unknown package calls so may be anything. */
static sow__py_answer truth_of_path(const char *path) {
  static const char *const known[] = {"torch", "builtins", "math", "numpy"};
  if (strcmp(path, "typing.TYPE_CHECKING") == 0)
    return SOW__PY_NO;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strncmp(path, known[i], strcspn(path, ".")) == 0 && strlen(known[i]) == strcspn(path, "."))
      return SOW__PY_YES;
  return SOW__PY_UNSURE;
}

sow__py_answer sow__py_truth(const sow__py_value *value) {
  switch (value->type) {
  case SOW__PY_NONE:
    return SOW__PY_NO;
  case SOW__PY_BOOL:
  case SOW__PY_INT:
    return value->integer != 0 ? SOW__PY_YES : SOW__PY_NO;
  case SOW__PY_FLOAT:
    return value->number != 0 ? SOW__PY_YES : SOW__PY_NO;
  case SOW__PY_STR:
    return value->text[0] != 0 ? SOW__PY_YES : SOW__PY_NO;
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
  case SOW__PY_DICT_OF:
  case SOW__PY_SET_OF:
    return value->list->count > 0 ? SOW__PY_YES : SOW__PY_NO;
  case SOW__PY_MODULE: /* torch's lists of modules have a length; other modules are true */
    return is_list_of_modules(value->module) && value->module->child_count == 0 ? SOW__PY_NO : SOW__PY_YES;
  case SOW__PY_PATH:
    return truth_of_path(value->text);
  case SOW__PY_TENSOR:
  case SOW__PY_VIEW:
  case SOW__PY_UNUSABLE:
    return SOW__PY_UNSURE;
  default:
    return SOW__PY_YES;
  }
}

/* ---- order ---- */

/* An int of 64 bits against a float, exactly: -1, 0, 1; 2 for nan. */
static int order_mixed(int64_t integer, double number) {
  if (isnan(number))
    return 2;
  if (number >= 9223372036854775808.0)
    return -1;
  if (number < -9223372036854775808.0)
    return 1;
  double whole = floor(number);
  int64_t other = (int64_t)whole;
  if (integer != other)
    return integer < other ? -1 : 1;
  return whole < number ? -1 : 0;
}

static int order_numbers(const sow__py_value *a, const sow__py_value *b) {
  bool first = a->type == SOW__PY_FLOAT, second = b->type == SOW__PY_FLOAT;
  if (!first && !second)
    return (a->integer > b->integer) - (a->integer < b->integer);
  if (!first)
    return order_mixed(a->integer, b->number);
  if (!second) {
    int order = order_mixed(b->integer, a->number);
    return order == 2 ? 2 : -order;
  }
  if (isnan(a->number) || isnan(b->number))
    return 2;
  return (a->number > b->number) - (a->number < b->number);
}

bool sow__py_have_order(const sow__py_value *a, const sow__py_value *b) {
  return (sow__py_is_number(a) && sow__py_is_number(b)) || (a->type == SOW__PY_STR && b->type == SOW__PY_STR);
}

int sow__py_order(const sow__py_value *a, const sow__py_value *b) {
  if (sow__py_is_number(a) && sow__py_is_number(b))
    return order_numbers(a, b);
  /* UTF-8 keeps the order of code points. */
  int order = strcmp(a->text, b->text);
  return (order > 0) - (order < 0);
}

/* ---- equality ---- */

static sow__py_answer answer(bool yes) {
  return yes ? SOW__PY_YES : SOW__PY_NO;
}

#define EQUAL_DEPTH 8 /* lists within lists that are compared: a bound on the recursion */

static sow__py_answer equal_at(const sow__py_value *a, const sow__py_value *b, int depth);

static sow__py_answer equal_lists(const sow__py_value *a, const sow__py_value *b, int depth) {
  if (a->list->count != b->list->count)
    return SOW__PY_NO;
  for (size_t i = 0; i < a->list->count; i++) {
    sow__py_answer equal =
        depth == 0 ? SOW__PY_UNSURE : equal_at(&a->list->items[i], &b->list->items[i], depth - 1);
    if (equal != SOW__PY_YES)
      return equal;
  }
  return SOW__PY_YES;
}

sow__py_answer sow__py_same(const sow__py_value *a, const sow__py_value *b) {
  if (a->type != b->type)
    return SOW__PY_NO;
  switch (a->type) {
  case SOW__PY_NONE:
    return SOW__PY_YES;
  case SOW__PY_BOOL:
    return answer(a->integer == b->integer);
  case SOW__PY_MODULE:
    return answer(a->module == b->module);
  case SOW__PY_TENSOR:
    return answer(sow__py_tensor(a) == sow__py_tensor(b) && a->integer == b->integer);
  case SOW__PY_TYPE:
    return answer(a->integer == b->integer && strcmp(a->text, b->text) == 0);
  case SOW__PY_PATH:
    return strcmp(a->text, b->text) == 0 ? SOW__PY_YES : SOW__PY_UNSURE;
  case SOW__PY_CLOSURE:
    return answer(a->closure == b->closure);
  default: /* whether two equal numbers or strings are one object is CPython's affair */
    return SOW__PY_UNSURE;
  }
}

static sow__py_answer equal_at(const sow__py_value *a, const sow__py_value *b, int depth) {
  if (sow__py_is_number(a) && sow__py_is_number(b))
    return answer(order_numbers(a, b) == 0);
  if (a->type == SOW__PY_UNUSABLE || b->type == SOW__PY_UNUSABLE)
    return SOW__PY_UNSURE;
  /* A tensor compared with a number is a tensor. */
  bool tensors = sow__py_is_tensor(a) || sow__py_is_tensor(b);
  if (tensors && a->type != SOW__PY_NONE && b->type != SOW__PY_NONE)
    return SOW__PY_UNSURE;
  if (a->type != b->type)
    return a->type == SOW__PY_PATH || b->type == SOW__PY_PATH ? SOW__PY_UNSURE : SOW__PY_NO;
  switch (a->type) {
  case SOW__PY_STR:
    return answer(strcmp(a->text, b->text) == 0);
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
    return equal_lists(a, b, depth);
  default:
    return sow__py_same(a, b);
  }
}

sow__py_answer sow__py_equal(const sow__py_value *a, const sow__py_value *b) {
  return equal_at(a, b, EQUAL_DEPTH);
}
