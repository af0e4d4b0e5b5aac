/* Rules that look at the tensor: parts, numbers of it and its layer, conditions, ties, buffers, padding. */
#include <stdio.h>

#include "refusals.h"
#include "tree_text.h"

static const char model[] = "Net(\n"
                            "  (wte): Embedding(10, 4, padding_idx=-2)\n"
                            "  (h): ModuleList(\n"
                            "    (0-1): 2 x Block(\n"
                            "      (proj): Linear(in_features=4, out_features=8, bias=True)\n"
                            "    )\n"
                            "  )\n"
                            "  (conv): Conv2d(4, 6, kernel_size=(3, 5), stride=(1, 1), groups=2)\n"
                            "  (bn): BatchNorm2d(6, eps=1e-05, momentum=0.1, affine=True)\n"
                            "  (lstm): LSTM(2, 3, num_layers=2)\n"
                            "  (lm_head): Linear(in_features=4, out_features=10, bias=False)\n"
                            ")\n";

static sow_module *build(void) {
  sow_module *net = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_parse(model, sizeof model - 1, NULL, &net, &error) != SOW_OK)
    fail_msg("%s", error.message);
  return net;
}

/* "fc.weight[2+4] ones_()": the first element and the number of them where it is a part. */
static void write_events(const sow_module *net, size_t first, sow__buffer *text) {
  for (size_t i = first; i < net->tree->tape.count; i++) {
    const sow__tape_item *item = &net->tree->tape.items[i];
    char call[SOW_INITIALIZER_TEXT_SIZE];
    int64_t count = 1;
    for (int d = 0; d < item->target.ndim; d++)
      count *= item->target.shape[d];
    sow_initializer_print(item->call, call, sizeof call);
    sow__buffer_text(text, item->subject);
    if (count != net->tree->tape.storages[item->target.storage].count)
      sow__buffer_printf(text, "[%lld+%lld]", (long long)item->target.offset, (long long)count);
    sow__buffer_printf(text, " %s\n", call);
  }
}

typedef struct heard {
  int count;
  char last[SOW_MESSAGE_SIZE];
} heard;

static void hear(void *context, const sow_error *warning) {
  heard *warnings = context;
  warnings->count++;
  snprintf(warnings->last, sizeof warnings->last, "%s", warning->message);
}

/* Applies rules, and the same rules as they are printed, which must come to the same. */
static heard assert_rules(const char *text, const char *expected) {
  heard warnings = {0};
  sow_rules *rules = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_rules_parse(text, strlen(text), "w.rules", &rules, &error) != SOW_OK)
    fail_msg("%d:%d: %s", error.line, error.column, error.message);
  for (int round = 0; round < 2; round++) {
    sow_module *net = build();
    size_t constructed = net->tree->tape.count;
    sow__buffer events = {0};
    warnings = (heard){0};
    error.on_warning = hear;
    error.warning_context = &warnings;
    if (sow_module_apply_rules(net, rules, false, &error) != SOW_OK)
      fail_msg("%d:%d: %s", error.line, error.column, error.message);
    write_events(net, constructed, &events);
    assert_text(&events, expected);
    sow_module_free(net);
    char *printed = NULL;
    size_t length;
    assert_int_equal(sow_rules_print(rules, &printed, &length, NULL), SOW_OK);
    sow_rules_free(rules);
    assert_int_equal(sow_rules_parse(printed, length, "w.rules", &rules, &error), SOW_OK);
    free(printed);
  }
  sow_rules_free(rules);
  return warnings;
}

