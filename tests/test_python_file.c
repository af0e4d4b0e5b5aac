/* A file of functions as rules: what of it runs, how it is laid out, and the section that keeps it. */
#include "python_runs.h"

#include "document.h"

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

/* basicsr's, and all that descends from it. */
static void what_more_is_given_is_passed_on(void **state) {
  (void)state;
  static const char text[] =
      "def fill_all(modules, value=1, **kwargs):\n"
      "  for m in modules if isinstance(modules, list) else [modules]:\n"
      "    for one in m.modules():\n"
      "      if type(one) == nn.Linear: nn.init.normal_(one.weight, **kwargs, mean=value)\n";
  assert_run_as(text, "fill_all(model)", "fc.weight normal_(mean=1.0, std=1.0) 4\n");
  assert_run_as(text, "fill_all([model], std=2)", "fc.weight normal_(mean=1.0, std=2.0) 4\n");
  assert_run_as(text, "fill_all(*[model, 3], **{'std': 2})", "fc.weight normal_(mean=3.0, std=2.0) 4\n");
  assert_run("def initialize_weights(*models):\n"
             "  for model in models:\n"
             "    for m in model.modules():\n"
             "      if isinstance(m, nn.Linear): nn.init.ones_(m.weight)\n",
             "fc.weight ones_() 4\n");
  assert_run_as("def g(a, *rest, b=1, **more): return [a, len(rest), b, sorted(more)]\n"
                "def f(m):\n"
                "  assert g(1, 2, 3, c=4, b=5) == [1, 2, 5, ['c']] and g(a=1) == [1, 0, 1, []]\n"
                "  if type(m) == nn.Linear: m.weight.data.zero_()\n",
                "f", "fc.weight zeros_() 4\n");
}

static void the_only_one_is_taken(void **state) {
  (void)state;
  assert_run("reset = lambda m: m.weight.data.zero_() if isinstance(m, nn.Linear) else None\n",
             "fc.weight zeros_() 1\n");
  assert_run(
      "class Net(nn.Module):\n  def __init__(self): super().__init__()\n  def forward(self, x): return x\n"
      "  def init_weights(self): self.fc.weight.data.zero_()\n",
      "fc.weight zeros_() 4\n");
}

/* A method that takes more than self, of a class that the print may call otherwise. */
static void methods_take_arguments(void **state) {
  (void)state;
  static const char text[] =
      "class Base(nn.Module):\n"
      "  def init_weights(self, kind='a', gain=0.02):\n"
      "    def fill(m):\n"
      "      if isinstance(m, nn.Linear): self.fill(m.bias, gain if kind == 'b' else 0)\n"
      "    self.apply(fill)\n"
      "  def fill(self, w, value): nn.init.constant_(w, value)\n"
      "class Other(Base): pass\n";
  static const char expected[] = "fc.bias constant_(val=3.0) 6\n";
  assert_run_as(text, "Base.init_weights(model, 'b', 3)", expected);
  assert_run_as(text, "Base.init_weights(net, kind='b', gain=3)", expected);
  assert_run_as(text, "Base.init_weights('b', gain=3)", expected);
  assert_run_as(text, "Other.init_weights('b', 3)", expected);
  assert_run_as(text, "Other.init_weights(model, 'b', 3)", expected);
}

/* The call that applies the function to the script's own model says which function it is. */
static void a_script_says_what_runs(void **state) {
  (void)state;
  static const char head[] =
      "import argparse, os\nimport torch.nn as nn\nparser = argparse.ArgumentParser()\n"
      "parser.add_argument('--std', type=float)\nopt = parser.parse_args()\nprint(opt)\n"
      "os.environ['CUDA_VISIBLE_DEVICES'] = '0'\ntorch.backends.cudnn.benchmark = True\n"
      "if torch.cuda.is_available(): device = 'cuda'\nnp.random.seed(0)\n"
      "def other(m): raise ValueError(opt.std)\n"
      "def fill(m, value=2):\n  if type(m) == nn.Linear: nn.init.constant_(m.bias, value)\n"
      "def fill_all(model, value): model.apply(lambda m: fill(m, value))\n"
      "def factory(value): return lambda m: fill(m, value)\n"
      "netG, netD = nn.Sequential(nn.Linear(2, 2)), Net()\n";
  static const char tail[] =
      "for epoch in range(opt.epochs):\n  loss = netD(x)\n  loss.backward()\n  step += 1\n";
  static const char *const calls[][2] = {
      {"netG.apply(fill)\nnetD.apply(fill);\n", "fc.bias constant_(val=2.0) 13\n"},
      {"netG.apply(factory(3))\n", "fc.bias constant_(val=3.0) 13\n"},
      {"netG = netG.apply(lambda m: fill(m, 4))\n", "fc.bias constant_(val=4.0) 13\n"},
      {"fill_all(netG, value=5)\nfill_all(netD, value=5)\n", "fc.bias constant_(val=5.0) 13\n"},
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    char text[2000];
    snprintf(text, sizeof text, "%s%s%s", head, calls[i][0], tail);
    assert_run(text, calls[i][1]);
    assert_run_as(text, "fill", "fc.bias constant_(val=2.0) 13\n");
  }
}

