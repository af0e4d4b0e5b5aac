/* What a function of Python finds behind a dot by hasattr and getattr: on torch's modules, and on others. */
#include "python_runs.h"
#include "refusals.h"

#include "module/build.h"

#define ASK(condition)                                                                                       \
  "def f(m):\n  if isinstance(m, nn.LSTM) and " condition ": m.weight_ih_l0.data.zero_()\n"

static const char zeros[] = "lstm.weight_ih_l0 zeros_() 2\n";

static void torchs_modules_have_what_torchs_have(void **state) {
  (void)state;
  assert_run(ASK("hasattr(m, 'flatten_parameters')"), zeros);
  assert_run(ASK("hasattr(m, '_flat_weights_names') and hasattr(m, 'bias')"), zeros);
  assert_run(ASK("not hasattr(m, 'nonlinearity')"), zeros);
  assert_run(ASK("hasattr(m, 'register_forward_pre_hook') and hasattr(m, 'call_super_init')"), zeros);
  assert_run(ASK("not hasattr(m, 'weight_hh_l1') and not hasattr(m, 'kernel_size')"), zeros);
  assert_run("def f(m):\n  if 'Norm' in type(m).__name__ and hasattr(m, 'reset_running_stats'): "
             "m.weight.data.zero_()\n",
             "body.1.weight zeros_() 2\n");
  assert_run(
      "def f(m):\n  if type(m) == nn.Embedding and hasattr(m, 'from_pretrained'): m.weight.data.zero_()\n",
      "emb.weight zeros_() 2\n");
  assert_run("def f(m):\n  if type(m) == nn.Linear and not hasattr(m, 'inplace'): m.bias.data.zero_()\n"
             "  elif type(m) == nn.ReLU: assert hasattr(m, 'inplace')\n",
             "fc.bias zeros_() 2\n");
}

static void torch_has_its_layers_and_initialisers(void **state) {
  (void)state;
  assert_run(ASK("hasattr(nn, 'LSTM') and hasattr(torch.nn.init, 'xavier_normal_')"), zeros);
  assert_run(ASK("getattr(nn, 'LSTM', None) is not None and hasattr(init, 'calculate_gain')"), zeros);
}

static void recurrent_layers_name_their_weights(void **state) {
  (void)state;
  assert_run(
      "def f(m):\n  if type(m) == nn.LSTM:\n    m.flatten_parameters()\n"
      "    for p in m._flat_weights_names:\n"
      "      if 'weight' in p: nn.init.xavier_uniform_(m._parameters[p])\n",
      "lstm.weight_ih_l0 xavier_uniform_(gain=1.0) 5\nlstm.weight_hh_l0 xavier_uniform_(gain=1.0) 5\n");
  assert_run("def f(m):\n  if type(m) == nn.LSTM: m._flat_weights[3].data.zero_()\n",
             "lstm.bias_hh_l0 zeros_() 2\n");
}

static void layers_are_drawn_as_by_their_constructors(void **state) {
  (void)state;
  assert_run(
      "def f(m):\n  if hasattr(m, 'reset_parameters') and type(m) != nn.LSTM: m.reset_parameters()\n",
      "body.0.weight kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlinearity='leaky_relu') 2\n"
      "body.0.bias uniform_(a=-0.23570226039551587, b=0.23570226039551587) 2\n"
      "body.1.weight ones_() 2\nbody.1.bias zeros_() 2\nbody.1.running_mean zeros_() 2\n"
      "body.1.running_var ones_() 2\nbody.1.num_batches_tracked zeros_() 2\n"
      "block.conv.weight kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlinearity='leaky_relu') 2\n"
      "emb.weight normal_(mean=0.0, std=1.0) 2 zero row 4\n"
      "fc.weight kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlinearity='leaky_relu') 2\n"
      "fc.bias uniform_(a=-0.35355339059327373, b=0.35355339059327373) 2\n");
  assert_run("def f(m):\n  if isinstance(m, nn.BatchNorm3d): m.reset_running_stats()\n",
             "body.1.running_mean zeros_() 2\nbody.1.running_var ones_() 2\n"
             "body.1.num_batches_tracked zeros_() 2\n");
}

static void methods_of_the_file_come_before_torchs(void **state) {
  (void)state;
  assert_run_as("class Net(nn.Module):\n  def reset_parameters(self): self.fc.weight.data.zero_()\n",
                "model.reset_parameters()", "fc.weight zeros_() 2\n");
  /* But not those of a class that is called as torch's is, from which another one derives. */
  static const refusal other = {"class Linear(nn.Linear):\n  def start(self): self.conv.weight.data.zero_()\n"
                                "class ConvBlock(nn.Linear): pass\n"
                                "def f(model):\n  model.block.start()\n",
                                SOW_UNKNOWN_NAME, 5, 15, "sow does not know '.start' of a ConvBlock"};
  sow_error error = SOW_ERROR_NONE;
  sow_status status = run_over(small_net(), other.text, "f", &error);
  assert_refusal(&other, status, &error);
}

