/* Exceptions in a function of Python: of which kind they are, who catches them, and what runs all the same.
 */
#include "python_runs.h"
#include "refusals.h"

static void finally_comes_before_who_catches(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  s = ''\n"
             "  try:\n"
             "    try: [][1]\n"
             "    finally: s += 'a'\n"
             "  except IndexError: s += 'b'\n"
             "  try:\n"
             "    try: {}[1]\n"
             "    except KeyError: raise ValueError\n"
             "    finally: s += 'c'\n"
             "  except ValueError: s += 'd'\n"
             "  for i in [1, 2]:\n"
             "    try: [][i]\n"
             "    finally:\n"
             "      s += 'e'\n"
             "      continue\n"
             "  assert s == 'abcdee', s\n"
             "  def swallow():\n"
             "    try: [][1]\n"
             "    finally: return 3\n"
             "  assert swallow() == 3\n"
             "  def fill(w):\n"
             "    try: w.split([1, 2, 3])\n"
             "    finally: w.fill_(1)\n"
             "  try: model.fc.reset()\n"
             "  except AttributeError: s = ''\n"
             "  assert s == ''\n"
             "  try: model.apply(lambda m: fill(m.weight.data) if type(m) == nn.Linear else None)\n"
             "  except RuntimeError: model.fc.bias.data.fill_(2)\n",
             "fc.weight constant_(val=1.0) 24\nfc.bias constant_(val=2.0) 29\n");
}

static void what_is_raised_again_keeps_its_kind(void **state) {
  (void)state;
  assert_run("class Odd(ValueError): pass\n"
             "def f(model):\n"
             "  s = ''\n"
             "  try:\n"
             "    try: [][1]\n"
             "    except LookupError: raise\n"
             "  except KeyError: s += 'a'\n"
             "  except IndexError: s += 'b'\n"
             "  try:\n"
             "    try: {}[1]\n"
             "    except Exception as error:\n"
             "      try: [][1]\n"
             "      except IndexError: s += 'c'\n"
             "      raise error\n"
             "  except KeyError: s += 'd'\n"
             "  try: raise Odd('x')\n"
             "  except Odd: s += 'e'\n"
             "  try: raise Odd\n"
             "  except Exception: s += 'f'\n"
             "  try: raise\n"
             "  except RuntimeError: s += 'g'\n"
             "  assert s == 'bcdefg', s\n"
             "  model.fc.bias.data.fill_(2)\n",
             "fc.bias constant_(val=2.0) 23\n");
}

