/* The orders in which torch visits modules, parameters and keys, and how it prints them. */
#include "layer_checks.h"

#include "module/build.h"

static void add_class(sow_module *module, void *context) {
  sow__buffer_printf(context, "%s ", sow_module_class(module));
}

static void assert_applied(sow_module *root, const char *expected) {
  sow__buffer text = {0};
  sow_module_apply(root, add_class, &text);
  assert_text(&text, expected);
}

static void add_parameter(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                          void *context) {
  assert_true(sow_module_has(owner, own_name));
  sow__buffer_printf(context, "%s ", parameter->name);
}

static void assert_named(sow_module *root, const char *expected) {
  sow__buffer text = {0};
  assert_int_equal(sow_module_named_parameters(root, add_parameter, &text, NULL), SOW_OK);
  assert_text(&text, expected);
}

/* ---- apply ---- */

static void trap_47_apply_is_post_order(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *block = sow_child(root, "block", "Block");
  sow_linear(block, "fc", 1, 1, true);
  sow_child(block, "act", "ReLU");
  sow_prelu(root, "last", 1, 0.25);
  assert_applied(root, "Linear ReLU Block PReLU Net ");
  assert_applied(block, "Linear ReLU Block ");
  sow_module_free(root);
}

static void trap_47_apply_visits_a_shared_module_once_per_parent(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *a = sow_child(root, "a", "A");
  sow_module *fc = sow_linear(a, "0", 1, 1, true);
  sow_module_share(a, "1", fc);
  sow_module_share(a, "2", fc);
  sow_module *b = sow_child(root, "b", "B");
  sow_module_share(b, "x", fc);
  sow_module_share(a, "3", fc);
  assert_applied(root, "Linear A Linear B Net ");
  sow_child(a, "act", "ReLU");
  sow_module_register_last(a, "0");
  assert_applied(a, "Linear ReLU A ");
  sow_module_copy(root, "c", a);
  assert_applied(root, "Linear ReLU A Linear B Linear ReLU A Net ");
  sow_module_free(root);
}

static void weights_init(sow_module *module, void *context) {
  (void)context;
  if (strstr(sow_module_class(module), "Conv3d")) {
    sow_module_set_as(module, "weight", sow_xavier_normal(1.0), "weights_init");
    sow_module_set_as(module, "bias", sow_constant(0.0), "weights_init");
  }
}

static void apply_records_in_the_order_of_the_visit(void **state) {
  (void)state;
  sow_module *root = net();
  sow_conv3d(root, "b", 1, 1, (int64_t[]){1, 1, 1}, 1, true);
  sow_linear(root, "fc", 1, 1, false);
  sow_conv3d(root, "a", 1, 1, (int64_t[]){1, 1, 1}, 1, true);
  const size_t before = event_count(root);
  sow_module_apply(root, weights_init, NULL);
  static const char *const subjects[] = {"b.weight", "b.bias", "a.weight", "a.bias"};
  assert_int_equal(event_count(root), before + 4);
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(event_at(root, before + i)->subject, subjects[i]);
  assert_int_equal(event_of_tensor(root, sow__parameter_find(sow_module_find(root, "a"), "bias")->tensor),
                   before + 3);
  sow_module_free(root);
}

/* ---- named_parameters ---- */

static void own_parameters_come_before_the_childrens(void **state) {
  (void)state;
  sow_module *root = net();
  sow_linear(root, "fc", 1, 1, true);
  sow_module_add_parameter(root, "pos", 0, NULL);
  sow_batch_norm1d(root, "bn", 1, true, true, true);
  assert_named(root, "pos fc.weight fc.bias bn.weight bn.bias ");
  assert_named(sow_module_find(root, "fc"), "weight bias ");
  sow_module_free(root);
}

