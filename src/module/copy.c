/* copy.deepcopy of a module: what is shared inside the subtree is shared inside the copy. */
#include "module/build.h"

/* The contents that it has at this moment; nothing where nothing has written it yet. */
static void copy_contents(sow__tree *tree, const sow__tensor *copy, const sow__tensor *original) {
  if (!sow__tensor_is_written(tree, original))
    return;
  sow__tape_view *source = sow__tree_alloc(tree, sizeof *source);
  if (source == NULL)
    return;
  *source = sow__tensor_view(original);
  sow__tree_record(tree, &(sow__tape_item){.call = sow_copy(),
                                           .target = sow__tensor_view(copy),
                                           .source = source,
                                           .rule = "copy",
                                           .subject = copy->subject});
}

static sow__tensor *copy_tensor(sow_module *owner, const char *name, sow__tensor *tensor) {
  if (!tensor || tensor->copied)
    return tensor ? tensor->copied : NULL;
  sow__tensor *copy = sow__tensor_make(owner, name, tensor->dtype, tensor->ndim, tensor->shape);
  if (copy) {
    copy->inputs = tensor->inputs;
    copy_contents(owner->tree, copy, tensor);
  }
  tensor->copied = copy;
  return copy;
}

static bool copy_slots(sow_module *copy, const sow_module *original, bool buffers) {
  const sow__slot *slots = buffers ? original->buffers : original->parameters;
  size_t count = buffers ? original->buffer_count : original->parameter_count;
  for (size_t i = 0; i < count; i++) {
    sow__tensor *tensor = copy_tensor(copy, slots[i].name, slots[i].tensor);
    if ((slots[i].tensor && !tensor) || !sow__slot_append(copy, buffers, slots[i].name, tensor))
      return false;
  }
  return true;
}

static sow_module *copy_module(sow_module *parent, const char *name, sow_module *original) {
  if (original->copied)
    return sow__module_deepen(original->copied, parent->depth + 1, NULL) ? original->copied : NULL;
  sow_module *copy = sow__module_make(parent, name, original->class_name, original->rule);
  if (!copy)
    return NULL;
  original->copied = copy;
  copy->arguments = original->arguments;
  if (!copy_slots(copy, original, false) || !copy_slots(copy, original, true))
    return NULL;
  for (size_t i = 0; i < original->child_count; i++) {
    const sow__child *child = &original->children[i];
    sow_module *copied = copy_module(copy, child->name, child->module);
    if (!copied || !sow__module_attach(copy, child->name, copied))
      return NULL;
  }
  return copy;
}

static void forget(sow_module *original) {
  if (!original->copied)
    return;
  original->copied = NULL;
  for (size_t i = 0; i < original->parameter_count; i++)
    if (original->parameters[i].tensor)
      original->parameters[i].tensor->copied = NULL;
  for (size_t i = 0; i < original->buffer_count; i++)
    if (original->buffers[i].tensor)
      original->buffers[i].tensor->copied = NULL;
  for (size_t i = 0; i < original->child_count; i++)
    forget(original->children[i].module);
}

sow_module *sow_module_copy(sow_module *parent, const char *name, const sow_module *original) {
  if (!sow__buildable(parent) || !sow__name_usable(parent, name))
    return NULL;
  if (!original || original->tree != parent->tree) {
    sow__member_fail(parent, name, SOW_INVALID_ARGUMENT, "the module to copy is not in this tree");
    return NULL;
  }
  const char *own_name = sow__tree_copy(parent->tree, name);
  if (!own_name)
    return NULL;
  /* The marks of a copy are the tree's scratch; the original is as before once they are gone. */
  sow_module *marked = (sow_module *)original;
  sow_module *copy = copy_module(parent, own_name, marked);
  forget(marked);
  return copy && sow__module_attach(parent, own_name, copy) ? copy : NULL;
}
