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
  const size_t count = sizeof expected / sizeof *expected;
  sow_module *net = small_net();
  const sow__tape *tape = &net->tree->tape;
  const size_t constructed = tape->count;
  sow_rules *rules = parse(text, NULL);
  assert_int_equal(sow_module_apply_rules(net, rules, false, NULL), SOW_OK);
  assert_int_equal(tape->count, constructed + count);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(tape->items[constructed + i].call.kind, expected[i]);
  assert_true(tape->items[constructed].call.argument[0] > -1 &&
              tape->items[constructed].call.argument[0] < -0.9999);
  sow_rules_free(rules);
  sow_module_free(net);
}

static void what_is_gone_over_is_made_and_used_up(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  lstm = model.lstm\n"
             "  for names in lstm._all_weights:\n"
             "    for name in filter(lambda n: 'bias' in n, names):\n"
             "      bias = getattr(lstm, name)\n"
             "      bias.data.fill_(bias.size(0))\n"
             "  named = dict(model.named_parameters())\n"
             "  named['fc.bias'].data.fill_(len(list(filter(None, [0, 1, '', 'a']))))\n"
             "  a, b = sorted(['w', 'b', 'c'], reverse=True)[:2]\n"
             "  assert a + b == 'wc' and sorted([3, 1.5, 2], key=lambda x: -x) == [3, 2, 1.5]\n"
             "  assert list(map(lambda x, y: x * y, [1, 2, 3], (4, 5))) == [4, 10]\n"
             "  assert dict([('a', 1)], b=2)['b'] == 2 and len(dict()) == 0 and pow(2, 3) == 8\n"
             "  assert next(iter([7])) == 7 and next(iter([]), 5) == 5 and len(set([1, 1, 2])) == 2\n"
             "  params = model.emb.parameters()\n"
             "  nn.init.ones_(next(params))\n"
             "  for p in params: raise ValueError\n"
             "  numbers = iter([1, 2, 3, 4])\n"
             "  for x in numbers:\n"
             "    if x == 2: break\n"
             "  assert list(numbers) == [3, 4] and list(numbers) == [] and 3 not in numbers\n",
             "lstm.bias_ih_l0 constant_(val=16.0) 6\nlstm.bias_hh_l0 constant_(val=16.0) 6\n"
             "fc.bias constant_(val=2.0) 8\nemb.weight ones_() 15\n");
}

static void lists_change_under_all_their_names(void **state) {
  (void)state;
  assert_run(
      "def f(model):\n"
      "  todo = [model]\n"
      "  for m in todo: todo += list(m.children())\n"
      "  assert len(todo) == 10 and [type(m).__name__ for m in todo[:3]] == ['Net', 'Sequential', "
      "'ConvBlock']\n"
      "  a = list(range(5))\n"
      "  b = a\n"
      "  b += 'x'\n"
      "  a.insert(1, 9); a.insert(-1, 7); a.insert(100, 6); a.reverse(); a.remove(9)\n"
      "  assert b == [6, 'x', 7, 4, 3, 2, 1, 0] and b.pop(1) == 'x' and a.pop() == 0 and b.index(4) == 2\n"
      "  a *= 2; a[0] = 3; b[-1] += 5; a.sort(key=lambda v: -v); a.extend(v for v in range(2))\n"
      "  assert b == [7, 7, 6, 6, 4, 4, 3, 3, 3, 2, 2, 1, 0, 1]\n"
      "  t = u = (1,)\n"
      "  u += (2,)\n"
      "  z = [[0]] * 3\n"
      "  z[0].append(1)\n"
      "  assert t == (1,) and z[2] == [0, 1] and a.copy() == a[:] == a\n"
      "  d, s = dict(a=1), set()\n"
      "  e = d\n"
      "  e.update([('c', 4)], b=2); e['b'] += 5; e.setdefault('z', []).append(1); d.setdefault('z', 3)\n"
      "  assert list(d) == ['a', 'c', 'b', 'z'] and d['b'] == 7 and d['z'] == [1] and d.pop('q', 5) == 5\n"
      "  s.add(1); s.add(1); s.update([2], (3,)); s.remove(2); s.discard(9)\n"
      "  assert len(s) == 2 and 2 not in s and d.pop('a') == 1 and 'a' not in e\n"
      "  it = iter(['c', 'z'])\n"
      "  d[next(it)] += 1\n"
      "  assert d['c'] == 5 and next(it) == 'z'\n"
      "  k = [1]\n"
      "  k.extend(p + 1 for p, q in zip(k, 'abc'))\n"
      "  assert k == [1, 2, 3, 4]\n"
      "  add, size = k.append, {1: 5, 2: 4, 3: 3}.get\n"
      "  add(0)\n"
      "  assert k == [1, 2, 3, 4, 0] and sorted([1, 2, 3], key=size) == [3, 2, 1]\n"
      "  params = []\n"
      "  for n, p in model.named_parameters(): params.append(p)\n"
      "  nn.init.zeros_(params[-1])\n",
      "fc.bias zeros_() 34\n");
}