static void parts_follow_the_whole_in_the_order_written(void **state) {
  (void)state;
  assert_rules("apply:\n"
               "  LSTM:\n"
               "    bias* = zeros_()\n"
               "    bias_hh_l1[n/4:n/2] = ones_()  # the forget gate\n"
               "    bias_hh_l[01][-3:] = constant_(2)\n",
               "lstm.bias_ih_l0 zeros_()\nlstm.bias_hh_l0 zeros_()\nlstm.bias_hh_l0[9+3] constant_(val=2.0)\n"
               "lstm.bias_ih_l1 zeros_()\nlstm.bias_hh_l1 zeros_()\nlstm.bias_hh_l1[3+3] ones_()\n"
               "lstm.bias_hh_l1[9+3] constant_(val=2.0)\n");
  assert_rules("named_parameters:\n"
               "  h.0.proj.weight[:n//2, 1:3] = normal_()\n"
               "  h.0.proj.weight[:, 0:n - 1] = mul_(2)\n"
               "  h.0.proj.weight [6:] = uniform_()\n",
               "h.0.proj.weight[1+8] normal_(mean=0.0, std=1.0)\nh.0.proj.weight[0+24] mul_(2.0)\n"
               "h.0.proj.weight[24+8] uniform_(a=0.0, b=1.0)\n");
}

static void the_padding_row_is_known(void **state) {
  (void)state;
  static const char drawn[] = "apply:\n  Embedding:\n    weight = normal_(std=0.02)\n";
  heard warnings = assert_rules(drawn, "wte.weight normal_(mean=0.0, std=0.02)\n");
  assert_int_equal(warnings.count, 1);
  assert_non_null(strstr(warnings.last, "w.rules:3 gives the padding row of 'wte.weight' values too"));
  warnings = assert_rules("apply:\n  Embedding:\n    weight = normal_(std=0.02)\n"
                          "    weight[padding_idx] = zeros_()\n",
                          "wte.weight normal_(mean=0.0, std=0.02)\nwte.weight[32+4] zeros_()\n");
  assert_int_equal(warnings.count, 0);
  warnings = assert_rules("named_parameters:\n  wte.weight = zeros_()\n", "wte.weight zeros_()\n");
  assert_int_equal(warnings.count, 0);
  /* What is zero stays zero when it is multiplied. */
  warnings = assert_rules("named_parameters:\n  wte.weight = mul_(2)\n", "wte.weight mul_(2.0)\n");
  assert_int_equal(warnings.count, 0);
}

static void numbers_of_the_tensor_and_its_layer_have_names(void **state) {
  (void)state;
  assert_rules("apply:\n"
               "  Linear:\n"
               "    weight = normal_(std=1/sqrt(in_features*out_features)) if out_features != 10\n"
               "    weight = normal_(std=fan_in/fan_out)\n"
               "  Conv2d:\n"
               "    weight = normal_(n, groups + prod(kernel_size)*out_channels + in_channels)\n"
               "    bias = uniform_(-numel, dim)\n",
               "h.0.proj.weight normal_(mean=0.0, std=0.17677669529663687)\n"
               "h.1.proj.weight normal_(mean=0.0, std=0.17677669529663687)\n"
               "conv.weight normal_(mean=6.0, std=96.0)\nconv.bias uniform_(a=-6.0, b=1.0)\n"
               "lm_head.weight normal_(mean=0.0, std=0.4)\n");
  assert_rules("named_parameters:\n  conv.weight = constant_(shape[-1] + kernel_size[0]*10 + shape[1]*100)\n"
               "  lstm.weight_hh_l? = constant_(10*hidden_size + num_layers)\n"
               "  lm_head.weight = trunc_normal_(std=0.1, a=-(fan_in), b=+fan_in)\n",
               "conv.weight constant_(val=235.0)\nlstm.weight_hh_l0 constant_(val=32.0)\n"
               "lstm.weight_hh_l1 constant_(val=32.0)\n"
               "lm_head.weight trunc_normal_(mean=0.0, std=0.1, a=-4.0, b=4.0)\n");
}

static void what_a_wildcard_matched_is_a_number(void **state) {
  (void)state;
  assert_rules("named_parameters:\n"
               "  h.*.p*.weight = constant_(1/(1 + {1}))\n"
               "  lstm.bias_hh_l[01]* = constant_({1})\n",
               "h.0.proj.weight constant_(val=1.0)\nh.1.proj.weight constant_(val=0.5)\n"
               "lstm.bias_hh_l0 constant_(val=0.0)\nlstm.bias_hh_l1 constant_(val=1.0)\n");
}

