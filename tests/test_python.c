/* A function of Python as rules: each form, what it sets, in which order and under which name. */
#include "tree_text.h"

#include "document.h"

#include <stdio.h>

#include "sow/sow.h"

static sow_module *small_net(void) {
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

static sow_rules *parse(const char *text, const char *function) {
  const sow_python_options options = {"w.py", function};
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
static void assert_events_after(const sow_module *net, size_t constructed, const char *expected) {
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

static void assert_run_as(const char *text, const char *function, const char *expected) {
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

static void assert_run(const char *text, const char *expected) {
  assert_run_as(text, NULL, expected);
}

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
             "    m.weight.normal_(std=3, mean=1); m.weight.data.uniform_(-1, 2)\n"
             "    m.bias.uniform_(to=0.5)\n"
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

static const char several[] = "import torch.nn as nn\n"
                              "def first(m):\n"
                              "  if isinstance(m, nn.Linear): second(m.weight)\n"
                              "def second(w, value=1.0):\n"
                              "  nn.init.constant_(w, value)\n"
                              "def factory(value):\n"
                              "  def made(m):\n"
                              "    if isinstance(m, nn.Linear): second(m.bias, value)\n"
                              "  return made\n"
                              "class Net(nn.Module):\n"
                              "  x = {'a', 'set'}\n"
                              "  async def forward(self): yield x\n"
                              "  def init_weights(self):\n"
                              "    self.apply(self._init)\n"
                              "  @torch.no_grad()\n"
                              "  def _init(self, m):\n"
                              "    if m is self.fc: first(m)\n"
                              "  @staticmethod\n"
                              "  def plain(m): first(m)\n"
                              "same = first\n";

static void what_runs_is_chosen_by_name_or_call(void **state) {
  (void)state;
  static const char weight[] = "fc.weight constant_(val=1.0) 5\n", bias[] = "fc.bias constant_(val=7.0) 5\n";
  assert_run_as(several, "first", weight);
  assert_run_as(several, " same ", weight);
  assert_run_as(several, "model.apply(first)", weight);
  assert_run_as(several, "net.apply(fn=first)", weight);
  assert_run_as(several, "Net.init_weights", weight);
  assert_run_as(several, "Net._init", weight);
  assert_run_as(several, "Net.plain", weight);
  assert_run_as(several, "factory(7)", bias);
  assert_run_as(several, "model.apply(factory(value=7))", bias);
  assert_run_as(several, "model.apply(lambda m: second(m.bias, 7) if type(m) is nn.Linear else None)", bias);
  assert_run_as(several, "second(model.fc.bias, value=7)", bias);
}

static void layout_is_pythons(void **state) {
  (void)state;
  static const char *const texts[] = {
      "\xEF\xBB\xBF"
      "def f(m):\r\n\tif type(m) == nn.Linear:\r\n\t\tm.bias.data.zero_()\r\n",
      "# a comment\ndef f(m):\n    'a docstring'\n    if type(m) == nn.Linear: m.bias.data.zero_()",
      "\"\"\"Some\nlines.\n\"\"\"\ndef f(m):\n  if (type(m)\n == nn.Linear\n):\n   # odd\n"
      "      m.bias.data.zero_(\n)  # done\n",
      "def f(m: nn.Module, x: int = 3, *, y=None) -> None:\n  if type(m) == nn.Linear and \\\n   True: pass; "
      "m.bias.data.zero_()\n",
      "@torch.no_grad()\ndef f(m):\n if type(m) != nn.Linear:\n  return\n with torch.no_grad():\n  "
      "m.bias.zero_()\n\n\n",
      "if __name__ == '__main__':\n  import sys; sys.exit(main())\nx: int\nlogger = get(__name__)\n"
      "def f(m):\n  logger if False else print('no', m.x, end='')\n  if type(m) == nn.Linear: "
      "m.bias.data.zero_()\n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    sow_module *net = small_net();
    size_t constructed = event_count(net);
    sow_rules *rules = parse(texts[i], NULL);
    assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
    assert_int_equal(event_count(net), constructed + 1);
    assert_string_equal(event_at(net, constructed)->subject, "fc.bias");
    sow_rules_free(rules);
    sow_module_free(net);
  }
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
static void a_view_has_the_fans_of_its_shape(void **state) {
  (void)state;
  assert_run(
      "def f(model):\n  w = model.body[0].weight.data\n  nn.init.xavier_uniform_(w.view([w.shape[0], -1]))\n"
      "  nn.init.normal_(w.view(-1), std=2)\n  nn.init.kaiming_normal_(w.view(w.size(0), 18), "
      "nonlinearity='linear')\n",
      "body.0.weight uniform_(a=-0.5222329678670935, b=0.5222329678670935) 3\n"
      "body.0.weight normal_(mean=0.0, std=2.0) 4\n"
      "body.0.weight normal_(mean=0.0, std=0.23570226039551587) 5\n");
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
  const sow_parse_options options = {.aliases = &alias, .alias_count = 1, .edition = SOW_TORCH_NEWEST};
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

/* The recipe keeps the file as a section of rules, which runs as the file did. */
static void the_section_reads_back(void **state) {
  (void)state;
  static const char text[] =
      "import torch.nn as nn\n\nS = '''a\n  b\n'''\n\ndef f(m):\n\tassert S == 'a\\n  b\\n'\n"
      "\tif type(m) == nn.Linear: m.bias.data.zero_()\ndef g(m): pass";
  static const char section[] =
      "python model.apply(f):\n  import torch.nn as nn\n\n  S = '''a\n    b\n  '''\n\n"
      "  def f(m):\n  \tassert S == 'a\\n  b\\n'\n"
      "  \tif type(m) == nn.Linear: m.bias.data.zero_()\n  def g(m): pass\n";
  sow_rules *rules = parse(text, "model.apply(f)");
  for (int round = 0; round < 2; round++) {
    char *printed = NULL;
    size_t length;
    assert_int_equal(sow_rules_print(rules, &printed, &length, NULL), SOW_OK);
    assert_string_equal(printed, section);
    sow_rules_free(rules);
    assert_int_equal(sow_rules_parse(printed, length, "w.py", &rules, NULL), SOW_OK);
    free(printed);
  }
  sow_module *net = small_net();
  size_t constructed = event_count(net);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  assert_events_after(net, constructed, "fc.bias zeros_() 10\n");
  sow_rules_free(rules);
  sow_module_free(net);
}

static void a_section_stands_among_others(void **state) {
  (void)state;
  static const char text[] =
      "apply:\n  Linear:\n    weight = ones_()\n"
      "python:\n      def f(m):\n        if type(m) == nn.Linear:\n          m.bias.data.zero_()\n\n"
      "named_parameters:\n  fc.bias = eye_()\n";
  sow_rules *rules = NULL;
  sow_module *net = small_net();
  size_t constructed = event_count(net);
  assert_int_equal(sow_rules_parse(text, strlen(text), "w.py", &rules, NULL), SOW_OK);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  assert_events_after(net, constructed, "fc.weight ones_() 3\nfc.bias zeros_() 7\nfc.bias eye_() 10\n");
  sow_rules_free(rules);
  sow_module_free(net);
}

static void count_warning(void *context, const sow_error *warning) {
  ++*(int *)context;
  assert_non_null(strstr(warning->message, "nn.init.xavier_uniform is now deprecated in favor of "
                                           "nn.init.xavier_uniform_."));
  assert_int_equal(warning->line, 2);
}

/* torch forwards the names without an underscore and warns, once for each place. */
static void old_names_warn_once(void **state) {
  (void)state;
  int count = 0;
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = count_warning;
  error.warning_context = &count;
  sow_module *net = small_net();
  sow_rules *rules = parse(
      "def f(m):\n  if hasattr(m, 'weight') and m.weight.dim() > 1: init.xavier_uniform(m.weight)\n", NULL);
  assert_int_equal(sow_module_apply_rules(net, rules, false, &error), SOW_OK);
  assert_int_equal(count, 1);
  sow_rules_free(rules);
  sow_module_free(net);
}

/* Each function of docs/rules.md runs. The one at the end of the text form is torch's side of it. */
static void the_documents_examples_are_functions(void **state) {
  (void)state;
  size_t length, count = 0;
  char *text = read_document("rules.md");
  char *section = strstr(text, "## A function of Python");
  assert_non_null(section);
  for (char *at = section; (at = next_example(at, "python", &length)) != NULL; at += length, count++) {
    const sow_python_options options = {.source = "rules.md"};
    sow_rules *rules = NULL;
    sow_module *net = small_net();
    sow_error error = SOW_ERROR_NONE;
    if (sow_rules_parse_python(at, length, &options, &rules, &error) != SOW_OK ||
        sow_module_apply_rules(net, rules, false, &error) != SOW_OK)
      fail_msg("%.*s\n%d: %s", (int)length, at, error.line, error.message);
    sow_rules_free(rules);
    sow_module_free(net);
  }
  assert_int_equal(count, 7);
  free(text);
}

static void one_function_serves_many_trees(void **state) {
  (void)state;
  sow_rules *rules = parse("def f(m):\n  if type(m) == nn.Linear: m.bias.data.zero_()\n", NULL);
  for (int i = 0; i < 3; i++) {
    sow_module *net = i == 1 ? sow_module_new("Net") : small_net();
    assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), i == 1 ? SOW_UNUSED_RULE : SOW_OK);
    if (i == 1)
      assert_int_equal(sow_module_apply_rules(net, rules, true, NULL), SOW_OK);
    sow_module_free(net);
  }
  sow_rules_free(rules);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_class_name_decides),
      cmocka_unit_test(isinstance_knows_the_tree_of_classes),
      cmocka_unit_test(names_of_functions_are_followed),
      cmocka_unit_test(tensors_fill_themselves),
      cmocka_unit_test(numbers_of_the_module_are_known),
      cmocka_unit_test(loops_go_over_parameters),
      cmocka_unit_test(a_loop_under_apply_draws_again),
      cmocka_unit_test(a_function_may_take_the_whole_model),
      cmocka_unit_test(what_runs_is_chosen_by_name_or_call),
      cmocka_unit_test(layout_is_pythons),
      cmocka_unit_test(draws_come_in_the_order_of_execution),
      cmocka_unit_test(a_row_is_zeroed_after_the_whole_was_filled),
      cmocka_unit_test(a_view_has_the_fans_of_its_shape),
      cmocka_unit_test(aliases_are_instances),
      cmocka_unit_test(the_section_reads_back),
      cmocka_unit_test(a_section_stands_among_others),
      cmocka_unit_test(old_names_warn_once),
      cmocka_unit_test(the_documents_examples_are_functions),
      cmocka_unit_test(one_function_serves_many_trees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
