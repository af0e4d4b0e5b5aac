#include "module/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "module/build.h"
#include "module/index.h"

sow__tree *sow__tree_new(void) {
  sow__tree *tree = calloc(1, sizeof(*tree));
  if (!tree)
    return NULL;
  sow_module *top = sow__arena_alloc(&tree->arena, sizeof(*top));
  if (!top) {
    sow__tree_free(tree);
    return NULL;
  }
  *top = (sow_module){.tree = tree, .class_name = "", .arguments = "", .name = ""};
  tree->top = tree->made = top;
  return tree;
}

void sow__tree_free(sow__tree *tree) {
  if (!tree)
    return;
  for (sow_module *module = tree->made; module; module = module->next_made) {
    free(module->parameters);
    free(module->buffers);
    free(module->children);
    sow__index_free(module->index);
  }
  sow__tape_free(&tree->tape);
  sow__arena_free(&tree->arena);
  free(tree);
}

sow_module *sow__tree_root(const sow__tree *tree) {
  return tree->top->child_count > 0 ? tree->top->children[0].module : NULL;
}

sow_module *sow_module_new(const char *class_name) {
  sow__tree *tree = sow__tree_new();
  if (!tree)
    return NULL;
  sow_module *root = sow_child(tree->top, "", class_name);
  if (!root)
    sow__tree_free(tree);
  return root;
}

void sow_module_free(sow_module *root) {
  if (root && sow__tree_root(root->tree) == root)
    sow__tree_free(root->tree);
}

/* ---- failure ---- */

sow_status sow_module_status(const sow_module *module, sow_error *error) {
  if (!module)
    return sow__fail(error, SOW_NO_MEMORY, "there is no module: it could not be made");
  const sow_error *failure = &module->tree->failure;
  if (failure->status == SOW_OK)
    return SOW_OK;
  return sow__fail_again(error, failure);
}

static void fail_with(sow__tree *tree, sow_status status, const char *prefix, const char *format,
                      va_list arguments) SOW__PRINTF(4, 0);

static void fail_with(sow__tree *tree, sow_status status, const char *prefix, const char *format,
                      va_list arguments) {
  if (tree->failure.status != SOW_OK)
    return;
  char message[SOW_MESSAGE_SIZE];
  vsnprintf(message, sizeof(message), format, arguments);
  sow__fail(&tree->failure, status, "%s%s", prefix, message);
}

void sow__tree_fail(sow__tree *tree, sow_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fail_with(tree, status, "", format, arguments);
  va_end(arguments);
}

/* Written from the back of the buffer. */
const char *sow__member_path(const sow_module *module, const char *member, char buffer[SOW__PATH_SIZE]) {
  size_t start = SOW__PATH_SIZE - 1;
  buffer[start] = '\0';
  const char *name = member;
  for (const sow_module *owner = module;; owner = owner->parent) {
    size_t length = strlen(name);
    bool dot = length > 0 && buffer[start] != '\0';
    if (length + dot + 3 > start) {
      memcpy(buffer + start - 3, "...", 3);
      return buffer + start - 3;
    }
    if (dot)
      buffer[--start] = '.';
    start -= length;
    memcpy(buffer + start, name, length);
    if (!owner)
      return buffer + start;
    name = owner->name;
  }
}

void sow__module_fail(const sow_module *module, sow_status status, const char *format, ...) {
  char path[SOW__PATH_SIZE], prefix[2 * SOW__PATH_SIZE];
  const char *tail = sow__member_path(module, "", path);
  if (tail[0] != '\0')
    snprintf(prefix, sizeof(prefix), "%s (%.100s): ", tail, module->class_name);
  else
    snprintf(prefix, sizeof(prefix), "%.100s: ", module->class_name);
  va_list arguments;
  va_start(arguments, format);
  fail_with(module->tree, status, prefix, format, arguments);
  va_end(arguments);
}

void sow__member_fail(const sow_module *module, const char *member, sow_status status, const char *format,
                      ...) {
  char path[SOW__PATH_SIZE], prefix[SOW__PATH_SIZE + 2];
  snprintf(prefix, sizeof(prefix), "%s: ", sow__member_path(module, member, path));
  va_list arguments;
  va_start(arguments, format);
  fail_with(module->tree, status, prefix, format, arguments);
  va_end(arguments);
}

bool sow__tree_no_memory(sow__tree *tree) {
  sow__tree_fail(tree, SOW_NO_MEMORY, "out of memory while the tree of modules was built");
  return false;
}

