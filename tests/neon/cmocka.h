/* What the tests of kernels and test_tile.c take from cmocka, which Debian has not for a cross compiler. */
#ifndef SOW_TESTS_NEON_CMOCKA_H
#define SOW_TESTS_NEON_CMOCKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef void (*CMUnitTestFunction)(void **state);

struct CMUnitTest {
  const char *name;
  CMUnitTestFunction test_func;
  void *setup_func, *teardown_func;
  void *initial_state;
};

static jmp_buf test_end;
enum { TEST_FAILED = 1, TEST_SKIPPED };

#define cmocka_unit_test(function) ((struct CMUnitTest){#function, function, NULL, NULL, NULL})
#define skip() longjmp(test_end, TEST_SKIPPED)
#define fail_msg(...) (printf(__VA_ARGS__), puts(""), longjmp(test_end, TEST_FAILED))
#define assert_true(c) ((c) ? (void)0 : fail_msg("%s:%d: %s", __FILE__, __LINE__, #c))
#define assert_false(c) assert_true(!(c))
#define assert_null(p) assert_true((p) == NULL)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_ptr_equal(a, b) assert_true((a) == (b))
#define assert_int_equal(a, b) assert_true((a) == (b))
#define assert_string_equal(a, b) assert_true(strcmp(a, b) == 0)
#define assert_memory_equal(a, b, size) assert_true(memcmp(a, b, size) == 0)

static int run_test(const char *group, const struct CMUnitTest *test) {
  void *state = test->initial_state;
  int end = setjmp(test_end);
  if (end == 0)
    test->test_func(&state);
  if (end != TEST_SKIPPED)
    printf("%s: %s: %s\n", group, test->name, end == 0 ? "passed" : "FAILED");
  return end == TEST_FAILED;
}

static int run_tests(const char *group, const struct CMUnitTest *tests, size_t count) {
  int failed = 0;
  for (size_t i = 0; i < count; i++)
    failed += run_test(group, &tests[i]);
  return failed;
}

#define cmocka_run_group_tests_name(group, tests, setup, teardown)                                           \
  run_tests(group, tests, sizeof(tests) / sizeof((tests)[0]))
#define cmocka_run_group_tests(tests, setup, teardown)                                                       \
  cmocka_run_group_tests_name("tests", tests, setup, teardown)

#endif
