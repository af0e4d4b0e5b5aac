/* Parts of a file that are killed before every call of the system, or in which that call fails. */
#include "parts_box.h"
#include "refused_calls.h"

/* ---- death ---- */

/* Dies before call `k` of the part; false when the part took fewer calls. */
static bool kill_slice(const sow_plan *plan, uint64_t slice, uint64_t slices, long k) {
  refuse_call(k, DIES);
  pid_t child = start_slice(plan, "many", slice, slices, 1, false);
  refuse_call(0, DIES);
  int code = wait_for(child);
  assert_true(code == 0 || code == 128 + SIGKILL);
  return code != 0;
}

static void a_part_killed_at_any_call_can_be_run_again(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  static const uint64_t orders[2][3] = {{1, 0, 2}, {0, 2, 1}}; /* the killed part 1 comes first, and last */
  for (int o = 0; o < 2; o++) {
    long k = 0;
    for (bool killed = true; killed;) {
      k++;
      uint64_t missing = 3;
      for (int i = 0; i < 3; i++) {
        killed = orders[o][i] == 1 ? kill_slice(plan, 1, 3, k) : killed;
        if (orders[o][i] == 1 && !killed)
          continue;
        if (access("many", F_OK) == 0)
          assert_int_equal(sow_checkpoint_finish(plan, "many", NULL, NULL),
                           access("many.parts", F_OK) == 0 ? SOW_OK : SOW_EXISTS);
        else
          missing = write_slice(plan, "many", orders[o][i], 3);
      }
      assert_true(missing == 0 || access("many", F_OK) == 0);
      assert_same_files("many", "one");
      unlink("many");
      assert_int_equal(access("many.parts", F_OK), -1);
      assert_int_equal(access("many.partial", F_OK), -1);
    }
    assert_true(k > 10);
  }
  sow_plan_free(plan);
}

/* The part that comes first, or last, and then gives the file its name. */
static void a_part_in_which_any_call_fails_can_be_run_again(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  sow_checkpoint_options options = {.size = sizeof options, .threads = 1};
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  for (uint64_t other_first = 0; other_first < 2; other_first++) {
    long k = 0;
    for (bool failed = true; failed;) {
      if (other_first == 1)
        write_slice(plan, "many", 1, 2);
      refuse_call(++k, FAILS);
      sow_checkpoint_write_slice(plan, "many", 0, 2, &options, NULL, NULL);
      failed = calls >= k;
      refuse_call(0, DIES);
      for (uint64_t part = 0; part < 2 && access("many", F_OK) != 0; part++)
        write_slice(plan, "many", part, 2);
      if (access("many.parts", F_OK) == 0)
        assert_int_equal(sow_checkpoint_finish(plan, "many", NULL, NULL), SOW_OK);
      assert_same_files("many", "one");
      unlink("many");
      assert_int_equal(access("many.partial", F_OK), -1);
    }
    assert_true(k > 10);
  }
  sow_plan_free(plan);
}

/* Ready but for its name. */
static void leave_without_name(const sow_plan *plan) {
  write_slice(plan, "many", 0, 2);
  long k = 0;
  do {
    k++;
    if (access("many", F_OK) == 0)
      fail_msg("no death between the last mark and the name");
    kill_slice(plan, 1, 2, k);
    size_t size;
    char *record = (char *)file_bytes("many.parts", &size);
    bool ready = strstr(record, "\n##\n") != NULL;
    free(record);
    if (ready)
      return;
  } while (true);
}

static void finish_names_a_file_whose_parts_are_done(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  leave_without_name(plan);
  assert_int_equal(access("many", F_OK), -1);
  assert_int_equal(sow_checkpoint_finish(plan, "many", NULL, NULL), SOW_OK);
  assert_same_files("many", "one");
  assert_int_equal(names_in("."), 2);
  unlink("many");
  leave_without_name(plan);
  assert_int_equal(write_slice(plan, "many", 0, 2), 0); /* any part that comes does the same */
  assert_same_files("many", "one");
  sow_plan_free(plan);
}

static void finish_removes_the_record_of_a_named_file(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  leave_without_name(plan);
  assert_int_equal(rename("many.partial", "many"), 0);
  assert_int_equal(sow_checkpoint_finish(plan, "many", NULL, NULL), SOW_OK);
  assert_int_equal(names_in("."), 1);
  sow_plan_free(plan);
}

static void a_file_that_comes_in_between_is_kept(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  leave_without_name(plan);
  put_file("many", "precious");
  assert_unfinished(plan, "many", SOW_EXISTS, "many: the file exists, and force was not given");
  assert_file_holds("many", "precious");
  sow_checkpoint_options force = {.size = sizeof force, .force = true};
  assert_int_equal(sow_checkpoint_finish(plan, "many", &force, NULL), SOW_OK);
  assert_int_equal(names_in("."), 1);
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_part_killed_at_any_call_can_be_run_again),
      IN_FOLDER(a_part_in_which_any_call_fails_can_be_run_again),
      IN_FOLDER(finish_names_a_file_whose_parts_are_done),
      IN_FOLDER(finish_removes_the_record_of_a_named_file),
      IN_FOLDER(a_file_that_comes_in_between_is_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
