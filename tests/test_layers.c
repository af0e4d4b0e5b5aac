/*
 * What torch's constructors register and draw, class by class: names and shapes in the order of state_dict,
 * initialisers in the order of drawing. Word counts and orders were measured with torch 1.13.1, 2.6.0 and
 * 2.14.1, where they agree.
 */
#include "layer_checks.h"

#include <math.h>

/* ---- Linear and Bilinear ---- */

static void linear_draws_weight_then_bias(void **state) {
  (void)state;
  sow_module *root = net();
  assert_non_null(sow_linear(root, "fc", 4, 2, true));
  assert_non_null(sow_linear(root, "head", 2, 3, false));
  check(root, "fc.weight [2, 4]\nfc.bias [2]\nhead.weight [3, 2]\n",
        "fc.weight " KAIMING " [2, 4]\nfc.bias uniform_(a=-0.5, b=0.5) [2]\nhead.weight " KAIMING
        " [3, 2]\n");
}

static void trap_28_linear_without_inputs_draws_its_bias(void **state) {
  (void)state;
  sow_module *root = net();
  sow_linear(root, "fc", 0, 4, true);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 4);
  /* Its bounds are Python's integers -0 and 0, which are both 0.0: the bias has no minus sign. */
  assert_false(signbit(event_at(root, 1)->call.argument[0]));
  check(root, "fc.weight [4, 0]\nfc.bias [4]\n",
        "fc.weight " KAIMING " [4, 0]\nfc.bias uniform_(a=0.0, b=0.0) [4]\n");
}

static void linear_without_outputs_draws_nothing(void **state) {
  (void)state;
  sow_module *root = net();
  sow_linear(root, "fc", 4, 0, true);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 0);
  sow_module_free(root);
}

static void trap_51_doubles_draw_twice_the_words(void **state) {
  (void)state;
  sow_module *root = net();
  sow_linear(root, "fc", 3, 4, true);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 16);
  assert_int_equal(words_of(root, SOW_FLOAT64, SOW_TORCH_2_1), 32);
  sow_module_free(root);
}

static void trap_30_bilinear_bound_uses_in1_for_both(void **state) {
  (void)state;
  sow_module *root = net();
  sow_bilinear(root, "b", 4, 9, 5, true);
  check(root, "b.weight [5, 4, 9]\nb.bias [5]\n",
        "b.weight uniform_(a=-0.5, b=0.5) [5, 4, 9]\nb.bias uniform_(a=-0.5, b=0.5) [5]\n");
  root = net();
  assert_null(sow_bilinear(root, "b", 0, 4, 5, true));
  refused(root, SOW_INVALID_ARGUMENT, "b (Bilinear): in1_features must be at least 1, is 0");
}

/* ---- convolutions ---- */

static void conv_bounds_follow_the_fan(void **state) {
  (void)state;
  sow_module *root = net();
  sow_conv3d(root, "a", 6, 4, (int64_t[]){3, 2, 1}, 2, true);
  sow_conv2d(root, "b", 3, 4, (int64_t[]){3, 2}, 1, false);
  sow_conv1d(root, "c", 4, 1, (int64_t[]){1}, 1, true);
  check(root, "a.weight [4, 3, 3, 2, 1]\na.bias [4]\nb.weight [4, 3, 3, 2]\nc.weight [1, 4, 1]\nc.bias [1]\n",
        "a.weight " KAIMING " [4, 3, 3, 2, 1]\n"
        "a.bias uniform_(a=-0.23570226039551587, b=0.23570226039551587) [4]\n"
        "b.weight " KAIMING " [4, 3, 3, 2]\n"
        "c.weight " KAIMING " [1, 4, 1]\n"
        "c.bias uniform_(a=-0.5, b=0.5) [1]\n");
}

static void trap_29_transposed_conv_fan_is_of_its_weight(void **state) {
  (void)state;
  sow_module *root = net();
  sow_conv_transpose1d(root, "a", 4, 6, (int64_t[]){3}, 1, true);
  sow_conv_transpose3d(root, "b", 4, 6, (int64_t[]){1, 3, 1}, 2, true);
  sow_conv_transpose2d(root, "c", 0, 6, (int64_t[]){3, 1}, 1, true);
  check(root,
        "a.weight [4, 6, 3]\na.bias [6]\nb.weight [4, 3, 1, 3, 1]\nb.bias [6]\nc.weight [0, 6, 3, 1]\n"
        "c.bias [6]\n",
        "a.weight " KAIMING " [4, 6, 3]\n"
        "a.bias uniform_(a=-0.23570226039551587, b=0.23570226039551587) [6]\n"
        "b.weight " KAIMING " [4, 3, 1, 3, 1]\n"
        "b.bias uniform_(a=-0.3333333333333333, b=0.3333333333333333) [6]\n"
        "c.weight " KAIMING " [0, 6, 3, 1]\n"
        "c.bias uniform_(a=-0.23570226039551587, b=0.23570226039551587) [6]\n");
}

