/* Values within a function of Python: lists, iterators, texts and numbers behave as Python's. */
#include "python_runs.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_gone_over_is_made_and_used_up),
      cmocka_unit_test(lists_change_under_all_their_names),
      cmocka_unit_test(iterators_make_what_is_asked_for),
      cmocka_unit_test(texts_are_ints_as_in_python),
      cmocka_unit_test(stars_and_braces_are_pythons),
      cmocka_unit_test(names_are_given_further_out),
      cmocka_unit_test(texts_are_taken_apart),
      cmocka_unit_test(test_round_and_strip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
