#include "text/layer_argument.h"

#include <string.h>

#include "module/tree.h"

sow_status sow__layer_argument(const sow_module *module, const char *layer, const char *name,
                               sow__arena *arena, sow__text_value *value, bool *found, sow_error *error) {
  const sow__class_row *row = sow__class_find(layer);
  const sow__text text = {"<arguments>", module->arguments, strlen(module->arguments), NULL};
  sow__reader reader = {.arena = arena, .error = error};
  sow__parameter_name parameters[SOW__CLASS_ARGUMENTS];
  const sow__passed *bound[SOW__CLASS_ARGUMENTS];
  sow__passed_list list;
  size_t count = 0;
  *found = false;
  if (row == NULL)
    return SOW_OK;
  for (; row->arguments[count].name != NULL; count++)
    parameters[count] = (sow__parameter_name){row->arguments[count].name, row->arguments[count].required};
  sow__scanner_open(&reader.scanner, &text, 0, text.length);
  sow_status status = sow__arguments_parse(&reader, false, &list);
  if (status == SOW_OK)
    status = sow__arguments_bind(&reader, layer, 0, parameters, count, &list, bound, NULL);
  for (size_t i = 0; status == SOW_OK && i < count; i++)
    if (bound[i] != NULL && strcmp(parameters[i].name, name) == 0) {
      *value = bound[i]->value;
      *found = true;
    }
  return status;
}