static void conditions_are_pythons(void **state) {
  (void)state;
  assert_rules("named_parameters:\n"
               "  * = xavier_uniform_() if dim > 1 and not ('lstm' in name or name == 'wte.weight')\n"
               "  *.bias = zeros_() if name.startswith('h.') and (1 <= dim < 2)\n"
               "  *lstm* = ones_() if name.endswith('l1') and (dim == 1 or fan_in == 3)\n"
               "  wte* = eye_() if padding_idx in (7, 8) and n != 9 and shape[1] >= 4\n",
               "wte.weight eye_()\nh.0.proj.weight xavier_uniform_(gain=1.0)\nh.0.proj.bias zeros_()\n"
               "h.1.proj.weight xavier_uniform_(gain=1.0)\nh.1.proj.bias zeros_()\n"
               "conv.weight xavier_uniform_(gain=1.0)\n"
               "lstm.weight_ih_l1 ones_()\nlstm.weight_hh_l1 ones_()\nlstm.bias_ih_l1 ones_()\n"
               "lstm.bias_hh_l1 ones_()\nlm_head.weight xavier_uniform_(gain=1.0)\n");
}

static void rows_repeat(void **state) {
  (void)state;
  assert_rules("named_parameters:\n  conv.weight = repeat_interleave(normal_(std=1/fan_in), groups + 1)\n"
               "  lstm.bias_ih_l0 = repeat_interleave(ones_(), 1)\n",
               "conv.weight normal_(mean=0.0, std=0.03333333333333333)\nconv.weight zero_()\n"
               "conv.weight[0+60] copy_(…)\nconv.weight[30+60] copy_(…)\nconv.weight[60+60] copy_(…)\n"
               "lstm.bias_ih_l0 ones_()\nlstm.bias_ih_l0 zero_()\nlstm.bias_ih_l0 copy_(…)\n");
}

static void a_child_is_named_by_its_path(void **state) {
  (void)state;
  assert_rules("apply:\n  Linear:\n    weight = zeros_() if n == 8\n  Block:\n    proj.weight = ones_()\n"
               "    proj.bias[:2] = constant_(in_features) if name == 'proj.bias'\n",
               "h.0.proj.weight zeros_()\nh.0.proj.weight ones_()\nh.0.proj.bias[0+2] constant_(val=4.0)\n"
               "h.1.proj.weight zeros_()\nh.1.proj.weight ones_()\nh.1.proj.bias[0+2] constant_(val=4.0)\n");
}

static void a_path_may_be_of_any_length(void **state) {
  (void)state;
  enum { DEPTH = 20, NAME = 100 };
  char name[NAME + 1] = {0}, path[DEPTH * (NAME + 1) + 1] = {0}, text[sizeof path + 60];
  memset(name, 'm', NAME);
  sow_module *net = sow_module_new("Net"), *at = net;
  for (int i = 0; i < DEPTH; i++) {
    at = sow_child(at, name, "Block");
    snprintf(path + strlen(path), sizeof path - strlen(path), "%s.", name);
  }
  sow_linear(at, "fc", 3, 2, false);
  snprintf(text, sizeof text, "apply:\n  Net:\n    %sfc.weight = ones_()\n", path);
  sow_rules *rules = NULL;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_rules_parse(text, strlen(text), NULL, &rules, NULL), SOW_OK);
  if (sow_module_apply_rules(net, rules, false, &error) != SOW_OK)
    fail_msg("%s", error.message);
  sow_rules_free(rules);
  sow_module_free(net);
}

/* What a section of a module does stands behind that module's constructor, and moves what is drawn later. */
static void a_section_of_a_module_runs_in_its_constructor(void **state) {
  (void)state;
  sow_module *net = build();
  sow_rules *rules = NULL;
  static const char text[] = "apply h:\n  Linear:\n    weight = uniform_()\n"
                             "named_parameters h.1:\n  proj.bias = ones_()\n";
  assert_int_equal(sow_rules_parse(text, sizeof text - 1, NULL, &rules, NULL), SOW_OK);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  const sow__tape *tape = &net->tree->tape;
  char order[400] = "";
  for (size_t i = 0; i < tape->count && strlen(order) < 300; i++)
    if (strncmp(tape->items[i].subject, "h.", 2) == 0 || strncmp(tape->items[i].subject, "conv", 4) == 0)
      snprintf(order + strlen(order), 60, "%s%s ", tape->items[i].subject,
               tape->items[i].by_caller ? "!" : "");
  assert_string_equal(order, "h.0.proj.weight h.0.proj.bias h.1.proj.weight h.1.proj.bias "
                             "h.0.proj.weight! h.1.proj.weight! h.1.proj.bias! conv.weight conv.bias ");
  sow_rules_free(rules);
  sow_module_free(net);
}

