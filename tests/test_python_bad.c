/* What is not understood of a function: what is said, and where. */
#include "python_runs.h"
#include "refusals.h"

static sow_module *other_net(void) {
  sow_module *net = sow_module_new("Net");
  sow_conv2d(net, "conv", 4, 6, (const int64_t[]){2, 2}, 2, false);
  sow_child(net, "relu", "ReLU");
  sow_embedding(net, "emb", 5, 3, -1);
  sow_linear(net, "fc", 8, 2, true);
  return net;
}

static void assert_bad(const refusal *one, const char *function) {
  sow_error error = SOW_ERROR_NONE;
  sow_status status = run_over(other_net(), one->text, function, &error);
  assert_refusal(one, status, &error);
  assert_int_equal(error.status, status);
  bool in_call = function != NULL && strchr(function, '(') != NULL;
  if (error.line > 0 && strcmp(error.source, "w.py") != 0)
    assert_true(in_call && strcmp(error.source, "<call>") == 0);
}

static void assert_all(const refusal *cases, size_t count) {
  for (size_t i = 0; i < count; i++)
    assert_bad(&cases[i], NULL);
}

#define ALL(cases) assert_all(cases, sizeof(cases) / sizeof *(cases))

static void text_that_is_no_python(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"", SOW_SYNTAX, 1, 1, "this file has no function"},
      {"import torch\n", SOW_SYNTAX, 2, 1, "'def weights_init(m):' is needed"},
      {"def f(m)\n  pass\n", SOW_SYNTAX, 1, 9, "expected ':' behind this 'def', not the end of the line"},
      {"def f(m):\npass\n", SOW_SYNTAX, 2, 1, "expected an indented block in this 'def', not 'pass'"},
      {"def f(m):\n  if m\n    pass\n", SOW_SYNTAX, 2, 7,
       "expected ':' behind this 'if', not the end of the line"},
      {"def f(m):\n  x = = 1\n", SOW_SYNTAX, 2, 7, "expected a value, not '='"},
      {"def f(m):\n  x = (1,\n", SOW_SYNTAX, 2, 7, "this bracket is never closed"},
      {"def f(m):\n  x = 1)\n", SOW_SYNTAX, 2, 8, "this bracket closes none"},
      {"def f(m):\n  x = [1)\n", SOW_SYNTAX, 2, 9, "this bracket closes none"},
      {"def f(m):\n    pass\n  pass\n", SOW_SYNTAX, 3, 3, "indented like no block around it"},
      {"def f(m):\n  pass\n    pass\n", SOW_SYNTAX, 3, 5, "indented deeper than the one before"},
      {"def f(m):\n\tpass\n        pass\n", SOW_SYNTAX, 3, 9, "tabs and spaces are mixed"},
      {"def f(m):\n  x = 'a\n", SOW_SYNTAX, 2, 7, "no closing quote"},
      {"def f(m):\n  x = '''a\n\n", SOW_SYNTAX, 2, 7, "no closing quote"},
      {"def f(m):\n  x = 1x\n", SOW_SYNTAX, 2, 7, "this is no number"},
      {"def f(m):\n  x = 012\n", SOW_SYNTAX, 2, 7, "no zeros before an int"},
      {"def f(m):\n  x = \xE2\x80\x9C"
       "a\n",
       SOW_SYNTAX, 2, 7, "is no part of Python outside of strings"},
      {"def f(m):\n  x = $\n", SOW_SYNTAX, 2, 7, "'$' is no part of Python"},
      {"# \xFF\ndef f(m): pass\n", SOW_SYNTAX, 1, 3, "this byte is no UTF-8"},
      {"# \x01\ndef f(m): pass\n", SOW_SYNTAX, 1, 3, "a control character"},
      {"def f(m):\n  x = 1 \\ \n", SOW_SYNTAX, 2, 9, "only a line end may stand behind this backslash"},
      {"def f(m):\n  print 'hello'\n", SOW_SYNTAX, 2, 9, "this is Python 2's print"},
      {"def f(m):\n  global 1\n", SOW_SYNTAX, 2, 10, "expected a name, not '1'"},
      {"def f(m):\n  x = {1: 2, 3}\n", SOW_SYNTAX, 2, 14, "a dict has pairs, and a set has values"},
      {"def f(m):\n  yield m\n", SOW_SYNTAX, 2, 3, "'yield' is not understood"},
      {"def f(m):\n  break\n", SOW_SYNTAX, 2, 3, "this stands in no loop"},
      {"def f(m): pass\nreturn\n", SOW_SYNTAX, 2, 1, "this stands in no function"},
      {"def f(m):\n  1 = m\n", SOW_SYNTAX, 2, 3, "nothing can be assigned to this"},
      {"def f(m):\n  print(**m)\n  f(**1)\n", SOW_INVALID_ARGUMENT, 3, 7,
       "TypeError here: what stands behind ** is a dict, not an int"},
      {"def f(m, a=1):\n  f(m, a=1, **{'a': 2})\n", SOW_INVALID_ARGUMENT, 2, 15,
       "got multiple values for 'a'"},
      {"def f(m):\n  x = [*]\n", SOW_SYNTAX, 2, 9, "expected a value, not ']'"},
      {"def f(m):\n  x = f'{m'\n", SOW_SYNTAX, 2, 9, "has no '}'"},
      {"def f(m):\n  try:\n    pass\n", SOW_SYNTAX, 4, 1, "expected 'except' or 'finally'"},
      {"def f(m, m=):\n  pass\n", SOW_SYNTAX, 1, 12, "expected a value, not ')'"},
      {"def f(m):\n  x = 1 if m\n", SOW_SYNTAX, 2, 13, "expected 'else' of this value"},
      {"def f(m):\n  for x of m: pass\n", SOW_SYNTAX, 2, 9, "expected 'in' of this loop, not 'of'"},
  };
  ALL(cases);
}

