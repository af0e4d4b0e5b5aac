#include <stdlib.h>
#include <string.h>

#include "text/torch_attributes.h"

static int compare_name(const void *name, const void *row) {
  return strcmp(name, ((const sow__torch_class *)row)->name);
}

const sow__torch_class *sow__torch_class_find(const char *class_name) {
  return bsearch(class_name, sow__torch_classes, sow__torch_class_count, sizeof sow__torch_classes[0],
                 compare_name);
}

sow__torch_has sow__torch_class_has(const sow__torch_class *class, const char *name) {
  const char *const *one = class->names;
  for (sow__torch_has has = SOW__TORCH_HAS; has <= SOW__TORCH_HAS_METHOD; has++, one++)
    for (; *one != NULL; one++)
      if (strcmp(*one, name) == 0)
        return has;
  return SOW__TORCH_HAS_NOT;
}

sow__torch_has sow__torch_module_has(const char *name) {
  return sow__torch_class_has(sow__torch_class_find("Module"), name);
}

bool sow__torch_has_anywhere(const char *name) {
  for (size_t i = 0; i < sow__torch_class_count; i++)
    if (sow__torch_class_has(&sow__torch_classes[i], name) != SOW__TORCH_HAS_NOT)
      return true;
  return false;
}
