/*
 * A process that writes a part hangs, before every call of the system, and goes on when others have done what
 * they do under the same names.
 */
#include <fcntl.h>

#include "parts_box.h"
#include "refused_calls.h"

/* Some pages for each part. */
static sow_plan *small_plan(uint64_t seed) {
  sow_module *net = sow_module_new("Net");
  sample_add(net, "weight", 1, (const int64_t[]){1 << 14}, sow_normal(0, 1));
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  return planned(net, &options);
}

static sow_plan *plan, *other_plan; /* two seeds: of the process that hangs, and another one */
static bool waited;                 /* whether it did */

static sow_status write_forced(const sow_plan *what, uint64_t slice, uint64_t *missing, sow_error *error) {
  sow_checkpoint_options force = {.size = sizeof force, .force = true, .threads = 1};
  return sow_checkpoint_write_slice(what, "many", slice, 2, &force, missing, error);
}

static void forced_ok(const sow_plan *what, uint64_t slice) {
  sow_error error = SOW_ERROR_NONE;
  if (write_forced(what, slice, NULL, &error) != SOW_OK)
    fail_msg("part %d after call %ld: %s", (int)slice, refused_call, error.message);
}

/* Others would wait for a process that hangs with the lock, which is theirs when it dies. */
static bool is_locked(void) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
  int file = __real_open("many.parts", O_RDWR);
  bool locked = file >= 0 && fcntl(file, F_OFD_SETLK, &lock) != 0;
  if (file >= 0)
    __real_close(file);
  return locked;
}

static void (*others)(void);

static void let_others(void) {
  waited = true;
  if (!is_locked())
    others();
}

/* Part 0 of 2, whose call `k` waits for `what`. */
static sow_status hang(long k, void (*what)(void), sow_error *error) {
  waited = false;
  others = what;
  meanwhile = let_others;
  refuse_call(k, WAITS);
  sow_status status = write_forced(plan, 0, NULL, error);
  refuse_call(0, WAITS);
  return status;
}

static void begin_again(void) {
  assert_int_equal(system("rm -f many many.p* .sow-*"), 0);
}

static void assert_alone(const char *expected) {
  assert_same_files("many", expected);
  assert_int_equal(access("many.parts", F_OK), -1);
  assert_int_equal(access("many.partial", F_OK), -1);
}

/* ---- another model under the same names ---- */

static bool data_removed;
static uint64_t others_part;

static void start_another(void) {
  unlink("many.parts");
  if (data_removed)
    unlink("many.partial");
  forced_ok(other_plan, others_part);
}

static void a_removed_run_spoils_nothing_of_the_one_that_took_its_names(void **state) {
  (void)state;
  int completed = 0;
  for (int way = 0; way < 4; way++) {
    data_removed = way % 2 == 0;
    others_part = (uint64_t)way / 2;
    long k = 0;
    do {
      begin_again();
      hang(++k, start_another, NULL);
      if (waited && access("many.parts", F_OK) == 0)
        write_forced(other_plan, 1 - others_part, NULL, NULL);
      if (access("many", F_OK) != 0)
        continue;
      assert_alone("other");
      completed++;
    } while (waited);
    assert_true(k > 20 && completed > k / 2);
  }
}

/* All is written when the data is synced, and nothing marked. */
static void a_removed_run_is_an_error(void **state) {
  (void)state;
  data_removed = true;
  others_part = 1;
  int removed = 0;
  for (long k = 1;; k++) {
    begin_again();
    sow_error error = SOW_ERROR_NONE;
    sow_status status = hang(k, start_another, &error);
    if (!waited)
      break;
    if (status == SOW_IO) {
      assert_string_equal(error.message,
                          "many.parts or many.partial was removed or begun anew while this process wrote a "
                          "part of it, which is not marked: run it again");
      removed++;
    }
  }
  assert_true(removed > 5);
}

/* ---- the same model again ---- */

static bool begun_anew;

static void complete_and_go_on(void) {
  forced_ok(plan, 0);
  if (access("many.parts", F_OK) == 0)
    forced_ok(plan, 1);
  if (begun_anew)
    forced_ok(plan, 1);
}

static void a_file_that_others_complete_is_this_ones_too(void **state) {
  (void)state;
  for (int way = 0; way < 2; way++) {
    begun_anew = way == 1;
    long k = 0;
    do {
      begin_again();
      put_file("many", "old");
      sow_error error = SOW_ERROR_NONE;
      if (hang(++k, complete_and_go_on, &error) != SOW_OK)
        fail_msg("call %ld: %s", k, error.message);
      if (access("many.parts", F_OK) == 0) /* begun anew by one or the other */
        forced_ok(plan, begun_anew ? 0 : 1);
      if (access("many.parts", F_OK) == 0) /* it hung with the lock, and nobody could complete it */
        forced_ok(plan, 1);
      assert_alone("one");
    } while (waited);
    assert_true(k > 20);
  }
}

/* ---- room ---- */

static void complete_and_fill_the_disk(void) {
  complete_and_go_on();
  calls = 0;
  refused_call = 1;
  fate = FAILS;
}

/* A file that is complete keeps all of its bytes, whatever the process does that failed. */
static void a_part_that_fails_late_empties_nothing_that_has_its_name(void **state) {
  (void)state;
  begun_anew = true;
  int failed = 0;
  long k = 0;
  do {
    begin_again();
    failed += hang(++k, complete_and_fill_the_disk, NULL) == SOW_IO;
    if (access("many", F_OK) == 0)
      assert_same_files("many", "one");
  } while (waited);
  assert_true(failed > 5);
}

static int make_all(void **state) {
  plan = small_plan(3);
  other_plan = small_plan(4);
  return enter(state) != 0 || sow_checkpoint_write(plan, "one", NULL, NULL) != SOW_OK ||
         sow_checkpoint_write(other_plan, "other", NULL, NULL) != SOW_OK;
}

static int drop_all(void **state) {
  sow_plan_free(plan);
  sow_plan_free(other_plan);
  return leave(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_removed_run_spoils_nothing_of_the_one_that_took_its_names),
      cmocka_unit_test(a_removed_run_is_an_error),
      cmocka_unit_test(a_file_that_others_complete_is_this_ones_too),
      cmocka_unit_test(a_part_that_fails_late_empties_nothing_that_has_its_name),
  };
  return cmocka_run_group_tests(tests, make_all, drop_all);
}