static void names_that_nothing_has(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"def f(m):\n  clasname = 1\n  x = classname\n", SOW_UNKNOWN_NAME, 3, 7,
       "the name 'classname' is not defined, did you mean 'clasname'? (for 'conv', a Conv2d)"},
      {"def f(m):\n  isinstace(m, nn.Linear)\n", SOW_UNKNOWN_NAME, 2, 3, "did you mean 'isinstance'?"},
      {"def f(m):\n  isinstance(m, Linear)\n", SOW_UNKNOWN_NAME, 2, 17,
       "write nn.Linear, or 'from torch.nn import Linear' above"},
      {"def f(m):\n  isinstance(m, nn.Conv2D)\n", SOW_UNKNOWN_NAME, 2, 20,
       "torch.nn has no 'Conv2D', did you mean 'Conv2d'?"},
      {"from torch.nn import Liner\ndef f(m):\n  isinstance(m, Liner)\n", SOW_UNKNOWN_NAME, 3, 17,
       "torch.nn has no 'Liner', did you mean 'Linear'?"},
      {"def f(m):\n  nn.init.xavier_nomal_(m.weight)\n", SOW_UNKNOWN_NAME, 2, 11,
       "torch.nn.init has no 'xavier_nomal_', did you mean 'xavier_normal_'?"},
      {"def f(m):\n  nn.init.zeros(m.weight)\n", SOW_UNKNOWN_NAME, 2, 11,
       "torch.nn.init has no 'zeros', did you mean 'zeros_'?"},
      {"def f(m):\n  m.weigth.data.zero_()\n", SOW_INVALID_ARGUMENT, 2, 5,
       "Python raises AttributeError here: a Conv2d has no 'weigth', did you mean 'weight'?"},
      {"def f(m):\n  m.bias.data.zero_()\n", SOW_INVALID_ARGUMENT, 2, 10,
       "Python raises AttributeError here: None has no 'data' (for 'conv', a Conv2d)"},
      {"def f(m):\n  nn.init.zero_(m.weight)\n", SOW_UNKNOWN_NAME, 2, 11,
       "torch.nn.init has no 'zero_', did you mean 'zeros_'?"},
      {"def f(m):\n  nn.init.clamp_(m.weight)\n", SOW_UNKNOWN_NAME, 2, 11, "torch.nn.init has no 'clamp_'"},
      {"def f(m):\n  m.weight.zeros_()\n", SOW_INVALID_ARGUMENT, 2, 12,
       "zeros_: sow cannot do this to a tensor yet"},
      {"def f(m):\n  m.weight.mean()\n", SOW_UNKNOWN_NAME, 2, 12,
       "'.mean' of a tensor is not understood; known are size"},
      {"def f(m):\n  type(m).__name__.search('x')\n", SOW_UNKNOWN_NAME, 2, 20,
       "'.search' of a str is not understood in this way; known are find"},
      {"def f(m):\n  m.weight.data.normal_(0, m.stride[0])\n", SOW_UNKNOWN_NAME, 2, 30,
       "sow does not know '.stride' of a Conv2d: a print's tree keeps the sizes only"},
      {"def f(model):\n  for m in model.modules(): pass\n  model.config.std\n", SOW_UNKNOWN_NAME, 3, 9,
       "sow does not know '.config' of a Net: the print of a class that is not torch.nn's"},
      {"def f(model):\n  hasattr(model, 'init_weights')\n", SOW_UNKNOWN_NAME, 2, 18,
       "sow cannot tell whether a Net has 'init_weights'"},
      {"def f(m):\n  if hasattr(nn, 'Foo'): pass\n", SOW_UNKNOWN_NAME, 2, 18,
       "sow cannot tell whether torch.nn has 'Foo': known are torch.nn's layers and the functions of "
       "nn.init"},
      {"def f(m):\n  getattr(nn.init, 'fill_', None)\n", SOW_UNKNOWN_NAME, 2, 20,
       "sow cannot tell whether torch.nn.init has 'fill_'"},
      {"def f(m):\n  m.weight.dim().real\n", SOW_UNKNOWN_NAME, 2, 18,
       "sow does not know '.real' of an int: numbers are known by what is done with them"},
      {"def f(m):\n  hasattr(0.5, 'is_integer')\n", SOW_UNKNOWN_NAME, 2, 16,
       "sow cannot tell whether a float has 'is_integer'"},
      {"def f(m):\n  math.sin(1)\n", SOW_UNKNOWN_NAME, 2, 8, "'math.sin' is not understood"},
      {"def f(m):\n  np.log(2)\n", SOW_UNKNOWN_NAME, 2, 6, "of numpy only sqrt and prod are understood"},
      {"from other.layers import trunc_normal_\ndef f(m):\n  trunc_normal_(m.weight)\n", SOW_UNKNOWN_NAME, 3,
       3,
       "'other.layers.trunc_normal_' is not known to give what torch's own trunc_normal_ gives; write "
       "nn.init.trunc_normal_"},
      {"def f(m):\n  sorted([m])\n  sorted([m, 1])\n", SOW_INVALID_ARGUMENT, 3, 3,
       "sorted() is understood of numbers and of texts"},
      {"def f(m):\n  id(m)\n", SOW_UNKNOWN_NAME, 2, 3, "sow does not know Python's id()"},
      {"def f(m):\n  p = m.parameters()\n  len(p)\n", SOW_INVALID_ARGUMENT, 3, 3,
       "TypeError here: an iterator has no len()"},
      {"def f(m):\n  p = m.parameters()\n  p[0]\n", SOW_INVALID_ARGUMENT, 3, 4,
       "TypeError here: an iterator has no items"},
      {"def f(m):\n  next([1])\n", SOW_INVALID_ARGUMENT, 2, 3, "TypeError here: a list is no iterator"},
      {"def f(m):\n  next(iter([]))\n", SOW_INVALID_ARGUMENT, 2, 3, "StopIteration here"},
      {"NAMES = map(str, [1, 2])\ndef f(m):\n  for x in NAMES: pass\n", SOW_INVALID_ARGUMENT, 3, 12,
       "made at the top of the file, so that it is used up at once"},
      {"def f(m):\n  divmod(7, 2)\n", SOW_UNKNOWN_NAME, 2, 3, "sow does not know Python's divmod()"},
      {"def f(m):\n  round(1.5, -1)\n", SOW_INVALID_ARGUMENT, 2, 3,
       "round() is understood of 0 to 30 digits"},
      {"def f(m):\n  round('1')\n", SOW_INVALID_ARGUMENT, 2, 3, "round() is understood of a number"},
      {"def f(m):\n  ' \xc3\xa4'.strip()\n", SOW_INVALID_ARGUMENT, 2, 9,
       "strip() is understood for ASCII only"},
      {"STD = config.std\ndef f(m):\n  nn.init.normal_(m.weight, STD)\n", SOW_UNKNOWN_NAME, 3, 29,
       "sow does not know the value of 'STD', which line 1 gives it: the name 'config' is not defined; write "
       "the value here, or put the function alone, and what it needs, into a file"},
      {"P = argparse.P()\nS = P.std\ndef f(m):\n  nn.init.normal_(m.weight, S)\n", SOW_UNKNOWN_NAME, 4, 29,
       "the value of 'S', which line 2 gives it; write the value here"},
      {"net = Net()\nfor m in net.modules():\n  nn.init.zeros_(m.weight)\ndef f(m): pass\n", SOW_UNKNOWN_NAME,
       2, 10, "put the function alone, and what it needs, into a file"},
      {"net = Net()\nnet.fc.bias.data[:] = 0\ndef f(m): pass\n", SOW_UNKNOWN_NAME, 2, 1,
       "(at the top of the file"},
      {"STD = [*]\ndef f(m):\n  nn.init.normal_(m.weight, STD)\n", SOW_SYNTAX, 3, 29, "expected a value"},
      {"try:\n  import apex\n  HAS = True\nexcept ImportError:\n  HAS = False\ndef f(m):\n  if HAS: pass\n",
       SOW_UNKNOWN_NAME, 7, 6, "this depends on what can be imported"},
      {"import sys\nif sys.version_info > (3, 8): X = 1\nelse: X = 2\ndef f(m):\n  X\n", SOW_INVALID_ARGUMENT,
       5, 3, "sow cannot compare sys.version_info with a tuple here"},
      {"from config import FAST\ndef f(m):\n  if FAST: pass\n", SOW_UNKNOWN_NAME, 3, 6,
       "sow does not know what 'config.FAST' is"},
      {"from utils import set_seed\nset_seed(0)\ndef f(m): pass\n", SOW_UNKNOWN_NAME, 2, 1,
       "'utils.set_seed' is not understood"},
      {"def f(m):\n  for x in {1, 2}: pass\n", SOW_INVALID_ARGUMENT, 2, 12, "sow cannot go over a set"},
      {"def g(m):\n  yield 1\ndef f(m):\n  g(m)\nf2 = lambda m: g(m)\nclass A: pass\n", SOW_SYNTAX, 2, 3,
       "'yield'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_bad(&cases[i], "f");
}