static void iterators_make_what_is_asked_for(void **state) {
  (void)state;
  assert_run(
      "def f(model):\n"
      "  k = 1\n"
      "  g = (k * i for i in range(3))\n"
      "  k = 2\n"
      "  assert list(g) == [0, 2, 4]\n"
      "  last = next(m for m in model.modules() if type(m).__name__ != 'Net' and hasattr(m, 'bias'))\n"
      "  assert next(m for m in model.modules() if m is model or m.in_features > 3) is model\n"
      "  it, l = iter(range(10)), [1, 2]\n"
      "  assert 3 in it and next(it) == 4 and any(x > 5 for x in it) and next(it) == 7\n"
      "  it = iter(l)\n"
      "  l.append(3)\n"
      "  assert list(it) == l and list(enumerate(l, 5))[1:] == [(6, 2), (7, 3)]\n"
      "  it = iter(l)\n"
      "  assert list(zip(it, it)) == [(1, 2)] and list(it) == [] and list(zip()) == []\n"
      "  unused = (nn.init.zeros_(p) for p in model.parameters()), map(nn.init.ones_, model.parameters())\n"
      "  for p in map(nn.init.zeros_, model.fc.parameters()): nn.init.ones_(p)\n"
      "  any(nn.init.uniform_(p) is not None for p in model.fc.parameters())\n"
      "  r = []\n"
      "  try:\n"
      "    bad = ([5][x] for x in [0, 1, 0])\n"
      "    for b in bad: r += [b]\n"
      "  except IndexError: r += list(bad)\n"
      "  assert r == [5]\n"
      "  try: list(next(iter([])) for x in [1])\n"
      "  except RuntimeError: r += [6]\n"
      "  assert r == [5, 6]\n"
      "  g = (a * b for a in [1, 2] for b in (x for x in [3, 4] if x > a + 1))\n"
      "  assert list(g) == [3, 4, 8] and [(i, j) for i in range(3) if i for j in range(i) if j] == [(2, 1)]\n"
      "  def make():\n"
      "    n = 5\n"
      "    return (n * y for y in range(3))\n"
      "  assert sum(make()) == 15\n",
      "fc.weight zeros_() 16\nfc.weight ones_() 16\nfc.bias zeros_() 16\nfc.bias ones_() 16\n"
      "fc.weight uniform_(a=0.0, b=1.0) 17\n");
}

static void texts_are_ints_as_in_python(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  assert [int(s) for s in (' -1', '+1_0 ', '007')] == [-1, 10, 7]\n"
             "  for s in ('', '1_', '_1', '1__0', '- 1', '1.0', 'a'):\n"
             "    try:\n"
             "      int(s)\n"
             "      assert False\n"
             "    except ValueError: pass\n"
             "  model.fc.bias.data.fill_(int('-2'))\n",
             "fc.bias constant_(val=-2.0) 8\n");
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

static void stars_and_braces_are_pythons(void **state) {
  (void)state;
  assert_run(
      "def f(model):\n"
      "  *_, last = model.children()\n"
      "  a, *b, c = range(6)\n"
      "  (x, *y), z = [[1], 2]\n"
      "  assert (a, b, c, x, y) == (0, [1, 2, 3, 4], 5, 1, [])\n"
      "  for i, *r in [(1, 2, 3), (4,)]: assert len(r) in (0, 2)\n"
      "  try: p, *q, s = [1]\n"
      "  except ValueError: s = 9\n"
      "  t = *b, 1\n"
      "  assert s == 9 and t == (1, 2, 3, 4, 1) and [*t, *'ab'][5:] == ['a', 'b'] and len({1, *t}) == 4\n"
      "  d = {n: m for n, m in model.named_modules() if isinstance(m, nn.Linear) for _ in 'ab'}\n"
      "  assert list(d) == ['fc'] and 'Linear' in {type(m).__name__ for m in d.values()}\n"
      "  g = lambda x, y, a: [x, y, a]; assert g(a=1, *[2, 3]) == [2, 3, 1]\n"
      "  kw = {'mode': 'fan_out', **{'nonlinearity': 'relu', 'a': 1}, 'a': 2}\n"
      "  nn.init.kaiming_normal_(mode=kw.pop('mode'), *[last.weight], **kw)\n",
      "fc.weight kaiming_normal_(a=2.0, mode='fan_out', nonlinearity='relu') 15\n");
}

