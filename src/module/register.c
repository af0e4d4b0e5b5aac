/* Registering members: children, parameters, buffers, ties. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "init/resolve.h"
#include "module/build.h"
#include "module/index.h"

/* ---- names ---- */

bool sow__name_usable(sow_module *module, const char *name) {
  if (!name || name[0] == '\0' || strchr(name, '.')) {
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "the name of a member is empty or holds a '.': '%.60s'",
                     name ? name : "");
    return false;
  }
  if (!sow__name_is_text(name)) {
    sow__module_fail(module, SOW_INVALID_ARGUMENT,
                     "the name of a member is not UTF-8 or holds control characters");
    return false;
  }
  if (sow__member_find(module, name, strlen(name)).kind != SOW__MEMBER_NONE) {
    sow__member_fail(module, name, SOW_DUPLICATE_NAME, "there is a member of this name already");
    return false;
  }
  return true;
}

/* ---- children ---- */

sow_module *sow__module_make(sow_module *parent, const char *name, const char *class_name, const char *rule) {
  sow__tree *tree = parent->tree;
  if (!sow__tree_grow(tree))
    return NULL;
  if (parent->depth >= SOW__DEPTH_LIMIT) {
    sow__member_fail(parent, name, SOW_LIMIT, "nested deeper than %d", SOW__DEPTH_LIMIT);
    return NULL;
  }
  sow_module *module = sow__tree_alloc(tree, sizeof(*module));
  if (!module)
    return NULL;
  *module = (sow_module){.tree = tree,
                         .class_name = class_name,
                         .arguments = "",
                         .rule = rule,
                         .name = name,
                         .parent = parent,
                         .depth = parent->depth + 1,
                         .next_made = tree->made};
  tree->made = module;
  return module;
}

/* Whether `child` is in the list of `parent`; a module that has one parent only needs no search. */
static bool has_child(const sow_module *parent, const sow_module *child) {
  if (child->registrations == 0)
    return false;
  if (child->latest_parent == parent || child->registrations == 1)
    return child->latest_parent == parent;
  for (size_t i = 0; i < parent->child_count; i++)
    if (parent->children[i].module == child)
      return true;
  return false;
}

bool sow__module_attach(sow_module *parent, const char *name, sow_module *child) {
  void *children = parent->children;
  if (!sow__reserve(&children, &parent->child_capacity, parent->child_count + 1, sizeof(sow__child)))
    return sow__tree_no_memory(parent->tree);
  parent->children = children;
  bool repeated = has_child(parent, child); /* before the list grows */
  parent->children[parent->child_count++] = (sow__child){name, child, repeated};
  child->latest_parent = parent;
  child->registrations++;
  return sow__member_appended(parent, (sow__member){SOW__MEMBER_CHILD, parent->child_count - 1}) ||
         sow__tree_no_memory(parent->tree);
}

void sow__module_drop_last(sow_module *parent) {
  if (!sow__buildable(parent))
    return;
  parent->child_count--;
  sow__member_renumber(parent);
}

sow_module *sow_child(sow_module *parent, const char *name, const char *class_name) {
  if (!sow__buildable(parent))
    return NULL;
  sow__tree *tree = parent->tree;
  if (parent == tree->top) {
    if (parent->child_count > 0 || !name || name[0] != '\0') {
      sow__tree_fail(tree, SOW_DUPLICATE_NAME, "a tree has one root, and it has no name");
      return NULL;
    }
  } else if (!sow__name_usable(parent, name)) {
    return NULL;
  }
  if (!class_name || !sow__is_identifier(class_name)) {
    sow__member_fail(parent, name, SOW_INVALID_ARGUMENT, "'%.60s' is no name of a class",
                     class_name ? class_name : "");
    return NULL;
  }
  const char *own_name = sow__tree_copy(tree, name);
  const char *own_class = sow__tree_intern(tree, class_name);
  if (!own_name || !own_class)
    return NULL;
  sow_module *module = sow__module_make(parent, own_name, own_class, NULL);
  return module && sow__module_attach(parent, own_name, module) ? module : NULL;
}

bool sow__module_deepen(sow_module *module, int depth, const sow_module *forbidden) {
  if (module == forbidden) {
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "it would contain itself");
    return false;
  }
  if (module->depth >= depth)
    return true;
  if (depth > SOW__DEPTH_LIMIT) {
    sow__module_fail(module, SOW_LIMIT, "nested deeper than %d", SOW__DEPTH_LIMIT);
    return false;
  }
  module->depth = depth;
  for (size_t i = 0; i < module->child_count; i++)
    if (!sow__module_deepen(module->children[i].module, depth + 1, forbidden))
      return false;
  return true;
}

void sow_module_share(sow_module *parent, const char *name, sow_module *shared) {
  if (!sow__buildable(parent) || !sow__name_usable(parent, name))
    return;
  if (!shared || shared->tree != parent->tree) {
    sow__member_fail(parent, name, SOW_INVALID_ARGUMENT, "the module to share is not in this tree");
    return;
  }
  const char *own_name = sow__tree_copy(parent->tree, name);
  /* Every module between `shared` and `parent` is less deep than `parent`, so a cycle is always met. */
  if (own_name && sow__module_deepen(shared, parent->depth + 1, parent))
    sow__module_attach(parent, own_name, shared);
}

