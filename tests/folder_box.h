/* A folder for each test, files in it, and children. */
#ifndef TESTS_FOLDER_BOX_H
#define TESTS_FOLDER_BOX_H

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "sample.h"

static char folder[64]; /* of the test that runs; the working directory */

static inline int enter(void **state) {
  (void)state;
  strcpy(folder, "test_box.XXXXXX");
  return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static inline int leave(void **state) {
  (void)state;
  char command[sizeof folder + 16];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return chdir("..") != 0 || system(command) != 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

static inline void assert_same_files(const char *path, const char *expected_path) {
  size_t size, expected_size;
  unsigned char *bytes = file_bytes(path, &size), *expected = file_bytes(expected_path, &expected_size);
  assert_int_equal(size, expected_size);
  assert_memory_equal(bytes, expected, size);
  free(bytes);
  free(expected);
}

/* How many names are in a folder. */
static inline int names_in(const char *path) {
  DIR *opened = opendir(path);
  assert_non_null(opened);
  int count = -2;
  while (readdir(opened) != NULL)
    count++;
  closedir(opened);
  return count;
}

static inline void put_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static inline void assert_file_holds(const char *path, const char *text) {
  size_t size;
  unsigned char *bytes = file_bytes(path, &size);
  assert_int_equal(size, strlen(text));
  assert_memory_equal(bytes, text, size);
  free(bytes);
}

static inline int wait_for(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    assert_int_equal(errno, EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
