/* What a rule or a program does to the tensors of a module, after its constructor. */
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "module/build.h"
#include "module/index.h"
#include "module/layer_table.h"

/* A parameter or buffer of the module itself; NULL, with the failure recorded, where there is none. */
static const sow__slot *find_tensor(sow_module *module, const char *name) {
  sow__member member = sow__member_find(module, name, strlen(name));
  const sow__slot *slot = member.kind == SOW__MEMBER_PARAMETER ? &module->parameters[member.position]
                          : member.kind == SOW__MEMBER_BUFFER  ? &module->buffers[member.position]
                                                               : NULL;
  if (slot != NULL && slot->tensor != NULL)
    return slot;
  sow__nearest nearest = {.name = name};
  for (size_t i = 0; i < module->parameter_count; i++)
    if (module->parameters[i].tensor != NULL)
      sow__nearest_offer(&nearest, module->parameters[i].name);
  char hint[100];
  if (slot != NULL)
    sow__module_fail(module, SOW_UNKNOWN_NAME, "its parameter '%.60s' is None", name);
  else
    sow__module_fail(module, SOW_UNKNOWN_NAME, "no parameter '%.60s'%s", name,
                     sow__nearest_hint(&nearest, hint, sizeof hint));
  return NULL;
}

/* The strides of a tensor, in the tree's memory. */
static const int64_t *strides_of(sow__tree *tree, const sow__tensor *tensor) {
  if (tensor->strides != NULL)
    return tensor->strides;
  int64_t *strides = sow__tree_alloc(tree, (size_t)tensor->ndim * sizeof *strides), step = 1;
  for (int i = tensor->ndim - 1; strides != NULL && i >= 0; i--) {
    strides[i] = step;
    step *= tensor->shape[i];
  }
  return strides;
}

/* As torch's is_contiguous: sizes of 1 do not matter. */
static bool is_contiguous(int ndim, const int64_t *shape, const int64_t *strides) {
  int64_t expected = 1;
  for (int i = ndim - 1; i >= 0; i--) {
    if (shape[i] != 1 && strides[i] != expected)
      return false;
    expected *= shape[i];
  }
  return true;
}

/* A part of a tensor: sizes from `begin` on, or all of it where both are NULL. */
static bool part_of(sow_module *module, const char *name, const sow__tensor *tensor, const int64_t *begin,
                    const int64_t *size, sow__tape_view *view) {
  *view = sow__tensor_view(tensor);
  if (begin == NULL && size == NULL)
    return true;
  int64_t *shape = sow__tree_alloc(module->tree, (size_t)tensor->ndim * sizeof *shape);
  const int64_t *strides = strides_of(module->tree, tensor);
  if (shape == NULL || strides == NULL)
    return false;
  for (int i = 0; i < tensor->ndim; i++) {
    int64_t first = begin == NULL ? 0 : begin[i];
    shape[i] = size == NULL ? tensor->shape[i] - first : size[i];
    if (first < 0 || shape[i] < 0 || first > tensor->shape[i] || shape[i] > tensor->shape[i] - first) {
      sow__member_fail(module, name, SOW_SHAPE, "dimension %d has no %lld elements from %lld on", i,
                       (long long)shape[i], (long long)first);
      return false;
    }
    view->offset += first * strides[i];
  }
  view->shape = shape;
  view->strides = is_contiguous(tensor->ndim, shape, strides) ? NULL : strides;
  return true;
}

/* A weight of a class of torch's, whose rows are summed; those of an embedding are looked up. */
static bool is_torchs_weight(const sow_module *module, const sow__tensor *tensor) {
  return tensor->ndim >= 2 && tensor->inputs > 0 && sow__layer_find(module->class_name) != NULL;
}

static void record(sow_module *module, const sow__tensor *tensor, sow__tape_item *item, const char *rule) {
  item->rule = sow__tree_intern(module->tree, rule != NULL ? rule : "sow_module_set");
  item->subject = tensor->subject;
  item->by_caller = true;
  item->in_torch_layer = is_torchs_weight(module, tensor);
  if (item->rule != NULL)
    sow__tree_record(module->tree, item);
}

void sow_module_set_as(sow_module *module, const char *parameter, sow_initializer initializer,
                       const char *rule) {
  sow_module_step_as(module, parameter, NULL, NULL, initializer, rule);
}

void sow_module_step_as(sow_module *module, const char *tensor, const int64_t *begin, const int64_t *size,
                        sow_initializer call, const char *rule) {
  if (!sow__buildable(module))
    return;
  const sow__slot *slot = find_tensor(module, tensor);
  sow__tape_item item = {.call = call};
  if (slot != NULL && part_of(module, tensor, slot->tensor, begin, size, &item.target))
    record(module, slot->tensor, &item, rule);
}

void sow_module_step_from_as(sow_module *module, const char *tensor, const int64_t *begin,
                             const int64_t *size, sow_initializer call, sow_module *other,
                             const char *other_tensor, const int64_t *other_begin, const char *rule) {
  if (!sow__buildable(module))
    return;
  if (other == NULL || other->tree != module->tree) {
    sow__member_fail(module, tensor, SOW_INVALID_ARGUMENT, "the module to read from is not in this tree");
    return;
  }
  const sow__slot *slot = find_tensor(module, tensor);
  const sow__slot *from = slot == NULL ? NULL : find_tensor(other, other_tensor);
  sow__tape_view *source = from == NULL ? NULL : sow__tree_alloc(module->tree, sizeof *source);
  sow__tape_item item = {.call = call, .source = source};
  if (source == NULL || !part_of(module, tensor, slot->tensor, begin, size, &item.target))
    return;
  bool norm = call.kind == SOW_INIT_NORM; /* the only one whose shapes differ */
  if (!part_of(other, other_tensor, from->tensor, other_begin, norm ? NULL : item.target.shape, source))
    return;
  if (!norm && !sow__shape_equal(source->ndim, source->shape, item.target.ndim, item.target.shape)) {
    sow__member_fail(module, tensor, SOW_SHAPE, "what it is made of (%.60s) has another shape", other_tensor);
    return;
  }
  record(module, slot->tensor, &item, rule);
}
