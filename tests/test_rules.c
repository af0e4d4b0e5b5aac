/* Rules: what they set, in which order and under which name; what covers nothing. */
#include "tree_text.h"

#include <stdio.h>

#include "sow/sow.h"

static sow_rules *parse(const char *text) {
  sow_rules *rules = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_rules_parse(text, strlen(text), "w.rules", &rules, &error) != SOW_OK) {
    char message[1200];
    sow_error_print(&error, message, sizeof message);
    fail_msg("%s", message);
  }
  return rules;
}

static sow_module *small_net(void) {
  sow_module *net = sow_module_new("Net");
  sow_module *body = sow_child(net, "body", "Sequential");
  sow_conv3d(body, "0", 3, 4, (const int64_t[]){1, 3, 3}, 1, true);
  sow_batch_norm3d(body, "1", 4, true, true, true);
  sow_linear(net, "fc", 8, 2, true);
  sow_linear(net, "head", 2, 2, false);
  assert_built(net);
  return net;
}

/* "fc.weight ones_() w.rules:3", one line for each event after the constructors'. */
static void assert_set(const sow_module *net, size_t constructed, const char *expected) {
  sow__buffer text = {0};
  for (size_t i = constructed; i < event_count(net); i++) {
    char call[SOW_INITIALIZER_TEXT_SIZE];
    sow_initializer_print(event_at(net, i)->call, call, sizeof call);
    sow__buffer_printf(&text, "%s %s %s\n", event_at(net, i)->subject, call, event_at(net, i)->rule);
  }
  assert_text(&text, expected);
}

static void assert_run(const char *text, const char *expected) {
  sow_module *net = small_net();
  size_t constructed = event_count(net);
  sow_rules *rules = parse(text);
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_apply_rules(net, rules, false, &error) != SOW_OK)
    fail_msg("%s", error.message);
  assert_set(net, constructed, expected);
  sow_rules_free(rules);
  sow_module_free(net);
}

static void the_two_passes_run_in_the_order_written(void **state) {
  (void)state;
  assert_run("apply:                     # as model.apply\n"
             "  *Conv3d*, *Linear*:      # globs\n"
             "    weight = xavier_normal_()\n"
             "    bias   = constant_(0.0)\n"
             "named_parameters:          # as a loop\n"
             "  *fc.weight = normal_(mean=0.0, std=0.02/sqrt(2*12))\n",
             "body.0.weight xavier_normal_(gain=1.0) w.rules:3\n"
             "body.0.bias constant_(val=0.0) w.rules:4\n"
             "fc.weight xavier_normal_(gain=1.0) w.rules:3\n"
             "fc.bias constant_(val=0.0) w.rules:4\n"
             "head.weight xavier_normal_(gain=1.0) w.rules:3\n"
             "fc.weight normal_(mean=0.0, std=0.004082482904638631) w.rules:6\n");
  assert_run("named_parameters:\n  head.weight = zeros_()\napply:\n  Linear:\n    weight = ones_()\n"
             "named_parameters:\n  head.weight = eye_()\n",
             "head.weight zeros_() w.rules:2\nfc.weight ones_() w.rules:5\nhead.weight ones_() w.rules:5\n"
             "head.weight eye_() w.rules:7\n");
}

static void the_first_block_and_the_first_line_that_match_are_taken(void **state) {
  (void)state;
  assert_run("apply:\n"
             "  *Norm*:\n"
             "    weight = uniform_()\n"
             "    * = zeros_()\n"
             "  *3d:\n"
             "    w[a-e]ight = ones_()\n"
             "  *:\n"
             "    *t = eye_()\n",
             "body.0.weight ones_() w.rules:6\n"
             "body.1.weight uniform_(a=0.0, b=1.0) w.rules:3\n"
             "body.1.bias zeros_() w.rules:4\n"
             "fc.weight eye_() w.rules:8\n"
             "head.weight eye_() w.rules:8\n");
  assert_run("named_parameters:\n  body.1.* = ones_()\n  body.?.bias = zeros_()\n  *.weight = uniform_()\n",
             "body.0.weight uniform_(a=0.0, b=1.0) w.rules:4\n"
             "body.0.bias zeros_() w.rules:3\n"
             "body.1.weight ones_() w.rules:2\n"
             "body.1.bias ones_() w.rules:2\n"
             "fc.weight uniform_(a=0.0, b=1.0) w.rules:4\n"
             "head.weight uniform_(a=0.0, b=1.0) w.rules:4\n");
}

/* Registration order, whatever the order of the lines. */
static void parameters_are_visited_in_registration_order(void **state) {
  (void)state;
  assert_run("apply:\n  Linear:\n    bias = zeros_()\n    weight = ones_()\n",
             "fc.weight ones_() w.rules:4\nfc.bias zeros_() w.rules:3\nhead.weight ones_() w.rules:4\n");
}

