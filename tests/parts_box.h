/* What the tests of files by several processes share: a folder for each test, and processes that write a
 * part. */
#ifndef TESTS_PARTS_BOX_H
#define TESTS_PARTS_BOX_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sample.h"

static char folder[64]; /* of the test that runs; the working directory */

static inline sow_plan *plan_new(uint64_t seed) {
  sow_module *net = sample_model(SOW_TORCH_2_12, SOW_FLOAT32);
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  return planned(net, &options);
}

static inline unsigned char *file_bytes(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    fail_msg("there is no %s", path);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*size + 1);
  assert_int_equal(fread(bytes, 1, *size, file), *size);
  bytes[*size] = 0;
  fclose(file);
  return bytes;
}

static inline void assert_same_files(const char *path, const char *expected_path) {
  size_t size, expected_size;
  unsigned char *bytes = file_bytes(path, &size), *expected = file_bytes(expected_path, &expected_size);
  assert_int_equal(size, expected_size);
  assert_memory_equal(bytes, expected, size);
  free(bytes);
  free(expected);
}

static inline int count_names(void) {
  DIR *here = opendir(".");
  assert_non_null(here);
  int count = -2;
  while (readdir(here) != NULL)
    count++;
  closedir(here);
  return count;
}

static inline void put_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
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

static inline int enter(void **state) {
  (void)state;
  strcpy(folder, "test_slices.XXXXXX");
  return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static inline int leave(void **state) {
  (void)state;
  DIR *here = opendir(".");
  for (struct dirent *one; (one = readdir(here)) != NULL;)
    unlinkat(AT_FDCWD, one->d_name, 0);
  closedir(here);
  return chdir("..") != 0 || rmdir(folder) != 0;
}

static inline pid_t start_slice(const sow_plan *plan, const char *path, uint64_t slice, uint64_t slices,
                                int threads) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    sow_checkpoint_options options = {.threads = threads};
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_checkpoint_write_slice(plan, path, slice, slices, &options, NULL, &error);
    if (status != SOW_OK)
      fprintf(stderr, "%s\n", error.message);
    sow_plan_free((sow_plan *)plan); /* the child's own copy, which memcheck would miss */
    _exit(status != SOW_OK);
  }
  return child;
}

static inline int wait_for(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    assert_int_equal(errno, EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

#endif