/* What may have changed at the top is not known; what has changed there is. */
static void the_top_changes_its_lists(void **state) {
  (void)state;
  static const char *const unknown[] = {
      "N.append(os.x())\n",
      "M = N\nM.append(os.x())\n",
      "def g(l): l.append(os.x())\ng(N)\n",
      "def g(l):\n  yield 1\ng(N)\n",
      "def g(): N.append(os.x())\ng()\n",
      "for i in os.x(): N.append(i)\n",
      "def g():\n  global N\n  N = os.x()\ng()\n",
      "del N[os.x()]\n",
      "add = N.append\nadd(os.x())\n",
      "add = N.__add__\nadd('Embedding')\n",
      "N[0] = os.x()\n",
      "N += os.x()\n",
      "print(N.unknown())\n",
      "class A:\n  N.append('Embedding')\n",
      "class A: N.append('Embedding')\n",
      "class A:\n  class B:\n    N[0] = 'Embedding'\n",
      "class A:\n  global N\n  N = ['Embedding']\n",
      "class A:\n  def __init__(self): N.append('Embedding')\nA()\n",
      "class A:\n  def g(self, n): self.h(n)\n  def h(self, n): N.append(n)\na = A()\na.g('Embedding')\n",
      "class A:\n  def fill(self, l): l.append('Embedding')\na = A()\na.fill(N)\n",
      "class A:\n  def __init_subclass__(cls): N.append(cls.__name__)\nclass Embedding(A): pass\n",
      "class A:\n  def __call__(self, c): N.append(c.__name__)\na = A()\n@a\nclass Embedding: pass\n",
      "def add(c):\n  N.append(c.__name__)\n  return c\n@add\nclass Embedding: pass\n",
      "def named(n):\n  def add(c): N.append(n)\n  return add\n@named('Embedding')\nclass B: pass\n",
  };
  static const char *const known[] = {
      "class A:\n  N = []\n  N.append('Embedding')\n",
      "class A:\n  def f(self):\n    N = []\n    N.append('Embedding')\nA().f()\n",
      "class A:\n  def f(self): N.append('Embedding')\n",
      "class A:\n  KINDS = tuple(N) + (N.index('Linear'),)\n  match = 1\n",
      "@register\nclass A(Base):\n  def __init__(self): super().__init__()\nA()\n",
  };
  assert_run("N = ['Linear']\nM = N\nM.append('Embedding')\nN.remove('Linear')\n"
             "def f(m): m.weight.data.zero_() if type(m).__name__ in N else None\n",
             "emb.weight zeros_() 5\n");
  assert_run(
      "import os\nN = {'Embedding': 1}\nos.x(choices=N.keys(), N=N)\ny = [os.x(k) for k, v in N.items()]\n"
      "def f(m): m.weight.data.zero_() if type(m).__name__ in N else None\n",
      "emb.weight zeros_() 5\n");
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    sow_error error = SOW_ERROR_NONE;
    char text[300];
    snprintf(text, sizeof text,
             "import os\nN = ['Linear']\n%sdef f(m):\n  if type(m).__name__ in N: m.weight.data.zero_()\n",
             unknown[i]);
    assert_true(run_over(small_net(), text, "f", &error) != SOW_OK);
    assert_non_null(strstr(error.message, "sow does not know the value of 'N'"));
  }
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    char text[300];
    snprintf(text, sizeof text,
             "import os\nN = ['Embedding']\ndef f(m): m.weight.data.zero_() if type(m).__name__ in N else "
             "None\n%s",
             known[i]);
    assert_run_as(text, "f", "emb.weight zeros_() 3\n");
  }
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
      "global A, B\nA, B = 0, 1\ndef f(m):\n  if type(m) == nn.Linear and B: m.bias.data.fill_(A)\n",
      "class A:\n  @(x := 3)\n  def g(self): pass\n  @other(lambda n: n, [n for n in (m := [])])\n"
      "  def h(self): pass\ndef f(m):\n  if type(m) == nn.Linear: m.bias.data.zero_()\n",
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
    const sow_python_options options = {.size = sizeof options, .source = "rules.md"};
    sow_rules *rules = NULL;
    sow_module *net = small_net();
    sow_error error = SOW_ERROR_NONE;
    if (sow_rules_parse_python(at, length, &options, &rules, &error) != SOW_OK ||
        sow_module_apply_rules(net, rules, false, &error) != SOW_OK)
      fail_msg("%.*s\n%d: %s", (int)length, at, error.line, error.message);
    sow_rules_free(rules);
    sow_module_free(net);
  }
  assert_int_equal(count, 8);
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
      cmocka_unit_test(what_runs_is_chosen_by_name_or_call),
      cmocka_unit_test(what_more_is_given_is_passed_on),
      cmocka_unit_test(the_only_one_is_taken),
      cmocka_unit_test(methods_take_arguments),
      cmocka_unit_test(a_script_says_what_runs),
      cmocka_unit_test(the_top_changes_its_lists),
      cmocka_unit_test(layout_is_pythons),
      cmocka_unit_test(the_section_reads_back),
      cmocka_unit_test(a_section_stands_among_others),
      cmocka_unit_test(old_names_warn_once),
      cmocka_unit_test(the_documents_examples_are_functions),
      cmocka_unit_test(one_function_serves_many_trees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
