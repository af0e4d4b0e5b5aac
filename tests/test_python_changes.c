/* Lists that change while something goes over them: every item is one that is there. */
#include "python_runs.h"
#include "refusals.h"

static void a_key_may_change_what_is_sorted(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  l = [3, 1, 2]\n"
             "  def grow(x):\n"
             "    for i in range(500): l.append(i)\n"
             "    return x\n"
             "  assert sorted(l, key=grow) == [1, 2, 3] and len(l) == 1503\n"
             "  def shrink(x):\n"
             "    nonlocal l\n"
             "    l *= 0\n"
             "    return x\n"
             "  l = [3, 1, 2]\n"
             "  assert sorted(l, key=shrink) == [1, 2, 3] and l == []\n"
             "  model.fc.bias.data.fill_(1)\n",
             "fc.bias constant_(val=1.0) 13\n");
}

static void a_list_that_is_sorted_stays(void **state) {
  (void)state;
  static const refusal cases[] = {
      {"def f(m):\n  l = [3, 1]\n  l.sort(key=lambda x: l.append(x) or x)\n", SOW_INVALID_ARGUMENT, 3, 5,
       "the key changes the list that is sorted by it"},
      {"def f(m):\n  l = [3, 1]\n  def k(x):\n    nonlocal l\n    l *= 0\n    return x\n  l.sort(key=k)\n",
       SOW_INVALID_ARGUMENT, 7, 5, "the key changes the list that is sorted by it"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_error error = SOW_ERROR_NONE;
    sow_status status = run_over(small_net(), cases[i].text, NULL, &error);
    assert_refusal(&cases[i], status, &error);
  }
}

static void a_list_gives_its_items_before_it_gets_them(void **state) {
  (void)state;
  assert_run("def f(model):\n"
             "  l = [1, 2, 3]\n"
             "  l[2], l[0], l[1] = l\n"
             "  assert l == [2, 3, 1]\n"
             "  model.fc.bias.data.fill_(len(l))\n",
             "fc.bias constant_(val=3.0) 5\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_may_change_what_is_sorted),
      cmocka_unit_test(a_list_that_is_sorted_stays),
      cmocka_unit_test(a_list_gives_its_items_before_it_gets_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
