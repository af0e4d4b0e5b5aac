/* A function of Python as rules: each form, what it sets, in which order and under which name. */
#include "python_runs.h"

static void the_class_name_decides(void **state) {
  (void)state;
  static const char expected[] = "body.0.weight xavier_normal_(gain=1.0) 4\n"
                                 "body.0.bias constant_(val=0.0) 5\n"
                                 "fc.weight xavier_normal_(gain=1.0) 4\n"
                                 "fc.bias constant_(val=0.0) 5\n";
  static const char *const conditions[] = {
      "classname.find('Conv3d') != -1 or classname.find('Linear') != -1",
      "'Conv3d' in classname or 'Linear' in classname",
      "classname == 'Conv3d' or classname.startswith('Lin')",
      "classname in ('Conv3d', 'Linear')",
      "classname.endswith('3d') and not classname != 'Conv3d' or classname.lower() == 'linear'",
      "not (classname not in ['Conv3d', 'Linear'])",
  };
  for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
    char text[600];
    snprintf(text, sizeof text,
             "def weights_init(m):\n  classname = %s\n  if %s:\n    init.xavier_normal_(m.weight.data)\n"
             "    init.constant_(m.bias.data, 0.0)\n",
             i % 2 == 0 ? "m.__class__.__name__" : "type(m).__name__", conditions[i]);
    assert_run(text, expected);
  }
}

static void isinstance_knows_the_tree_of_classes(void **state) {
  (void)state;
  assert_run("from torch.nn.modules.batchnorm import _BatchNorm\n"
             "import torch.nn as nn\n"
             "from torch.nn import Linear as L, Conv3d\n"
             "def f(m):\n"
             "  if isinstance(m, (nn.modules.conv._ConvNd, L)) and not isinstance(m, Conv3d): "
             "m.weight.data.zero_()\n"
             "  elif isinstance(m, _BatchNorm): nn.init.ones_(m.bias)\n"
             "  elif isinstance(m, nn.RNNBase): pass\n"
             "  elif type(m) == nn.Embedding or type(m) in [nn.LSTM]: m.weight.data.fill_(2)\n"
             "  elif isinstance(m, nn.Sequential | nn.ReLU): return\n"
             "  else:\n"
             "    assert isinstance(m, nn.Module)\n",
             "body.1.bias ones_() 6\nblock.conv.weight zeros_() 5\nemb.weight constant_(val=2.0) 8\n"
             "fc.weight zeros_() 5\n");
}

static void names_of_functions_are_followed(void **state) {
  (void)state;
  static const char *const heads[] = {"import torch\n\n",
                                      "import torch.nn.init as init_\n\n",
                                      "from torch.nn import init as I\n\n",
                                      "from torch.nn.init import *\n\n",
                                      "from torch.nn.init import normal_ as n, zeros_\n\n",
                                      "\n\n"};
  static const char *const calls[][2] = {{"torch.nn.init.normal_", "torch.nn.init.zeros_"},
                                         {"init_.normal_", "nn.init.zeros_"},
                                         {"I.normal_", "I.zeros_"},
                                         {"normal_", "zeros_"},
                                         {"n", "zeros_"},
                                         {"nn.init.normal_", "init.zeros_"}};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    char text[400];
    snprintf(text, sizeof text,
             "%sdef f(m):\n  if hasattr(m, 'bias') and hasattr(m, 'in_features'):\n    %s(tensor=m.weight, "
             "std=.5)\n    %s(m.bias)\n",
             heads[i], calls[i][0], calls[i][1]);
    assert_run(text, "fc.weight normal_(mean=0.0, std=0.5) 5\nfc.bias zeros_() 6\n");
  }
}

