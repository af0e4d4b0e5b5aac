/* Lists of shapes: whatever the text, a model or a message; what a plan of it prints is the same model. */
#include <string.h>

#include "sow/sow.h"
#include "target.h"

static sow_plan *plan_of(sow_module *module, sow_dtype dtype) {
  static const char text[] = "named_parameters:\n  * = zeros_()\n";
  sow_rules *rules = NULL;
  sow_plan *plan = NULL;
  sow_plan_options options = sow_plan_defaults();
  options.dtype = options.cast = dtype;
  sow_error error = SOW_ERROR_NONE;
  HOLDS(sow_rules_parse(text, sizeof text - 1, NULL, &rules, NULL) == SOW_OK);
  HOLDS(sow_module_apply_rules(module, rules, true, NULL) == SOW_OK);
  /* Each tensor fits in 63 bits, but all of them together may not. */
  sow_status status = sow_plan_new(module, &options, &plan, &error);
  HOLDS(status == SOW_OK || status == SOW_OVERFLOW);
  sow_rules_free(rules);
  return plan;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  sow_module *module = NULL, *back = NULL;
  sow_dtype dtype = SOW_DTYPE_COUNT, same = SOW_DTYPE_COUNT;
  sow_error error = SOW_ERROR_NONE;
  (void)sow_shapes_recognize((const char *)bytes, size);
  if (sow_module_parse_shapes((const char *)bytes, size, "fuzz.shapes", &module, &dtype, &error) != SOW_OK) {
    HOLDS(module == NULL && error.status != SOW_OK && error.message[0] != 0);
    return 0;
  }
  sow_plan *plan = plan_of(module, dtype), *again = NULL;
  if (plan != NULL) {
    char *text = NULL, *other = NULL;
    size_t length = 0;
    HOLDS(sow_plan_print(plan, SOW_PLAN_SHAPES, &text, &length, NULL) == SOW_OK);
    HOLDS(sow_module_parse_shapes(text, length, NULL, &back, &same, NULL) == SOW_OK);
    HOLDS(same == dtype && (again = plan_of(back, same)) != NULL);
    HOLDS(sow_plan_print(again, SOW_PLAN_SHAPES, &other, NULL, NULL) == SOW_OK);
    HOLDS(strcmp(text, other) == 0);
    free(text);
    free(other);
  }
  sow_plan_free(plan);
  sow_plan_free(again);
  sow_module_free(module);
  sow_module_free(back);
  return 0;
}
