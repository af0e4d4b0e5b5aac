/* A file by several processes equals the file of one, and what does not belong together is refused. */
#include <errno.h>

#include "parts_box.h"
#include "plan/entry.h"
#include "sow/recording.h"

/* ---- where parts are cut ---- */

static void parts_join_are_even_and_keep_grains_whole(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  for (uint64_t n = 1; n < 200; n += 1 + n / 5) {
    sow__cut at = {0, 0}, begin, end;
    for (uint64_t i = 0; i < n; i++) {
      sow__plan_slice(plan, i, n, &begin, &end);
      assert_true(begin.index == at.index && begin.element == at.element);
      at = end;
      if (end.index == plan->stored_count)
        continue;
      const sow__entry *entry = &plan->entries[plan->in_stream[end.index]];
      assert_true(end.element < (uint64_t)entry->value->count);
      assert_int_equal(end.element % entry->value->grain, 0);
    }
    assert_true(at.index == plan->stored_count && at.element == 0);
  }
  /* Half of the bytes lie in the two long tensors. */
  sow__cut begin, end;
  sow__plan_slice(plan, 1, 3, &begin, &end);
  assert_true(begin.element > 0 && end.element > 0);
  sow_plan_free(plan);
}

static void a_ranks_shard_has_the_values_of_the_whole(void **state) {
  (void)state;
  enum { ROWS = 48, COLUMNS = 40, RANKS = 5 };
  const int64_t shape[] = {ROWS, COLUMNS};
  sow_module *net = sow_module_new("Net");
  sample_add(net, "weight", 2, shape, sow_xavier_normal(1.0));
  sow_plan *plan = planned(net, NULL);
  float whole[ROWS * COLUMNS], shard[ROWS * COLUMNS];
  assert_int_equal(sow_plan_run(plan, 0, 0, ROWS * COLUMNS, 0, whole, NULL), SOW_OK);
  for (uint64_t rank = 0; rank < RANKS; rank++) {
    uint64_t first, last;
    sow_slice(ROWS, rank, RANKS, &first, &last);
    uint64_t begin = first * COLUMNS, end = last * COLUMNS;
    assert_int_equal(sow_plan_run(plan, 0, begin, end, 0, shard, NULL), SOW_OK);
    assert_memory_equal(shard, whole + begin, (end - begin) * sizeof *shard);
  }
  sow_plan_free(plan);
}

/* ---- parts make the whole ---- */

static void parts_in_any_order_make_the_file_of_one_process(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  static const uint64_t counts[] = {1, 2, 3, 7, 64};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    uint64_t n = counts[c];
    for (uint64_t i = 0; i < n; i++) /* 5 is prime to all of them */
      assert_int_equal(write_slice(plan, "many", i * 5 % n, n), n - 1 - i);
    assert_same_files("many", "one");
    assert_int_equal(unlink("many"), 0);
    assert_int_equal(names_in("."), 1);
  }
  sow_plan_free(plan);
}

/* Some parts twice: that does no harm. */
static void processes_at_the_same_time_make_the_file_of_one(void **state) {
  (void)state;
  enum { PARTS = 7, PROCESSES = 10 };
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  for (int round = 0; round < 20; round++) {
    pid_t children[PROCESSES];
    int parts = round % 2 == 0 ? PROCESSES : PARTS;
    for (int i = 0; i < parts; i++)
      children[i] = start_slice(plan, "many", (uint64_t)i, (uint64_t)parts, round % 3, false);
    for (int i = 0; i < parts; i++)
      assert_int_equal(wait_for(children[i]), 0);
    assert_same_files("many", "one");
    assert_int_equal(unlink("many"), 0);
    assert_int_equal(names_in("."), 1);
  }
  sow_plan_free(plan);
}

static void a_part_that_runs_twice_at_once_does_no_harm(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  for (int round = 0; round < 10; round++) {
    write_slice(plan, "many", 0, 2);
    pid_t twins[2];
    for (int i = 0; i < 2; i++)
      twins[i] = start_slice(plan, "many", 1, 2, 1, false);
    /* The one that comes when the file is complete is told that it exists. */
    int first = wait_for(twins[0]), second = wait_for(twins[1]);
    assert_true(first == 0 || second == 0);
    assert_same_files("many", "one");
    leave(NULL);
    enter(NULL);
    assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  }
  sow_plan_free(plan);
}

