/*
 * What the system says of a disk: how much room there is, that a name or a lock is refused, that a call was
 * interrupted. Linked with --wrap, so that each is said here when a test wants it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>

#include "sow/sow.h"

#include "parts_box.h"

/* ---- the system ---- */

static bool links_refused;
static uint64_t room;   /* bytes that are free; UINT64_MAX: as it is */
static int interrupted; /* so many calls of each kind are, before one is not */
static int interruptions[4];
static char story[4096]; /* the calls in order, a letter each: w p(write), s(ync), S of a folder, r(ename) */
static bool full;        /* writing fails */

static void tell(char what) {
  size_t length = strlen(story);
  if (length + 1 < sizeof story && (length == 0 || story[length - 1] != what))
    story[length] = what;
}

static bool interrupt(int kind) {
  if (interruptions[kind]++ >= interrupted)
    return false;
  errno = EINTR;
  return true;
}

int __real_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __real_fstatvfs(int file, struct statvfs *about);
ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t offset);
int __real_fsync(int file);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __wrap_fstatvfs(int file, struct statvfs *about);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset);
int __wrap_fsync(int file);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);

int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  tell('l');
  if (links_refused) {
    errno = EPERM;
    return -1;
  }
  return interrupt(0) ? -1 : __real_linkat(from_folder, from, to_folder, to, flags);
}

int __wrap_fstatvfs(int file, struct statvfs *about) {
  int done = __real_fstatvfs(file, about);
  if (room != UINT64_MAX) {
    about->f_frsize = 1;
    about->f_blocks = 1 << 30;
    about->f_bfree = about->f_bavail = room;
  }
  return done;
}

ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset) {
  tell('w');
  if (full && offset > 100000) {
    errno = ENOSPC;
    return -1;
  }
  return interrupt(1) ? -1 : __real_pwrite(file, bytes, size, offset);
}

int __wrap_fsync(int file) {
  struct stat about;
  tell(fstat(file, &about) == 0 && S_ISDIR(about.st_mode) ? 'S' : 's');
  return interrupt(2) ? -1 : __real_fsync(file);
}

int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  tell('r');
  return interrupt(3) ? -1 : __real_renameat2(from_folder, from, to_folder, to, flags);
}

static int begin(void **state) {
  links_refused = full = false;
  room = UINT64_MAX;
  interrupted = 0;
  memset(interruptions, 0, sizeof interruptions);
  memset(story, 0, sizeof story);
  return enter(state);
}

/* What is told of the calls is one thread's. */
static sow_plan *plan_of_one_thread(void) {
  sow_plan_options options = sow_plan_defaults();
  options.threads = 1;
  return planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), &options);
}

/* ---- the tests ---- */

static void a_full_disk_is_seen_before_the_first_byte(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  room = 1000;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, &error), SOW_IO);
  assert_non_null(strstr(error.message, "one: takes "));
  assert_non_null(strstr(error.message, " bytes, and its disk has 1000 free"));
  assert_int_equal(error.system_error, ENOSPC);
  assert_null(strchr(story, 'w'));
  assert_int_equal(sow_checkpoint_write_sharded(plan, "some.safetensors", 1000000, NULL, &error), SOW_IO);
  assert_int_equal(sow_checkpoint_write_slice(plan, "many", 1, 3, NULL, NULL, &error), SOW_IO);
  assert_int_equal(sow_file_write("page", story, sizeof story, NULL, &error), SOW_IO);
  assert_string_equal(error.message, "page: takes 4096 bytes, and its disk has 1000 free");
  assert_int_not_equal(access("one", F_OK), 0);
  sow_plan_free(plan);
}

static void a_slice_needs_room_for_its_part_alone(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  room = sow_plan_bytes(plan) / 3 + 65536;
  for (uint64_t i = 0; i < 3; i++)
    assert_int_equal(write_slice(plan, "many", i, 3), 2 - i);
  room = UINT64_MAX;
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  assert_same_files("many", "one");
  sow_plan_free(plan);
}

static uint64_t blocks_of(const char *path) {
  struct stat about;
  assert_int_equal(stat(path, &about), 0);
  return (uint64_t)about.st_blocks * 512;
}

static void a_slice_that_fails_for_space_gives_back_what_it_took(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(write_slice(plan, "many", 0, 3), 2);
  uint64_t before = blocks_of("many.partial");
  full = true;
  assert_int_equal(sow_checkpoint_write_slice(plan, "many", 1, 3, NULL, NULL, &error), SOW_IO);
  assert_int_equal(error.system_error, ENOSPC);
  /* Pages that it shares with others stay. */
  assert_true(blocks_of("many.partial") <= before + 65536);
  full = false;
  for (uint64_t i = 1; i < 3; i++)
    assert_int_equal(write_slice(plan, "many", i, 3), 2 - i);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  assert_same_files("many", "one");
  sow_plan_free(plan);
}

