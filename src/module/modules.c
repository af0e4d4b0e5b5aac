#include "module/modules.h"

#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "module/build.h"

typedef struct listing {
  sow_module **modules;
  size_t *names; /* where each one's path starts in `paths` */
  size_t count, capacity, name_capacity;
  sow__buffer path, paths;
  uint64_t stamp;
} listing;

static bool list_one(listing *all, sow_module *module) {
  void *modules = all->modules, *names = all->names;
  bool room = sow__reserve(&modules, &all->capacity, all->count + 1, sizeof *all->modules);
  all->modules = modules;
  room = room && sow__reserve(&names, &all->name_capacity, all->count + 1, sizeof *all->names);
  all->names = names;
  if (!room)
    return false;
  all->modules[all->count] = module;
  all->names[all->count++] = all->paths.length;
  sow__buffer_add(&all->paths, all->path.length > 0 ? all->path.data : "", all->path.length + 1);
  return !all->paths.failed;
}

static bool list_tree(listing *all, sow_module *module) {
  if (module->stamp == all->stamp)
    return true;
  module->stamp = all->stamp;
  bool listed = list_one(all, module);
  for (size_t i = 0; listed && i < module->child_count; i++) {
    size_t before = all->path.length;
    if (before > 0)
      sow__buffer_text(&all->path, ".");
    sow__buffer_text(&all->path, module->children[i].name);
    listed = !all->path.failed && list_tree(all, module->children[i].module);
    all->path.length = before;
  }
  return listed;
}

/* The list is complete before the first visit, so that a visitor may walk the tree itself. */
bool sow__modules_each(sow_module *root, sow__module_visitor *visit, void *context, bool *no_memory) {
  listing all = {.stamp = ++root->tree->stamp};
  bool going = list_tree(&all, root);
  *no_memory = !going;
  for (size_t i = 0; going && i < all.count; i++)
    going = visit(all.modules[i], all.paths.data + all.names[i], context);
  free(all.modules);
  free(all.names);
  sow__buffer_free(&all.path);
  sow__buffer_free(&all.paths);
  return going;
}

const char *sow__module_layer(const sow_module *module) {
  return module->rule != NULL ? sow__text_behind(module->rule, "default ") : NULL;
}
