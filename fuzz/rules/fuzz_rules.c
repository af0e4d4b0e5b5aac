/* Rules: whatever the text, rules or a message; what is printed reads back as itself. */
#include <string.h>

#include "sow/rules.h"
#include "target.h"

static void check_apply(const sow_rules *rules) {
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc", 3, 4, true);
  sow_conv3d(net, "conv", 2, 4, (int64_t[]){1, 2, 3}, 2, true);
  sow_layer_norm(net, "norm", 1, (int64_t[]){4}, true, true);
  sow_error error = SOW_ERROR_NONE;
  sow_status status = sow_module_apply_rules(net, rules, true, &error);
  HOLDS(status == error.status);
  sow_module_free(net);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  sow_rules *rules = NULL, *back = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_rules_parse((const char *)bytes, size, "fuzz.rules", &rules, &error) != SOW_OK) {
    HOLDS(rules == NULL && error.status != SOW_OK && error.message[0] != 0);
    return 0;
  }
  char *text = NULL, *again = NULL;
  size_t length = 0, again_length = 0;
  HOLDS(sow_rules_print(rules, &text, &length, NULL) == SOW_OK);
  HOLDS(sow_rules_parse(text, length, NULL, &back, NULL) == SOW_OK);
  HOLDS(sow_rules_print(back, &again, &again_length, NULL) == SOW_OK);
  HOLDS(length == again_length && memcmp(text, again, length) == 0);
  check_apply(rules);
  free(text);
  free(again);
  sow_rules_free(rules);
  sow_rules_free(back);
  return 0;
}
