/* Files appear only when they are complete, and a failure leaves nothing behind. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "checkpoint/sink.h"
#include "sink_box.h"

/* ---- regular files ---- */

static void a_new_file_is_complete_and_alone(void **state) {
  (void)state;
  assert_int_equal(write_to("new", false, NULL), SOW_OK);
  assert_file_is_expected("new");
  assert_int_equal(names_in("."), 1);
}

static void the_mode_follows_umask(void **state) {
  (void)state;
  static const mode_t masks[] = {022, 077, 0};
  for (int i = 0; i < 3; i++) {
    mode_t before = umask(masks[i]);
    assert_int_equal(write_to("new", true, NULL), SOW_OK);
    umask(before);
    struct stat made;
    assert_int_equal(stat("new", &made), 0);
    assert_int_equal(made.st_mode & 0777, 0666 & ~masks[i]);
    unlink("new"); /* which, replaced, would keep its mode */
  }
}

static void an_existing_file_needs_force(void **state) {
  (void)state;
  put_file("old", "precious");
  assert_fails("old", false, SOW_EXISTS, "old: the file exists, and force was not given");
  assert_file_holds("old", "precious");
  assert_int_equal(write_to("old", true, NULL), SOW_OK);
  assert_file_is_expected("old");
  assert_int_equal(names_in("."), 1);
}

static void a_link_is_kept_and_its_target_replaced(void **state) {
  (void)state;
  assert_int_equal(mkdir("sub", 0777), 0);
  put_file("sub/target", "old");
  assert_int_equal(symlink("sub/target", "link"), 0);
  assert_fails("link", false, SOW_EXISTS, "link: the file exists, and force was not given");
  assert_int_equal(write_to("link", true, NULL), SOW_OK);
  struct stat link;
  assert_int_equal(lstat("link", &link), 0);
  assert_true(S_ISLNK(link.st_mode));
  assert_file_is_expected("sub/target");
}

/* Over links to links, relative to their folders. */
static void a_link_to_what_is_not_there_is_followed(void **state) {
  (void)state;
  assert_int_equal(mkdir("sub", 0777), 0);
  assert_int_equal(mkdir("sub/disk", 0777), 0);
  assert_int_equal(symlink("sub/second", "first"), 0);
  assert_int_equal(symlink("disk/target", "sub/second"), 0);
  assert_int_equal(write_to("first", false, NULL), SOW_OK);
  assert_file_is_expected("sub/disk/target");
  assert_int_equal(names_in("."), 2);
  assert_int_equal(names_in("sub"), 2);
  struct stat link;
  assert_int_equal(lstat("first", &link), 0);
  assert_true(S_ISLNK(link.st_mode));
  assert_fails("first", false, SOW_EXISTS, "first: the file exists, and force was not given");
  char absolute[4096];
  assert_non_null(getcwd(absolute, sizeof absolute - 16));
  strcat(absolute, "/absolute");
  assert_int_equal(symlink(absolute, "sub/away"), 0);
  assert_int_equal(write_to("sub/away", true, NULL), SOW_OK);
  assert_file_is_expected("absolute");
  assert_int_equal(symlink("missing/target", "nowhere"), 0);
  assert_fails("nowhere", true, SOW_IO, "nowhere: No such file or directory");
}

static void impossible_places_are_named_with_the_reason(void **state) {
  (void)state;
  assert_int_equal(mkdir("folder", 0777), 0);
  put_file("file", "x");
  assert_fails("folder", true, SOW_IO, "folder: Is a directory");
  assert_fails("new/", true, SOW_IO, "new/: Is a directory");
  assert_fails("", true, SOW_IO, ": No such file or directory");
  assert_fails("missing/new", true, SOW_IO, "missing/new: No such file or directory");
  assert_fails("file/new", true, SOW_IO, "file/new: Not a directory");
  assert_int_equal(symlink("loop", "loop"), 0);
  assert_fails("loop", true, SOW_IO, "loop: Too many levels of symbolic links");
  char name[302];
  memset(name, 'n', sizeof name - 1);
  name[300] = 0;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(write_to(name, false, &error), SOW_IO);
  assert_non_null(strstr(error.message, "File name too long"));
  assert_int_equal(names_in("."), 3);
}

static int write_as_nobody(void) {
  if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
    return 77;
  sow_error error = SOW_ERROR_NONE;
  if (write_to("closed/new", false, &error) != SOW_IO)
    return 1;
  return strcmp(error.message, "closed/new: Permission denied") == 0 ? 0 : 2;
}

static void a_folder_without_permission_is_named(void **state) {
  (void)state;
  assert_int_equal(chmod(".", 0755), 0);
  assert_int_equal(mkdir("closed", 0755), 0);
  assert_int_equal(chmod("closed", 0555), 0);
  int code = in_child(write_as_nobody);
  if (code == 77)
    skip();
  assert_int_equal(code, 0);
  assert_int_equal(names_in("closed"), 0);
}

/* ---- limits ---- */

static int write_over_limit(void) {
  struct rlimit limit = {(rlim_t)3 << 20, (rlim_t)3 << 20};
  signal(SIGXFSZ, SIG_IGN);
  sow_error error = SOW_ERROR_NONE;
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || write_to("big", false, &error) != SOW_IO)
    return 1;
  return strcmp(error.message, "big: File too large") == 0 ? 0 : 2;
}

static void a_file_size_limit_leaves_nothing(void **state) {
  (void)state;
  assert_int_equal(in_child(write_over_limit), 0);
  assert_int_equal(names_in("."), 0);
}