static void tensors_fill_themselves(void **state) {
  (void)state;
  assert_run("def f(m):\n"
             "  if type(m) is nn.Linear:\n"
             "    m.weight.data.normal_(0.0, 0.02)\n"
             "    m.weight.data.normal_(std=3, mean=1); m.weight.data.uniform_(-1, 2)\n"
             "    m.bias.data.uniform_(to=0.5)\n"
             "    m.bias.data.fill_(1)\n"
             "    m.bias.detach().zero_()\n"
             "    m.bias.data[:] = 3\n"
             "    m.weight.data[...] = .5\n",
             "fc.weight normal_(mean=0.0, std=0.02) 3\nfc.weight normal_(mean=1.0, std=3.0) 4\n"
             "fc.weight uniform_(a=-1.0, b=2.0) 4\nfc.bias uniform_(a=0.0, b=0.5) 5\n"
             "fc.bias constant_(val=1.0) 6\nfc.bias zeros_() 7\nfc.bias constant_(val=3.0) 8\n"
             "fc.weight constant_(val=0.5) 9\n");
}

static void numbers_of_the_module_are_known(void **state) {
  (void)state;
  assert_run("import math\n"
             "SCALE = 2.\n"
             "def f(m, gain=1):\n"
             "  if isinstance(m, nn.Conv2d):\n"
             "    n = m.kernel_size[0] * m.kernel_size[1] * m.out_channels // m.groups\n"
             "    m.weight.data.normal_(0, math.sqrt(SCALE / n) * gain)\n"
             "  elif isinstance(m, nn.Linear):\n"
             "    m.weight.data.normal_(m.in_features, m.weight.size(0) + m.weight.shape[1] / 2)\n"
             "    m.bias.data.normal_(m.weight.numel(), len(m.weight.shape) * m.weight.dim() ** 2)\n"
             "    fan_in, _ = nn.init._calculate_fan_in_and_fan_out(m.weight)\n"
             "    nn.init.uniform_(m.bias, -1 / fan_in, 1 / fan_in)\n"
             "  elif isinstance(m, nn.LSTM):\n"
             "    for i in range(m.num_layers):\n"
             "      nn.init.constant_(getattr(m, 'bias_hh_l%d' % i), m.hidden_size + m.input_size)\n",
             "block.conv.weight normal_(mean=0.0, std=0.408248290463863) 6\n"
             "lstm.bias_hh_l0 constant_(val=7.0) 14\n"
             "fc.weight normal_(mean=8.0, std=6.0) 8\nfc.bias normal_(mean=16.0, std=8.0) 9\n"
             "fc.bias uniform_(a=-0.125, b=0.125) 11\n");
}

static void constants_have_names(void **state) {
  (void)state;
  assert_run("import math, numpy as np, torch\n"
             "from math import pi, inf as far\n"
             "from math import *\n"
             "def f(m):\n"
             "  if isinstance(m, nn.Linear):\n"
             "    m.bias.data.fill_(math.pi - pi + np.e - torch.e)\n"
             "    m.bias.data.fill_(tau / getattr(math, 'pi'))\n"
             "    m.bias.data.fill_(1 if far == math.inf == torch.inf and np.nan != nan else 0)\n",
             "fc.bias constant_(val=0.0) 6\nfc.bias constant_(val=2.0) 7\nfc.bias constant_(val=1.0) 8\n");
}

static void leaves_change_where_torch_lets_them(void **state) {
  (void)state;
  assert_run("@torch.no_grad()\n"
             "def f(m):\n"
             "  if type(m) == nn.Linear: m.weight.fill_(1)\n"
             "  if type(m) == nn.Embedding: g(m)\n"
             "class A:\n"
             "  @staticmethod\n"
             "  @torch.inference_mode()\n"
             "  def h(m): m.bias.zero_()\n"
             "g = lambda m: m.weight.fill_(2)\n",
             "emb.weight constant_(val=2.0) 9\nfc.weight constant_(val=1.0) 3\n");
  assert_run(
      "def f(m):\n"
      "  if isinstance(m, nn.BatchNorm3d): m.running_mean.fill_(2)\n"
      "  if type(m) != nn.Linear: return\n"
      "  try: m.bias.fill_(1)\n"
      "  except RuntimeError: m.bias.data.fill_(2)\n"
      "  with torch.no_grad(): m.bias[:] = 3\n"
      "  m.weight.view(-1).data.zero_()\n"
      "  assert isinstance(m.weight, nn.Parameter) and not isinstance(m.weight.data, nn.Parameter)\n"
      "  assert m.weight.requires_grad and not m.weight.detach().requires_grad\n"
      "  torch.set_grad_enabled(False)\n"
      "  m.bias.fill_(4)\n",
      "body.1.running_mean constant_(val=2.0) 2\nfc.bias constant_(val=2.0) 5\nfc.bias constant_(val=3.0) 6\n"
      "fc.weight zeros_() 7\nfc.bias constant_(val=4.0) 11\n");
}

