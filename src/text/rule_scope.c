#include "text/rule_scope.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "text/layer_argument.h"
#include "text/python_run.h"

/* ---- which names there are ---- */

/* Of the tensor. */
static const char *const of_tensor[] = {"n", "dim", "numel", "shape", "fan_in", "fan_out", "name", NULL};

typedef enum absent { ABSENT_FAILS, ABSENT_NONE, ABSENT_ZERO, ABSENT_ONE } absent;

/* Of its layer: arguments, and what one that is not written means. */
static const struct {
  const char *name;
  absent absent;
} of_layer[] = {
    {"in_features", ABSENT_FAILS},    {"out_features", ABSENT_FAILS}, {"in1_features", ABSENT_FAILS},
    {"in2_features", ABSENT_FAILS},   {"in_channels", ABSENT_FAILS},  {"out_channels", ABSENT_FAILS},
    {"kernel_size", ABSENT_FAILS},    {"groups", ABSENT_ONE},         {"num_embeddings", ABSENT_FAILS},
    {"embedding_dim", ABSENT_FAILS},  {"padding_idx", ABSENT_NONE},   {"num_features", ABSENT_FAILS},
    {"num_groups", ABSENT_FAILS},     {"num_channels", ABSENT_FAILS}, {"normalized_shape", ABSENT_FAILS},
    {"num_parameters", ABSENT_FAILS}, {"input_size", ABSENT_FAILS},   {"hidden_size", ABSENT_FAILS},
    {"num_layers", ABSENT_ONE},       {"proj_size", ABSENT_ZERO},     {"bidirectional", ABSENT_ZERO}};

static bool is_of_tensor(const char *name) {
  return name[0] == '{' || sow__text_is_one_of(name, of_tensor);
}

#define LAYER_NAMES (sizeof of_layer / sizeof *of_layer)

static size_t find_layer_name(const char *name) {
  size_t i = 0;
  while (i < LAYER_NAMES && strcmp(of_layer[i].name, name) != 0)
    i++;
  return i;
}

static sow_status find_trial(const sow__scope *scope, sow__reader *reader, const char *name,
                             sow__text_value *value) {
  const sow__rule_scope *self = (const sow__rule_scope *)scope;
  (void)reader;
  if (!is_of_tensor(name) && find_layer_name(name) == LAYER_NAMES)
    return SOW_OK;
  value->kind = SOW__VALUE_UNKNOWN;
  value->number = 1;
  if (self->depends != NULL)
    *self->depends = true;
  return SOW_OK;
}

static const sow__rule_scope trial = {.scope = {find_trial, &trial.scope}};

sow__rule_scope sow__rule_scope_trial(bool *depends) {
  sow__rule_scope made = trial;
  made.depends = depends;
  return made;
}

/* ---- their values ---- */

static void set_integer(sow__text_value *value, int64_t integer) {
  value->kind = SOW__VALUE_INTEGER;
  value->integer = integer;
  value->number = (double)integer;
}

static sow_status set_shape(sow__reader *reader, const sow__tensor *tensor, sow__text_value *value) {
  value->items = sow__arena_alloc(reader->arena, ((size_t)tensor->ndim + 1) * sizeof *value->items);
  if (value->items == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  value->kind = SOW__VALUE_TUPLE;
  value->count = (size_t)tensor->ndim;
  for (int i = 0; i < tensor->ndim; i++)
    set_integer(&value->items[i], tensor->shape[i]);
  return SOW_OK;
}

static sow_status set_fan(sow__reader *reader, const sow__rule_place *place, const char *name,
                          sow__text_value *value) {
  int64_t in, out;
  sow_status status = sow_fan(place->tensor->ndim, place->tensor->shape, &in, &out, NULL);
  if (status == SOW_OVERFLOW)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, status,
                          "'%.200s' is so large that its fans do not fit in 63 bits", place->name);
  if (status != SOW_OK)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, status,
                          "'%.200s' has %d dimension%s, and %s needs two; write 'if dim > 1' behind the call",
                          place->name, place->tensor->ndim, place->tensor->ndim == 1 ? "" : "s", name);
  set_integer(value, name[4] == 'i' ? in : out);
  return SOW_OK;
}

