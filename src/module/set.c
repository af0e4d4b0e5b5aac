/* What a rule or a program does to the tensors of a module, after its constructor. */
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "init/resolve.h"
#include "module/build.h"
#include "module/index.h"
#include "module/layer_table.h"
#include "op/layout.h"

/* A parameter or buffer of the module itself; NULL, with the failure recorded, where there is none. */
static const sow__slot *find_tensor(sow_module *module, const char *name) {
  sow__member member = sow__member_find(module, name, strlen(name));
  bool is_there = member.kind == SOW__MEMBER_PARAMETER || member.kind == SOW__MEMBER_BUFFER;
  const sow__slot *slots = member.kind == SOW__MEMBER_BUFFER ? module->buffers : module->parameters;
  if (is_there && slots[member.position].tensor != NULL)
    return &slots[member.position];
  sow__nearest nearest = {.name = name};
  for (size_t i = 0; i < module->parameter_count; i++)
    if (module->parameters[i].tensor != NULL)
      sow__nearest_offer(&nearest, module->parameters[i].name);
  char hint[100];
  if (is_there)
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
  int64_t *strides = sow__tree_alloc(tree, (size_t)tensor->ndim * sizeof *strides);
  if (strides != NULL)
    sow__layout_strides(tensor->ndim, tensor->shape, strides);
  return strides;
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
    int64_t first = begin == NULL ? 0 : begin[i], whole = tensor->shape[i];
    bool within = first >= 0 && first <= whole;
    shape[i] = size != NULL ? size[i] : within ? whole - first : 0;
    if (!within || shape[i] < 0 || shape[i] > whole - first) {
      sow__member_fail(module, name, SOW_SHAPE, "dimension %d has no %lld elements from %lld on", i,
                       (long long)shape[i], (long long)first);
      return false;
    }
    view->offset += first * strides[i];
  }
  view->shape = shape;
  view->strides = sow__layout_contiguous(tensor->ndim, shape, strides) ? NULL : strides;
  return true;
}

/* A weight of a class of torch's, whose rows are summed; those of an embedding are looked up. */
static bool is_torchs_weight(const sow_module *module, const sow__tensor *tensor) {
  return tensor->ndim >= 2 && tensor->inputs > 0 && sow__layer_find(module->class_name) != NULL;
}

/* What a call may read; the failure is recorded where it may not. */
static bool is_readable(sow_module *module, const char *name, const sow__tape_item *item) {
  const sow__tape_view *to = &item->target, *from = item->source;
  const sow__other *other = from == NULL ? NULL : &(sow__other){from->ndim, from->shape, from->strides};
  sow_error error = SOW_ERROR_NONE;
  sow_status status = sow__check_other(item->call, to->ndim, to->shape, other, &error);
  if (status != SOW_OK)
    sow__member_fail(module, name, status, "%s", error.message);
  return status == SOW_OK;
}

/* A recorded parameter may be an expanded view; the failure is recorded. */
static bool is_writable(sow_module *module, const char *name, const sow__tape_view *view) {
  sow_error error = SOW_ERROR_NONE;
  const bool contiguous =
      view->strides == NULL || sow__layout_contiguous(view->ndim, view->shape, view->strides);
  const sow_status status =
      contiguous ? SOW_OK : sow__layout_check(view->ndim, view->shape, view->strides, 1, &error);
  if (status != SOW_OK)
    sow__member_fail(module, name, status, "%s", error.message);
  return status == SOW_OK;
}

static void record(sow_module *module, const char *name, const sow__tensor *tensor, sow__tape_item *item,
                   const char *rule) {
  if (!is_readable(module, name, item) || !is_writable(module, name, &item->target))
    return;
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
    record(module, tensor, slot->tensor, &item, rule);
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
  /* Sizes of a part have a meaning only where there are as many dimensions; a norm's are its own. */
  bool part = call.kind != SOW_INIT_NORM && from->tensor->ndim == item.target.ndim;
  if (part_of(other, other_tensor, from->tensor, other_begin, part ? item.target.shape : NULL, source))
    record(module, tensor, slot->tensor, &item, rule);
}

void sow__module_set_view(sow_module *module, const char *tensor, int ndim, const int64_t *shape,
                          const int64_t *strides, int64_t offset, sow_initializer initializer,
                          const char *rule) {
  if (!sow__buildable(module))
    return;
  const sow__slot *slot = find_tensor(module, tensor);
  int64_t *sizes = slot == NULL ? NULL : sow__tree_alloc(module->tree, 2 * (size_t)ndim * sizeof *sizes);
  if (sizes == NULL)
    return;
  memcpy(sizes, shape, (size_t)ndim * sizeof *sizes);
  memcpy(sizes + ndim, strides, (size_t)ndim * sizeof *sizes);
  const bool dense = sow__layout_contiguous(ndim, shape, strides);
  sow__tape_item item = {.call = initializer,
                         .target = {slot->tensor->storage, ndim, sizes, dense ? NULL : sizes + ndim, offset}};
  record(module, tensor, slot->tensor, &item, rule);
}

