#include "module/layer.h"

#include "base/sized_options.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"

sow_module *sow__layer_open(sow_module *parent, const char *name, sow__class class) {
  sow_module *module = sow_child(parent, name, class.name);
  if (module)
    module->rule = class.rule;
  return module;
}

sow_module *sow__layer_close(sow_module *module) {
  return sow__buildable(module) ? module : NULL;
}

void sow__layer_options(sow_module *module, void *ours, size_t size, const void *given, const char *name) {
  sow_error error = SOW_ERROR_NONE;
  sow_status status = sow__options_take(ours, size, given, name, &error);
  if (status != SOW_OK && sow__buildable(module))
    sow__module_fail(module, status, "%s", error.message);
}

/* ---- checks ---- */

void sow__layer_least(sow_module *module, const char *argument, int64_t value, int64_t least) {
  if (sow__buildable(module) && value < least)
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "%s must be at least %" PRId64 ", is %" PRId64, argument,
                     least, value);
}

void sow__layer_divides(sow_module *module, const char *divisor_name, int64_t divisor, const char *argument,
                        int64_t value) {
  sow__layer_least(module, divisor_name, divisor, 1);
  if (sow__buildable(module) && value % divisor != 0)
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "%s (%" PRId64 ") must be a multiple of %s (%" PRId64 ")",
                     argument, value, divisor_name, divisor);
}

int64_t sow__layer_product(sow_module *module, int64_t a, int64_t b) {
  int64_t product = 0;
  if (sow__buildable(module) && !sow__mul(a, b, &product))
    sow__module_fail(module, SOW_OVERFLOW, "%" PRId64 " times %" PRId64 " does not fit in 63 bits", a, b);
  return product;
}

/* ---- parameters ---- */

void sow__layer_declare(sow_module *module, const char *name, int ndim, const int64_t *shape) {
  if (!sow__buildable(module))
    return;
  sow__tensor *tensor = sow__tensor_make(module, name, SOW_DTYPE_COUNT, ndim, shape);
  if (tensor)
    sow__slot_append(module, false, name, tensor);
}

void sow__layer_none(sow_module *module, const char *name) {
  if (sow__buildable(module))
    sow__slot_append(module, false, name, NULL);
}

sow__tape_item *sow__layer_draw(sow_module *module, const char *name, sow_initializer initializer) {
  if (!sow__buildable(module))
    return NULL;
  return sow__tensor_record(module->tree, sow__parameter_find(module, name)->tensor, initializer,
                            module->rule);
}

void sow__layer_row(sow_module *module, const char *name, int64_t row, sow_initializer initializer) {
  if (!sow__buildable(module))
    return;
  sow__tape_item *item = sow__layer_draw(module, name, initializer);
  if (item == NULL)
    return;
  item->target.ndim--;
  item->target.shape++;
  for (int i = 0; i < item->target.ndim; i++)
    row *= item->target.shape[i];
  item->target.offset = row;
}

void sow__layer_inputs(sow_module *module, const char *name, double inputs) {
  if (!sow__buildable(module))
    return;
  sow__slot *slot = sow__parameter_find(module, name);
  if (slot && slot->tensor)
    slot->tensor->inputs = inputs;
}

sow__tape_item *sow__layer_parameter(sow_module *module, bool present, const char *name,
                                     sow_initializer initializer, int ndim, const int64_t *shape) {
  if (!present) {
    sow__layer_none(module, name);
    return NULL;
  }
  sow__layer_declare(module, name, ndim, shape);
  return sow__layer_draw(module, name, initializer);
}

/* ---- initialisers ---- */

double sow__layer_bound(int64_t fan) {
  return fan > 0 ? 1.0 / sqrt((double)fan) : 0.0;
}

sow_initializer sow__layer_symmetric(double bound) {
  return sow_uniform(bound > 0.0 ? -bound : 0.0, bound);
}

sow_initializer sow__layer_kaiming(void) {
  return sow_kaiming_uniform(sqrt(5.0), SOW_FAN_IN, SOW_LEAKY_RELU);
}

/* ---- printing ---- */

void sow__layer_arguments(sow_module *module, const char *format, ...) {
  if (!sow__buildable(module))
    return;
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = length >= 0 ? sow__tree_alloc(module->tree, (size_t)length + 1) : NULL;
  if (text) {
    vsnprintf(text, (size_t)length + 1, format, again);
    module->arguments = text;
  }
  va_end(again);
}

const char *sow__truth(bool value) {
  return value ? "True" : "False";
}

char *sow__tuple_print(int ndim, const int64_t *sizes, char buffer[SOW__TUPLE_SIZE]) {
  int length = snprintf(buffer, SOW__TUPLE_SIZE, "(");
  for (int i = 0; i < ndim; i++)
    length += snprintf(buffer + length, (size_t)(SOW__TUPLE_SIZE - length), "%s%" PRId64, i > 0 ? ", " : "",
                       sizes[i]);
  snprintf(buffer + length, (size_t)(SOW__TUPLE_SIZE - length), ndim == 1 ? ",)" : ")");
  return buffer;
}
