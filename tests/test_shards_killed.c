/* Shards that replace others, where any call of the system fails or the process dies before it. */
#include "folder_box.h"
#include "refused_calls.h"

#define WHOLE "model.safetensors"
#define INDEX "model.safetensors.index.json"

static sow_plan *plans[2]; /* what was there, and what is to come */
static int names[2];       /* files that each has */

/* Three tensors of 40 bytes. */
static sow_plan *plan_of(double value) {
  sow_module *net = sow_module_new("Net");
  for (size_t i = 0; i < 3; i++) {
    const char name[] = {(char)('a' + i), 0};
    const int64_t shape[] = {10};
    sample_add(net, name, 1, shape, sow_constant(value));
  }
  return planned(net, NULL);
}

static sow_status write_shards(int which, uint64_t limit) {
  sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = 1};
  return sow_checkpoint_write_sharded(plans[which], WHOLE, limit, &options, NULL);
}

/* Whether every tensor at `path`, which must open, is of the plan `which`. */
static bool is_all(const char *path, int which) {
  sow_archive *archive = opened(path);
  bool equal = true;
  for (size_t i = 0; i < 3; i++) {
    float values[10];
    assert_int_equal(sow_archive_read(archive, i, 0, sizeof values, values, NULL), SOW_OK);
    for (size_t j = 0; j < 10; j++)
      equal &= values[j] == (float)which;
  }
  sow_archive_free(archive);
  return equal;
}

/* Whether plan `which` is there and nothing else is. */
static bool is_alone(int which) {
  const char *path = access(INDEX, F_OK) == 0 ? INDEX : WHOLE;
  return access(path, F_OK) == 0 && is_all(path, which) && names_in(".") == names[which];
}

/* What can be opened is all old or all new. */
static void assert_no_mixture(long k) {
  static const char *const paths[] = {INDEX, WHOLE};
  for (size_t i = 0; i < 2; i++)
    if (access(paths[i], F_OK) == 0 && !is_all(paths[i], 0) && !is_all(paths[i], 1))
      fail_msg("%s is a mixture after call %ld", paths[i], k);
}

static void put_old(uint64_t limit) {
  assert_int_equal(system("rm -f *model* .sow-*"), 0);
  assert_int_equal(write_shards(0, limit), SOW_OK);
}

/* Dies before call `k`; false when it took fewer. */
static bool kill_writer(long k, uint64_t limit) {
  refuse_call(k, DIES);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0)
    _exit(write_shards(1, limit) != SOW_OK);
  refuse_call(0, DIES);
  int code = wait_for(child);
  assert_true(code == 0 || code == 128 + SIGKILL);
  return code != 0;
}

/* Call `k` fails; false when there were fewer. */
static bool fail_writer(long k, uint64_t limit) {
  refuse_call(k, FAILS);
  sow_status status = write_shards(1, limit);
  bool replacing = touched, reached = calls >= k;
  refuse_call(0, DIES);
  if (status == SOW_OK)
    assert_true(is_alone(1) || reached);
  else if (!replacing && !(access(INDEX, F_OK) == 0 ? is_all(INDEX, 0) : is_all(WHOLE, 0)))
    fail_msg("call %ld failed before anything was replaced, and what was there is gone", k);
  return reached;
}

/* Of the same number, of another one, one file. */
static const uint64_t limits[][2] = {{40, 40}, {40, 80}, {80, 40}, {40, 200}, {200, 40}, {200, 200}};

static void with_all_limits(bool (*write)(long k, uint64_t limit), long least) {
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    for (int which = 0; which < 2; which++)
      names[which] = limits[i][which] == 40 ? 4 : limits[i][which] == 80 ? 3 : 1;
    long k = 0;
    do {
      put_old(limits[i][0]);
      assert_true(is_alone(0));
      k++;
    } while (write(k, limits[i][1]) && (assert_no_mixture(k), true));
    assert_true(is_alone(1));
    assert_true(k > least);
  }
}

static void death_at_any_call_leaves_no_mixture(void **state) {
  (void)state;
  with_all_limits(kill_writer, 5);
}

static void failure_of_any_call_leaves_no_mixture(void **state) {
  (void)state;
  with_all_limits(fail_writer, 5);
}

/* Also where there are more shards than are held without a name. */
static void many_shards_leave_only_themselves(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  for (int i = 0; i < 50; i++) {
    char name[16];
    const int64_t shape[] = {10};
    snprintf(name, sizeof name, "t%02d", i);
    sample_add(net, name, 1, shape, sow_ones());
  }
  sow_plan *plan = planned(net, NULL);
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, NULL, NULL), SOW_OK);
  assert_int_equal(names_in("."), 51);
  static volatile sig_atomic_t stop = 1;
  sow_checkpoint_options options = {.size = sizeof options, .force = true, .interrupt = &stop};
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, NULL), SOW_INTERRUPTED);
  assert_int_equal(names_in("."), 51);
  sow_plan_free(plan);
}

static int make_plans(void **state) {
  (void)state;
  plans[0] = plan_of(0);
  plans[1] = plan_of(1);
  return 0;
}

static int drop_plans(void **state) {
  (void)state;
  sow_plan_free(plans[0]);
  sow_plan_free(plans[1]);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(death_at_any_call_leaves_no_mixture),
      IN_FOLDER(failure_of_any_call_leaves_no_mixture),
      IN_FOLDER(many_shards_leave_only_themselves),
  };
  return cmocka_run_group_tests(tests, make_plans, drop_plans);
}
