/*
 * What the constructors register and draw that build other modules: attention, transformers, the adaptive
 * softmax. Word counts and orders were measured with torch 1.13.1, 2.6.0 and 2.14.1, where they agree.
 */
#include "layer_checks.h"

#include <math.h>

#include "module/build.h"

/* ---- attention ---- */

static void trap_33_attention_draws_out_proj_first_and_zeroes_its_bias(void **state) {
  (void)state;
  sow_module *root = net();
  sow_multihead_attention(root, "a", 4, NULL);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 68);
  assert_string_equal(sow_module_class(sow_module_find(root, "a.out_proj")),
                      "NonDynamicallyQuantizableLinear");
  assert_string_equal(event_at(root, 0)->rule, "default NonDynamicallyQuantizableLinear");
  assert_string_equal(event_at(root, 4)->rule, "default MultiheadAttention");
  check(root,
        "a.in_proj_weight [12, 4]\na.in_proj_bias [12]\na.out_proj.weight [4, 4]\na.out_proj.bias [4]\n",
        "a.out_proj.weight " KAIMING " [4, 4]\n"
        "a.out_proj.bias uniform_(a=-0.5, b=0.5) [4]\n"
        "a.in_proj_weight xavier_uniform_(gain=1.0) [12, 4]\n"
        "a.in_proj_bias constant_(val=0.0) [12]\n"
        "a.out_proj.bias constant_(val=0.0) [4]\n");
}

static void trap_34_equal_key_and_value_sizes_are_packed(void **state) {
  (void)state;
  sow_module *root = net();
  const sow_attention_options same = {.size = sizeof same, .kdim = 4, .vdim = 4, .no_bias = true};
  sow_multihead_attention(root, "a", 4, &same);
  check(root, "a.in_proj_weight [12, 4]\na.out_proj.weight [4, 4]\n",
        "a.out_proj.weight " KAIMING " [4, 4]\na.in_proj_weight xavier_uniform_(gain=1.0) [12, 4]\n");
}

static void trap_55_attention_keys_are_not_in_drawing_order(void **state) {
  (void)state;
  sow_module *root = net();
  const sow_attention_options options = {.size = sizeof options, .kdim = 3, .add_bias_kv = true};
  sow_multihead_attention(root, "a", 4, &options);
  check(root,
        "a.q_proj_weight [4, 4]\na.k_proj_weight [4, 3]\na.v_proj_weight [4, 4]\na.in_proj_bias [12]\n"
        "a.bias_k [1, 1, 4]\na.bias_v [1, 1, 4]\na.out_proj.weight [4, 4]\na.out_proj.bias [4]\n",
        "a.out_proj.weight " KAIMING " [4, 4]\n"
        "a.out_proj.bias uniform_(a=-0.5, b=0.5) [4]\n"
        "a.q_proj_weight xavier_uniform_(gain=1.0) [4, 4]\n"
        "a.k_proj_weight xavier_uniform_(gain=1.0) [4, 3]\n"
        "a.v_proj_weight xavier_uniform_(gain=1.0) [4, 4]\n"
        "a.in_proj_bias constant_(val=0.0) [12]\n"
        "a.out_proj.bias constant_(val=0.0) [4]\n"
        "a.bias_k xavier_normal_(gain=1.0) [1, 1, 4]\n"
        "a.bias_v xavier_normal_(gain=1.0) [1, 1, 4]\n");
  root = net();
  assert_null(sow_multihead_attention(root, "a", 0, NULL));
  refused(root, SOW_INVALID_ARGUMENT, "a (MultiheadAttention): embed_dim must be at least 1, is 0");
}

/* ---- transformer ---- */

static size_t event_of(sow_module *root, const char *path, const char *parameter) {
  return event_of_tensor(root, sow__parameter_find(sow_module_find(root, path), parameter)->tensor);
}