/* One that comes when the file is complete begins it anew; none of them fails. */
static void parts_that_run_twice_with_force_do_no_harm(void **state) {
  (void)state;
  enum { PARTS = 3, PROCESSES = 2 * PARTS };
  static const sow_checkpoint_options force = {.size = sizeof force, .force = true};
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  put_file("many", "old");
  for (int round = 0; round < 20; round++) {
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++)
      children[i] = start_slice(plan, "many", (uint64_t)i % PARTS, PARTS, 1, true);
    for (int i = 0; i < PROCESSES; i++)
      assert_int_equal(wait_for(children[i]), 0);
    assert_same_files("many", "one");
    for (uint64_t i = 0; i < PARTS && access("many.parts", F_OK) == 0; i++)
      assert_int_equal(sow_checkpoint_write_slice(plan, "many", i, PARTS, &force, NULL, NULL), SOW_OK);
    assert_same_files("many", "one");
    assert_int_equal(names_in("."), 2);
  }
  sow_plan_free(plan);
}

/* ---- what is refused ---- */

static void finish_says_what_is_missing(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_unfinished(plan, "many", SOW_IO, "many.parts: No such file or directory");
  assert_int_equal(names_in("."), 0);
  write_slice(plan, "many", 2, 4);
  write_slice(plan, "many", 0, 4);
  assert_unfinished(plan, "many", SOW_INCOMPLETE, "many: of 4 parts 2, 4 are missing");
  write_slice(plan, "many", 1, 4);
  assert_unfinished(plan, "many", SOW_INCOMPLETE, "many: of 4 parts 4 is missing");
  write_slice(plan, "other", 5, 20);
  assert_unfinished(plan, "other", SOW_INCOMPLETE,
                    "other: of 20 parts 1, 2, 3, 4, 5, 7, 8, 9 and 11 more are missing");
  sow_plan_free(plan);
}

static void parts_of_anything_else_are_refused(void **state) {
  (void)state;
  static const char foreign[] = "many.parts holds parts of another model, seed or version of sow; remove it "
                                "and many.partial to start anew";
  sow_plan *plan = plan_new(3), *other = plan_new(4);
  write_slice(plan, "many", 0, 3);
  assert_refused(other, "many", 1, 3, SOW_EXISTS, foreign);
  assert_unfinished(other, "many", SOW_EXISTS, foreign);
  assert_refused(plan, "many", 1, 4, SOW_EXISTS, "many is being written in 3 parts, not in 4");
  sow_metadata entry = {"a", "b"};
  sow_checkpoint_options options = {.size = sizeof options, .metadata = &entry, .metadata_count = 1};
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_write_slice(plan, "many", 1, 3, &options, NULL, &error), SOW_EXISTS);
  assert_string_equal(error.message, foreign);
  put_file("many.parts", "nonsense");
  assert_refused(plan, "many", 1, 3, SOW_EXISTS, foreign);
  sow_plan_free(plan);
  sow_plan_free(other);
}

static sow_plan *plan_of(const char *lines) {
  char *text = NULL;
  sow_module *module = NULL;
  assert_true(asprintf(&text,
                       "sow recording 1\ntorch 2.14.1\ndtype float32\nseed 7\nmodule \"\" \"Net\"\n%send\n",
                       lines) > 0);
  assert_int_equal(sow_module_parse_recording(text, strlen(text), "net.sow", &module, NULL, NULL), SOW_OK);
  free(text);
  return planned(module, NULL);
}

