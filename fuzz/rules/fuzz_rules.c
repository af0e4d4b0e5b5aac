/* Rules: whatever the text, rules or a message; what is printed reads back as itself. */
#include <string.h>

#include "sow/plan.h"
#include "sow/rules.h"
#include "target.h"

static sow_module *build(void) {
  sow_module *net = sow_module_new("Net");
  sow_module *h = sow_child(net, "h", "ModuleList");
  sow_linear(net, "fc", 3, 4, true);
  sow_conv3d(net, "conv", 2, 4, (int64_t[]){1, 2, 3}, 2, true);
  sow_layer_norm(net, "norm", 1, (int64_t[]){4}, true, true);
  sow_batch_norm1d(net, "bn", 4, true, true, true);
  sow_embedding(net, "wte", 5, 4, -2);
  sow_lstm(net, "lstm", 2, 3, NULL);
  sow_multihead_attention(net, "mha", 4, NULL);
  for (int i = 0; i < 2; i++) {
    sow_module *block = sow_child(h, i == 0 ? "0" : "1", "Block");
    sow_linear(block, "c_proj", 4, 4, i == 0);
  }
  sow_linear(net, "lm_head", 4, 5, false);
  return net;
}

static uint64_t words_of(const sow_plan *plan) {
  sow_plan_entry entry;
  uint64_t words = 0;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++)
    words += entry.position + entry.draws + entry.step_count;
  return words;
}

/* Applied, and applied as printed, the rules do as much. */
static void check_apply(const sow_rules *rules, const sow_rules *back) {
  uint64_t count = 0;
  sow_status last = SOW_OK;
  for (int round = 0; round < 2; round++) {
    sow_module *net = build();
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_module_apply_rules(net, round == 0 ? rules : back, true, &error);
    HOLDS(status == error.status);
    sow_plan_options options = sow_plan_defaults();
    sow_plan *plan = NULL;
    uint64_t words = 0;
    if (status == SOW_OK && sow_plan_new(net, &options, &plan, NULL) == SOW_OK)
      words = words_of(plan);
    HOLDS(round == 0 || (status == last && words == count));
    count = words;
    last = status;
    sow_plan_free(plan);
    sow_module_free(net);
  }
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
  check_apply(rules, back);
  free(text);
  free(again);
  sow_rules_free(rules);
  sow_rules_free(back);
  return 0;
}