static void what_cannot_be_done(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"def f(m):\n  n = m.weight.size(0) // 4\n  m.weight.data[[n, 2]].fill_(1)\n", SOW_INVALID_ARGUMENT, 3,
       25,
       "a part of a tensor: sow cannot do this to a tensor yet; it fills and changes tensors and their "
       "parts (nn.init's calls, normal_, uniform_, fill_, zero_, mul_, add_, clamp_ and the like)"},
      {"def f(m):\n  m.weight.data = m.weight.data * 2\n", SOW_INVALID_ARGUMENT, 2, 33,
       "sow cannot compute with the numbers of a tensor here"},
      {"def f(m):\n  m.weight.data[True] = 2\n", SOW_INVALID_ARGUMENT, 2, 16, "a part of a tensor"},
      {"def f(m):\n  m.weight.data[0, [1]][0].shape\n", SOW_UNKNOWN_NAME, 2, 28,
       "sow does not follow which part of the tensor this is"},
      {"def f(m):\n  m.weight.data.permute(1, 0, 2, 3).reshape(-1).zero_()\n", SOW_INVALID_ARGUMENT, 2, 37,
       "a copy of a tensor: sow cannot do this"},
      {"def f(m):\n  m.weight.data.index_select(0, 1)\n", SOW_INVALID_ARGUMENT, 2, 17,
       "index_select: sow cannot do this"},
      {"def f(m):\n  m.eval()\n  if m.training: pass\n", SOW_UNKNOWN_NAME, 3, 8, "the function sets it"},
      {"N = 0\ndef f(m):\n  global N\n  N += 1\n", SOW_INVALID_ARGUMENT, 4, 3,
       "'N' is a name of the file, so that every call would see the change"},
      {"def f(m):\n  del m.weight\n", SOW_SYNTAX, 2, 9, "of 'del' only names and items"},
      {"def f(m):\n  d = {1: 2}\n  v = d.values()\n  d[1] = 3\n  list(v)\n", SOW_INVALID_ARGUMENT, 5, 3,
       "the dict has changed since this was asked of it"},
      {"def f(m):\n  try: [][1]\n  except IndexError as e:\n    if 'index' in str(e): pass\n",
       SOW_INVALID_ARGUMENT, 4, 19, "sow does not know how Python shows builtins.IndexError()"},
      {"L = []\ndef f(m):\n  L.append(1)\n", SOW_INVALID_ARGUMENT, 3, 5,
       "this is made at the top of the file, or as a default, so that every call would see the change"},
      {"def f(m, seen=[]):\n  seen += [1]\n", SOW_INVALID_ARGUMENT, 2, 3,
       "this is made at the top of the file"},
      {"def f(m):\n  m._parameters['weight'] = None\n", SOW_INVALID_ARGUMENT, 2, 16,
       "this is what torch keeps of a module"},
      {"def f(m):\n  l = [1]\n  l[:] = [2]\n", SOW_INVALID_ARGUMENT, 3, 4,
       "an assignment to a slice of a list is not understood"},
      {"def f(m):\n  l = [1]\n  try: del l[:]\n  except TypeError: l = []\n", SOW_INVALID_ARGUMENT, 3, 13,
       "'del' of a slice of a list is not understood"},
      {"def f(m):\n  l = [1]\n  print(l.swap())\n", SOW_UNKNOWN_NAME, 3, 11,
       "'.swap' of a list is not understood; known are append, extend, insert"},
      {"def f(m):\n  m.weight = None\n", SOW_INVALID_ARGUMENT, 2, 5,
       "an assignment to '.weight' of a Conv2d: sow changes what tensors hold, and no module"},
      {"def f(m):\n  m.in_channels = 3\n", SOW_INVALID_ARGUMENT, 2, 5,
       "an assignment to '.in_channels' of a"},
      {"def f(m):\n  m.other = m.weight\n", SOW_INVALID_ARGUMENT, 2, 5,
       "an assignment to '.other' of a Conv2d"},
      {"def f(m):\n  m.done = True\n  if hasattr(m, 'done'): pass\n", SOW_UNKNOWN_NAME, 3, 17,
       "cannot tell whether a Conv2d has 'done': the function sets it, and sow does not follow which"},
      {"def f(m):\n  m.weight = nn.init.ones_(m.weight.data)\n", SOW_INVALID_ARGUMENT, 2, 5,
       "an assignment to '.weight' of a Conv2d"},
      {"def f(m):\n  torch.manual_seed(0)\n", SOW_INVALID_ARGUMENT, 2, 9,
       "the one stream of --seed; a seed set here"},
      {"def f(m):\n  print(torch.rand(2))\n", SOW_UNKNOWN_NAME, 2, 15, "'torch.rand' is not understood"},
      {"def f(m):\n  print(unknown + m.weight.data.fill_(3))\n", SOW_UNKNOWN_NAME, 2, 9,
       "the name 'unknown' is not defined"},
      {"def f(m):\n  def g(w):\n    w.fill_(1)\n  print(other + g(m.weight))\n", SOW_UNKNOWN_NAME, 4, 9,
       "the name 'other' is not defined"},
      {"import custom\ndef f(m):\n  print(custom.g(m.weight.shape, 1), custom.g(x=[m]))\n", SOW_UNKNOWN_NAME,
       3, 45, "'custom.g' is not understood"},
      {"def f(model):\n  print(model.std)\n  print(model.init_all())\n", SOW_UNKNOWN_NAME, 3, 15,
       "sow does not know '.init_all' of a Net"},
      {"def f(m):\n  m.weight.data.view(torch.int32)\n", SOW_UNKNOWN_NAME, 2, 17,
       "sow does not know what 'torch.int32' is"},
      {"def f(m):\n  m.weight.data.view(dtype=torch.int32)\n", SOW_INVALID_ARGUMENT, 2, 34,
       "view(dtype=…) is not understood"},
      {"def f(m):\n  m.weight.data[0:0].reshape(0, 2**62, 2**62)\n", SOW_OVERFLOW, 2, 22,
       "sizes whose product does not fit in 63 bits"},
      {"def f(m):\n  print(m.weight.data.bernoulli_())\n", SOW_INVALID_ARGUMENT, 2, 23,
       "bernoulli_: sow cannot"},
      {"def f(m):\n  if m.weight: pass\n", SOW_INVALID_ARGUMENT, 2, 8, "ask whether it 'is not None'"},
      {"def f(m):\n  m.weight.data.fill_(2**53 + 1)\n", SOW_UNSUPPORTED, 2, 17,
       "the int 9007199254740993 is no float64"},
      {"def f(m):\n  m.weight.data[0] = 2**53 + 1\n", SOW_UNSUPPORTED, 2, 16,
       "9007199254740993 is no float64"},
      {"def f(m):\n  m.weight.data += 2**53 + 1\n", SOW_UNSUPPORTED, 2, 3, "9007199254740993 is no float64"},
      {"def f(m):\n  nn.init.constant_(m.weight, 2**53 + 1)\n", SOW_UNSUPPORTED, 2, 37,
       "'val' is the int 9007199254740993, which is no float64"},
      {"def f(m):\n  nn.init.constant_(m.weight, m.weight)\n", SOW_INVALID_ARGUMENT, 2, 33,
       "constant_() takes numbers and names here, not a tensor"},
      {"def f(m):\n  nn.init.normal_(m.weight, generator=3)\n", SOW_INVALID_ARGUMENT, 2, 39,
       "leave 'generator' out"},
      {"def f(m):\n  with open('x') as file: pass\n", SOW_UNKNOWN_NAME, 2, 8,
       "sow does not know Python's open()"},
      {"import contextlib\ndef f(m):\n  with contextlib.x: pass\n", SOW_SYNTAX, 3, 8,
       "only 'with torch.no_grad():'"},
      {"@cache\ndef f(m): pass\n", SOW_UNKNOWN_NAME, 1, 2, "the name 'cache' is not defined"},
      {"import functools\n@functools.cache\ndef f(m): pass\n", SOW_SYNTAX, 2, 12,
       "of decorators only @torch.no_grad()"},
      {"def f(m):\n  x = 1 is 1\n", SOW_INVALID_ARGUMENT, 2, 9, "compare them with '=='"},
      {"def f(m):\n  x = 9223372036854775807 + 1\n", SOW_OVERFLOW, 2, 27, "does not fit in 64 bits"},
      {"def f(m):\n  x = 9223372036854775808\n", SOW_SYNTAX, 2, 7,
       "an int of more than 64 bits is not understood"},
      {"def f(m):\n  x = 1j\n", SOW_SYNTAX, 2, 7, "a complex number is not understood"},
      {"def f(m):\n  x = b'a'\n", SOW_SYNTAX, 2, 7, "a string of bytes is not understood"},
      {"def f(m):\n  x = '\\x41'\n", SOW_SYNTAX, 2, 7, "this escape in a string is not understood"},
      {"def f(m):\n  x = f'{1:.2f}'\n", SOW_SYNTAX, 2, 7, "a format within an f-string"},
      {"def f(m):\n  x = '%.2f' % 1\n", SOW_INVALID_ARGUMENT, 2, 14, "only %s and %d are understood"},
      {"def f(m):\n  x = 1 << 2\n", SOW_INVALID_ARGUMENT, 2, 9,
       "'<<' does not work between an int and an int here"},
      {"def f(m):\n  m(1)\n", SOW_INVALID_ARGUMENT, 2, 3, "a Conv2d is called here, which sow cannot do"},
      {"def f(m):\n  nn.Linear(1, 2)\n", SOW_INVALID_ARGUMENT, 2, 6, "a class is called here"},
      {"from m import Conv2d\ndef f(m):\n  isinstance(m, Conv2d)\n", SOW_INVALID_ARGUMENT, 3, 17,
       "sow cannot tell whether a Conv2d is an instance of m.Conv2d"},
      {"torch.manual_seed(0)\ndef f(m): pass\n", SOW_INVALID_ARGUMENT, 1, 7,
       "leave this line out and give --seed 0 (at the top of the file"},
      {"nn.init.x = 1\ndef f(m): pass\n", SOW_INVALID_ARGUMENT, 1, 9, "an assignment to '.x'"},
      {"def f(m):\n  p.requires_grad = False\np = 1\n", SOW_INVALID_ARGUMENT, 2, 5,
       "an assignment to '.requires_grad'"},
      {"def f(m):\n  m.weight.requires_grad = False\n  if m.weight.requires_grad: pass\n", SOW_UNKNOWN_NAME,
       3, 15, "the function sets it, and sow does not follow which"},
  };
  ALL(cases);
}