/* Their plans print alike; what a print leaves out decides bytes all the same. */
static void models_that_print_alike_are_told_apart(void **state) {
  (void)state;
#define STORE "storage 0 float32 24\n"
#define WEIGHT "parameter \"w\" s0[6,4]\n"
#define OTHER STORE "storage 1 float32 24\nstep s0[24] normal_()\n"
  static const char *const pairs[][2] = {
      {STORE "step s0[2,12] orthogonal_()\n" WEIGHT, STORE "step s0[12,2] orthogonal_()\n" WEIGHT},
      {STORE "step s0[24] zero_()\nstep s0[3,4] xavier_normal_()\n" WEIGHT,
       STORE "step s0[24] zero_()\nstep s0[4,3] xavier_normal_()\n" WEIGHT},
      {OTHER "step s1[6,4] copy_(s0[6,4]*[1,6])\nparameter \"w\" s1[6,4]\n",
       OTHER "step s1[6,4] copy_(s0[6,4]*[2,4])\nparameter \"w\" s1[6,4]\n"},
      {"storage 0 float32 1\nliteral s0[1] 4\n  AAAAAA==\nparameter \"w\" s0[1]\n",
       "storage 0 float32 1\nliteral s0[1] 4\n  AACAPw==\nparameter \"w\" s0[1]\n"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    sow_plan *plan = plan_of(pairs[i][0]), *other = plan_of(pairs[i][1]);
    write_slice(plan, "many", 0, 2);
    assert_int_equal(sow_checkpoint_write_slice(other, "many", 1, 2, NULL, NULL, NULL), SOW_EXISTS);
    assert_int_equal(write_slice(plan, "many", 1, 2), 0);
    assert_int_equal(unlink("many"), 0);
    sow_plan_free(plan);
    sow_plan_free(other);
  }
}

static void a_given_state_is_part_of_what_is_written(void **state) {
  (void)state;
  sow_generator *generator = sow_generator_new(3, SOW_TORCH_NEWEST);
  sow_plan_options options = sow_plan_defaults();
  options.generator = generator;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), &options);
  sow_generator_skip(generator, 1);
  sow_plan *later = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), &options);
  write_slice(plan, "many", 0, 2);
  assert_int_equal(sow_checkpoint_write_slice(later, "many", 1, 2, NULL, NULL, NULL), SOW_EXISTS);
  sow_plan_free(plan);
  sow_plan_free(later);
  sow_generator_free(generator);
}

static void an_existing_file_is_kept_unless_forced_and_until_the_end(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  put_file("many", "precious");
  assert_refused(plan, "many", 0, 2, SOW_EXISTS, "many: the file exists, and force was not given");
  assert_int_equal(names_in("."), 2);
  sow_checkpoint_options force = {.size = sizeof force, .force = true};
  uint64_t missing;
  assert_int_equal(sow_checkpoint_write_slice(plan, "many", 0, 2, &force, &missing, NULL), SOW_OK);
  assert_int_equal(missing, 1);
  assert_file_holds("many", "precious");
  assert_int_equal(sow_checkpoint_write_slice(plan, "many", 1, 2, &force, &missing, NULL), SOW_OK);
  assert_int_equal(missing, 0);
  assert_same_files("many", "one");
  assert_int_equal(names_in("."), 2);
  sow_plan_free(plan);
}

static void a_link_is_kept_and_its_target_written(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  put_file("target", "old");
  assert_int_equal(symlink("target", "link"), 0);
  sow_checkpoint_options force = {.size = sizeof force, .force = true};
  for (uint64_t i = 0; i < 2; i++)
    assert_int_equal(sow_checkpoint_write_slice(plan, "link", i, 2, &force, NULL, NULL), SOW_OK);
  struct stat link;
  assert_int_equal(lstat("link", &link), 0);
  assert_true(S_ISLNK(link.st_mode));
  assert_same_files("target", "one");
  sow_plan_free(plan);
}

static void impossible_parts_and_places_are_refused(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_refused(plan, "many", 0, 0, SOW_INVALID_ARGUMENT,
                 "there is no part 0 of 0; parts are 1 to 1000000, counted from 0");
  assert_refused(plan, "many", 3, 3, SOW_INVALID_ARGUMENT,
                 "there is no part 3 of 3; parts are 1 to 1000000, counted from 0");
  assert_refused(plan, "many", 0, SOW_SLICES_LIMIT + 1, SOW_INVALID_ARGUMENT,
                 "there is no part 0 of 1000001; parts are 1 to 1000000, counted from 0");
  assert_refused(plan, "/dev/stdout", 0, 2, SOW_INVALID_ARGUMENT,
                 "/dev/stdout: parts can only be written to a regular file");
  assert_refused(plan, "missing/many", 0, 2, SOW_IO, "missing/many.parts: No such file or directory");
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_write_slice(plan, "missing/many", 0, 2, NULL, NULL, &error), SOW_IO);
  assert_int_equal(error.system_error, ENOENT);
  assert_refused(plan, ".", 0, 2, SOW_IO, ".: Is a directory");
  assert_int_equal(names_in("."), 0);
  sow_plan_free(plan);
}

