/* sow_archive_module: the tensors of a checkpoint as a model. */
#include <string.h>

#include "archive/archive_inside.h"
#include "module/named.h"
#include "module/tree.h"
#include "text/diagnostic.h"

sow_status sow_archive_module(const sow_archive *archive, sow_module **module, sow_dtype *dtype,
                              sow_error *error) {
  sow_dtype model = SOW_DTYPE_COUNT;
  for (size_t i = 0; i < archive->count; i++) {
    const sow_archive_entry *entry = &archive->entries[i];
    char quoted[SOW__QUOTE_SIZE];
    if (entry->dtype == SOW_DTYPE_COUNT)
      return sow__fail(error, SOW_DTYPE, "%.250s: tensor '%s' is %s, which sow does not make",
                       archive->files[entry->file].path,
                       sow__text_quote(entry->name, strlen(entry->name), quoted), entry->type);
    if (model == SOW_DTYPE_COUNT && sow_dtype_is_float(entry->dtype))
      model = entry->dtype;
  }
  sow_module *made = sow__named_new();
  for (size_t i = 0; i < archive->count; i++) {
    const sow_archive_entry *entry = &archive->entries[i];
    sow__named_add(made, entry->name, entry->dtype == model ? SOW_DTYPE_COUNT : entry->dtype, entry->ndim,
                   entry->shape);
  }
  sow_status status = sow_module_status(made, error);
  if (status != SOW_OK) {
    sow_module_free(made);
    return status;
  }
  made->tree->unordered = true;
  *module = made;
  *dtype = model == SOW_DTYPE_COUNT ? SOW_FLOAT32 : model;
  return SOW_OK;
}