/* A storage of its own is drawn, of which every row becomes `times` rows, as in Python: no step reads what it
 * writes. */
void sow__module_repeat(sow_module *module, const char *tensor, int64_t times, sow_initializer call,
                        const char *rule) {
  if (!sow__buildable(module))
    return;
  sow__tree *tree = module->tree;
  const sow__slot *slot = find_tensor(module, tensor);
  const sow__tensor *whole = slot == NULL ? NULL : slot->tensor;
  const int64_t *strides = whole == NULL ? NULL : strides_of(tree, whole);
  int64_t *shape = strides == NULL ? NULL : sow__tree_alloc(tree, (size_t)whole->ndim * sizeof *shape);
  int64_t *apart = shape == NULL ? NULL : sow__tree_alloc(tree, (size_t)whole->ndim * sizeof *apart);
  sow__tape_view *source = apart == NULL ? NULL : sow__tree_alloc(tree, sizeof *source);
  if (source == NULL)
    return;
  int64_t count = 1;
  for (int i = 0; i < whole->ndim; i++) {
    shape[i] = i == 0 ? whole->shape[0] / times : whole->shape[i];
    apart[i] = i == 0 ? strides[0] * times : strides[i];
  }
  (void)sow__count(whole->ndim, shape, &count, NULL); /* fits, as that of the whole does */
  size_t storage = sow__tape_storage(&tree->tape, whole->dtype, count);
  if (storage == SIZE_MAX) {
    sow__tree_no_memory(tree);
    return;
  }
  *source = (sow__tape_view){storage, whole->ndim, shape, NULL, 0};
  sow__tape_item item = {.call = call, .target = *source};
  record(module, tensor, whole, &item, rule);
  /* What the copies write all of needs nothing of what was there. */
  item = (sow__tape_item){.call = sow_method(SOW_INIT_ZERO), .target = sow__tensor_view(whole)};
  record(module, tensor, whole, &item, rule);
  bool dense = times == 1 && sow__layout_contiguous(whole->ndim, shape, apart);
  for (int64_t i = 0; i < times && sow__buildable(module); i++) {
    item = (sow__tape_item){.call = sow_copy(), .source = source};
    item.target = (sow__tape_view){whole->storage, whole->ndim, shape, dense ? NULL : apart,
                                   whole->offset + i * strides[0]};
    record(module, tensor, whole, &item, rule);
  }
}

/* ---- a constructor's draws ---- */

/* The tensor of `module` that `like` has in this storage; `deep`: also in its children. */
static const sow__tensor *twin_of(const sow_module *module, const sow_module *like, size_t storage,
                                  bool buffers_only, bool deep) {
  for (size_t i = 0; i < like->buffer_count && i < module->buffer_count; i++)
    if (like->buffers[i].tensor != NULL && like->buffers[i].tensor->storage == storage)
      return module->buffers[i].tensor;
  for (size_t i = 0; !buffers_only && i < like->parameter_count && i < module->parameter_count; i++)
    if (like->parameters[i].tensor != NULL && like->parameters[i].tensor->storage == storage)
      return module->parameters[i].tensor;
  const sow__tensor *twin = NULL;
  for (size_t i = 0; deep && twin == NULL && i < like->child_count && i < module->child_count; i++)
    twin = twin_of(module->children[i].module, like->children[i].module, storage, buffers_only, true);
  return twin;
}

void sow__module_draw_again(sow_module *module, const sow_module *like, bool buffers_only, const char *rule) {
  const sow__tape *tape = &like->tree->tape;
  for (size_t i = 0; i < tape->count && sow__buildable(module); i++) {
    sow__tape_item item = tape->items[i];
    /* What a child's own constructor drew before is no part of it. */
    bool own = item.kind == SOW__TAPE_STEP && like->rule != NULL && strcmp(item.rule, like->rule) == 0;
    const sow__tensor *tensor = own ? twin_of(module, like, item.target.storage, buffers_only, true) : NULL;
    if (tensor == NULL)
      continue;
    /* A row has the last dimensions of the whole; a layer's own tensors are contiguous. */
    item.target.shape = tensor->shape + (tensor->ndim - item.target.ndim);
    item.target.storage = tensor->storage;
    record(module, tensor->subject, tensor, &item, rule);
  }
}