/* The net's last layer has a weight of (2, 8). */
static void kinds_are_torchs(void **state) {
  (void)state;
  static const struct {
    const char *expression, *kind;
  } cases[] = {
      {"w.narrow(0, 3, 0)", "IndexError"},
      {"w.narrow(0, -3, 1)", "IndexError"},
      {"w.narrow(0, 1, 2)", "RuntimeError"},
      {"w.narrow(2, 3, -1)", "RuntimeError"},
      {"z.narrow(3, 0, 1)", "RuntimeError"},
      {"z.chunk(2, 3)", "RuntimeError"},
      {"z.split(2, 3)", "RuntimeError"},
      {"z.split([1], 3)", "RuntimeError"},
      {"w.split(-1, 3)", "RuntimeError"},
      {"w.split([3, -1])", "RuntimeError"},
      {"z.select(0, 0)", "IndexError"},
      {"z.unbind()", "IndexError"},
      {"z.diagonal()", "IndexError"},
      {"z.diagonal(0, 0, -1)", "RuntimeError"},
      {"w[::False]", "ValueError"},
      {"torch.permute(w, 1, 0)", "TypeError"},
      {"torch.reshape(w, 8, 2)", "TypeError"},
      {"torch.reshape(w, 16)", "TypeError"},
      {"z.reshape()", "TypeError"},
      {"z.view()", "TypeError"},
      {"w[0:0].reshape(2**62, 2**62, 0)", "RuntimeError"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[300];
    snprintf(text, sizeof text,
             "def f(model):\n  w = model.fc.weight.data\n  z = w[0, 0]\n  try: %s\n  except %s: w.fill_(1)\n",
             cases[i].expression, cases[i].kind);
    assert_run(text, "fc.weight constant_(val=1.0) 5\n");
  }
}

/* What is wrong between values of Python's own is known for certain. */
static void kinds_are_pythons(void **state) {
  (void)state;
  static const struct {
    const char *expression, *kind;
  } cases[] = {
      {"-'a'", "TypeError"},         {"1 + 'a'", "TypeError"},     {"[1] + (2,)", "TypeError"},
      {"[1] % 2", "TypeError"},      {"None * 2", "TypeError"},    {"{'a': 1} + {}", "TypeError"},
      {"{[1]}", "TypeError"},        {"{[]: 1}", "TypeError"},     {"{} in {1}", "TypeError"},
      {"3[1:]", "TypeError"},        {"[].pop()", "IndexError"},   {"[1].remove(2)", "ValueError"},
      {"{1}.remove(2)", "KeyError"}, {"{}.pop(1)", "KeyError"},    {"[][0:1].index(3)", "ValueError"},
      {"int('1_')", "ValueError"},   {"a, *b = []", "ValueError"}, {"del [1][2]", "IndexError"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[300];
    snprintf(text, sizeof text, "def f(model):\n  try: %s\n  except %s: model.fc.weight.data.fill_(1)\n",
             cases[i].expression, cases[i].kind);
    assert_run(text, "fc.weight constant_(val=1.0) 3\n");
  }
  assert_run("def f(model):\n  d = {'a': 1}\n  try:\n    for k in d: d['b'] = 2\n"
             "  except RuntimeError: model.fc.bias.data.fill_(len(3 * [1]) + len(2 * 'ab'))\n",
             "fc.bias constant_(val=7.0) 5\n");
}

static void torch_takes_these(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  w = model.fc.weight.data\n"
             "  assert w[False:True].shape == (1, 8) and [1, 2][True:] == [2]\n"
             "  assert w.reshape(shape=(4, 4)).shape == w.view(size=[4, -1]).shape == (4, 4)\n"
             "  assert torch.permute(w, dims=(1, 0)).shape == torch.reshape(w, (8, 2)).shape == (8, 2)\n"
             "  assert w[0:0].reshape(2**40, 0, 5)[::2**39, :, 1:].numel() == 0\n"
             "  part = w\n"
             "  for i in range(100):\n"
             "    part = part[:1, ::9].unsqueeze(0).diagonal(0, 0, 1)\n"
             "    assert part.shape == (1, 1)\n"
             "  w.zero_()\n",
             "fc.weight zeros_() 11\n");
}

static void an_iterator_hands_on_what_is_raised(void **state) {
  (void)state;
  assert_run("import itertools\n"
             "def f(model):\n"
             "  s = ''\n"
             "  def bad(x): raise ValueError\n"
             "  try: len(next(itertools.chain([], (bad(x) for x in [1]))))\n"
             "  except ValueError: s += 'a'\n"
             "  try: list(zip([1], map(bad, [1])))\n"
             "  except ValueError: s += 'b'\n"
             "  try: list(filter(None, enumerate(filter(bad, [1]))))\n"
             "  except ValueError: s += 'c'\n"
             "  assert s == 'abc' and list(itertools.chain([1], [], [2])) == [1, 2]\n"
             "  model.fc.bias.data.fill_(1)\n",
             "fc.bias constant_(val=1.0) 12\n");
}

static void what_is_not_caught_is_an_error(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"def f(model):\n  try: [][1]\n  finally: x = 1\n", SOW_INVALID_ARGUMENT, 2, 10, "IndexError here"},
      {"def f(model):\n  try: [][1]\n  finally: {}[1]\n", SOW_INVALID_ARGUMENT, 3, 14, "KeyError here"},
      {"def f(model):\n  try:\n    try: {}[1]\n    finally: x = 1\n  except IndexError: pass\n",
       SOW_INVALID_ARGUMENT, 3, 12, "KeyError here"},
      {"def f(model):\n  def g(m):\n    if type(m) == nn.Linear: [][1]\n  try: model.apply(g)\n"
       "  except IndexError: {}[1]\n",
       SOW_INVALID_ARGUMENT, 5, 24, "KeyError here: 'this'"},
      {"def f(model):\n  try:\n    with torch.no_grad(), [][1]: pass\n  except IndexError: pass\n"
       "  model.fc.weight.fill_(1)\n",
       SOW_INVALID_ARGUMENT, 5, 19, "RuntimeError here: a leaf Variable"},
      {"def f(model):\n  try:\n    print(model.block.conv.bias.data)\n    model.fc.weight.data.fill_(1)\n"
       "  except IndexError: pass\n",
       SOW_INVALID_ARGUMENT, 3, 33, "AttributeError here: None has no 'data'"},
      {"class Odd(ValueError): pass\ndef f(model):\n  try: raise Odd\n  except ValueError: pass\n",
       SOW_UNKNOWN_NAME, 4, 3, "whether this takes Odd is not known"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_error error = SOW_ERROR_NONE;
    sow_status status = run_over(small_net(), cases[i].text, "f", &error);
    assert_refusal(&cases[i], status, &error);
    assert_null(strstr(error.message, "(for "));
  }
}

