#include "module/named.h"

#include <string.h>

#include "base/utf8.h"
#include "module/build.h"
#include "module/index.h"

sow_module *sow__named_new(void) {
  return sow_module_new("Tensors");
}

static bool name_is_text(const char *name) {
  for (const char *at = name; *at != 0; at++)
    if ((unsigned char)*at < 0x20 || *at == 0x7F)
      return false;
  return name[0] != 0 && sow__utf8_check(name);
}

void sow__named_add(sow_module *root, const char *name, sow_dtype dtype, int ndim, const int64_t *shape) {
  if (!sow__buildable(root))
    return;
  if (!name_is_text(name)) {
    sow__tree_fail(
        root->tree, SOW_INVALID_ARGUMENT,
        "tensor %zu cannot be in a model: its name '%.60s' is empty, not UTF-8, or holds control characters",
        root->parameter_count + 1, name);
    return;
  }
  if (sow__member_find(root, name, strlen(name)).kind != SOW__MEMBER_NONE) {
    sow__tree_fail(root->tree, SOW_DUPLICATE_NAME, "there is a tensor '%.200s' already", name);
    return;
  }
  sow__tensor *tensor = sow__tensor_make(root, name, dtype, ndim, shape);
  const char *own_name = tensor ? sow__tree_copy(root->tree, name) : NULL;
  if (own_name)
    sow__slot_append(root, false, own_name, tensor);
}