static void conv_without_fan_leaves_its_bias_to_old_torch(void **state) {
  (void)state;
  sow_module *root = net();
  sow_conv1d(root, "a", 0, 6, (int64_t[]){3}, 1, true);
  sow_conv1d(root, "b", 4, 4, (int64_t[]){0}, 1, true);
  check(root, "a.weight [6, 0, 3]\na.bias [6]\nb.weight [4, 4, 0]\nb.bias [4]\n",
        "a.weight " KAIMING " [6, 0, 3]\n"
        "a.bias uniform_(a=0.0, b=0.0) [6] uninitialized before 2.12\n"
        "b.weight " KAIMING " [4, 4, 0]\n"
        "b.bias uniform_(a=0.0, b=0.0) [4] uninitialized before 2.12\n");
}

static void conv_refuses_what_torch_refuses(void **state) {
  (void)state;
  const int64_t k3[] = {3, 3}, negative[] = {3, -1};
  sow_module *root = net();
  assert_null(sow_conv2d(root, "c", 4, 6, k3, 3, true));
  refused(root, SOW_INVALID_ARGUMENT, "c (Conv2d): in_channels (4) must be a multiple of groups (3)");
  root = net();
  sow_conv2d(root, "c", 6, 4, k3, 3, true);
  refused(root, SOW_INVALID_ARGUMENT, "out_channels (4) must be a multiple of groups (3)");
  root = net();
  sow_conv2d(root, "c", 4, 4, k3, 0, true);
  refused(root, SOW_INVALID_ARGUMENT, "groups must be at least 1, is 0");
  root = net();
  sow_conv2d(root, "c", 4, 4, negative, 1, true);
  refused(root, SOW_INVALID_ARGUMENT, "kernel_size[1] must be at least 0, is -1");
  root = net();
  sow_conv2d(root, "c", 4, -4, k3, 1, true);
  refused(root, SOW_INVALID_ARGUMENT, "out_channels must be at least 0, is -4");
}

/* ---- embeddings ---- */

static void trap_31_embedding_draws_the_padding_row_too(void **state) {
  (void)state;
  sow_module *root = net();
  sow_embedding(root, "e", 7, 3, 2);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 37);
  check(root, "e.weight [7, 3]\n", "e.weight normal_(mean=0.0, std=1.0) [7, 3] zero row 2\n");
}

static void trap_32_negative_padding_counts_from_the_end(void **state) {
  (void)state;
  sow_module *root = net();
  sow_embedding_bag(root, "e", 7, 3, -1);
  sow_embedding(root, "f", 7, 3, SOW_NO_PADDING);
  assert_print(root, "Net(\n  (e): EmbeddingBag(7, 3, padding_idx=6)\n  (f): Embedding(7, 3)\n)");
  check(
      root, "e.weight [7, 3]\nf.weight [7, 3]\n",
      "e.weight normal_(mean=0.0, std=1.0) [7, 3] zero row 6\nf.weight normal_(mean=0.0, std=1.0) [7, 3]\n");
  for (int64_t padding = -8; padding <= 7; padding += 15) {
    root = net();
    assert_null(sow_embedding(root, "e", 7, 3, padding));
    refused(root, SOW_INVALID_ARGUMENT, "e (Embedding): padding_idx must be from -7 to 6");
  }
}

/* ---- norms ---- */

static void trap_45_batch_norm_counts_batches_in_an_int64_scalar(void **state) {
  (void)state;
  sow_module *root = net();
  sow_batch_norm3d(root, "n", 2, true, true, true);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 0);
  assert_int_equal(root->tree->tape.storages[event_at(root, 4)->target.storage].dtype, SOW_INT64);
  check(root,
        "n.weight [2]\nn.bias [2]\nn.running_mean [2]\nn.running_var [2]\nn.num_batches_tracked []int64\n",
        "n.weight ones_() [2]\nn.bias zeros_() [2]\nn.running_mean zeros_() [2]\nn.running_var ones_() [2]\n"
        "n.num_batches_tracked zeros_() []\n");
}

