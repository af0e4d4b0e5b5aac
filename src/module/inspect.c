/* Looking at a module; nothing here changes the tree. */
#include <string.h>

#include "module/build.h"
#include "module/index.h"

const char *sow_module_class(const sow_module *module) {
  return module ? module->class_name : "";
}

bool sow_module_has(const sow_module *module, const char *parameter) {
  const sow__slot *slot = module ? sow__parameter_find(module, parameter) : NULL;
  return slot && slot->tensor;
}

sow_module *sow__module_at(sow_module *module, const char *path, size_t length) {
  while (module && length > 0) {
    const char *dot = memchr(path, '.', length);
    const size_t part = dot != NULL ? (size_t)(dot - path) : length;
    sow__member member = sow__member_find(module, path, part);
    if (member.kind != SOW__MEMBER_CHILD || part + 1 == length)
      return NULL;
    module = module->children[member.position].module;
    path += dot != NULL ? part + 1 : part;
    length -= dot != NULL ? part + 1 : part;
  }
  return module;
}

sow_module *sow_module_find(sow_module *module, const char *path) {
  return sow__module_at(module, path, strlen(path));
}

size_t sow_module_parameter_count(const sow_module *module) {
  return module ? module->parameter_count - module->none_count : 0;
}

/* The index-th slot that is not None. */
static const sow__slot *parameter_at(const sow_module *module, size_t index) {
  if (module->none_count == 0)
    return &module->parameters[index];
  const sow__slot *slot = module->parameters;
  for (;; slot++)
    if (slot->tensor && index-- == 0)
      return slot;
}

bool sow_module_parameter(const sow_module *module, size_t index, sow_parameter *parameter) {
  if (index >= sow_module_parameter_count(module))
    return false;
  const sow__slot *slot = parameter_at(module, index);
  *parameter = (sow_parameter){.name = slot->name,
                               .ndim = slot->tensor->ndim,
                               .shape = slot->tensor->shape,
                               .initialized = sow__tensor_is_written(module->tree, slot->tensor)};
  return true;
}