/* What Python takes in more ways than sow does is no exception: who catches one would go on another way. */
static void what_python_takes_is_not_raised(void **state) {
  (void)state;
  static const struct {
    const char *expression, *message;
  } cases[] = {
      {"sum([1], 2)", "sum() is understood with 1 argument, not with 2"},
      {"int('12', 8)", "int() is understood with 1 argument, not with 2"},
      {"int()", "int() is understood with 1 argument, not with 0"},
      {"str()", "str() is understood with 1 argument, not with 0"},
      {"bool()", "bool() is understood with 1 argument, not with 0"},
      {"pow(2, 5, 7)", "pow() is understood with 2 arguments, not with 3"},
      {"[1, 2, 1].index(1, 1)", "index() is understood with 1 argument, not with 2"},
      {"iter(int, 1)", "iter() is understood with 1 argument, not with 2"},
      {"range(1, 2, 3, 4)", "range() is understood with 1 to 3 arguments, not with 4"},
      {"enumerate([1], 2**62)", "enumerate() starts at an int of at most 62 bits"},
      {"'\xC2\xB2'.isdigit()", "isdigit() is understood for ASCII only"},
      {"np.prod(3)", "prod() of a number is not understood"},
      {"math.pow('a', 2)", "pow() takes two numbers"},
      {"(5).bit_length()", "sow does not know '.bit_length' of an int"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[300];
    sow_error error = SOW_ERROR_NONE;
    snprintf(text, sizeof text,
             "def f(model):\n  try: %s\n  except Exception: model.fc.weight.data.zero_()\n",
             cases[i].expression);
    assert_int_not_equal(run_over(small_net(), text, "f", &error), SOW_OK);
    if (strstr(error.message, cases[i].message) == NULL || strstr(error.message, "Python raises") != NULL)
      fail_msg("%s: %s", cases[i].expression, error.message);
  }
  assert_run("def f(model):\n"
             "  assert len(range(True)) == 1 and list(enumerate('a', True)) == [(1, 'a')]\n"
             "  model.fc.bias.data.zero_()\n",
             "fc.bias zeros_() 3\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finally_comes_before_who_catches),
      cmocka_unit_test(what_is_raised_again_keeps_its_kind),
      cmocka_unit_test(kinds_are_torchs),
      cmocka_unit_test(kinds_are_pythons),
      cmocka_unit_test(torch_takes_these),
      cmocka_unit_test(an_iterator_hands_on_what_is_raised),
      cmocka_unit_test(what_is_not_caught_is_an_error),
      cmocka_unit_test(what_python_takes_is_not_raised),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