static void norms_leave_out_what_is_switched_off(void **state) {
  (void)state;
  sow_module *root = net();
  sow_batch_norm1d(root, "a", 2, false, true, true);
  sow_batch_norm2d(root, "b", 2, true, true, false);
  sow_sync_batch_norm(root, "c", 2, false, true, false);
  sow_instance_norm1d(root, "d", 2, false, true, false);
  sow_instance_norm2d(root, "e", 2, true, true, false);
  sow_instance_norm3d(root, "f", 2, false, true, true);
  assert_built(root);
  assert_keys(root, "a.running_mean [2]\na.running_var [2]\na.num_batches_tracked []int64\n"
                    "b.weight [2]\nb.bias [2]\ne.weight [2]\ne.bias [2]\n"
                    "f.running_mean [2]\nf.running_var [2]\nf.num_batches_tracked []int64\n");
  sow_module_free(root);
}

static void norms_without_bias_keep_their_weight(void **state) {
  (void)state;
  sow_module *root = net();
  sow_batch_norm1d(root, "a", 2, true, false, false);
  sow_batch_norm2d(root, "b", 2, true, false, true);
  sow_batch_norm3d(root, "c", 2, false, false, false);
  sow_sync_batch_norm(root, "d", 2, true, false, false);
  sow_instance_norm1d(root, "e", 2, true, false, false);
  sow_instance_norm2d(root, "f", 2, true, false, false);
  sow_instance_norm3d(root, "g", 2, true, false, false);
  sow_group_norm(root, "h", 2, 4, true, false);
  assert_print(root, "Net(\n"
                     "  (a): BatchNorm1d(2, affine=True, bias=False, track_running_stats=False)\n"
                     "  (b): BatchNorm2d(2, affine=True, bias=False, track_running_stats=True)\n"
                     "  (c): BatchNorm3d(2, affine=False, track_running_stats=False)\n"
                     "  (d): SyncBatchNorm(2, affine=True, bias=False, track_running_stats=False)\n"
                     "  (e): InstanceNorm1d(2, affine=True, bias=False, track_running_stats=False)\n"
                     "  (f): InstanceNorm2d(2, affine=True, bias=False, track_running_stats=False)\n"
                     "  (g): InstanceNorm3d(2, affine=True, bias=False, track_running_stats=False)\n"
                     "  (h): GroupNorm(2, 4, affine=True, bias=False)\n)");
  check(
      root,
      "a.weight [2]\nb.weight [2]\nb.running_mean [2]\nb.running_var [2]\nb.num_batches_tracked []int64\n"
      "d.weight [2]\ne.weight [2]\nf.weight [2]\ng.weight [2]\nh.weight [4]\n",
      "a.weight ones_() [2]\nb.weight ones_() [2]\nb.running_mean zeros_() [2]\nb.running_var ones_() [2]\n"
      "b.num_batches_tracked zeros_() []\nd.weight ones_() [2]\ne.weight ones_() [2]\nf.weight ones_() [2]\n"
      "g.weight ones_() [2]\nh.weight ones_() [4]\n");
}

static void layer_group_and_rms_norm(void **state) {
  (void)state;
  sow_module *root = net();
  sow_layer_norm(root, "a", 2, (int64_t[]){3, 4}, true, true);
  sow_layer_norm(root, "b", 1, (int64_t[]){3}, true, false);
  sow_layer_norm(root, "c", 1, (int64_t[]){3}, false, true);
  sow_group_norm(root, "d", 2, 4, true, true);
  sow_group_norm(root, "e", 2, 4, false, true);
  sow_rms_norm(root, "f", 1, (int64_t[]){3}, true);
  sow_layer_norm(root, "g", 0, NULL, true, true);
  check(root,
        "a.weight [3, 4]\na.bias [3, 4]\nb.weight [3]\nd.weight [4]\nd.bias [4]\nf.weight [3]\ng.weight []\n"
        "g.bias []\n",
        "a.weight ones_() [3, 4]\na.bias zeros_() [3, 4]\nb.weight ones_() [3]\nd.weight ones_() [4]\n"
        "d.bias zeros_() [4]\nf.weight ones_() [3]\ng.weight ones_() []\ng.bias zeros_() []\n");
  root = net();
  sow_group_norm(root, "d", 3, 4, true, true);
  refused(root, SOW_INVALID_ARGUMENT, "d (GroupNorm): num_channels (4) must be a multiple of num_groups (3)");
  root = net();
  sow_layer_norm(root, "a", SOW_MAX_DIMS + 1, NULL, true, true);
  refused(root, SOW_INVALID_ARGUMENT, "a (LayerNorm): normalized_shape has 0 to 64 sizes");
}

