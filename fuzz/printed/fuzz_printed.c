/* Printed models: whatever the text, a tree or a message; a tree prints, and the print reads back as itself.
 */
#include <string.h>

#include "sow/module.h"
#include "sow/plan.h"
#include "target.h"

static void check_print(const sow_module *module) {
  char *text = NULL, *again = NULL;
  size_t length = 0, again_length = 0;
  HOLDS(sow_module_print(module, &text, &length, NULL) == SOW_OK);
  sow_module *back = NULL;
  if (sow_module_parse(text, length, NULL, &back, NULL) == SOW_OK) {
    HOLDS(sow_module_print(back, &again, &again_length, NULL) == SOW_OK);
    HOLDS(length == again_length && memcmp(text, again, length) == 0);
  }
  sow_module_free(back);
  free(text);
  free(again);
}

static void check_plan(const sow_module *module) {
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_plan_new(module, NULL, &plan, &error) == SOW_OK) {
    char *text = NULL;
    HOLDS(sow_plan_print(plan, SOW_PLAN_JSON, &text, NULL, NULL) == SOW_OK);
    free(text);
    sow_plan_free(plan);
  } else {
    HOLDS(error.status != SOW_OK && error.message[0] != 0);
  }
}

/* Classes that sow does not know are taken as known ones: more texts are built. */
static void check_aliases(const char *text, size_t length) {
  static const sow_alias aliases[] = {{"*Norm*", "RMSNorm"}, {"*Linear*", "Linear"}, {"*2d", "Conv2d"}};
  static const char *const ignored[] = {"*Pool*", "Net"};
  const sow_parse_options options = {
      .size = sizeof options, "fuzz.txt", aliases, 3, ignored, 2, SOW_TORCH_2_1};
  sow_module *module = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_parse(text, length, &options, &module, &error) == SOW_OK)
    check_plan(module);
  else
    HOLDS(module == NULL && error.message[0] != 0);
  sow_module_free(module);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  sow_module *module = NULL;
  sow_error error = SOW_ERROR_NONE;
  check_aliases((const char *)bytes, size);
  if (sow_module_parse((const char *)bytes, size, NULL, &module, &error) != SOW_OK) {
    HOLDS(module == NULL && error.status != SOW_OK && error.message[0] != 0);
    return 0;
  }
  check_print(module);
  check_plan(module);
  sow_module_free(module);
  return 0;
}