static void what_python_raises(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"def f(m):\n  raise NotImplementedError('kind [%s]' % m._get_name())\n", SOW_INVALID_ARGUMENT, 2, 3,
       "Python raises NotImplementedError here: kind [Conv2d] (for 'conv', a Conv2d)"},
      {"def f(m):\n  raise ValueError\n", SOW_INVALID_ARGUMENT, 2, 3, "Python raises ValueError here"},
      {"def f(m):\n  assert 0, \"Unsupported: {}\".format('x')\n", SOW_INVALID_ARGUMENT, 2, 3,
       "Python raises AssertionError here: Unsupported: x"},
      {"def f(m):\n  nn.init.zeros_(m.bias)\n", SOW_INVALID_ARGUMENT, 2, 20,
       "Python raises AttributeError here: the tensor is None; ask whether it 'is not None' first"},
      {"def f(m):\n  m.weight.data[99].zero_()\n", SOW_INVALID_ARGUMENT, 2, 16,
       "Python raises IndexError here: index 99 is out of bounds for dimension 0 with size"},
      {"def f(m):\n  m.weight.data[0, 0, 0, 0, 0].zero_()\n", SOW_INVALID_ARGUMENT, 2, 16,
       "Python raises IndexError here: too many indices for tensor of dimension 4"},
      {"def f(m):\n  m.weight.data[::-1].zero_()\n", SOW_INVALID_ARGUMENT, 2, 16,
       "Python raises ValueError here: step must be greater than zero"},
      {"def f(m):\n  m.weight.data.t().zero_()\n", SOW_INVALID_ARGUMENT, 2, 17,
       "Python raises RuntimeError here: t() expects a tensor with <= 2 dimensions, but self is 4D"},
      {"def f(m):\n  m.weight.data.chunk(0)\n", SOW_INVALID_ARGUMENT, 2, 17, "to be greater than 0, got: 0"},
      {"def f(m):\n  m.weight.data.split([1, 99])\n", SOW_INVALID_ARGUMENT, 2, 17,
       "split_with_sizes expects split_sizes to sum exactly to"},
      {"def f(m):\n  a, b = m.weight.data.split([6, 4])\n  b.zero_()\n", SOW_INVALID_ARGUMENT, 2, 24,
       "split_with_sizes expects split_sizes to sum exactly to 6"},
      {"def f(m):\n  m.weight.data.chunk(2, 4)\n", SOW_INVALID_ARGUMENT, 2, 17,
       "Dimension out of range (expected to be in range of [-4, 3], but got 4)"},
      {"def f(m):\n  m.weight.data.permute(1, 0, 2, 3).view(-1).zero_()\n", SOW_INVALID_ARGUMENT, 2, 37,
       "Python raises RuntimeError here: view size is not compatible with input tensor's size and stride"},
      {"def f(m):\n  m.weight.data.view(7, -1).zero_()\n", SOW_INVALID_ARGUMENT, 2, 17,
       "Python raises RuntimeError here: this shape does not fit the tensor"},
      {"def f(m):\n  if isinstance(m, nn.Linear): nn.init.xavier_uniform_(m.bias)\n", SOW_INVALID_ARGUMENT, 2,
       40,
       "Python raises ValueError here: xavier_uniform_: fan_in and fan_out need two dimensions or more, the "
       "shape is "
       "[2] (for 'fc', a Linear)"},
      {"def f(m):\n  x += 1\n", SOW_INVALID_ARGUMENT, 2, 3, "UnboundLocalError here: 'x' is used before"},
      {"x = 1\ndef f(m):\n  y = x\n  x = 2\n", SOW_INVALID_ARGUMENT, 3, 7,
       "UnboundLocalError here: 'x' is used before"},
      {"def f(m):\n  nn.init.normal_()\n", SOW_INVALID_ARGUMENT, 2, 11,
       "TypeError here: normal_() missing the argument 'tensor'"},
      {"def f(m):\n  nn.init.normal_(m.weight, sdt=1)\n", SOW_UNKNOWN_NAME, 2, 33,
       "normal_() got an unexpected keyword argument 'sdt', did you mean 'std'?"},
      {"def f(m):\n  m.weight.fill_(0)\n", SOW_INVALID_ARGUMENT, 2, 12,
       "Python raises RuntimeError here: a leaf Variable that requires grad is being used in an in-place "
       "operation; write '.weight.data', or 'with torch.no_grad():' above"},
      {"def f(m):\n  m.weight *= 2\n", SOW_INVALID_ARGUMENT, 2, 3, "RuntimeError here: a leaf Variable"},
      {"def f(m):\n  m.weight[0] = 0\n", SOW_INVALID_ARGUMENT, 2, 11, "RuntimeError here: a view of a leaf"},
      {"def f(m):\n  m.weight[0].fill_(1)\n", SOW_INVALID_ARGUMENT, 2, 15,
       "RuntimeError here: a view of a leaf"},
      {"def f(m):\n  with torch.no_grad():\n    with torch.enable_grad(): m.weight.zero_()\n",
       SOW_INVALID_ARGUMENT, 3, 40, "RuntimeError here: a leaf Variable"},
      {"def f(m):\n  with torch.no_grad(): pass\n  m.weight.zero_()\n", SOW_INVALID_ARGUMENT, 3, 12,
       "RuntimeError here: a leaf Variable"},
      {"@torch.no_grad()\ndef g(m): pass\ndef f(m):\n  g(m)\n  m.weight.zero_()\n", SOW_INVALID_ARGUMENT, 5,
       12, "RuntimeError here: a leaf Variable"},
      {"def f(m):\n  m.weight.normal_(0, 1, 2)\n", SOW_INVALID_ARGUMENT, 2, 26,
       "normal_() takes at most 2 arguments"},
      {"def f(m):\n  m.weight.fill_('a')\n", SOW_INVALID_ARGUMENT, 2, 12,
       "'value' of fill_() must be a number, not a str"},
      {"def f(m):\n  nn.init.kaiming_normal_(m.weight, mode='fan')\n", SOW_INVALID_ARGUMENT, 2, 42,
       "mode 'fan' not supported"},
      {"def f(m):\n  [1, 2][2]\n", SOW_INVALID_ARGUMENT, 2, 9, "IndexError here: there is no item 2 among 2"},
      {"def f(m):\n  {'a': 1}['b']\n", SOW_INVALID_ARGUMENT, 2, 11, "KeyError here: 'b'"},
      {"def f(m):\n  a, b = 1, 2, 3\n", SOW_INVALID_ARGUMENT, 2, 3, "ValueError here: 2 names for 3 values"},
      {"def f(m):\n  for x in 3: pass\n", SOW_INVALID_ARGUMENT, 2, 12,
       "TypeError here: there is nothing to go over in an int"},
      {"def f(m):\n  x = 1 / 0\n", SOW_INVALID_ARGUMENT, 2, 9, "division by zero"},
      {"def f(m):\n  x = 'a' + 1\n", SOW_INVALID_ARGUMENT, 2, 11,
       "TypeError here: '+' does not work between a str and an int"},
      {"def g(m, a): pass\ndef f(m):\n  g(m)\nh = 1\n", SOW_INVALID_ARGUMENT, 3, 3,
       "g() missing the argument 'a'"},
      {"def g(a): pass\ndef f(m):\n  g(m, a=1)\n", SOW_INVALID_ARGUMENT, 3, 10,
       "g() got multiple values for 'a'"},
      {"def g(a): pass\ndef f(m):\n  g(m, b=1)\n", SOW_INVALID_ARGUMENT, 3, 10,
       "unexpected keyword argument 'b'"},
      {"from timm.layers import trunc_normal_\ndef f(m):\n  trunc_normal_(m.weight, std=0)\n",
       SOW_INVALID_ARGUMENT, 3, 3, "ZeroDivisionError here"},
      {"def f(m):\n  math.log(0)\n", SOW_INVALID_ARGUMENT, 2, 8, "ValueError here: math domain error"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_bad(&cases[i], "f");
}