static void prelu_is_a_constant(void **state) {
  (void)state;
  sow_module *root = net();
  sow_prelu(root, "a", 1, 0.25);
  sow_prelu(root, "b", 3, 0.5);
  assert_print(root, "Net(\n  (a): PReLU(num_parameters=1)\n  (b): PReLU(num_parameters=3, init=0.5)\n)");
  check(root, "a.weight [1]\nb.weight [3]\n",
        "a.weight constant_(val=0.25) [1]\nb.weight constant_(val=0.5) [3]\n");
}

/* ---- recurrent ---- */

static void trap_37_lstm_order_is_by_layer_direction_and_kind(void **state) {
  (void)state;
  sow_module *root = net();
  const sow_rnn_options options = {
      .size = sizeof options, .num_layers = 2, .proj_size = 2, .bidirectional = true};
  sow_lstm(root, "r", 3, 4, &options);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 512);
  assert_keys(root, "r.weight_ih_l0 [16, 3]\nr.weight_hh_l0 [16, 2]\nr.bias_ih_l0 [16]\nr.bias_hh_l0 [16]\n"
                    "r.weight_hr_l0 [2, 4]\n"
                    "r.weight_ih_l0_reverse [16, 3]\nr.weight_hh_l0_reverse [16, 2]\n"
                    "r.bias_ih_l0_reverse [16]\nr.bias_hh_l0_reverse [16]\nr.weight_hr_l0_reverse [2, 4]\n"
                    "r.weight_ih_l1 [16, 4]\nr.weight_hh_l1 [16, 2]\nr.bias_ih_l1 [16]\nr.bias_hh_l1 [16]\n"
                    "r.weight_hr_l1 [2, 4]\n"
                    "r.weight_ih_l1_reverse [16, 4]\nr.weight_hh_l1_reverse [16, 2]\n"
                    "r.bias_ih_l1_reverse [16]\nr.bias_hh_l1_reverse [16]\nr.weight_hr_l1_reverse [2, 4]\n");
  /* Drawn in the order of the keys. */
  for (size_t i = 0; i < event_count(root); i++)
    assert_string_equal(event_at(root, i)->subject + strlen("r."),
                        sow_module_find(root, "r")->parameters[i].name);
  sow_module_free(root);
}

static void trap_38_every_rnn_bound_is_of_the_hidden_size(void **state) {
  (void)state;
  sow_module *root = net();
  const sow_rnn_options options = {.size = sizeof options, .num_layers = 2, .proj_size = 1};
  sow_lstm(root, "a", 3, 4, &options);
  sow_gru(root, "b", 3, 4, NULL);
  sow_rnn(root, "c", 3, 4, NULL);
  sow_rnn_cell(root, "d", 3, 4, true);
  sow_lstm_cell(root, "e", 3, 4, true);
  sow_gru_cell(root, "f", 3, 4, true);
  assert_built(root);
  assert_int_equal(event_count(root), 10 + 5 * 4);
  for (size_t i = 0; i < event_count(root); i++) {
    assert_int_equal(event_at(root, i)->call.kind, SOW_INIT_UNIFORM);
    assert_true(event_at(root, i)->call.argument[0] == -0.5);
    assert_true(event_at(root, i)->call.argument[1] == 0.5);
  }
  sow_module_free(root);
}

static void gates_decide_rows(void **state) {
  (void)state;
  sow_module *root = net();
  const sow_rnn_options plain = {.size = sizeof plain, .no_bias = true};
  sow_rnn(root, "a", 3, 5, &plain);
  sow_gru(root, "b", 3, 5, &plain);
  sow_rnn_cell(root, "c", 3, 5, false);
  sow_lstm_cell(root, "d", 3, 5, true);
  sow_gru_cell(root, "e", 3, 5, false);
  assert_built(root);
  assert_keys(root, "a.weight_ih_l0 [5, 3]\na.weight_hh_l0 [5, 5]\nb.weight_ih_l0 [15, 3]\n"
                    "b.weight_hh_l0 [15, 5]\nc.weight_ih [5, 3]\nc.weight_hh [5, 5]\nd.weight_ih [20, 3]\n"
                    "d.weight_hh [20, 5]\nd.bias_ih [20]\nd.bias_hh [20]\ne.weight_ih [15, 3]\n"
                    "e.weight_hh [15, 5]\n");
  sow_module_free(root);
}