/* YOLO's initialize_weights. */
static void what_decides_no_weight_may_be_set(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  for m in model.modules():\n"
             "    if type(m) is nn.BatchNorm3d:\n"
             "      m.eps = 1e-3; m.momentum = 0.03\n"
             "    elif type(m) in [nn.Hardswish, nn.LeakyReLU, nn.ReLU, nn.SiLU]:\n"
             "      m.inplace = True\n"
             "    elif type(m) is nn.Linear:\n"
             "      m.done = True\n"
             "      m.weight = nn.init.ones_(m.weight)\n"
             "      m.bias.data = nn.init.zeros_(m.bias)\n",
             "fc.weight ones_() 9\nfc.bias zeros_() 10\n");
}

/* The kinds of what a function does to small_net(), beyond its construction; the first of them is returned.
 */
static sow_initializer assert_kinds(const char *text, const sow_initializer_kind *expected, size_t count) {
  sow_module *net = small_net();
  const sow__tape *tape = &net->tree->tape;
  const size_t constructed = tape->count;
  sow_rules *rules = parse(text, NULL);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  assert_int_equal(tape->count, constructed + count);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(tape->items[constructed + i].call.kind, expected[i]);
  sow_initializer first = tape->items[constructed].call;
  sow_rules_free(rules);
  sow_module_free(net);
  return first;
}

/* By erfinv in every edition: torch's own went over to rejection. */
static void timms_trunc_normal_is_known(void **state) {
  (void)state;
  static const char text[] = "try:\n  from timm.models.layers import trunc_normal_\n"
                             "except ImportError:\n  from torch.nn.init import trunc_normal_\n"
                             "from timm.layers import trunc_normal_tf_ as tf\n"
                             "def f(m):\n  if type(m) == nn.Linear:\n    trunc_normal_(m.weight, std=.5)\n"
                             "    tf(m.bias, mean=1, std=.5)\n";
  static const sow_initializer_kind expected[] = {
      SOW_INIT_UNIFORM, SOW_INIT_ERFINV, SOW_INIT_MUL, SOW_INIT_ADD,   SOW_INIT_CLAMP, SOW_INIT_UNIFORM,
      SOW_INIT_ERFINV,  SOW_INIT_MUL,    SOW_INIT_ADD, SOW_INIT_CLAMP, SOW_INIT_MUL,   SOW_INIT_ADD};
  sow_initializer first = assert_kinds(text, expected, sizeof expected / sizeof *expected);
  assert_true(first.argument[0] > -1 && first.argument[0] < -0.9999);
}

static void fastai_truncates_by_what_division_leaves(void **state) {
  (void)state;
  static const sow_initializer_kind expected[] = {SOW_INIT_NORMAL, SOW_INIT_FMOD, SOW_INIT_MUL};
  assert_kinds("def f(m):\n  if type(m) == nn.Linear:\n    m.weight.data.normal_().fmod_(2).mul_(0.01)\n",
               expected, 3);
}

static void lists_of_modules_have_parts(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  a = model.body[:-1]\n"
             "  assert len(a) == 2 and a[1:][0] is model.body[1] and len(model.body[5:]) == 0\n"
             "  for m in a[::-1]: nn.init.zeros_(m.bias)\n"
             "  for n, p in model.fc.named_parameters(prefix='head.fc'):\n"
             "    if n == 'head.fc.bias': nn.init.ones_(p)\n"
             "  for n, p in model.fc.named_parameters('q', False):\n"
             "    if n == 'q.weight': nn.init.ones_(p)\n",
             "body.1.bias zeros_() 4\nbody.0.bias zeros_() 4\nfc.bias ones_() 6\nfc.weight ones_() 8\n");
}

