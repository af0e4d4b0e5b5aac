/* Functions of Python, run over a small net: what the tests of them share. */
#ifndef PYTHON_RUNS_H
#define PYTHON_RUNS_H

#include "document.h"
#include "tree_text.h"

#include "sow/sow.h"

static inline sow_module *small_net(void) {
  sow_module *net = sow_module_new("Net");
  sow_module *body = sow_child(net, "body", "Sequential");
  sow_conv3d(body, "0", 3, 4, (const int64_t[]){1, 3, 2}, 1, true);
  sow_batch_norm3d(body, "1", 4, true, true, true);
  sow_child(body, "2", "ReLU");
  sow_module *block = sow_child(net, "block", "ConvBlock");
  sow_conv2d(block, "conv", 4, 6, (const int64_t[]){2, 2}, 2, false);
  sow_embedding(net, "emb", 5, 3, -1);
  sow_lstm(net, "lstm", 3, 4, NULL);
  sow_linear(net, "fc", 8, 2, true);
  assert_built(net);
  return net;
}

static inline sow_rules *parse(const char *text, const char *function) {
  const sow_python_options options = {.size = sizeof options, "w.py", function};
  sow_rules *rules = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_rules_parse_python(text, strlen(text), &options, &rules, &error) != SOW_OK) {
    char message[1200];
    sow_error_print(&error, message, sizeof message);
    fail_msg("%s\n%s", text, message);
  }
  return rules;
}

/* "fc.weight ones_() 3": tensor, initialiser and line, one for each event after the constructors'. */
static inline void assert_events_after(const sow_module *net, size_t constructed, const char *expected) {
  sow__buffer text = {0};
  const sow__tape *tape = &net->tree->tape;
  for (size_t i = 0, number = 0; i < tape->count; i++) {
    const sow__tape_item *item = &tape->items[i];
    char call[SOW_INITIALIZER_TEXT_SIZE];
    bool event = is_event(net->tree, i);
    if (number + !event < constructed + !event) {
      number += event;
      continue;
    }
    if (!event) {
      row_to_text(&text, item);
      continue;
    }
    sow_initializer_print(item->call, call, sizeof call);
    assert_true(strncmp(item->rule, "w.py:", 5) == 0 && item->by_caller);
    sow__buffer_printf(&text, "%s %s %s\n", item->subject, call, item->rule + 5);
  }
  assert_text(&text, expected);
}

static inline void assert_run_as(const char *text, const char *function, const char *expected) {
  sow_module *net = small_net();
  size_t constructed = event_count(net);
  sow_rules *rules = parse(text, function);
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_apply_rules(net, rules, false, &error) != SOW_OK) {
    char message[1200];
    sow_error_print(&error, message, sizeof message);
    fail_msg("%s\n%s", text, message);
  }
  assert_events_after(net, constructed, expected);
  sow_rules_free(rules);
  sow_module_free(net);
}

static inline void assert_run(const char *text, const char *expected) {
  assert_run_as(text, NULL, expected);
}

/* Reads the function and runs it over the module, which is freed. */
static inline sow_status run_over(sow_module *net, const char *text, const char *function, sow_error *error) {
  const sow_python_options options = {.size = sizeof options, "w.py", function};
  sow_rules *rules = NULL;
  sow_status status = sow_rules_parse_python(text, strlen(text), &options, &rules, error);
  if (status != SOW_OK) {
    assert_null(rules);
    sow_module_free(net);
    return status;
  }
  status = sow_module_apply_rules(net, rules, false, error);
  sow_module_free(net);
  sow_rules_free(rules);
  return status;
}

#endif
