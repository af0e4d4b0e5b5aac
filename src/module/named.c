#include "module/named.h"

#include <string.h>

#include "base/names.h"
#include "module/build.h"
#include "module/index.h"

sow_module *sow__named_new(void) {
  return sow_module_new("Tensors");
}

void sow__named_add(sow_module *root, const char *name, sow_dtype dtype, int ndim, const int64_t *shape) {
  if (!sow__buildable(root))
    return;
  if (name[0] == 0 || !sow__name_is_text(name)) {
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
