/* What the tests of where a checkpoint is written share: a plan, and the bytes of its file. */
#ifndef TESTS_SINK_BOX_H
#define TESTS_SINK_BOX_H

#include "folder_box.h"

static sow_plan *plan;          /* about 4 MiB, in several pieces */
static unsigned char *expected; /* its file */
static size_t expected_size;

static inline sow_status write_to(const char *path, bool force, sow_error *error) {
  sow_checkpoint_options options = {.size = sizeof options, .force = force};
  return sow_checkpoint_write(plan, path, &options, error);
}

/* The call fails with `status`, and its message is `message`. */
static inline void assert_fails(const char *path, bool force, sow_status status, const char *message) {
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(write_to(path, force, &error), status);
  assert_string_equal(error.message, message);
}

static inline void assert_file_is_expected(const char *path) {
  size_t size;
  unsigned char *bytes = file_bytes(path, &size);
  assert_int_equal(size, expected_size);
  assert_memory_equal(bytes, expected, size);
  free(bytes);
}

/* The child's failed checks are its exit status; cmocka's own would run the parent's tests again. */
static inline int in_child(int (*body)(void)) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0)
    _exit(body());
  return wait_for(child);
}

static inline int make_plan(void **state) {
  plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  if (enter(state) != 0 || write_to("file", false, NULL) != SOW_OK)
    return 1;
  expected = file_bytes("file", &expected_size);
  return leave(state);
}

static inline int drop_plan(void **state) {
  (void)state;
  sow_plan_free(plan);
  free(expected);
  return 0;
}

#endif