static void the_choice_of_what_runs(void **state) {
  (void)state;
  static const struct {
    const char *function;
    refusal one;
  } cases[] = {
      {NULL,
       {"\ndef f(m): pass\ndef g(m): pass\nclass N:\n  def init(self): pass\n", SOW_INVALID_ARGUMENT, 1, 1,
        "which of these functions? Name one behind the file, as in FILE.py:NAME: f, g, N.init"}},
      {NULL,
       {"class N:\n  def init_weights(self): pass\n  def init_head(self): pass\n", SOW_INVALID_ARGUMENT, 1, 1,
        "FILE.py:NAME: N.init_weights, N.init_head"}},
      {NULL, {"a = lambda m: 1\nb = lambda m: 2\n", SOW_INVALID_ARGUMENT, 1, 1, "FILE.py:NAME: a, b"}},
      {"N",
       {"class N:\n  def init_weights(self): pass\n  def run(self): pass\n", SOW_INVALID_ARGUMENT, 1, 1,
        "'N' is a class; name a method of it, as in FILE.py:CLASS.METHOD: N.init_weights"}},
      {"N",
       {"class N:\n  def run(self): pass\n", SOW_INVALID_ARGUMENT, 1, 1,
        "'N' is a class; name a method of it that initialises, as in FILE.py:N.METHOD"}},
      {NULL,
       {"def f(m): pass\nA.apply(f)\nB.apply(lambda m: f(m))\n", SOW_INVALID_ARGUMENT, 2, 3,
        "this file applies functions in several ways; name one behind the file"}},
      {"h", {"def f(m): pass\n", SOW_UNKNOWN_NAME, 1, 1, "this file has no function 'h'; it has f"}},
      {"N.g", {"def f(m): pass\n", SOW_UNKNOWN_NAME, 1, 1, "this file has no function 'N.g'; it has f"}},
      {"x", {"x = 1\ndef f(m): pass\n", SOW_INVALID_ARGUMENT, 1, 1, "'x' is an int, not a function"}},
      {"f(", {"def f(m): pass\n", SOW_SYNTAX, 1, 2, "this bracket is never closed"}},
      {"f(model) 1", {"def f(m): pass\n", SOW_SYNTAX, 1, 10, "expected nothing after the call, not '1'"}},
      {"f(mode)",
       {"def f(m): pass\n", SOW_UNKNOWN_NAME, 1, 3, "the name 'mode' is not defined, did you mean 'model'?"}},
      {"f\ng", {"def f(m): pass\n", SOW_INVALID_ARGUMENT, 0, 0, "holds a control character"}},
      {NULL,
       {"def f(m, std): pass\n", SOW_INVALID_ARGUMENT, 1, 1,
        "f() also needs 'std': write the call behind the file, as in FILE.py:'model.apply(lambda m: f(m, "
        "…))'"}},
      {NULL,
       {"def f(std=1): return std\n", SOW_INVALID_ARGUMENT, 1, 1,
        "f() takes no module and gives no function that does"}},
      {NULL,
       {"def f(x):\n  for p in x.parameters(): p.data.zero_()\n", SOW_INVALID_ARGUMENT, 1, 1,
        "is this for every module or for the model? Write FILE.py:'model.apply(f)' or FILE.py:'f(model)', "
        "which "
        "give other weights"}},
      {NULL,
       {"def f(gain):\n  def g(m): m.weight.data.zero_()\n  return g\n", SOW_INVALID_ARGUMENT, 1, 1,
        "this gives a function, which is to be applied"}},
      {NULL,
       {"def f(m):\n  if isinstance(m, nn.Conv3d): m.weight.data.zero_()\n", SOW_UNUSED_RULE, 1, 1,
        "this initialises nothing of the model, whose layers are Conv2d, Embedding, Linear"}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_bad(&cases[i].one, cases[i].function);
}

static void layers_are_named_once(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  sow_module *net = sow_module_new("Net");
  sow_multihead_attention(net, "attn", 4, NULL);
  sow_linear(net, "a", 4, 4, true);
  sow_linear(net, "b", 4, 4, true);
  assert_int_equal(run_over(net, "def f(m): pass\n", NULL, &error), SOW_UNUSED_RULE);
  assert_string_equal(
      error.message,
      "this initialises nothing of the model, whose layers are NonDynamicallyQuantizableLinear, "
      "MultiheadAttention, Linear");
}

static void a_rules_file_says_where_python_belongs(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"import torch\n", SOW_SYNTAX, 1, 1, "a function of Python is read from a file whose name ends in .py"},
      {"def f(m):\n", SOW_SYNTAX, 1, 1, "a function of Python is read from a file"},
      {"python f\n  def f(m): pass\n", SOW_SYNTAX, 1, 9, "expected ':' at the end of this line"},
      {"python f:\n", SOW_UNKNOWN_NAME, 2, 1, "this file has no function 'f'"},
      {"python:\n  def f(m):\n    x = = 1\n", SOW_SYNTAX, 3, 9, "expected a value"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_rules *rules = NULL;
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_rules_parse(cases[i].text, strlen(cases[i].text), "w.rules", &rules, &error);
    assert_refusal(&cases[i], status, &error);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_that_is_no_python),
      cmocka_unit_test(names_that_nothing_has),
      cmocka_unit_test(what_cannot_be_done),
      cmocka_unit_test(what_python_raises),
      cmocka_unit_test(the_choice_of_what_runs),
      cmocka_unit_test(layers_are_named_once),
      cmocka_unit_test(a_rules_file_says_where_python_belongs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
