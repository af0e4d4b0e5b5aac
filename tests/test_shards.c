/* Sharded checkpoints: cut as huggingface_hub cuts, complete or not there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoint/shards.h"
#include "files.h"
#include "sample.h"
#include "unit.h"

#define FOLDER "test_shards.dir"
#define WHOLE FOLDER "/model.safetensors"
#define INDEX FOLDER "/model.safetensors.index.json"

static void empty_folder(void) {
  assert_int_equal(system("rm -rf " FOLDER), 0);
  assert_int_equal(mkdir(FOLDER, 0777), 0);
}

static bool exists(const char *path) {
  return access(path, F_OK) == 0;
}

/* Tensors a, b, c, … of so many bytes. */
static sow_plan *sized_plan(const int64_t *bytes, size_t count) {
  sow_module *net = sow_module_new("Net");
  for (size_t i = 0; i < count; i++) {
    const char name[] = {(char)('a' + i), 0};
    const int64_t shape[] = {bytes[i] / 4};
    sample_add(net, name, 1, shape, sow_uniform(0, 1));
  }
  return planned(net, NULL);
}

/* What split_torch_state_dict_into_shards of huggingface_hub 1.23.0 makes of tensors of these sizes. */
static void cuts_are_huggingface_hubs(void **state) {
  (void)state;
  static const struct {
    int64_t bytes[8];
    size_t count;
    uint64_t limit;
    size_t shard_of[8], shards;
  } cases[] = {
      {{40, 40, 40}, 3, 80, {0, 0, 1}, 2},
      {{40, 40, 40}, 3, 120, {0, 0, 0}, 1},
      {{40, 40, 40}, 3, 79, {0, 1, 2}, 3},
      /* An oversized tensor is a shard at once; what goes on around it stays in one. */
      {{40, 200, 40, 40}, 4, 100, {1, 0, 1, 2}, 3},
      {{200, 40}, 2, 100, {0, 1}, 2},
      {{40, 200}, 2, 100, {1, 0}, 2},
      {{200, 200, 200}, 3, 100, {0, 1, 2}, 3},
      {{40, 0, 60, 0, 4}, 5, 100, {0, 0, 0, 0, 1}, 2},
      {{60, 60, 200, 20, 60}, 5, 100, {0, 2, 1, 2, 3}, 4},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    sow_plan *plan = sized_plan(cases[c].bytes, cases[c].count);
    sow__shards shards;
    assert_int_equal(sow__shards_cut(plan, "x.safetensors", cases[c].limit, &shards, NULL), SOW_OK);
    assert_int_equal(shards.count, cases[c].shards);
    for (size_t i = 0; i < cases[c].count; i++)
      if (shards.shard_of[i] != cases[c].shard_of[i])
        fail_msg("case %zu: %zu is in shard %zu", c, i, shards.shard_of[i]);
    sow__shards_free(&shards);
    sow_plan_free(plan);
  }
}

static void assert_equal_checkpoints(const char *one, const char *other) {
  sow_archive *a = NULL, *b = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_archive_open(one, &a, &error) != SOW_OK || sow_archive_open(other, &b, &error) != SOW_OK)
    fail_msg("%s", error.message);
  assert_int_equal(sow_archive_count(a), sow_archive_count(b));
  sow_difference *differences = calloc(sow_archive_count(a), sizeof *differences);
  assert_int_equal(sow_archive_compare(a, b, 1, differences, NULL), SOW_OK);
  for (size_t i = 0; i < sow_archive_count(a); i++)
    assert_int_equal(differences[i].kind, SOW_EQUAL);
  free(differences);
  sow_archive_free(a);
  sow_archive_free(b);
}

static void shards_hold_the_same_tensors(void **state) {
  (void)state;
  for (int threads = 1; threads < 4; threads++) {
    empty_folder();
    sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
    sow_checkpoint_options options = {.size = sizeof options, .threads = threads};
    sow_error error = SOW_ERROR_NONE;
    if (sow_checkpoint_write_sharded(plan, WHOLE, 3000, &options, &error) != SOW_OK)
      fail_msg("%s", error.message);
    assert_false(exists(WHOLE));
    assert_true(exists(INDEX));
    assert_int_equal(sow_checkpoint_write(plan, FOLDER "/whole.safetensors", NULL, &error), SOW_OK);
    assert_equal_checkpoints(INDEX, FOLDER "/whole.safetensors");
    sow_plan_free(plan);
  }
  empty_folder();
  rmdir(FOLDER);
}

