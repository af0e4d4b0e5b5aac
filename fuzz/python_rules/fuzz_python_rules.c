/* Functions of Python: whatever the text, rules or a message; and the section that keeps them reads back. */
#include <string.h>

#include "sow/rules.h"
#include "target.h"

static sow_module *net_new(void) {
  sow_module *net = sow_module_new("Net");
  sow_module *body = sow_child(net, "body", "Sequential");
  sow_conv3d(body, "0", 2, 4, (int64_t[]){1, 2, 3}, 2, true);
  sow_batch_norm3d(body, "1", 4, true, true, true);
  sow_child(body, "2", "ReLU");
  sow_embedding(net, "emb", 5, 3, 1);
  sow_lstm(net, "lstm", 3, 4, NULL);
  sow_linear(net, "fc", 3, 4, true);
  sow_linear(net, "head", 4, 2, false);
  return net;
}

static void check_apply(const sow_rules *rules, const sow_rules *again) {
  sow_error error = SOW_ERROR_NONE, other = SOW_ERROR_NONE;
  sow_module *one = net_new(), *two = net_new();
  sow_status status = sow_module_apply_rules(one, rules, true, &error);
  HOLDS(status == error.status && (status == SOW_OK) == (error.message[0] == 0));
  HOLDS(sow_module_apply_rules(two, again, true, &other) == status);
  sow_module_free(one);
  sow_module_free(two);
}

/* The first line is what of the file runs, if it begins with "#!". */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  const char *text = (const char *)bytes, *end = size > 0 ? memchr(text, '\n', size) : NULL;
  char function[200] = "";
  if (size > 2 && memcmp(text, "#!", 2) == 0 && end != NULL && (size_t)(end - text) < sizeof function)
    memcpy(function, text + 2, (size_t)(end - text) - 2);
  const sow_python_options options = {.size = sizeof options, "fuzz.py", function};
  sow_rules *rules = NULL, *back = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_rules_parse_python(text, size, &options, &rules, &error) != SOW_OK) {
    HOLDS(rules == NULL && error.status != SOW_OK && error.message[0] != 0);
    return 0;
  }
  char *printed = NULL, *again = NULL;
  size_t length = 0, again_length = 0;
  HOLDS(sow_rules_print(rules, &printed, &length, NULL) == SOW_OK);
  if (sow_rules_parse(printed, length, NULL, &back, &error) != SOW_OK) {
    fprintf(stderr, "%s\n%s\n", error.message, printed);
    abort();
  }
  HOLDS(sow_rules_print(back, &again, &again_length, NULL) == SOW_OK);
  HOLDS(length == again_length && memcmp(printed, again, length) == 0);
  check_apply(rules, back);
  free(printed);
  free(again);
  sow_rules_free(rules);
  sow_rules_free(back);
  return 0;
}