static void ties_are_made_where_they_stand(void **state) {
  (void)state;
  sow_module *net = build();
  sow_rules *rules = NULL;
  static const char text[] = "apply:\n  Linear:\n    weight = ones_() if n == 10\n"
                             "named_parameters:\n  lm_head.weight = tie(wte.weight)\n"
                             "apply:\n  Linear:\n    weight = zeros_() if n == 10\n";
  assert_int_equal(sow_rules_parse(text, sizeof text - 1, NULL, &rules, NULL), SOW_OK);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  sow_plan_options options = sow_plan_defaults();
  sow_plan *plan = NULL;
  assert_int_equal(sow_plan_new(net, &options, &plan, NULL), SOW_OK);
  size_t first = 0, last = 0;
  assert_true(sow_plan_find(plan, "wte.weight", &first));
  assert_true(sow_plan_find(plan, "lm_head.weight", &last));
  sow_plan_entry entry;
  assert_true(sow_plan_get(plan, last, &entry));
  assert_string_equal(entry.tied_to, "wte.weight");
  sow_plan_step step;
  assert_true(sow_plan_get(plan, first, &entry));
  assert_true(sow_plan_step_get(plan, first, entry.step_count - 1, &step));
  assert_int_equal(step.call.kind, SOW_INIT_ZEROS);
  sow_plan_free(plan);
  sow_rules_free(rules);
  sow_module_free(net);
}

static void buffers_have_a_section_and_their_names(void **state) {
  (void)state;
  assert_rules("apply:\n  BatchNorm2d:\n    * = ones_()\n    running_var = constant_(0.5)\n"
               "named_buffers:\n  *.running_* = constant_(n)\n",
               "bn.weight ones_()\nbn.bias ones_()\nbn.running_var constant_(val=0.5)\n"
               "bn.running_mean constant_(val=6.0)\nbn.running_var constant_(val=6.0)\n");
}

/* ---- what cannot be ---- */

