/* Exceptions in a function of Python: who catches them, and what runs all the same.
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
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_error error = SOW_ERROR_NONE;
    sow_status status = run_over(small_net(), cases[i].text, "f", &error);
    assert_refusal(&cases[i], status, &error);
    assert_null(strstr(error.message, "(for "));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finally_comes_before_who_catches),
      cmocka_unit_test(what_is_not_caught_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