static void dicts_of_modules_are_looked_into(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net"), *dict = sow_child(net, "d", "ModuleDict");
  sow_linear(dict, "a", 2, 2, true);
  sow_linear(dict, "b", 2, 2, false);
  sow_linear(sow_child(sow_child(net, "g", "ModuleDict"), "s", "Sequential"), "0", 2, 2, true);
  size_t constructed = event_count(net);
  sow_rules *rules = parse("def f(model):\n"
                           "  d = model.d\n"
                           "  assert 'a' in d and 'c' not in d and list(d.keys()) == list(d) == ['a', 'b']\n"
                           "  for k, m in d.items():\n"
                           "    if k == 'b': nn.init.zeros_(m.weight)\n"
                           "  for m in d.values():\n"
                           "    if m.bias is not None: nn.init.ones_(m.bias)\n"
                           "  assert 's.0' not in model.g and model.g['s'] is model.g.s\n"
                           "  try: model.g['s.0'].bias.zero_()\n"
                           "  except KeyError: pass\n",
                           NULL);
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_module_apply_rules(net, rules, false, &error), SOW_OK);
  assert_events_after(net, constructed, "d.b.weight zeros_() 5\nd.a.bias ones_() 7\n");
  sow_rules_free(rules);
  sow_module_free(net);
}

static void loops_go_over_parameters(void **state) {
  (void)state;
  assert_run("def f(m):\n"
             "  for name, p in m.named_parameters(recurse=False):\n"
             "    if 'weight' in name and p.dim() > 1: nn.init.xavier_uniform_(p)\n"
             "    elif name.endswith(('hh_l0', 'x')) : p.data.zero_()\n",
             "body.0.weight xavier_uniform_(gain=1.0) 3\nblock.conv.weight xavier_uniform_(gain=1.0) 3\n"
             "emb.weight xavier_uniform_(gain=1.0) 3\nlstm.weight_ih_l0 xavier_uniform_(gain=1.0) 3\n"
             "lstm.weight_hh_l0 xavier_uniform_(gain=1.0) 3\nlstm.bias_hh_l0 zeros_() 4\n"
             "fc.weight xavier_uniform_(gain=1.0) 3\n");
  assert_run("def f(model):\n"
             "  for p in model.parameters():\n"
             "    if len(p.shape) > 3: continue\n"
             "    if p.shape == (5, 3): break\n"
             "    nn.init.zeros_(p)\n",
             "body.0.bias zeros_() 5\nbody.1.weight zeros_() 5\nbody.1.bias zeros_() 5\n");
  assert_run(
      "def f(m):\n"
      "  for name in m._parameters:\n"
      "    if m._parameters[name] is not None and name == 'bias': m._parameters[name].data.fill_(1)\n",
      "body.0.bias constant_(val=1.0) 3\nbody.1.bias constant_(val=1.0) 3\nfc.bias constant_(val=1.0) 3\n");
}

/* Under apply, a loop that recurses meets a parameter once for each module around it. */
static void a_loop_under_apply_draws_again(void **state) {
  (void)state;
  assert_run("def f(m):\n  for n, p in m.named_parameters():\n    if 'conv' in n or len(p.shape) == 4: "
             "p.data.zero_()\n",
             "block.conv.weight zeros_() 3\nblock.conv.weight zeros_() 3\nblock.conv.weight zeros_() 3\n");
  assert_run_as("def f(m):\n  for n, p in m.named_parameters(): p.data.normal_() if 'bias' in n else None\n",
                "f(model)",
                "body.0.bias normal_(mean=0.0, std=1.0) 2\nbody.1.bias normal_(mean=0.0, std=1.0) 2\n"
                "lstm.bias_ih_l0 normal_(mean=0.0, std=1.0) 2\nlstm.bias_hh_l0 normal_(mean=0.0, std=1.0) 2\n"
                "fc.bias normal_(mean=0.0, std=1.0) 2\n");
}