/* Another process with the same part holds its lock: what it wrote must stay. */
static void a_slice_that_fails_leaves_what_another_process_writes(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  assert_int_equal(write_slice(plan, "many", 0, 3), 2);
  int other = open("many.partial", O_RDWR);
  struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 1};
  assert_int_equal(fcntl(other, F_OFD_SETLK, &lock), 0);
  char *bytes = malloc(4000000);
  memset(bytes, 1, 4000000);
  assert_int_equal(__real_pwrite(other, bytes, 4000000, 0), 4000000);
  free(bytes);
  uint64_t before = blocks_of("many.partial");
  full = true;
  assert_int_equal(sow_checkpoint_write_slice(plan, "many", 1, 3, NULL, NULL, NULL), SOW_IO);
  assert_true(blocks_of("many.partial") >= before);
  close(other);
  sow_plan_free(plan);
}

static void a_refused_link_is_known_before_the_work(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  links_refused = true;
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  assert_int_equal(story[0], 'l');
  assert_null(strchr(strchr(story, 'w'), 'l'));
  assert_int_equal(names_in("."), 1);
  sow_plan_free(plan);
}

static void the_folder_is_synced_after_the_rename(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  assert_string_equal(story, "lwslrS");
  assert_int_equal(write_slice(plan, "many", 0, 1), 0);
  assert_string_equal(story + strlen(story) - 2, "rS");
  sow_plan_free(plan);
}

static void interrupted_calls_are_made_again(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  assert_int_equal(sow_checkpoint_write(plan, "calm", NULL, NULL), SOW_OK);
  interrupted = 3;
  memset(interruptions, 0, sizeof interruptions);
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  for (int i = 0; i < 4; i++)
    assert_true(interruptions[i] > 3);
  assert_same_files("one", "calm");
  memset(interruptions, 0, sizeof interruptions);
  assert_int_equal(write_slice(plan, "many", 0, 1), 0);
  assert_same_files("many", "calm");
  sow_plan_free(plan);
}

static void a_file_that_is_replaced_keeps_its_mode(void **state) {
  (void)state;
  static const sow_checkpoint_options force = {.size = sizeof force, .force = true};
  sow_plan *plan = plan_of_one_thread();
  struct stat about;
  assert_int_equal(sow_checkpoint_write(plan, "one", NULL, NULL), SOW_OK);
  assert_int_equal(chmod("one", 0640), 0);
  assert_int_equal(sow_checkpoint_write(plan, "one", &force, NULL), SOW_OK);
  assert_int_equal(stat("one", &about), 0);
  assert_int_equal(about.st_mode & 07777, 0640);
  uint64_t missing;
  assert_int_equal(sow_checkpoint_write_slice(plan, "one", 0, 1, &force, &missing, NULL), SOW_OK);
  assert_int_equal(stat("one", &about), 0);
  assert_int_equal(about.st_mode & 07777, 0640);
  sow_plan_free(plan);
}

/* It may hold a copy of what it replaces, for as long as its parts take. */
static void an_unfinished_file_is_as_private_as_what_it_replaces(void **state) {
  (void)state;
  static const sow_checkpoint_options force = {.size = sizeof force, .force = true};
  static const mode_t modes[] = {0600, 0640, 0444};
  sow_plan *plan = plan_of_one_thread();
  struct stat about;
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    put_file("one", "old");
    assert_int_equal(chmod("one", modes[i]), 0);
    for (uint64_t part = 0; part < 2; part++) {
      assert_int_equal(sow_checkpoint_write_slice(plan, "one", part, 2, &force, NULL, NULL), SOW_OK);
      assert_int_equal(stat(part == 0 ? "one.partial" : "one", &about), 0);
      assert_int_equal(about.st_mode & 07777, part == 0 ? modes[i] | 0600 : modes[i]);
    }
  }
  sow_plan_free(plan);
}

static void two_runs_of_shards_into_one_folder_are_kept_apart(void **state) {
  (void)state;
  sow_plan *plan = plan_of_one_thread();
  assert_int_equal(mkdir("out", 0777), 0);
  int other = open("out", O_RDONLY | O_DIRECTORY);
  assert_int_equal(flock(other, LOCK_EX), 0); /* as the first run holds it */
  sow_error error = SOW_ERROR_NONE;
  static const sow_checkpoint_options force = {.size = sizeof force, .force = true};
  assert_int_equal(sow_checkpoint_write_sharded(plan, "out/model.safetensors", 1000000, &force, &error),
                   SOW_EXISTS);
  assert_string_equal(error.message,
                      "out/model.safetensors: another process is writing shards into this folder");
  assert_int_equal(names_in("out"), 0);
  close(other);
  assert_int_equal(sow_checkpoint_write_sharded(plan, "out/model.safetensors", 1000000, NULL, &error),
                   SOW_OK);
  sow_plan_free(plan);
}

#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, begin, leave)

int main(void) {
  const struct CMUnitTest tests[] = {
      ON_DISK(a_full_disk_is_seen_before_the_first_byte),
      ON_DISK(a_slice_needs_room_for_its_part_alone),
      ON_DISK(a_slice_that_fails_for_space_gives_back_what_it_took),
      ON_DISK(a_slice_that_fails_leaves_what_another_process_writes),
      ON_DISK(a_refused_link_is_known_before_the_work),
      ON_DISK(the_folder_is_synced_after_the_rename),
      ON_DISK(interrupted_calls_are_made_again),
      ON_DISK(a_file_that_is_replaced_keeps_its_mode),
      ON_DISK(an_unfinished_file_is_as_private_as_what_it_replaces),
      ON_DISK(two_runs_of_shards_into_one_folder_are_kept_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