static int be_killed_in_the_middle(void) {
  struct rlimit limit = {(rlim_t)3 << 20, (rlim_t)3 << 20}, no_core = {0, 0};
  signal(SIGXFSZ, SIG_DFL);
  if (setrlimit(RLIMIT_CORE, &no_core) != 0 || setrlimit(RLIMIT_FSIZE, &limit) != 0)
    return 1;
  write_to("old", true, NULL);
  return 2;
}

/* The signal's default action is as sudden as SIGKILL, and comes at a known byte. */
static void being_killed_in_the_middle_leaves_the_old_file(void **state) {
  (void)state;
  put_file("old", "precious");
  assert_int_equal(in_child(be_killed_in_the_middle), 128 + SIGXFSZ);
  assert_file_holds("old", "precious");
  int file = open(".", O_WRONLY | O_TMPFILE, 0666);
  if (file >= 0) { /* elsewhere a temporary name may stay */
    close(file);
    assert_int_equal(names_in("."), 1);
  }
}

static int write_to_full_disk(void) {
  if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return 77;
  if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("none", "disk", "tmpfs", 0, "size=1m,mode=0777") != 0)
    return 77;
  sow_error error = SOW_ERROR_NONE;
  if (write_to("disk/new", false, &error) != SOW_IO)
    return 1;
  if (strstr(error.message, " bytes, and its disk has 1048576 free") == NULL)
    return 2;
  return names_in("disk") == 0 ? 0 : 3;
}

static void a_full_disk_leaves_nothing(void **state) {
  (void)state;
  assert_int_equal(mkdir("disk", 0777), 0);
  int code = in_child(write_to_full_disk);
  if (code == 77)
    skip();
  assert_int_equal(code, 0);
}

static int same_as_expected(const char *path) {
  size_t size;
  if (access(path, R_OK) != 0)
    return 0;
  unsigned char *bytes = file_bytes(path, &size);
  int same = size == expected_size && memcmp(bytes, expected, size) == 0;
  free(bytes);
  return same;
}

/* Without /proc a nameless file could not be named, so a temporary name is used from the start. */
static int write_without_proc(void) {
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("none", "/proc", "tmpfs", 0, NULL) != 0)
    return 77;
  umask(027);
  struct stat made;
  if (write_to("new", false, NULL) != SOW_OK || !same_as_expected("new") || stat("new", &made) != 0 ||
      (made.st_mode & 0777) != 0640)
    return 1;
  if (write_to("new", false, NULL) != SOW_EXISTS || write_to("new", true, NULL) != SOW_OK)
    return 2;
  if (names_in(".") != 1 || write_to("missing/new", false, NULL) != SOW_IO)
    return 3;
  return write_over_limit() == 0 && names_in(".") == 1 ? 0 : 4;
}

static void a_temporary_name_serves_where_nameless_files_cannot(void **state) {
  (void)state;
  int code = in_child(write_without_proc);
  if (code == 77)
    skip();
  assert_int_equal(code, 0);
}

static void an_interrupt_leaves_nothing(void **state) {
  (void)state;
  volatile sig_atomic_t interrupt = 1;
  sow_checkpoint_options options = {.size = sizeof options, .interrupt = &interrupt};
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_write(plan, "new", &options, &error), SOW_INTERRUPTED);
  assert_string_equal(error.message, "new: stopped on request");
  assert_int_equal(names_in("."), 0);
}

static void an_interrupt_after_the_last_byte_leaves_nothing(void **state) {
  (void)state;
  volatile sig_atomic_t interrupt = 0;
  sow__sink sink;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow__sink_open(&sink, "new", false, &interrupt, &error), SOW_OK);
  assert_int_equal(sow__sink_write(&sink, 0, "all", 3, &error), SOW_OK);
  interrupt = 1;
  assert_int_equal(sow__sink_commit(&sink, &error), SOW_INTERRUPTED);
  assert_string_equal(error.message, "new: stopped on request");
  assert_int_equal(names_in("."), 0);
}

static void npy_files_keep_the_same_promises(void **state) {
  (void)state;
  float values[3] = {1, 2, 3};
  int64_t shape[] = {3};
  DLTensor tensor = {
      .data = values, .device = {kDLCPU, 0}, .ndim = 1, .dtype = {kDLFloat, 32, 1}, .shape = shape};
  put_file("old.npy", "precious");
  assert_int_equal(sow_npy_write(&tensor, "old.npy", NULL, NULL), SOW_EXISTS);
  assert_file_holds("old.npy", "precious");
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  assert_int_equal(sow_npy_write(&tensor, "old.npy", &options, NULL), SOW_OK);
  assert_int_equal(sow_npy_write(&tensor, "missing/new.npy", NULL, NULL), SOW_IO);
  assert_int_equal(names_in("."), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_new_file_is_complete_and_alone),
      IN_FOLDER(the_mode_follows_umask),
      IN_FOLDER(an_existing_file_needs_force),
      IN_FOLDER(a_link_is_kept_and_its_target_replaced),
      IN_FOLDER(a_link_to_what_is_not_there_is_followed),
      IN_FOLDER(impossible_places_are_named_with_the_reason),
      IN_FOLDER(a_folder_without_permission_is_named),
      IN_FOLDER(a_file_size_limit_leaves_nothing),
      IN_FOLDER(being_killed_in_the_middle_leaves_the_old_file),
      IN_FOLDER(a_full_disk_leaves_nothing),
      IN_FOLDER(a_temporary_name_serves_where_nameless_files_cannot),
      IN_FOLDER(an_interrupt_leaves_nothing),
      IN_FOLDER(an_interrupt_after_the_last_byte_leaves_nothing),
      IN_FOLDER(npy_files_keep_the_same_promises),
  };
  return cmocka_run_group_tests(tests, make_plan, drop_plan);
}