static void children_come_before_their_parent(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Outer");
  sow_module *inner = sow_child(net, "inner", "Inner");
  sow_module_add_parameter(net, "scale", 1, (const int64_t[]){2});
  sow_module_add_parameter(inner, "scale", 1, (const int64_t[]){2});
  sow_rules *rules = parse("apply:\n  *:\n    scale = ones_()\nnamed_parameters:\n  *scale = zeros_()\n");
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  assert_set(net, 0,
             "inner.scale ones_() w.rules:3\nscale ones_() w.rules:3\n"
             "scale zeros_() w.rules:5\ninner.scale zeros_() w.rules:5\n");
  sow_rules_free(rules);
  sow_module_free(net);
}

/* torch: apply meets a shared module under each parent, named_parameters a tied tensor once. */
static void ties_draw_twice_in_apply_and_once_in_named_parameters(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module *emb = sow_embedding(net, "emb", 3, 2, SOW_NO_PADDING);
  sow_module *head = sow_linear(net, "head", 2, 3, false);
  sow_module_tie(head, "weight", emb, "weight");
  size_t constructed = event_count(net);
  sow_rules *rules = parse("apply:\n  Embedding, Linear:\n    weight = normal_()\nnamed_parameters:\n"
                           "  *weight = uniform_()\n");
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  assert_int_equal(event_count(net) - constructed, 3);
  sow_rules_free(rules);
  sow_module_free(net);
}

static void values_may_go_over_lines_inside_parentheses(void **state) {
  (void)state;
  assert_run("apply:\n"
             "  Linear:\n"
             "    weight = nn.init.kaiming_normal_(\n"
             "mode='fan_out',   # the only one\n"
             "\n"
             "      nonlinearity='relu',\n"
             ")\n"
             "    bias = zeros_()\n",
             "fc.weight kaiming_normal_(a=0.0, mode='fan_out', nonlinearity='relu') w.rules:3\n"
             "fc.bias zeros_() w.rules:8\n"
             "head.weight kaiming_normal_(a=0.0, mode='fan_out', nonlinearity='relu') w.rules:3\n");
}

static void layout_is_free_where_python_is(void **state) {
  (void)state;
  static const char *const texts[] = {
      "apply:\n  Linear:\n    bias = zeros_()\n",
      "apply:\n  Linear:\n    bias = zeros_()",
      "\r\n# rules\r\napply:\r\n  Linear:\r\n    bias = zeros_()\r\n",
      "apply :\n Linear :\n  bias=zeros_()\n\n\n",
      "    apply:  # indented as a whole\n        Linear:\n                bias\t=\tzeros_()\t\n# end",
      "apply:\n  Linear:\n# a comment at the margin\n\n\t\n    bias = zeros_() # done\n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    sow_rules *rules = parse(texts[i]);
    char *text = NULL;
    size_t length;
    assert_int_equal(sow_rules_print(rules, &text, &length, NULL), SOW_OK);
    assert_string_equal(text, "apply:\n  Linear:\n    bias = zeros_()\n");
    assert_int_equal(length, strlen(text));
    free(text);
    sow_rules_free(rules);
  }
}

static void the_canonical_form_reads_back(void **state) {
  (void)state;
  static const char canonical[] =
      "apply:\n"
      "  *Conv3d*, [!A-Z]*, [a,b:=#]?:\n"
      "    weight = trunc_normal_(mean=0.0, std=0.02, a=-2.0, b=2.0)\n"
      "    bias = constant_(val=float('nan'))\n"
      "  b\xc3\xa9ton:\n"
      "    * = kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlinearity='leaky_relu')\n"
      "named_parameters:\n"
      "  *.c_proj.weight = normal_(mean=0.0, std=1e-05)\n"
      "  h/0-1.x = uniform_(a=float('-inf'), b=float('inf'))\n"
      "apply:\n"
      "  Linear:\n"
      "    weight = sparse_(sparsity=0.1, std=0.01)\n";
  sow_rules *rules = parse(canonical);
  char *text = NULL;
  size_t length;
  assert_int_equal(sow_rules_print(rules, &text, &length, NULL), SOW_OK);
  assert_string_equal(text, canonical);
  free(text);
  sow_rules_free(rules);
}

/* ---- what covers nothing ---- */