static void bad_forms_say_what_and_where(void **state) {
  (void)state;
  static const refusal cases[] = {
      /* while it is read */
      {"named_parameters:\n  a[0:1:2] = ones_()\n", SOW_SYNTAX, 2, 8, "a part has no steps"},
      {"named_parameters:\n  a[0, :] = ones_()\n", SOW_SYNTAX, 2, 6, "a row i is written i:i+1"},
      {"named_parameters:\n  a[:x] = ones_()\n", SOW_UNKNOWN_NAME, 2, 6, "'x' has no value here"},
      {"named_parameters:\n  a[:'x'] = ones_()\n", SOW_INVALID_ARGUMENT, 2, 6, "a bound is a whole number"},
      {"named_parameters:\n  a[0.5:] = ones_()\n", SOW_INVALID_ARGUMENT, 2, 5, "0.5, which is no whole"},
      {"named_parameters:\n  a[:] ones_()\n", SOW_SYNTAX, 2, 8, "expected '='"},
      {"named_parameters:\n  a[:] = tie(b)\n", SOW_INVALID_ARGUMENT, 2, 3, "a part of a tensor cannot"},
      {"named_parameters:\n  a = tie()\n", SOW_SYNTAX, 2, 11, "the full name of another parameter"},
      {"named_parameters:\n  a = tie(b.*)\n", SOW_SYNTAX, 2, 13, "the full name of another parameter"},
      {"named_parameters:\n  a = wte.weight\n", SOW_SYNTAX, 2, 7, "is written tie(wte.weight)"},
      {"apply:\n  A:\n    a = tie(b)\n", SOW_INVALID_ARGUMENT, 3, 5, "belongs into named_parameters:"},
      {"named_buffers:\n  a = tie(b)\n", SOW_INVALID_ARGUMENT, 2, 3, "belongs into named_parameters:"},
      {"named_parameters:\n  a = ones_() if 1 > 0\n", SOW_INVALID_ARGUMENT, 2, 18, "asks nothing of the"},
      {"named_parameters:\n  a = ones_() if dim\n  b = ones_() if\n", SOW_SYNTAX, 3, 17, "expected a value"},
      {"named_parameters:\n  a = ones_() if rank > 1\n", SOW_UNKNOWN_NAME, 2, 18, "'rank' has no value"},
      {"named_parameters:\n  a = ones_() if dim > 'x' and dim\n", SOW_OK, 0, 0, ""},
      {"named_parameters:\n  a = ones_() if name not 'x'\n", SOW_SYNTAX, 2, 27, "expected 'in' after 'not'"},
      {"named_parameters:\n  a = ones_() if name.find('x')\n", SOW_UNKNOWN_NAME, 2, 18, "unknown function"},
      {"named_parameters:\n  a = ones_() when dim\n", SOW_SYNTAX, 2, 15, "expected the end of the line"},
      {"named_parameters:\n  a = normal_(std={x})\n", SOW_SYNTAX, 2, 20, "the number of a wildcard"},
      {"named_parameters:\n  a = normal_(std={1)\n", SOW_SYNTAX, 2, 21, "expected '}'"},
      {"named_parameters:\n  a = normal_(std=layer_id*2)\n", SOW_UNKNOWN_NAME, 2, 19, "or {1} for what"},
      {"named_parameters:\n  a = normal_(std=shape[0)\n", SOW_SYNTAX, 2, 26, "expected ']'"},
      {"named_parameters:\n  a = repeat_interleave(ones_())\n", SOW_SYNTAX, 2, 32, "how often each row"},
      {"named_parameters:\n  a = repeat_interleave(ones_(), 0)\n", SOW_INVALID_ARGUMENT, 2, 34, "1 to 4096"},
      {"named_parameters:\n  a = repeat_interleave(mul_(2), 2)\n", SOW_INVALID_ARGUMENT, 2, 34,
       "nothing new"},
      {"named_parameters:\n  a[:] = repeat_interleave(ones_(), 2)\n", SOW_INVALID_ARGUMENT, 2, 10, "a part"},
      {"apply h:\n", SOW_SYNTAX, 2, 1, "expected an indented block"},
      {"apply h.*:\n", SOW_SYNTAX, 1, 7, "a section is of one module"},
      {"apply h x:\n", SOW_SYNTAX, 1, 9, "expected ':'"},
      /* at the tensors */
      {"named_parameters:\n  conv.weight = repeat_interleave(ones_(), 4)\n", SOW_SHAPE, 2, 44,
       "multiple of 4"},
      {"apply g:\n  Linear:\n    weight = ones_()\n", SOW_UNUSED_RULE, 1, 1, "no module 'g' in a Net"},
      {"named_parameters:\n  lstm.bias_hh_l0[:n/5] = ones_()\n", SOW_INVALID_ARGUMENT, 2, 20, "2.4"},
      {"named_parameters:\n  lstm.bias_hh_l0[:13] = ones_()\n", SOW_SHAPE, 2, 20, "12 elements"},
      {"named_parameters:\n  lstm.bias_hh_l0[3:2] = ones_()\n", SOW_SHAPE, 2, 19, "before it begins at 3"},
      {"named_parameters:\n  lstm.bias_hh_l0[:, :] = ones_()\n", SOW_SHAPE, 2, 22, "has 1 dimension"},
      {"named_parameters:\n  lstm.bias_hh_l0 = normal_(std=fan_in)\n", SOW_SHAPE, 2, 33,
       "write 'if dim > 1'"},
      {"named_parameters:\n  wte.weight = normal_(std=in_features)\n", SOW_UNKNOWN_NAME, 2, 28,
       "is of a Embedding, which has no in_features"},
      {"named_parameters:\n  conv.weight = normal_(std=kernel_size)\n", SOW_INVALID_ARGUMENT, 2, 29,
       "must be a number, not a tuple"},
      {"named_parameters:\n  conv.weight = normal_(std=shape[4])\n", SOW_INVALID_ARGUMENT, 2, 35,
       "no such item"},
      {"named_parameters:\n  conv.weight = normal_(std=n[0])\n", SOW_INVALID_ARGUMENT, 2, 30, "only a tuple"},
      {"named_parameters:\n  *.weight = normal_(std={1})\n", SOW_INVALID_ARGUMENT, 2, 26,
       "{1} is 'wte' in 'wte.weight', which is no number"},
      {"named_parameters:\n  wte.weight = normal_(std={1})\n", SOW_UNKNOWN_NAME, 2, 28, "has no wildcard 1"},
      {"named_parameters:\n  wte.weight = ones_() if dim > name\n", SOW_INVALID_ARGUMENT, 2, 27,
       "have no order"},
      {"named_parameters:\n  wte.weight = ones_() if 'x' in dim\n", SOW_INVALID_ARGUMENT, 2, 34,
       "'in' looks into"},
      {"named_parameters:\n  wte.weight = ones_() if dim > 2\n", SOW_UNUSED_RULE, 2, 3,
       "fulfils the condition"},
      {"named_parameters:\n  wte.weight = normal_(std=1/(n - 10))\n", SOW_INVALID_ARGUMENT, 2, 29,
       "division"},
      {"apply:\n  Linear:\n    weight[padding_idx] = zeros_()\n", SOW_UNUSED_RULE, 3, 5, "has this part"},
      {"apply:\n  Block:\n    proj.weight = ones_() if dim > 1\n    proj.weight = zeros_()\n",
       SOW_UNUSED_RULE, 4, 5, "that an earlier line has not taken matches 'proj.weight'"},
      {"named_parameters:\n  lm_head.weight = tie(wte.wieght)\n", SOW_UNKNOWN_NAME, 2, 3,
       "no parameter 'wte.wieght' to tie with, did you mean 'wte.weight'?"},
      {"named_parameters:\n  lm_head.weight = tie(lm_head.weight)\n", SOW_INVALID_ARGUMENT, 2, 3,
       "one tensor already"},
      {"named_parameters:\n  lm_head.weight = tie(h.0.proj.weight)\n", SOW_INVALID_ARGUMENT, 2, 3,
       "its shape"},
      {"apply:\n  Linear:\n    weight[0] = ones_()\n", SOW_UNUSED_RULE, 3, 5, "has a ':', as in weight[0:1]"},
      {"named_buffers:\n  bn.running_meen = ones_()\n", SOW_UNUSED_RULE, 2, 3,
       "no buffer that an earlier line has not taken matches 'bn.running_meen', did you mean "
       "'bn.running_mean'?"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_rules *rules = NULL;
    sow_module *net = build();
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_rules_parse(cases[i].text, strlen(cases[i].text), "w.rules", &rules, &error);
    if (status == SOW_OK && cases[i].status != SOW_OK)
      status = sow_module_apply_rules(net, rules, false, &error);
    assert_refusal(&cases[i], status, &error);
    sow_rules_free(rules);
    sow_module_free(net);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parts_follow_the_whole_in_the_order_written),
      cmocka_unit_test(the_padding_row_is_known),
      cmocka_unit_test(numbers_of_the_tensor_and_its_layer_have_names),
      cmocka_unit_test(what_a_wildcard_matched_is_a_number),
      cmocka_unit_test(conditions_are_pythons),
      cmocka_unit_test(rows_repeat),
      cmocka_unit_test(a_path_may_be_of_any_length),
      cmocka_unit_test(a_child_is_named_by_its_path),
      cmocka_unit_test(a_section_of_a_module_runs_in_its_constructor),
      cmocka_unit_test(ties_are_made_where_they_stand),
      cmocka_unit_test(buffers_have_a_section_and_their_names),
      cmocka_unit_test(bad_forms_say_what_and_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
