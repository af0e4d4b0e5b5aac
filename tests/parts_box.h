/* What the tests of files by several processes share: a plan, and processes that write a part. */
#ifndef TESTS_PARTS_BOX_H
#define TESTS_PARTS_BOX_H

#include "folder_box.h"

static inline sow_plan *plan_new(uint64_t seed) {
  sow_module *net = sample_model(SOW_TORCH_2_12, SOW_FLOAT32);
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  return planned(net, &options);
}

static inline uint64_t write_slice(const sow_plan *plan, const char *path, uint64_t slice, uint64_t slices) {
  uint64_t missing = 99999;
  sow_error error = SOW_ERROR_NONE;
  if (sow_checkpoint_write_slice(plan, path, slice, slices, NULL, &missing, &error) != SOW_OK)
    fail_msg("part %d of %d: %s", (int)slice, (int)slices, error.message);
  return missing;
}

static inline void assert_refused(const sow_plan *plan, const char *path, uint64_t slice, uint64_t slices,
                                  sow_status status, const char *message) {
  sow_error error = SOW_ERROR_NONE;
  uint64_t missing = 77;
  assert_int_equal(sow_checkpoint_write_slice(plan, path, slice, slices, NULL, &missing, &error), status);
  assert_string_equal(error.message, message);
  assert_int_equal(missing, 77);
}

static inline void assert_unfinished(const sow_plan *plan, const char *path, sow_status status,
                                     const char *message) {
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_finish(plan, path, NULL, &error), status);
  assert_string_equal(error.message, message);
}

static inline pid_t start_slice(const sow_plan *plan, const char *path, uint64_t slice, uint64_t slices,
                                int threads, bool force) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    sow_checkpoint_options options = {.size = sizeof options, .threads = threads, .force = force};
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_checkpoint_write_slice(plan, path, slice, slices, &options, NULL, &error);
    if (status != SOW_OK)
      fprintf(stderr, "%s\n", error.message);
    sow_plan_free((sow_plan *)plan); /* the child's own copy, which memcheck would miss */
    _exit(status != SOW_OK);
  }
  return child;
}

#endif