bool sow__buildable(const sow_module *module) {
  return module && module->tree->failure.status == SOW_OK;
}

/* ---- memory ---- */

void *sow__tree_alloc(sow__tree *tree, size_t size) {
  void *memory = sow__arena_alloc(&tree->arena, size > 0 ? size : 1);
  if (!memory)
    sow__tree_no_memory(tree);
  return memory;
}

char *sow__tree_copy(sow__tree *tree, const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = sow__tree_alloc(tree, size);
  if (copy)
    memcpy(copy, text, size);
  return copy;
}

const char *sow__tree_intern(sow__tree *tree, const char *text) {
  const char *copy = sow__intern(&tree->interner, &tree->arena, text);
  if (copy == NULL)
    sow__tree_no_memory(tree);
  return copy;
}

bool sow__tree_grow(sow__tree *tree) {
  if (tree->size >= SOW__TREE_LIMIT) {
    sow__tree_fail(tree, SOW_LIMIT, "more than %zu modules and tensors in one tree", SOW__TREE_LIMIT);
    return false;
  }
  tree->size++;
  return true;
}

/* ---- tensors and events ---- */

/* The dotted path of a member, in the tree's memory. */
static const char *subject_of(const sow_module *module, const char *member) {
  size_t length = strlen(member);
  for (const sow_module *owner = module; owner; owner = owner->parent)
    if (owner->name[0] != '\0')
      length += strlen(owner->name) + 1;
  char *subject = sow__tree_alloc(module->tree, length + 1);
  if (!subject)
    return NULL;
  size_t start = length - strlen(member);
  memcpy(subject + start, member, length - start + 1);
  for (const sow_module *owner = module; owner; owner = owner->parent)
    if (owner->name[0] != '\0') {
      subject[--start] = '.';
      start -= strlen(owner->name);
      memcpy(subject + start, owner->name, strlen(owner->name));
    }
  return subject;
}

sow__tensor *sow__tensor_make(sow_module *module, const char *name, sow_dtype dtype, int ndim,
                              const int64_t *shape) {
  int64_t count;
  sow_error error = SOW_ERROR_NONE;
  if (sow__count(ndim, shape, &count, &error) != SOW_OK) {
    sow__member_fail(module, name, error.status, "%s", error.message);
    return NULL;
  }
  sow__tree *tree = module->tree;
  if (!sow__tree_grow(tree))
    return NULL;
  sow__tensor *tensor = sow__tree_alloc(tree, sizeof(*tensor));
  int64_t *sizes = sow__tree_alloc(tree, (size_t)ndim * sizeof(*sizes));
  const char *subject = subject_of(module, name);
  if (!tensor || !sizes || !subject)
    return NULL;
  for (int i = 0; i < ndim; i++)
    sizes[i] = shape[i];
  size_t storage = sow__tape_storage(&tree->tape, dtype, count);
  if (storage == SIZE_MAX) {
    sow__tree_no_memory(tree);
    return NULL;
  }
  *tensor =
      (sow__tensor){.dtype = dtype, .ndim = ndim, .shape = sizes, .storage = storage, .subject = subject};
  /* fan_in: the rest of a row. Layers of which that is not true say so. */
  tensor->inputs = ndim >= 2 ? 1 : 0;
  for (int i = 1; i < ndim; i++)
    tensor->inputs *= (double)shape[i];
  return tensor;
}

sow__tape_view sow__tensor_view(const sow__tensor *tensor) {
  return (sow__tape_view){tensor->storage, tensor->ndim, tensor->shape, tensor->strides, tensor->offset};
}

bool sow__tensor_is_written(const sow__tree *tree, const sow__tensor *tensor) {
  return tree->tape.storages[tensor->storage].written;
}

sow__tape_item *sow__tree_record(sow__tree *tree, const sow__tape_item *item) {
  sow__tape_item *added = sow__tape_add(&tree->tape, item);
  if (added == NULL)
    sow__tree_no_memory(tree);
  return added;
}

sow__tape_item *sow__tensor_record(sow__tree *tree, sow__tensor *tensor, sow_initializer initializer,
                                   const char *rule) {
  return sow__tree_record(tree, &(sow__tape_item){.call = initializer,
                                                  .target = sow__tensor_view(tensor),
                                                  .rule = rule,
                                                  .subject = tensor->subject});
}