static void names_are_given_further_out(void **state) {
  (void)state;
  assert_run_as("STD = 0.02\n"
                "def set_std(x):\n"
                "  global STD, BIAS\n"
                "  STD = BIAS = x\n"
                "set_std(0.5)\n"
                "def f(model):\n"
                "  n = 0\n"
                "  def count():\n"
                "    nonlocal n\n"
                "    n += 1\n"
                "    return n\n"
                "  count()\n"
                "  if (k := count()) == 2 and (j := k + n): model.fc.bias.data.fill_(j)\n"
                "  assert [w := v for v in range(3)] == [0, 1, 2] and w == 2 and n == 2\n"
                "  d = dict(a=[1, 2, 3], b=1)\n"
                "  del d['a'][0], d['b'], n\n"
                "  try: n\n"
                "  except NameError: nn.init.normal_(model.fc.weight, STD, BIAS)\n"
                "  assert d['a'] == [2, 3] and 'b' not in d\n",
                "f", "fc.bias constant_(val=4.0) 13\nfc.weight normal_(mean=0.5, std=0.5) 18\n");
}

static void texts_are_taken_apart(void **state) {
  (void)state;
  assert_run(
      "from itertools import chain\n"
      "def f(model):\n"
      "  assert 'a.b.c'.rsplit('.', 1) == ['a.b', 'c'] and 'aaa'.rsplit('aa', maxsplit=1) == ['a', '']\n"
      "  assert 'a.b.c'.partition('.') == ('a', '.', 'b.c') and 'x'.partition('.') == ('x', '', '')\n"
      "  assert 'a.b.c'.rpartition('.') == ('a.b', '.', 'c') and 'x'.rpartition('.') == ('', '', 'x')\n"
      "  assert 'module.a'.removeprefix('module.') == 'a' == 'a.w'.removesuffix('.w') == "
      "'a'.removesuffix('b')\n"
      "  assert list(chain([1], (2,), 'ab', iter([5]))) == [1, 2, 'a', 'b', 5] and list(chain()) == []\n"
      "  assert [1, 2, 3, 4][slice(1, None, 2)] == [2, 4] and 'abcd'[slice(2)] == 'ab'\n"
      "  for p in chain(model.fc.parameters(), [model.emb.weight]): p.data.zero_()\n",
      "fc.weight zeros_() 9\nfc.bias zeros_() 9\nemb.weight zeros_() 9\n");
}

/* What Python 3.11 says: the even one of two neighbours, of what the double really is. */
static void test_round_and_strip(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  assert [round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5, 7, True)] == [0, 2, 2, 0, -2, 7, 1]\n"
             "  assert [round(x, 2) for x in (2.675, 2.685, 0.125, 0.375, 1e22, 5)] == "
             "[2.67, 2.69, 0.12, 0.38, 1e22, 5]\n"
             "  assert str(round(-0.04, 1)) == '-0.0' and str(round(3.0)) == '3' and round(2.5, None) == 2\n"
             "  assert round(1 / 3, 30) == 1 / 3 and round(0.0199999, 3) == 0.02 and round(1e-9, 3) == 0\n"
             "  try: round(float('inf'))\n"
             "  except OverflowError: caught = 1\n"
             "  try: round(float('nan'))\n"
             "  except ValueError: caught += 1\n"
             "  assert caught == 2 and round(float('inf'), 1) == float('inf')\n"
             "  assert ' a b\\t\\n'.strip() == 'a b' and ' a '.lstrip() == 'a ' and ' a '.rstrip() == ' a'\n"
             "  assert 'xyaxy'.strip('yx') == 'a' and 'xxx'.strip('x') == '' == ''.rstrip(None)\n"
             "  assert 'model.fc'.lstrip('model.') == 'fc' and 'a.weight.'.rstrip('.') == 'a.weight'\n"
             "  model.fc.bias.data.fill_(round(0.12345, 2))\n",
             "fc.bias constant_(val=0.12) 14\n");
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
      cmocka_unit_test(what_is_gone_over_is_made_and_used_up),
      cmocka_unit_test(lists_change_under_all_their_names),
      cmocka_unit_test(iterators_make_what_is_asked_for),
      cmocka_unit_test(texts_are_ints_as_in_python),
      cmocka_unit_test(lists_of_modules_have_parts),
      cmocka_unit_test(dicts_of_modules_are_looked_into),
      cmocka_unit_test(stars_and_braces_are_pythons),
      cmocka_unit_test(names_are_given_further_out),
      cmocka_unit_test(texts_are_taken_apart),
      cmocka_unit_test(test_round_and_strip),
      cmocka_unit_test(loops_go_over_parameters),
      cmocka_unit_test(a_loop_under_apply_draws_again),
      cmocka_unit_test(a_function_may_take_the_whole_model),
      cmocka_unit_test(draws_come_in_the_order_of_execution),
      cmocka_unit_test(a_row_is_zeroed_after_the_whole_was_filled),
      cmocka_unit_test(operators_are_named_by_their_line),
      cmocka_unit_test(a_view_has_the_fans_of_its_shape),
      cmocka_unit_test(aliases_are_instances),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