static void a_function_may_take_the_whole_model(void **state) {
  (void)state;
  static const char expected[] = "body.0.weight ones_() 4\nfc.weight ones_() 4\n";
  static const char *const loops[] = {"m in self.modules()", "_, m in self.named_modules()",
                                      "m in list(self.modules())[1:]"};
  for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
    char text[300];
    snprintf(text, sizeof text,
             "def initialize(self):\n  for %s:\n    if isinstance(m, (nn.Conv3d, nn.Linear)):\n"
             "      nn.init.ones_(m.weight)\n",
             loops[i]);
    assert_run(text, expected);
  }
  assert_run("def init(net, gain=2):\n  def inner(m):\n    if type(m) == nn.Linear:\n"
             "      nn.init.xavier_normal_(m.weight, gain)\n  net.apply(inner)\n",
             "fc.weight xavier_normal_(gain=2.0) 4\n");
  assert_run(
      "def init(model):\n  model.fc.weight.data.zero_()\n  model.body[0].bias.data.zero_()\n"
      "  for c in model.body.children():\n    if isinstance(c, nn.BatchNorm3d): c.running_var.fill_(3)\n",
      "fc.weight zeros_() 2\nbody.0.bias zeros_() 3\nbody.1.running_var constant_(val=3.0) 5\n");
}

/* The order in which Python executes is the order of the draws: the bias before the weight. */
static void draws_come_in_the_order_of_execution(void **state) {
  (void)state;
  assert_run("def f(m):\n  if type(m) == nn.Linear:\n    m.bias.data.normal_()\n    m.weight.data.normal_()\n"
             "    for _ in range(2): m.bias.data.uniform_()\n",
             "fc.bias normal_(mean=0.0, std=1.0) 3\nfc.weight normal_(mean=0.0, std=1.0) 4\n"
             "fc.bias uniform_(a=0.0, b=1.0) 5\nfc.bias uniform_(a=0.0, b=1.0) 5\n");
}

static void a_row_is_zeroed_after_the_whole_was_filled(void **state) {
  (void)state;
  assert_run("def f(m):\n  if isinstance(m, nn.Embedding):\n    m.weight.data.normal_(mean=0.0, std=0.02)\n"
             "    if m.padding_idx is not None:\n      m.weight.data[m.padding_idx].zero_()\n",
             "emb.weight normal_(mean=0.0, std=0.02) 3 zero row 4\n");
  assert_run("def f(m):\n  if hasattr(m, 'weight') and hasattr(m, 'padding_idx'):\n    "
             "nn.init.ones_(m.weight)\n    m.weight.data[-2] = 0\n"
             "    nn.init.zeros_(m.weight[3])\n",
             "emb.weight ones_() 3 zero row 3 zero row 3\n");
}

/* MAE: a convolution's weight, initialised as the matrix that it also is. */
/* Where each lies is compared with torch by oracle/parts_oracle.py. */
static void operators_are_named_by_their_line(void **state) {
  (void)state;
  sow_module *net = small_net();
  sow_rules *rules = parse("def f(model):\n  w = model.fc.weight.data\n  w.normal_()\n\n  w *= 2\n"
                           "  model.fc.bias.data -= (\n    1)\n",
                           NULL);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  const sow__tape *tape = &net->tree->tape;
  assert_string_equal(tape->items[tape->count - 2].rule, "w.py:5");
  assert_string_equal(tape->items[tape->count - 1].rule, "w.py:6");
  sow_rules_free(rules);
  sow_module_free(net);
}

