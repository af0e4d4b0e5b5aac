/* What hasattr finds on a module of each class of torch.nn, by a table that a tool makes of torch itself. */
#ifndef SOW_TEXT_TORCH_ATTRIBUTES_H
#define SOW_TEXT_TORCH_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sow__torch_class {
  const char *name;
  /* Attributes, NULL, methods, NULL; but for those of Module, which stand under its name. */
  const char *const *names;
} sow__torch_class;

extern const sow__torch_class sow__torch_classes[]; /* sorted by strcmp of the names */
extern const size_t sow__torch_class_count;

typedef enum sow__torch_has { SOW__TORCH_HAS_NOT, SOW__TORCH_HAS, SOW__TORCH_HAS_METHOD } sow__torch_has;

/* NULL for a class that the table has not. */
const sow__torch_class *sow__torch_class_find(const char *class_name);
/* What the class has under this name, without what is nn.Module's. */
sow__torch_has sow__torch_class_has(const sow__torch_class *class, const char *name);
/* The same of nn.Module. */
sow__torch_has sow__torch_module_has(const char *name);
/* Whether any class of torch.nn has something under this name. */
bool sow__torch_has_anywhere(const char *name);

#endif