void sow_module_register_last(sow_module *parent, const char *name) {
  if (!sow__buildable(parent))
    return;
  sow__member member = sow__member_find(parent, name, strlen(name));
  if (member.kind != SOW__MEMBER_CHILD) {
    sow__module_fail(parent, SOW_UNKNOWN_NAME, "no child '%.60s'", name);
    return;
  }
  sow__child child = parent->children[member.position];
  size_t after = parent->child_count - member.position - 1;
  memmove(&parent->children[member.position], &parent->children[member.position + 1],
          after * sizeof(*parent->children));
  parent->children[parent->child_count - 1] = child;
  bool met = false;
  for (size_t i = 0; i < parent->child_count; i++)
    if (parent->children[i].module == child.module) {
      parent->children[i].repeated = met;
      met = true;
    }
  sow__member_renumber(parent);
}

/* ---- parameters and buffers ---- */

sow__slot *sow__parameter_find(const sow_module *module, const char *name) {
  sow__member member = sow__member_find(module, name, strlen(name));
  return member.kind == SOW__MEMBER_PARAMETER ? &module->parameters[member.position] : NULL;
}

bool sow__slot_append(sow_module *module, bool buffer, const char *name, sow__tensor *tensor) {
  sow__slot **slots = buffer ? &module->buffers : &module->parameters;
  size_t *count = buffer ? &module->buffer_count : &module->parameter_count;
  size_t *capacity = buffer ? &module->buffer_capacity : &module->parameter_capacity;
  void *items = *slots;
  if (!sow__reserve(&items, capacity, *count + 1, sizeof(sow__slot)))
    return sow__tree_no_memory(module->tree);
  *slots = items;
  (*slots)[*count] = (sow__slot){.name = name, .tensor = tensor};
  sow__member member = {buffer ? SOW__MEMBER_BUFFER : SOW__MEMBER_PARAMETER, (*count)++};
  if (!buffer && !tensor)
    module->none_count++;
  return sow__member_appended(module, member) || sow__tree_no_memory(module->tree);
}

bool sow__slot_append_temporary(sow_module *module, const char *name, sow__tensor *tensor) {
  bool appended = sow__slot_append(module, true, name, tensor);
  if (appended)
    module->buffers[module->buffer_count - 1].temporary = true;
  return appended;
}

void sow_module_add_parameter(sow_module *module, const char *name, int ndim, const int64_t *shape) {
  if (!sow__buildable(module))
    return;
  sow__slot *none = name ? sow__parameter_find(module, name) : NULL;
  if (none && none->tensor)
    none = NULL;
  if (!none && !sow__name_usable(module, name))
    return;
  sow__tensor *tensor = sow__tensor_make(module, name, SOW_DTYPE_COUNT, ndim, shape);
  const char *own_name = tensor ? sow__tree_intern(module->tree, name) : NULL;
  if (!own_name)
    return;
  if (none) {
    none->tensor = tensor;
    module->none_count--;
  } else {
    sow__slot_append(module, false, own_name, tensor);
  }
}

void sow_module_add_buffer(sow_module *module, const char *name, sow_dtype dtype, int ndim,
                           const int64_t *shape, sow_initializer initializer) {
  if (!sow__buildable(module) || !sow__name_usable(module, name))
    return;
  if ((unsigned)dtype > SOW_DTYPE_COUNT) {
    sow__member_fail(module, name, SOW_DTYPE, "%d is no dtype", (int)dtype);
    return;
  }
  sow_error error = SOW_ERROR_NONE;
  sow_status status = sow__check_other(initializer, ndim, shape, NULL, &error);
  if (status != SOW_OK) {
    sow__member_fail(module, name, status, "%s", error.message);
    return;
  }
  sow__tensor *tensor = sow__tensor_make(module, name, dtype, ndim, shape);
  const char *own_name = tensor ? sow__tree_intern(module->tree, name) : NULL;
  if (!own_name || !sow__slot_append(module, true, own_name, tensor))
    return;
  tensor->inputs = 0;
  sow__tensor_record(module->tree, tensor, initializer, module->rule ? module->rule : "buffer");
}

void sow_module_tie(sow_module *module, const char *parameter, sow_module *other,
                    const char *other_parameter) {
  if (!sow__buildable(module))
    return;
  if (!other || other->tree != module->tree) {
    sow__member_fail(module, parameter, SOW_INVALID_ARGUMENT, "the module to tie with is not in this tree");
    return;
  }
  sow__slot *slot = sow__parameter_find(module, parameter);
  const sow__slot *source = sow__parameter_find(other, other_parameter);
  if (!slot || !source || !source->tensor) {
    const bool missing = !slot;
    sow__module_fail(missing ? module : other, SOW_UNKNOWN_NAME, "no parameter '%.60s' to tie",
                     missing ? parameter : other_parameter);
    return;
  }
  const sow__tensor *old = slot->tensor, *tied = source->tensor;
  if (!old) {
    module->none_count--;
  } else if (!sow__shape_equal(old->ndim, old->shape, tied->ndim, tied->shape)) {
    char shape[200], other_shape[200];
    sow__member_fail(module, parameter, SOW_INVALID_ARGUMENT, "its shape %s differs from %s of %.60s",
                     sow__shape_print(old->ndim, old->shape, shape, sizeof(shape)),
                     sow__shape_print(tied->ndim, tied->shape, other_shape, sizeof(other_shape)),
                     tied->subject);
    return;
  }
  slot->tensor = source->tensor;
}
