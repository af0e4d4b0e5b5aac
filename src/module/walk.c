/* The orders in which torch walks a tree: Module.apply, named_parameters and state_dict. */
#include <stdlib.h>
#include <string.h>

#include "module/build.h"
#include "module/wrapper.h"

/* ---- Module.apply ---- */

void sow_module_apply(sow_module *module, void (*function)(sow_module *module, void *context),
                      void *context) {
  if (!sow__buildable(module))
    return;
  for (size_t i = 0; i < module->child_count; i++)
    if (!module->children[i].repeated)
      sow_module_apply(module->children[i].module, function, context);
  if (sow__buildable(module))
    function(module, context);
}

/* ---- dotted paths that grow and shrink with a walk ---- */

static size_t path_enter(sow__buffer *path, const char *name) {
  size_t before = path->length;
  if (before > 0)
    sow__buffer_text(path, ".");
  sow__buffer_text(path, name);
  return before;
}

static void path_leave(sow__buffer *path, size_t before) {
  path->length = before;
  if (path->data)
    path->data[before] = '\0';
}

/* ---- named_parameters ---- */

typedef struct found {
  sow_module *owner;
  size_t slot;
  size_t name; /* where its path starts in `names` */
} found;

typedef struct parameter_search {
  uint64_t stamp;
  bool buffers; /* and not parameters */
  sow__buffer path, names;
  found *list;
  size_t count, capacity;
} parameter_search;

static bool search_add(parameter_search *search, sow_module *owner, size_t slot) {
  void *list = search->list;
  if (!sow__reserve(&list, &search->capacity, search->count + 1, sizeof(found)))
    return false;
  search->list = list;
  const sow__slot *slots = search->buffers ? owner->buffers : owner->parameters;
  size_t before = path_enter(&search->path, slots[slot].name);
  search->list[search->count++] = (found){owner, slot, search->names.length};
  if (!search->path.failed)
    sow__buffer_add(&search->names, search->path.data, search->path.length + 1);
  path_leave(&search->path, before);
  return !search->path.failed && !search->names.failed;
}

static bool search_module(parameter_search *search, sow_module *module) {
  if (module->stamp == search->stamp)
    return true;
  module->stamp = search->stamp;
  const sow__slot *slots = search->buffers ? module->buffers : module->parameters;
  const size_t count = search->buffers ? module->buffer_count : module->parameter_count;
  for (size_t i = 0; i < count; i++) {
    sow__tensor *tensor = slots[i].tensor;
    if (!tensor || tensor->stamp == search->stamp)
      continue;
    tensor->stamp = search->stamp;
    if (!search_add(search, module, i))
      return false;
  }
  for (size_t i = 0; i < module->child_count; i++) {
    size_t before = path_enter(&search->path, module->children[i].name);
    bool found_all = !search->path.failed && search_module(search, module->children[i].module);
    path_leave(&search->path, before);
    if (!found_all)
      return false;
  }
  return true;
}

/* The list is complete before the first call, so that the callback may walk the tree itself. */
static sow_status walk_named(sow_module *module, bool buffers, sow__named_visitor visit, void *context,
                             sow_error *error) {
  if (!sow__buildable(module))
    return SOW_OK;
  parameter_search search = {.stamp = ++module->tree->stamp, .buffers = buffers};
  sow_status status = SOW_OK;
  if (!search_module(&search, module))
    status = sow__fail(error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < search.count && status == SOW_OK; i++) {
    sow_module *owner = search.list[i].owner;
    const sow__slot *slots = buffers ? owner->buffers : owner->parameters;
    visit(owner, &slots[search.list[i].slot], search.names.data + search.list[i].name, context);
  }
  free(search.list);
  sow__buffer_free(&search.path);
  sow__buffer_free(&search.names);
  return status;
}

typedef struct callback {
  void (*function)(sow_module *owner, const char *own_name, const sow_parameter *parameter, void *context);
  void *context;
} callback;

static void call_back(sow_module *owner, const sow__slot *slot, const char *name, void *context) {
  const callback *to = context;
  const sow_parameter parameter = {.name = name,
                                   .ndim = slot->tensor->ndim,
                                   .shape = slot->tensor->shape,
                                   .initialized = sow__tensor_is_written(owner->tree, slot->tensor)};
  to->function(owner, slot->name, &parameter, to->context);
}

sow_status sow_module_named_parameters(sow_module *module,
                                       void (*function)(sow_module *owner, const char *own_name,
                                                        const sow_parameter *parameter, void *context),
                                       void *context, sow_error *error) {
  return walk_named(module, false, call_back, &(callback){function, context}, error);
}

sow_status sow__named_parameters(sow_module *module, sow__named_visitor visit, void *context,
                                 sow_error *error) {
  return walk_named(module, false, visit, context, error);
}

sow_status sow__named_buffers(sow_module *module, sow__named_visitor visit, void *context, sow_error *error) {
  return walk_named(module, true, visit, context, error);
}

/* ---- state_dict ---- */

typedef struct state_walk {
  sow__state_visitor visit;
  void *context;
  sow_error *error;
  sow__buffer path;
  bool full; /* no wrapper hides a name */
} state_walk;

static sow_status state_slots(state_walk *walk, const sow__slot *slots, size_t count, sow__state_kind kind) {
  sow_status status = SOW_OK;
  for (size_t i = 0; i < count && status == SOW_OK; i++) {
    if (!slots[i].tensor)
      continue;
    size_t before = path_enter(&walk->path, slots[i].name);
    if (walk->path.failed)
      return sow__fail(walk->error, SOW_NO_MEMORY, NULL);
    status = walk->visit(walk->path.data, slots[i].tensor, slots[i].temporary ? SOW__STATE_TEMPORARY : kind,
                         walk->context);
    path_leave(&walk->path, before);
  }
  return status;
}

static sow_status state_module(state_walk *walk, const sow_module *module) {
  sow_status status = state_slots(walk, module->parameters, module->parameter_count, SOW__STATE_PARAMETER);
  if (status == SOW_OK)
    status = state_slots(walk, module->buffers, module->buffer_count, SOW__STATE_BUFFER);
  bool hides = !walk->full && sow__wrapper_hides(module);
  for (size_t i = 0; i < module->child_count && status == SOW_OK; i++) {
    size_t before = hides ? walk->path.length : path_enter(&walk->path, module->children[i].name);
    status = state_module(walk, module->children[i].module);
    path_leave(&walk->path, before);
  }
  return status;
}

static sow_status walk_state(state_walk walk, const sow_module *root) {
  sow_status status = state_module(&walk, root);
  sow__buffer_free(&walk.path);
  return status;
}

sow_status sow__tree_state_dict(const sow_module *root, sow__state_visitor visit, void *context,
                                sow_error *error) {
  return walk_state((state_walk){.visit = visit, .context = context, .error = error}, root);
}

sow_status sow__tree_members(const sow_module *root, sow__state_visitor visit, void *context,
                             sow_error *error) {
  return walk_state((state_walk){.visit = visit, .context = context, .error = error, .full = true}, root);
}