static void the_index_is_jsons_own_form(void **state) {
  (void)state;
  empty_folder();
  sow_module *net = sow_module_new("Net");
  const int64_t shape[] = {5};
  sample_add(net, "b", 1, shape, sow_ones());
  sample_add(net, "\xC3\xA9\"", 1, shape, sow_ones());
  sample_add(net, "a", 1, shape, sow_ones());
  sow_plan *plan = planned(net, NULL);
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, NULL, NULL), SOW_OK);
  size_t size;
  char *index = (char *)file_bytes(INDEX, &size);
  assert_string_equal(index, "{\n  \"metadata\": {\n    \"total_size\": 60\n  },\n  \"weight_map\": {\n"
                             "    \"a\": \"model-00002-of-00002.safetensors\",\n"
                             "    \"b\": \"model-00001-of-00002.safetensors\",\n"
                             "    \"\\u00E9\\\"\": \"model-00001-of-00002.safetensors\"\n  }\n}\n");
  free(index);
  sow_plan_free(plan);
  empty_folder();
  rmdir(FOLDER);
}

static void one_shard_has_no_index(void **state) {
  (void)state;
  empty_folder();
  const int64_t bytes[] = {40, 40};
  sow_plan *plan = sized_plan(bytes, 2);
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 80, NULL, NULL), SOW_OK);
  assert_true(exists(WHOLE) && !exists(INDEX));
  sow_plan_free(plan);
}

static void touch(const char *path) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fclose(file);
}

static void strays_are_kept_or_replaced(void **state) {
  (void)state;
  static const char *const strays[] = {FOLDER "/model-00003-of-00009.safetensors", WHOLE, INDEX};
  static const char *const others[] = {FOLDER "/model-1.safetensors",
                                       FOLDER "/other-00001-of-00002.safetensors",
                                       FOLDER "/model-00001-of-00002.safetensors.bak"};
  const int64_t bytes[] = {40, 40};
  sow_plan *plan = sized_plan(bytes, 2);
  for (size_t i = 0; i < 3; i++) {
    empty_folder();
    for (size_t j = 0; j < 3; j++)
      touch(others[j]);
    touch(strays[i]);
    sow_checkpoint_options options = {.size = sizeof options, .force = false};
    sow_error error = SOW_ERROR_NONE;
    assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, &error), SOW_EXISTS);
    assert_non_null(strstr(error.message, strays[i]));
    assert_true(exists(strays[i]) && !exists(FOLDER "/model-00001-of-00002.safetensors"));
    options.force = true;
    assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, &error), SOW_OK);
    assert_true(exists(INDEX) && exists(FOLDER "/model-00002-of-00002.safetensors"));
    assert_true(!exists(WHOLE) && !exists(FOLDER "/model-00003-of-00009.safetensors"));
    for (size_t j = 0; j < 3; j++)
      assert_true(exists(others[j]));
    /* And back to one file. */
    assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 80, &options, &error), SOW_OK);
    assert_true(exists(WHOLE) && !exists(INDEX) && !exists(FOLDER "/model-00001-of-00002.safetensors"));
  }
  sow_plan_free(plan);
  empty_folder();
  rmdir(FOLDER);
}

static void nothing_stays_after_a_failure(void **state) {
  (void)state;
  empty_folder();
  static volatile sig_atomic_t stop;
  const int64_t bytes[] = {40, 40};
  sow_plan *plan = sized_plan(bytes, 2);
  sow_checkpoint_options options = {.size = sizeof options, .force = true, .interrupt = &stop};
  stop = 1;
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, NULL), SOW_INTERRUPTED);
  assert_int_equal(rmdir(FOLDER), 0);
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, NULL), SOW_IO);
  assert_int_equal(sow_checkpoint_write_sharded(plan, "model.pt", 40, NULL, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 0, NULL, NULL), SOW_INVALID_ARGUMENT);
  sow_plan_free(plan);
}