static void rules_that_cover_nothing_are_errors(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int line, column;
    const char *part;
  } cases[] = {
      {"apply:\n  Conv3D:\n    weight = ones_()\n", 2, 3,
       "no module's class matches 'Conv3D', did you mean 'Conv3d'?"},
      {"apply:\n  *Conv2d*:\n    weight = ones_()\n", 2, 3, "no module's class matches '*Conv2d*'"},
      {"apply:\n  LSTM, GRU:\n    weight = ones_()\n", 2, 3, "'LSTM' or the other globs"},
      {"apply:\n  *:\n    weight = ones_()\n  Linear:\n    weight = ones_()\n", 4, 3,
       "earlier ones take all"},
      {"apply:\n  Linear:\n    wieght = ones_()\n", 3, 5, "matches 'wieght', did you mean 'weight'?"},
      {"apply:\n  Linear:\n    weight = ones_()\n    w* = ones_()\n", 4, 5,
       "that an earlier line has not taken matches 'w*'"},
      {"apply:\n  Sequential:\n    weight = ones_()\n", 3, 5, "of this block's modules"},
      {"named_parameters:\n  fc.wieght = ones_()\n", 2, 3, "matches 'fc.wieght', did you mean 'fc.weight'?"},
      {"named_parameters:\n  weight = ones_()\n", 2, 3, "no parameter that an earlier line has not taken"},
      {"apply:\n  Linear:\n    *t = ones_()\n    weight = ones_()\n", 4, 5,
       "earlier lines take every 'weight'; move this line before them"},
      {"named_parameters:\n  * = ones_()\n  fc.* = ones_()\n", 3, 3, "fc.*"},
      {"named_parameters:\n  *.running_mean = ones_()\n", 2, 3, "running_mean"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_module *net = small_net();
    sow_rules *rules = parse(cases[i].text);
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_module_apply_rules(net, rules, false, &error);
    if (status != SOW_UNUSED_RULE || error.line != cases[i].line || error.column != cases[i].column ||
        !strstr(error.message, cases[i].part))
      fail_msg("%s%d:%d: %s", cases[i].text, error.line, error.column, error.message);
    assert_string_equal(error.source, "w.rules");
    sow_module_free(net);
    net = small_net();
    assert_int_equal(sow_module_apply_rules(net, rules, true, NULL), SOW_OK);
    sow_rules_free(rules);
    sow_module_free(net);
  }
}

static void one_set_of_rules_serves_many_trees(void **state) {
  (void)state;
  sow_rules *rules = parse("apply:\n  Linear:\n    weight = ones_()\n");
  for (int i = 0; i < 3; i++) {
    sow_module *net = i == 1 ? sow_module_new("Net") : small_net();
    assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), i == 1 ? SOW_UNUSED_RULE : SOW_OK);
    sow_module_free(net);
  }
  assert_int_equal(sow_module_apply_rules(NULL, rules, false, NULL), SOW_NO_MEMORY);
  sow_rules_free(rules);
  sow_rules_free(NULL);
}

static void a_tree_that_failed_stays_failed(void **state) {
  (void)state;
  sow_module *net = small_net();
  sow_linear(net, "fc", 1, 1, true);
  sow_rules *rules = parse("apply:\n  Linear:\n    weight = ones_()\n");
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_DUPLICATE_NAME);
  sow_rules_free(rules);
  sow_module_free(net);
}

static void a_plan_names_the_rule_and_its_line(void **state) {
  (void)state;
  sow_module *net = small_net();
  sow_rules *rules = NULL;
  static const char text[] = "apply:\n  *Norm*:\n    weight = xavier_normal_()\n";
  assert_int_equal(sow_rules_parse(text, strlen(text), NULL, &rules, NULL), SOW_OK);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  assert_string_equal(event_at(net, event_count(net) - 1)->rule, "rules:3");
  sow_rules_free(rules);
  sow_plan_options options = sow_plan_defaults();
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_plan_new(net, &options, &plan, &error), SOW_SHAPE);
  assert_non_null(strstr(error.message, "body.1.weight"));
  assert_non_null(strstr(error.message, "rules:3"));
  sow_module_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_two_passes_run_in_the_order_written),
      cmocka_unit_test(the_first_block_and_the_first_line_that_match_are_taken),
      cmocka_unit_test(parameters_are_visited_in_registration_order),
      cmocka_unit_test(children_come_before_their_parent),
      cmocka_unit_test(ties_draw_twice_in_apply_and_once_in_named_parameters),
      cmocka_unit_test(values_may_go_over_lines_inside_parentheses),
      cmocka_unit_test(layout_is_free_where_python_is),
      cmocka_unit_test(the_canonical_form_reads_back),
      cmocka_unit_test(rules_that_cover_nothing_are_errors),
      cmocka_unit_test(one_set_of_rules_serves_many_trees),
      cmocka_unit_test(a_tree_that_failed_stays_failed),
      cmocka_unit_test(a_plan_names_the_rule_and_its_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
