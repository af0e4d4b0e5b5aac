#include "module/wrapper.h"

#include <string.h>

#include "module/layer.h"
#include "module/tree.h"

/* torch 1.13 to 2.14; FlattenParamsWrapper left FSDP in 2.0. tests/data/wrappers has a print and the keys of
 * each. */
static const sow__wrapper wrappers[] = {
    {"DataParallel", "module", false, NULL, NULL},
    {"DistributedDataParallel", "module", false, NULL, NULL},
    {"OptimizedModule", "_orig_mod", false, NULL, NULL},
    {"AveragedModel", "module", false, "n_averaged", "default AveragedModel"},
    {"CheckpointWrapper", "_checkpoint_wrapped_module", true, NULL, NULL},
    {"OffloadWrapper", "_checkpoint_wrapped_module", true, NULL, NULL},
    {"FullyShardedDataParallel", "_fsdp_wrapped_module", true, NULL, NULL},
    {"FlattenParamsWrapper", "_fpw_module", true, NULL, NULL},
};
#define WRAPPERS (sizeof wrappers / sizeof *wrappers)

/* What a module becomes whose class is changed in place: FSDP2's fully_shard, and both kinds of replicate. */
static const char *const prefixes[] = {"FSDP", "DDP", "Replicate"};

const sow__wrapper *sow__wrapper_find(const char *class_name) {
  for (size_t i = 0; i < WRAPPERS; i++)
    if (strcmp(wrappers[i].class_name, class_name) == 0)
      return &wrappers[i];
  return NULL;
}

sow_module *sow__wrapper_make(sow_module *parent, const char *name, const char *class_name,
                              const sow__wrapper *wrapper) {
  sow_module *module = sow__layer_open(parent, name, (sow__class){class_name, NULL});
  if (wrapper == NULL || wrapper->counter == NULL)
    return module;
  if (module != NULL)
    module->rule = wrapper->rule;
  sow_module_add_buffer(module, wrapper->counter, SOW_INT64, 0, NULL, sow_zeros());
  return module;
}

/* With anything beside the child, names could fall together. */
bool sow__wrapper_hides(const sow_module *module) {
  if (module->child_count != 1 || module->parameter_count > 0 || module->buffer_count > 0)
    return false;
  const sow__wrapper *wrapper = sow__wrapper_find(module->class_name);
  return wrapper != NULL && wrapper->hides && strcmp(wrapper->child, module->children[0].name) == 0;
}

static bool is_hidden(const char *part, size_t length) {
  for (size_t i = 0; i < WRAPPERS; i++)
    if (wrappers[i].hides && strlen(wrappers[i].child) == length &&
        memcmp(wrappers[i].child, part, length) == 0)
      return true;
  return false;
}

bool sow__wrapper_state_name(const char *name, sow__buffer *out) {
  out->length = 0;
  for (const char *part = name; part != NULL;) {
    const char *dot = strchr(part, '.');
    size_t length = dot != NULL ? (size_t)(dot - part) : strlen(part);
    if (!is_hidden(part, length)) {
      if (out->length > 0)
        sow__buffer_add(out, ".", 1);
      sow__buffer_add(out, part, length);
    }
    part = dot != NULL ? dot + 1 : NULL;
  }
  return !out->failed;
}

const char *sow__wrapper_inner_class(const char *class_name) {
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    size_t length = strlen(prefixes[i]);
    if (strncmp(class_name, prefixes[i], length) == 0 && class_name[length] != 0)
      return class_name + length;
  }
  return class_name;
}