static void trap_35_encoder_layers_are_copies_of_one_draw(void **state) {
  (void)state;
  sow_module *one = net(), *three = net();
  sow_transformer_encoder_layer(one, "e", 4, 8, false);
  sow_transformer_encoder(three, "e", 4, 8, 3, true, false);
  assert_built(three);
  assert_int_equal(words_of(three, SOW_FLOAT32, SOW_TORCH_2_1), words_of(one, SOW_FLOAT32, SOW_TORCH_2_1));
  assert_int_equal(event_of(three, "e.layers.0.linear1", "weight"),
                   event_of(three, "e.layers.2.linear1", "weight"));
  assert_true(sow__parameter_find(sow_module_find(three, "e.layers.0.linear1"), "weight")->tensor !=
              sow__parameter_find(sow_module_find(three, "e.layers.2.linear1"), "weight")->tensor);
  sow_module_free(one);
  sow_module_free(three);
}

static void encoder_without_layers_still_draws_one(void **state) {
  (void)state;
  sow_module *one = net(), *none = net();
  sow_transformer_encoder_layer(one, "e", 4, 8, false);
  sow_transformer_encoder(none, "e", 4, 8, 0, false, false);
  assert_keys(none, "");
  assert_int_equal(words_of(none, SOW_FLOAT32, SOW_TORCH_2_1), words_of(one, SOW_FLOAT32, SOW_TORCH_2_1));
  sow_module_free(one);
  sow_module_free(none);
}

static void transformer_layers_name_their_parts_as_torch(void **state) {
  (void)state;
  sow_module *root = net();
  sow_transformer_encoder_layer(root, "e", 2, 3, true);
  sow_transformer_decoder_layer(root, "d", 2, 3, false);
  assert_keys(root,
              "e.self_attn.in_proj_weight [6, 2]\ne.self_attn.out_proj.weight [2, 2]\n"
              "e.linear1.weight [3, 2]\ne.linear2.weight [2, 3]\ne.norm1.weight [2]\ne.norm2.weight [2]\n"
              "d.self_attn.in_proj_weight [6, 2]\nd.self_attn.in_proj_bias [6]\n"
              "d.self_attn.out_proj.weight [2, 2]\nd.self_attn.out_proj.bias [2]\n"
              "d.multihead_attn.in_proj_weight [6, 2]\nd.multihead_attn.in_proj_bias [6]\n"
              "d.multihead_attn.out_proj.weight [2, 2]\nd.multihead_attn.out_proj.bias [2]\n"
              "d.linear1.weight [3, 2]\nd.linear1.bias [3]\nd.linear2.weight [2, 3]\nd.linear2.bias [2]\n"
              "d.norm1.weight [2]\nd.norm1.bias [2]\nd.norm2.weight [2]\nd.norm2.bias [2]\n"
              "d.norm3.weight [2]\nd.norm3.bias [2]\n");
  sow_module_free(root);
}

static void trap_36_transformer_redraws_all_but_its_biases(void **state) {
  (void)state;
  sow_module *root = net();
  sow_transformer(root, "t", 4, 1, 1, 8, false);
  assert_int_equal(words_of(root, SOW_FLOAT32, SOW_TORCH_2_1), 676);
  static const char *const last[] = {"t.encoder.layers.0.self_attn.in_proj_weight",
                                     "t.encoder.layers.0.self_attn.out_proj.weight",
                                     "t.encoder.layers.0.linear1.weight",
                                     "t.encoder.layers.0.linear2.weight",
                                     "t.decoder.layers.0.self_attn.in_proj_weight",
                                     "t.decoder.layers.0.self_attn.out_proj.weight",
                                     "t.decoder.layers.0.multihead_attn.in_proj_weight",
                                     "t.decoder.layers.0.multihead_attn.out_proj.weight",
                                     "t.decoder.layers.0.linear1.weight",
                                     "t.decoder.layers.0.linear2.weight"};
  const size_t count = sizeof(last) / sizeof(last[0]);
  for (size_t i = 0; i < count; i++) {
    const sow__tape_item *event = event_at(root, event_count(root) - count + i);
    assert_string_equal(event->subject, last[i]);
    assert_int_equal(event->call.kind, SOW_INIT_XAVIER_UNIFORM);
    assert_string_equal(event->rule, "default Transformer");
  }
  sow_module_free(root);
}