/* As huggingface_hub's cache has them: others have the same file by another link. */
static void a_link_in_the_way_is_not_followed(void **state) {
  (void)state;
  const int64_t bytes[] = {40, 40};
  sow_plan *plan = sized_plan(bytes, 2);
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  static const char *const names[] = {FOLDER "/model-00002-of-00002.safetensors", INDEX};
  for (size_t i = 0; i < 2; i++) {
    empty_folder();
    touch(FOLDER "/blob");
    assert_int_equal(symlink("blob", names[i]), 0);
    sow_error error = SOW_ERROR_NONE;
    assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, &error), SOW_EXISTS);
    assert_non_null(strstr(error.message, names[i]));
    assert_non_null(strstr(error.message, ": is a symbolic link"));
    assert_int_equal(unlink(names[i]), 0);
    assert_int_equal(unlink(FOLDER "/blob"), 0);
    assert_int_equal(rmdir(FOLDER), 0);
  }
  sow_plan_free(plan);
}

/* As the name of a shard, and of what would have to go. */
static void a_folder_in_the_way_is_told_before_anything_is_replaced(void **state) {
  (void)state;
  static const char *const names[] = {FOLDER "/model-00002-of-00002.safetensors",
                                      FOLDER "/model-00009-of-00009.safetensors"};
  static const uint64_t limits[] = {40, 80};
  const int64_t bytes[] = {40, 40};
  sow_plan *plan = sized_plan(bytes, 2);
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  for (size_t i = 0; i < 4; i++) {
    empty_folder();
    touch(INDEX);
    assert_int_equal(mkdir(names[i / 2], 0777), 0);
    sow_error error = SOW_ERROR_NONE;
    assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, limits[i % 2], &options, &error), SOW_IO);
    assert_non_null(strstr(error.message, names[i / 2]));
    assert_non_null(strstr(error.message, ": is a folder, and force replaces only files"));
    assert_int_equal(rmdir(names[i / 2]), 0);
    assert_int_equal(unlink(INDEX), 0);
    assert_int_equal(rmdir(FOLDER), 0);
  }
  sow_plan_free(plan);
}

static void assert_mode(const char *path, mode_t mode) {
  struct stat about;
  assert_int_equal(stat(path, &about), 0);
  assert_int_equal(about.st_mode & 07777, mode);
}

static void what_replaces_private_files_is_private(void **state) {
  (void)state;
  static const char *const files[] = {FOLDER "/model-00001-of-00002.safetensors",
                                      FOLDER "/model-00002-of-00002.safetensors", INDEX};
  const int64_t bytes[] = {40, 40};
  sow_plan *plan = sized_plan(bytes, 2);
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  mode_t before = umask(022);
  empty_folder();
  for (int i = 0; i < 2; i++) {
    assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, NULL), SOW_OK);
    for (size_t j = 0; j < 3; j++) {
      assert_mode(files[j], i == 0 ? 0644 : 0600);
      assert_int_equal(chmod(files[j], 0600), 0);
    }
  }
  /* A new name among old ones has what all of these have: to one file, and back. */
  assert_int_equal(chmod(INDEX, 0640), 0);
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 80, &options, NULL), SOW_OK);
  assert_mode(WHOLE, 0600);
  assert_int_equal(sow_checkpoint_write_sharded(plan, WHOLE, 40, &options, NULL), SOW_OK);
  for (size_t j = 0; j < 3; j++)
    assert_mode(files[j], 0600);
  umask(before);
  sow_plan_free(plan);
  empty_folder();
  rmdir(FOLDER);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cuts_are_huggingface_hubs),
      cmocka_unit_test(shards_hold_the_same_tensors),
      cmocka_unit_test(the_index_is_jsons_own_form),
      cmocka_unit_test(one_shard_has_no_index),
      cmocka_unit_test(strays_are_kept_or_replaced),
      cmocka_unit_test(nothing_stays_after_a_failure),
      cmocka_unit_test(a_link_in_the_way_is_not_followed),
      cmocka_unit_test(a_folder_in_the_way_is_told_before_anything_is_replaced),
      cmocka_unit_test(what_replaces_private_files_is_private),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