/* "{1}" */
static sow_status set_capture(sow__reader *reader, const sow__rule_place *place, const char *name,
                              sow__text_value *value) {
  const size_t index = (size_t)(atoi(name + 1) - 1);
  sow__glob_part part = {place->name, 0};
  char quote[SOW__QUOTE_SIZE];
  bool there = sow__glob_capture(place->glob, place->name, index, &part) ||
               sow__glob_capture(place->glob, place->other, index, &part);
  int64_t number = 0;
  bool fits = part.length > 0 && part.length <= 18;
  for (size_t i = 0; fits && i < part.length; i++) {
    fits = sow__is_digit(part.begin[i]);
    number = 10 * number + (part.begin[i] - '0');
  }
  if (!there)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' has no wildcard %zu",
                          sow__text_quote(place->glob, strlen(place->glob), quote), index + 1);
  if (!fits)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "%s is '%s' in '%.200s', which is no number", name,
                          sow__text_quote(part.begin, part.length, quote), place->name);
  set_integer(value, number);
  return SOW_OK;
}

static sow_status set_of_tensor(const sow__rule_scope *self, sow__reader *reader, const char *name,
                                sow__text_value *value) {
  const sow__tensor *tensor = self->place->tensor;
  int64_t count = 0;
  if (name[0] == '{')
    return set_capture(reader, self->place, name, value);
  if (name[0] == 'f')
    return set_fan(reader, self->place, name, value);
  if (strcmp(name, "shape") == 0)
    return set_shape(reader, tensor, value);
  if (strcmp(name, "name") == 0) {
    value->kind = SOW__VALUE_STRING;
    value->text = self->place->other;
    return SOW_OK;
  }
  if (strcmp(name, "n") == 0 && tensor->ndim == 0)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_SHAPE,
                          "'%.200s' has no dimension, so there is no n", self->place->name);
  sow__count(tensor->ndim, tensor->shape, &count, NULL); /* fits: the tensor exists */
  if (strcmp(name, "n") == 0)
    set_integer(value, tensor->shape[self->dimension]);
  else
    set_integer(value, strcmp(name, "dim") == 0 ? tensor->ndim : count);
  return SOW_OK;
}

static sow_status set_of_layer(const sow__rule_scope *self, sow__reader *reader, size_t row,
                               sow__text_value *value) {
  const sow__rule_place *place = self->place;
  const char *layer = sow__py_torch_class(place->owner), *name = of_layer[row].name;
  const size_t begin = value->begin, end = value->end;
  bool found = false;
  sow_status status = SOW_OK;
  if (layer != NULL)
    status = sow__layer_argument(place->owner, layer, name, reader->arena, value, &found, reader->error);
  value->begin = begin;
  value->end = end;
  if (status != SOW_OK || found)
    return status;
  if (of_layer[row].absent == ABSENT_NONE)
    value->kind = SOW__VALUE_NONE;
  else if (of_layer[row].absent != ABSENT_FAILS && layer != NULL)
    set_integer(value, of_layer[row].absent == ABSENT_ONE);
  else
    return sow__text_fail(reader->scanner.text, begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%.200s' is of a %.80s, which has no %s", place->name,
                          sow_module_class(place->owner), name);
  return SOW_OK;
}

static sow_status find_value(const sow__scope *scope, sow__reader *reader, const char *name,
                             sow__text_value *value) {
  const sow__rule_scope *self = (const sow__rule_scope *)scope;
  if (is_of_tensor(name))
    return set_of_tensor(self, reader, name, value);
  size_t row = find_layer_name(name);
  return row < LAYER_NAMES ? set_of_layer(self, reader, row, value) : SOW_OK;
}

sow__rule_scope sow__rule_scope_at(const sow__rule_place *place) {
  return (sow__rule_scope){.scope = {find_value, &trial.scope}, .place = place};
}