static void transformer_copies_differ_in_matrices_and_agree_in_biases(void **state) {
  (void)state;
  sow_module *root = net();
  sow_transformer(root, "t", 4, 2, 0, 8, false);
  assert_int_not_equal(event_of(root, "t.encoder.layers.0.linear1", "weight"),
                       event_of(root, "t.encoder.layers.1.linear1", "weight"));
  assert_int_equal(event_of(root, "t.encoder.layers.0.linear1", "bias"),
                   event_of(root, "t.encoder.layers.1.linear1", "bias"));
  sow_module_free(root);
}

/* ---- AdaptiveLogSoftmaxWithLoss ---- */

static void adaptive_softmax_sizes(void **state) {
  (void)state;
  sow_module *root = net();
  sow_adaptive_log_softmax(root, "s", 10, 20, 2, (int64_t[]){5, 9}, 4.0, true);
  check(root,
        "s.head.weight [7, 10]\ns.head.bias [7]\ns.tail.0.0.weight [2, 10]\ns.tail.0.1.weight [4, 2]\n"
        "s.tail.1.0.weight [0, 10]\ns.tail.1.1.weight [11, 0]\n",
        "s.head.weight " KAIMING " [7, 10]\n"
        "s.head.bias uniform_(a=-0.31622776601683794, b=0.31622776601683794) [7]\n"
        "s.tail.0.0.weight " KAIMING " [2, 10]\ns.tail.0.1.weight " KAIMING " [4, 2]\n"
        "s.tail.1.0.weight " KAIMING " [0, 10]\ns.tail.1.1.weight " KAIMING " [11, 0]\n");
}

static void adaptive_softmax_refuses_what_torch_refuses(void **state) {
  (void)state;
  static const struct {
    int64_t cutoffs[2];
    size_t count;
    double div_value;
    const char *part;
  } cases[] = {{{0}, 0, 4.0, "cutoffs must hold one size"},
               {{5, 5}, 2, 4.0, "cutoffs[1] is 5"},
               {{0, 5}, 2, 4.0, "cutoffs[0] is 0"},
               {{5, 20}, 2, 4.0, "cutoffs[1] is 20"},
               {{5, 9}, 2, 0.0, "div_value gives tail 0"},
               {{5, 9}, 2, NAN, "div_value gives tail 0"},
               {{5, 9}, 2, 1e300, "div_value gives tail 1"},
               {{5, 9}, 2, 1e-300, "div_value gives tail 0"},
               {{5, 9}, 2, -2.0, "out_features must be at least 0, is -5"}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    sow_module *root = net();
    assert_null(sow_adaptive_log_softmax(root, "s", 10, 20, cases[i].count, cases[i].cutoffs,
                                         cases[i].div_value, false));
    refused(root, SOW_INVALID_ARGUMENT, cases[i].part);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(trap_33_attention_draws_out_proj_first_and_zeroes_its_bias),
      cmocka_unit_test(trap_34_equal_key_and_value_sizes_are_packed),
      cmocka_unit_test(trap_55_attention_keys_are_not_in_drawing_order),
      cmocka_unit_test(trap_35_encoder_layers_are_copies_of_one_draw),
      cmocka_unit_test(encoder_without_layers_still_draws_one),
      cmocka_unit_test(transformer_layers_name_their_parts_as_torch),
      cmocka_unit_test(trap_36_transformer_redraws_all_but_its_biases),
      cmocka_unit_test(transformer_copies_differ_in_matrices_and_agree_in_biases),
      cmocka_unit_test(adaptive_softmax_sizes),
      cmocka_unit_test(adaptive_softmax_refuses_what_torch_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