static void data_that_went_away_is_noticed(void **state) {
  (void)state;
  static const char gone[] = "many.partial is gone or was changed; remove many.parts to start anew";
  sow_plan *plan = plan_new(3);
  write_slice(plan, "many", 0, 3);
  assert_int_equal(truncate("many.partial", 100), 0);
  assert_refused(plan, "many", 1, 3, SOW_IO, gone);
  assert_int_equal(unlink("many.partial"), 0);
  assert_refused(plan, "many", 1, 3, SOW_IO, gone);
  assert_unfinished(plan, "many", SOW_IO, gone);
  assert_int_equal(unlink("many.parts"), 0);
  assert_int_equal(write_slice(plan, "many", 0, 3), 2);
  sow_plan_free(plan);
}

static void a_part_that_is_done_is_not_made_again(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  write_slice(plan, "many", 0, 2);
  struct stat before, after;
  assert_int_equal(stat("many.partial", &before), 0);
  assert_int_equal(write_slice(plan, "many", 0, 2), 1);
  assert_int_equal(stat("many.partial", &after), 0);
  assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
  sow_plan_free(plan);
}

static void count_warning(void *context, const sow_error *warning) {
  assert_non_null(strstr(warning->message, "tied tensors are stored once"));
  ++*(int *)context;
}

static void ties_are_told_when_the_file_is_complete(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  for (uint64_t i = 0; i < 3; i++) {
    int warnings = 0;
    sow_error error = SOW_ERROR_NONE;
    error.on_warning = count_warning;
    error.warning_context = &warnings;
    assert_int_equal(sow_checkpoint_write_slice(plan, "many", i, 3, NULL, NULL, &error), SOW_OK);
    assert_int_equal(warnings, i == 2);
  }
  sow_plan_free(plan);
}

static void an_interrupted_part_goes_on_later(void **state) {
  (void)state;
  sow_plan *plan = plan_new(3);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  static volatile sig_atomic_t interrupt = 1;
  sow_checkpoint_options options = {.size = sizeof options, .interrupt = &interrupt};
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_write_slice(plan, "many", 0, 2, &options, NULL, &error), SOW_INTERRUPTED);
  assert_string_equal(error.message, "many: stopped on request");
  assert_int_equal(write_slice(plan, "many", 1, 2), 1);
  assert_int_equal(write_slice(plan, "many", 0, 2), 0);
  assert_same_files("many", "one");
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parts_join_are_even_and_keep_grains_whole),
      cmocka_unit_test(a_ranks_shard_has_the_values_of_the_whole),
      IN_FOLDER(parts_in_any_order_make_the_file_of_one_process),
      IN_FOLDER(processes_at_the_same_time_make_the_file_of_one),
      IN_FOLDER(a_part_that_runs_twice_at_once_does_no_harm),
      IN_FOLDER(parts_that_run_twice_with_force_do_no_harm),
      IN_FOLDER(finish_says_what_is_missing),
      IN_FOLDER(parts_of_anything_else_are_refused),
      IN_FOLDER(models_that_print_alike_are_told_apart),
      IN_FOLDER(a_given_state_is_part_of_what_is_written),
      IN_FOLDER(an_existing_file_is_kept_unless_forced_and_until_the_end),
      IN_FOLDER(a_link_is_kept_and_its_target_written),
      IN_FOLDER(impossible_parts_and_places_are_refused),
      IN_FOLDER(data_that_went_away_is_noticed),
      IN_FOLDER(a_part_that_is_done_is_not_made_again),
      IN_FOLDER(ties_are_told_when_the_file_is_complete),
      IN_FOLDER(an_interrupted_part_goes_on_later),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
