/* How large and how deep a function of Python may be, and how long it may run. */
#include "python_runs.h"

static char *repeat(const char *before, const char *text, size_t times, const char *after) {
  size_t length = strlen(text), first = strlen(before);
  char *made = malloc(first + length * times + strlen(after) + 1);
  assert_non_null(made);
  memcpy(made, before, first);
  for (size_t i = 0; i < times; i++)
    memcpy(made + first + i * length, text, length);
  memcpy(made + first + length * times, after, strlen(after) + 1);
  return made;
}

static void assert_limit(char *text) {
  sow_error error = SOW_ERROR_NONE;
  sow_status status = run_over(small_net(), text, "f", &error);
  if (status != SOW_LIMIT)
    fail_msg("%.200s: %s: %s", text, sow_status_name(status), error.message);
  free(text);
}

static void everything_is_bounded(void **state) {
  (void)state;
  assert_limit(repeat("def f(m): pass\n#", "x", (size_t)1 << 20, "\n"));
  assert_limit(repeat("def f(m): x = ", "(", 250, ""));
  assert_limit(repeat("def f(m): x = ", "-", 100000, "1\n"));
  assert_limit(repeat("def f(m): x = ", "not ", 100000, "1\n"));
  assert_limit(repeat("def f(m): x = ", "lambda: ", 100000, "1\n"));
  assert_limit(repeat("def f(m): x = m", ".a", 100000, "\n"));
  assert_limit(repeat("def f(m): x = 1", "+1", 100000, "\n"));
  assert_limit(repeat("def f(m): x = 1", "**1", 100000, "\n"));
  char *inner = repeat("def f(m): x = ", "(", 150, "1");
  assert_limit(repeat(inner, ")", 150, "\n"));
  free(inner);
  assert_limit(repeat("def f(m): g(", "1, ", 17, ")\ndef g(*a): pass\n"));
  assert_limit(repeat("def f(m):\n  x = 'a'\n", "  x = x + x\n", 40, ""));
  assert_limit(repeat("def f(m):\n  while True: pass\n", "", 0, ""));
  assert_limit(repeat("def f(m):\n  for i in range(10 ** 18): pass\n", "", 0, ""));
  assert_limit(repeat("def f(m):\n  x = [0] * 10 ** 12\n", "", 0, ""));
  assert_limit(repeat(
      "def f(m):\n  for i in range(1000):\n    for j in range(1000):\n      for k in range(1000): pass\n", "",
      0, ""));
  assert_limit(repeat("def f(m): return f(m)\n", "", 0, ""));
  assert_limit(repeat("def f(m): return (lambda g: g(g))(lambda g: g(g))\n", "", 0, ""));
  assert_limit(repeat("def f(m): m.apply(f)\n", "", 0, ""));
  assert_limit(repeat("def f(m):\n  l = [1]\n  for x in l: l.append(x)\n", "", 0, ""));
  assert_limit(repeat("def f(m):\n  g = [1]\n", "  g = map(int, g)\n", 2000, "  list(g)\n"));
  assert_limit(repeat("def f(m):\n  l = [0]\n", "  l += l\n", 60, ""));
  assert_limit(repeat("def f(m):\n  x = [[[i, i] for i in range(2)] for j in range(10 ** 9)]\n", "", 0, ""));
}

/* Many blocks within one another, long chains of elif and of or: no deeper than a few. */
static void long_chains_are_no_nesting(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  char *text = repeat("def f(m):\n  if hasattr(m, 'none'): pass\n", "  elif type(m) == 1: pass\n", 5000,
                      "  elif hasattr(m, 'weight'): m.weight.data.zero_()\n");
  assert_int_equal(run_over(small_net(), text, NULL, &error),
                   SOW_UNKNOWN_NAME); /* ReLU: nobody knows 'none' of a Net */
  free(text);
  text = repeat("import sys\nif sys.x > 0:pass\n", "elif 0:pass\n", 80000,
                "def f(m):\n  if hasattr(m, 'weight'): m.weight.data.zero_()\n");
  assert_int_equal(run_over(small_net(), text, NULL, &error), SOW_OK);
  free(text);
  text = repeat("def f(m):\n  if 0:pass\n", "  elif 0:pass\n", 70000,
                "  elif hasattr(m, 'weight'): m.weight.data.zero_()\n");
  assert_int_equal(run_over(small_net(), text, NULL, &error), SOW_OK);
  free(text);
  text = repeat("def f(m):\n  x = [a for a in [1]", " if a", 100000,
                "]\n  if hasattr(m, 'weight'): m.weight.data.zero_()\n");
  assert_int_equal(run_over(small_net(), text, NULL, &error), SOW_OK);
  free(text);
  text = repeat("def f(m):\n  x = 0", " or 0", 20000, "\n  if hasattr(m, 'weight'): m.weight.data.zero_()\n");
  assert_int_equal(run_over(small_net(), text, NULL, &error), SOW_OK);
  free(text);
  text = repeat("def f(m):\n  if type(m) == 0: pass\n", "  elif type(m) == 1: pass\n", 5000,
                "  elif hasattr(m, 'weight'): m.weight.data.zero_()\n");
  assert_int_equal(run_over(small_net(), text, NULL, &error), SOW_OK);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_is_bounded),
      cmocka_unit_test(long_chains_are_no_nesting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