static void a_view_has_the_fans_of_its_shape(void **state) {
  (void)state;
  assert_run(
      "def f(model):\n  w = model.body[0].weight.data\n  nn.init.xavier_uniform_(w.view([w.shape[0], -1]))\n"
      "  nn.init.normal_(w.view(-1), std=2)\n  nn.init.kaiming_normal_(w.view(w.size(0), 18), "
      "nonlinearity='linear')\n",
      "body.0.weight xavier_uniform_(gain=1.0) 3\n"
      "body.0.weight normal_(mean=0.0, std=2.0) 4\n"
      "body.0.weight kaiming_normal_(a=0.0, mode='fan_in', nonlinearity='linear') 5\n");
}

/* A class that is another one by --alias is an instance of it; one that is not torch's is known by its name.
 */
static void aliases_are_instances(void **state) {
  (void)state;
  static const char model[] =
      "Net(\n  (a): MyConv(3, 4, kernel_size=(1, 1), stride=(1, 1))\n"
      "  (b): Conv3DSimple(3, 4, kernel_size=(1, 1, 1), stride=(1, 1, 1))\n"
      "  (c): LlamaRMSNorm((8,), eps=1e-06)\n"
      "  (d): Stem(\n    (conv): Linear(in_features=2, out_features=2, bias=True)\n  )\n)\n";
  static const char text[] =
      "from models import Stem\nfrom other import MyConv as Mine\n"
      "def f(m):\n"
      "  if isinstance(m, nn.Conv2d): m.weight.data.fill_(1); assert type(m) != nn.Conv2d\n"
      "  if isinstance(m, nn.Conv3d): m.weight.data.fill_(2)\n"
      "  if isinstance(m, nn.RMSNorm): m.weight.data.fill_(3)\n"
      "  if isinstance(m, Stem): m.conv.weight.data.fill_(4)\n"
      "  if isinstance(m, Mine): m.bias.data.fill_(5)\n"
      "  if type(m) == Stem: m.conv.bias.data.fill_(6)\n";
  const sow_alias alias = {"MyConv", "Conv2d"};
  const sow_parse_options options = {
      .size = sizeof options, .aliases = &alias, .alias_count = 1, .edition = SOW_TORCH_NEWEST};
  sow_module *net = NULL;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_module_parse(model, strlen(model), &options, &net, &error), SOW_OK);
  size_t constructed = event_count(net);
  sow_rules *rules = parse(text, NULL);
  if (sow_module_apply_rules(net, rules, false, &error) != SOW_OK)
    fail_msg("%d: %s", error.line, error.message);
  assert_events_after(net, constructed,
                      "a.weight constant_(val=1.0) 4\na.bias constant_(val=5.0) 8\n"
                      "b.weight constant_(val=2.0) 5\nd.conv.weight constant_(val=4.0) 7\n"
                      "d.conv.bias constant_(val=6.0) 9\n");
  sow_rules_free(rules);
  sow_module_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_class_name_decides),
      cmocka_unit_test(isinstance_knows_the_tree_of_classes),
      cmocka_unit_test(names_of_functions_are_followed),
      cmocka_unit_test(tensors_fill_themselves),
      cmocka_unit_test(numbers_of_the_module_are_known),
      cmocka_unit_test(constants_have_names),
      cmocka_unit_test(leaves_change_where_torch_lets_them),
      cmocka_unit_test(what_decides_no_weight_may_be_set),
      cmocka_unit_test(timms_trunc_normal_is_known),
      cmocka_unit_test(lists_of_modules_have_parts),
      cmocka_unit_test(dicts_of_modules_are_looked_into),
      cmocka_unit_test(loops_go_over_parameters),
      cmocka_unit_test(a_loop_under_apply_draws_again),
      cmocka_unit_test(a_function_may_take_the_whole_model),
      cmocka_unit_test(draws_come_in_the_order_of_execution),
      cmocka_unit_test(fastai_truncates_by_what_division_leaves),
      cmocka_unit_test(a_row_is_zeroed_after_the_whole_was_filled),
      cmocka_unit_test(operators_are_named_by_their_line),
      cmocka_unit_test(a_view_has_the_fans_of_its_shape),
      cmocka_unit_test(aliases_are_instances),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