static void trap_48_named_parameters_drop_tied_names_and_state_dict_keeps_them(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *embedding = sow_embedding(root, "e", 2, 2, SOW_NO_PADDING);
  sow_module *head = sow_linear(root, "head", 2, 2, true);
  sow_module_tie(head, "weight", embedding, "weight");
  sow_module_share(root, "again", head);
  assert_named(root, "e.weight head.bias ");
  assert_keys(root, "e.weight [2, 2]\nhead.weight [2, 2]\nhead.bias [2]\nagain.weight [2, 2]\n"
                    "again.bias [2]\n");
  sow_module_free(root);
}

static void walk_again(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                       void *context) {
  (void)own_name;
  sow__buffer_printf(context, "%s: ", parameter->name);
  sow_module_named_parameters(owner, add_parameter, context, NULL);
  sow_module_set_as(owner, own_name, sow_ones(), "loop");
}

static void a_walk_may_walk(void **state) {
  (void)state;
  sow_module *root = net();
  sow_linear(root, "a", 1, 1, true);
  sow_linear(root, "b", 1, 1, false);
  sow__buffer text = {0};
  assert_int_equal(sow_module_named_parameters(root, walk_again, &text, NULL), SOW_OK);
  assert_text(&text, "a.weight: weight bias a.bias: weight bias b.weight: weight ");
  sow_module_free(root);
}

/* ---- state_dict ---- */

static void trap_46_state_dict_interleaves_buffers(void **state) {
  (void)state;
  sow_module *root = sow_module_new("Sequential");
  sow_linear(root, "0", 2, 3, true);
  sow_batch_norm1d(root, "1", 3, true, true, true);
  sow_linear(root, "2", 3, 1, true);
  assert_keys(root, "0.weight [3, 2]\n0.bias [3]\n1.weight [3]\n1.bias [3]\n1.running_mean [3]\n"
                    "1.running_var [3]\n1.num_batches_tracked []int64\n2.weight [1, 3]\n2.bias [1]\n");
  sow_module_free(root);
}

static sow_status stop_at_second(const char *name, const sow__tensor *tensor, sow__state_kind kind,
                                 void *context) {
  (void)kind;
  (void)name;
  (void)tensor;
  return ++*(int *)context == 2 ? SOW_INTERRUPTED : SOW_OK;
}

static void a_visitor_can_stop_the_walk(void **state) {
  (void)state;
  sow_module *root = net();
  sow_transformer_encoder_layer(sow_child(root, "a", "A"), "b", 2, 2, false);
  int visits = 0;
  assert_int_equal(sow__tree_state_dict(root, stop_at_second, &visits, NULL), SOW_INTERRUPTED);
  assert_int_equal(visits, 2);
  sow_module_free(root);
}

/* ---- print ---- */

static void prints_like_torch(void **state) {
  (void)state;
  sow_module *root = net();
  sow_conv2d(root, "conv", 4, 6, (int64_t[]){3, 2}, 2, false);
  sow_conv_transpose1d(root, "up", 4, 6, (int64_t[]){3}, 1, true);
  sow_batch_norm2d(root, "bn", 6, true, true, true);
  sow_layer_norm(root, "ln", 2, (int64_t[]){3, 4}, true, false);
  sow_group_norm(root, "gn", 2, 4, true, true);
  sow_rms_norm(root, "rms", 1, (int64_t[]){4}, false);
  sow_child(root, "act", "ReLU");
  sow_bilinear(root, "two", 1, 2, 3, false);
  const sow_rnn_options options = {
      .size = sizeof options, .num_layers = 2, .proj_size = 2, .bidirectional = true, .no_bias = true};
  sow_lstm(root, "rnn", 3, 4, &options);
  sow_gru_cell(root, "cell", 3, 4, false);
  sow_child(root, "empty", "Sequential");
  assert_print(root, "Net(\n"
                     "  (conv): Conv2d(4, 6, kernel_size=(3, 2), groups=2, bias=False)\n"
                     "  (up): ConvTranspose1d(4, 6, kernel_size=(3,))\n"
                     "  (bn): BatchNorm2d(6, affine=True, track_running_stats=True)\n"
                     "  (ln): LayerNorm((3, 4), elementwise_affine=True, bias=False)\n"
                     "  (gn): GroupNorm(2, 4, affine=True)\n"
                     "  (rms): RMSNorm((4,), elementwise_affine=False)\n"
                     "  (act): ReLU()\n"
                     "  (two): Bilinear(in1_features=1, in2_features=2, out_features=3, bias=False)\n"
                     "  (rnn): LSTM(3, 4, proj_size=2, num_layers=2, bias=False, bidirectional=True)\n"
                     "  (cell): GRUCell(3, 4, bias=False)\n"
                     "  (empty): Sequential()\n"
                     ")");
  sow_module_free(root);
}