static void other_modules_have_what_nobody_knows(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"def f(m):\n  if type(m).__name__ == 'ConvBlock': hasattr(m, 'weight_mode')\n", SOW_UNKNOWN_NAME, 2,
       50,
       "sow cannot tell whether a ConvBlock has 'weight_mode': the print of a class that is not torch.nn's"},
      {"def f(m):\n  if type(m).__name__ == 'ConvBlock': getattr(m, 'bias_scale', 1)\n", SOW_UNKNOWN_NAME, 2,
       50, "sow cannot tell whether a ConvBlock has 'bias_scale'"},
      {"def f(m):\n  if type(m).__name__ == 'ConvBlock': m.weight_mode\n", SOW_UNKNOWN_NAME, 2, 41,
       "sow does not know '.weight_mode' of a ConvBlock"},
      {"def f(m):\n  if type(m) == nn.Linear: hasattr(m, '__constants__')\n", SOW_UNKNOWN_NAME, 2, 39,
       "sow cannot tell whether a Linear has '__constants__'"},
      {"def f(m):\n  if type(m) == nn.LSTM: m.batch_first\n", SOW_UNKNOWN_NAME, 2, 28,
       "sow does not know '.batch_first' of a LSTM: a print's tree keeps the sizes only"},
      {"def f(m):\n  m._forward_hooks\n", SOW_UNKNOWN_NAME, 2, 5,
       "sow does not follow what nn.Module keeps for itself"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_error error = SOW_ERROR_NONE;
    sow_status status = run_over(small_net(), cases[i].text, NULL, &error);
    assert_refusal(&cases[i], status, &error);
  }
}

static void count_warning(void *context, const sow_error *warning) {
  size_t *count = context;
  ++*count;
  assert_non_null(strstr(warning->message, "no 'SCALE_INIT' of its own, and it is taken to have none"));
}

/* nanoGPT marks layers in its constructor: c_proj.SCALE_INIT = 1. */
static void a_mark_that_the_model_may_set_is_warned_of_once(void **state) {
  (void)state;
  size_t count = 0;
  sow_error error = {.on_warning = count_warning, .warning_context = &count};
  assert_int_equal(run_over(small_net(),
                            "def f(m):\n"
                            "  if isinstance(m, (nn.Linear, nn.Conv2d)):\n"
                            "    std = 1 if hasattr(m, 'SCALE_INIT') else 2\n"
                            "    nn.init.normal_(m.weight, std=std)\n"
                            "    if hasattr(m, 'init_weights') or hasattr(m, 'kernel_sizes'[:-1]): pass\n",
                            NULL, &error),
                   SOW_OK);
  assert_int_equal(count, 1);
}

/* A recording has what a print does not: buffers that are not persistent, and one under two names. */
static void buffers_are_listed_as_torch_lists_them(void **state) {
  (void)state;
  const int64_t size = 3;
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc", 3, 2, true);
  sow_module *block = sow_child(net, "block", "Block");
  sow__tensor *grid = sow__tensor_make(net, "grid", SOW_DTYPE_COUNT, 1, &size);
  assert_true(sow__slot_append_temporary(net, "grid", grid) && sow__slot_append(block, true, "twin", grid));
  sow_error error = SOW_ERROR_NONE;
  static const char text[] = "def f(model):\n"
                             "  assert list(model.state_dict()) == ['fc.weight', 'fc.bias', 'block.twin']\n"
                             "  assert [n for n, b in model.named_buffers()] == ['grid']\n"
                             "  assert len(list(model.block.buffers())) == 1\n"
                             "  model.fc.bias.data.zero_()\n";
  if (run_over(net, text, NULL, &error) != SOW_OK)
    fail_msg("%s", error.message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(torchs_modules_have_what_torchs_have),
      cmocka_unit_test(torch_has_its_layers_and_initialisers),
      cmocka_unit_test(recurrent_layers_name_their_weights),
      cmocka_unit_test(layers_are_drawn_as_by_their_constructors),
      cmocka_unit_test(methods_of_the_file_come_before_torchs),
      cmocka_unit_test(other_modules_have_what_nobody_knows),
      cmocka_unit_test(a_mark_that_the_model_may_set_is_warned_of_once),
      cmocka_unit_test(buffers_are_listed_as_torch_lists_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