static void rnn_refuses_what_torch_refuses(void **state) {
  (void)state;
  const sow_rnn_options large = {.size = sizeof large, .proj_size = 4},
                        small = {.size = sizeof small, .proj_size = 2},
                        layers = {.size = sizeof layers, .num_layers = -1};
  sow_module *root = net();
  sow_lstm(root, "r", 3, 4, &large);
  refused(root, SOW_INVALID_ARGUMENT, "r (LSTM): proj_size (4) must be smaller than hidden_size (4)");
  root = net();
  sow_gru(root, "r", 3, 4, &small);
  refused(root, SOW_INVALID_ARGUMENT, "r (GRU): proj_size is for LSTM only");
  root = net();
  sow_rnn(root, "r", 3, 4, &layers);
  refused(root, SOW_INVALID_ARGUMENT, "num_layers must be at least 0, is -1");
  root = net();
  sow_rnn(root, "r", 3, 0, NULL);
  refused(root, SOW_INVALID_ARGUMENT, "hidden_size must be at least 1, is 0");
}

/* ---- sizes ---- */

static void sizes_that_overflow_are_refused(void **state) {
  (void)state;
  const int64_t huge = INT64_C(1) << 40, kernel[] = {INT64_C(1) << 40, INT64_C(1) << 40};
  sow_module *root = net();
  assert_null(sow_linear(root, "a", huge, huge, true));
  refused(root, SOW_OVERFLOW, "a.weight: ");
  root = net();
  sow_conv2d(root, "a", 1, 0, kernel, 1, true);
  refused(root, SOW_OVERFLOW, "a (Conv2d): ");
  root = net();
  sow_lstm(root, "a", 1, INT64_MAX / 2, NULL);
  refused(root, SOW_OVERFLOW, "a (LSTM): 4 times");
  root = net();
  sow_multihead_attention(root, "a", INT64_MAX / 2, NULL);
  refused(root, SOW_OVERFLOW, "a (MultiheadAttention): 3 times");
}

static void endless_lists_stop_at_a_limit(void **state) {
  (void)state;
  sow_module *root = net();
  const sow_rnn_options options = {.size = sizeof options, .num_layers = INT64_MAX};
  assert_null(sow_rnn(root, "r", 1, 1, &options));
  refused(root, SOW_LIMIT, "modules and tensors in one tree");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(linear_draws_weight_then_bias),
      cmocka_unit_test(trap_28_linear_without_inputs_draws_its_bias),
      cmocka_unit_test(linear_without_outputs_draws_nothing),
      cmocka_unit_test(trap_51_doubles_draw_twice_the_words),
      cmocka_unit_test(trap_30_bilinear_bound_uses_in1_for_both),
      cmocka_unit_test(conv_bounds_follow_the_fan),
      cmocka_unit_test(trap_29_transposed_conv_fan_is_of_its_weight),
      cmocka_unit_test(conv_without_fan_leaves_its_bias_to_old_torch),
      cmocka_unit_test(conv_refuses_what_torch_refuses),
      cmocka_unit_test(trap_31_embedding_draws_the_padding_row_too),
      cmocka_unit_test(trap_32_negative_padding_counts_from_the_end),
      cmocka_unit_test(trap_45_batch_norm_counts_batches_in_an_int64_scalar),
      cmocka_unit_test(norms_leave_out_what_is_switched_off),
      cmocka_unit_test(norms_without_bias_keep_their_weight),
      cmocka_unit_test(layer_group_and_rms_norm),
      cmocka_unit_test(prelu_is_a_constant),
      cmocka_unit_test(trap_37_lstm_order_is_by_layer_direction_and_kind),
      cmocka_unit_test(trap_38_every_rnn_bound_is_of_the_hidden_size),
      cmocka_unit_test(gates_decide_rows),
      cmocka_unit_test(rnn_refuses_what_torch_refuses),
      cmocka_unit_test(sizes_that_overflow_are_refused),
      cmocka_unit_test(endless_lists_stop_at_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