static void prints_what_torch_keeps_from_attention(void **state) {
  (void)state;
  sow_module *root = net();
  const sow_attention_options options = {.size = sizeof options, .kdim = 3, .vdim = 5, .add_bias_kv = true};
  const sow_attention_options packed = {.size = sizeof packed, .add_bias_kv = true, .no_bias = true};
  sow_multihead_attention(root, "a", 4, NULL);
  sow_multihead_attention(root, "b", 4, &options);
  sow_multihead_attention(root, "c", 4, &packed);
  assert_print(root,
               "Net(\n"
               "  (a): MultiheadAttention(\n"
               "    (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=True)\n"
               "  )\n"
               "  (b): MultiheadAttention(\n"
               "    kdim=3, vdim=5, add_bias_kv=True\n"
               "    (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=True)\n"
               "  )\n"
               "  (c): MultiheadAttention(\n"
               "    add_bias_kv=True\n"
               "    (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=False)\n"
               "  )\n"
               ")");
  sow_module_free(root);
}

static void trap_49_only_module_lists_fold_and_by_text(void **state) {
  (void)state;
  sow_module *root = net();
  sow_module *list = sow_child(root, "list", "ModuleList");
  sow_linear(list, "0", 1, 2, true);
  sow_linear(list, "1", 1, 2, true);
  sow_linear(list, "2", 2, 2, true);
  sow_linear(list, "3", 1, 2, true);
  for (int i = 0; i < 2; i++)
    sow_child(sow_child(list, i ? "5" : "4", "Block"), "act", "ReLU");
  sow_module *row = sow_child(root, "row", "Sequential");
  sow_child(row, "0", "ReLU");
  sow_child(row, "1", "ReLU");
  sow_module *odd = sow_child(root, "odd", "ModuleList");
  sow_child(odd, "a", "ReLU");
  sow_child(odd, "b", "ReLU");
  assert_print(root, "Net(\n"
                     "  (list): ModuleList(\n"
                     "    (0-1): 2 x Linear(in_features=1, out_features=2, bias=True)\n"
                     "    (2): Linear(in_features=2, out_features=2, bias=True)\n"
                     "    (3): Linear(in_features=1, out_features=2, bias=True)\n"
                     "    (4-5): 2 x Block(\n"
                     "      (act): ReLU()\n"
                     "    )\n"
                     "  )\n"
                     "  (row): Sequential(\n"
                     "    (0): ReLU()\n"
                     "    (1): ReLU()\n"
                     "  )\n"
                     "  (odd): ModuleList(\n"
                     "    (a): ReLU()\n"
                     "    (b): ReLU()\n"
                     "  )\n"
                     ")");
  sow_module_free(root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(trap_47_apply_is_post_order),
      cmocka_unit_test(trap_47_apply_visits_a_shared_module_once_per_parent),
      cmocka_unit_test(apply_records_in_the_order_of_the_visit),
      cmocka_unit_test(own_parameters_come_before_the_childrens),
      cmocka_unit_test(trap_48_named_parameters_drop_tied_names_and_state_dict_keeps_them),
      cmocka_unit_test(a_walk_may_walk),
      cmocka_unit_test(trap_46_state_dict_interleaves_buffers),
      cmocka_unit_test(a_visitor_can_stop_the_walk),
      cmocka_unit_test(prints_like_torch),
      cmocka_unit_test(prints_what_torch_keeps_from_attention),
      cmocka_unit_test(trap_49_only_module_lists_fold_and_by_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
