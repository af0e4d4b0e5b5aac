/* Pipes, devices and standard output: the same bytes in order, whatever interrupts them. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "sink_box.h"

static unsigned char *read_all(int file, size_t *size) {
  unsigned char *bytes = malloc((size_t)8 << 20);
  size_t length = 0;
  ssize_t got;
  while ((got = read(file, bytes + length, ((size_t)8 << 20) - length)) > 0)
    length += (size_t)got;
  *size = length;
  return bytes;
}

static void devices_are_written_to_without_force(void **state) {
  (void)state;
  assert_int_equal(write_to("/dev/null", false, NULL), SOW_OK);
  assert_fails("/dev/full", false, SOW_IO, "/dev/full: No space left on device");
  struct stat device;
  assert_int_equal(stat("/dev/null", &device), 0);
  assert_true(S_ISCHR(device.st_mode));
}

static int write_to_stdout(void) {
  int file = open("redirected", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0)
    return 1;
  return write_to("/dev/stdout", false, NULL) == SOW_OK ? 0 : 2;
}

static void stdout_is_written_to_even_where_it_is_a_file(void **state) {
  (void)state;
  assert_int_equal(in_child(write_to_stdout), 0);
  assert_file_is_expected("redirected");
  assert_int_equal(names_in("."), 1);
}

/* What `flags` open as "log", which holds "earlier", and its number as a path. */
static int open_log(int flags, char path[32]) {
  put_file("log", "earlier");
  int file = open("log", flags);
  assert_true(file >= 0);
  snprintf(path, 32, "/dev/fd/%d", file);
  return file;
}

/* "earlier", or what `start` is of it, and the file so many times. */
static void assert_log_holds(const char *start, size_t times) {
  size_t size, length = strlen(start);
  unsigned char *bytes = file_bytes("log", &size);
  assert_int_equal(size, length + times * expected_size);
  assert_memory_equal(bytes, start, length);
  for (size_t i = 0; i < times; i++)
    assert_memory_equal(bytes + length + i * expected_size, expected, expected_size);
  free(bytes);
}

static void a_descriptor_is_written_to_where_it_stands(void **state) {
  (void)state;
  char path[32];
  int file = open_log(O_WRONLY | O_APPEND, path);
  assert_int_equal(write_to(path, false, NULL), SOW_OK);
  assert_int_equal(write_to(path, false, NULL), SOW_OK);
  close(file);
  assert_log_holds("earlier", 2);
  file = open_log(O_WRONLY, path);
  assert_int_equal(lseek(file, 3, SEEK_SET), 3);
  assert_int_equal(write_to(path, false, NULL), SOW_OK);
  assert_int_equal(lseek(file, 0, SEEK_CUR), 3 + expected_size);
  close(file);
  assert_log_holds("ear", 1);
}

static void a_descriptor_that_cannot_be_written_to_is_an_error(void **state) {
  (void)state;
  char path[32], message[64];
  int file = open_log(O_RDONLY, path);
  snprintf(message, sizeof message, "%s: Bad file descriptor", path);
  assert_fails(path, true, SOW_IO, message);
  assert_log_holds("earlier", 0);
  close(file);
  assert_fails(path, true, SOW_IO, message);
  assert_fails("/dev/fd/99999999999", true, SOW_IO, "/dev/fd/99999999999: No such file or directory");
}

static int write_to_socket(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
    return 1;
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    int failed = dup2(ends[1], STDOUT_FILENO) < 0 || fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK) != 0 ||
                 write_to("/dev/stdout", false, NULL) != SOW_OK;
    _exit(failed);
  }
  close(ends[1]);
  usleep(50000);
  size_t size;
  unsigned char *bytes = read_all(ends[0], &size);
  int same = size == expected_size && memcmp(bytes, expected, size) == 0;
  free(bytes);
  return wait_for(child) == 0 && same ? 0 : 2;
}

/* It cannot be opened by a name, and here a write that would wait is refused. */
static void a_socket_that_does_not_block_gets_the_same_bytes(void **state) {
  (void)state;
  assert_int_equal(in_child(write_to_socket), 0);
}

static int write_to_stdout_without_proc(void) {
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("none", "/proc", "tmpfs", 0, NULL) != 0)
    return 77;
  return write_to_stdout();
}

static void stdout_needs_no_proc(void **state) {
  (void)state;
  int code = in_child(write_to_stdout_without_proc);
  if (code == 77)
    skip();
  assert_int_equal(code, 0);
  assert_file_is_expected("redirected");
}

static void on_alarm(int number) {
  (void)number;
}

static int write_to_pipe_under_signals(void) {
  struct sigaction action = {.sa_handler = on_alarm};
  struct itimerval every = {{0, 7000}, {0, 7000}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &every, NULL);
  return write_to("pipe", false, NULL) == SOW_OK ? 0 : 1;
}

static int write_to_pipe(void) {
  return write_to("pipe", false, NULL) == SOW_OK ? 0 : 1;
}

/* Reads what `body` writes to the pipe, slowly at first, so that writes block and are cut short. */
static void read_pipe_from(int (*body)(void)) {
  assert_int_equal(mkfifo("pipe", 0666), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0)
    _exit(body());
  int file = open("pipe", O_RDONLY), status;
  assert_true(file >= 0);
  usleep(50000);
  size_t size;
  unsigned char *bytes = read_all(file, &size);
  close(file);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_int_equal(size, expected_size);
  assert_memory_equal(bytes, expected, size);
  free(bytes);
  struct stat pipe;
  assert_int_equal(stat("pipe", &pipe), 0);
  assert_true(S_ISFIFO(pipe.st_mode));
}

static void a_pipe_gets_the_same_bytes_in_order(void **state) {
  (void)state;
  read_pipe_from(write_to_pipe);
}

static void signals_do_not_tear_the_bytes(void **state) {
  (void)state;
  read_pipe_from(write_to_pipe_under_signals);
}

static volatile sig_atomic_t stopped;

static void note_the_alarm(int number) {
  (void)number;
  stopped = 1;
}

static int be_stopped_while_blocked(void) {
  struct sigaction action = {.sa_handler = note_the_alarm};
  struct itimerval once = {{0, 20000}, {0, 20000}};
  sigaction(SIGALRM, &action, NULL);
  int file = open("pipe", O_RDWR); /* a reader that never reads */
  setitimer(ITIMER_REAL, &once, NULL);
  sow_checkpoint_options options = {.size = sizeof options, .interrupt = &stopped};
  sow_status status = sow_checkpoint_write(plan, "pipe", &options, NULL);
  close(file);
  return status == SOW_INTERRUPTED ? 0 : 1;
}

static void a_blocked_write_can_be_interrupted(void **state) {
  (void)state;
  assert_int_equal(mkfifo("pipe", 0666), 0);
  assert_int_equal(in_child(be_stopped_while_blocked), 0);
}

static int lose_the_reader(void) {
  signal(SIGPIPE, SIG_IGN);
  sow_error error = SOW_ERROR_NONE;
  if (write_to("pipe", false, &error) != SOW_IO)
    return 1;
  return strcmp(error.message, "pipe: Broken pipe") == 0 ? 0 : 2;
}

static void a_reader_that_leaves_is_an_error(void **state) {
  (void)state;
  assert_int_equal(mkfifo("pipe", 0666), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0)
    _exit(lose_the_reader());
  int file = open("pipe", O_RDONLY), status;
  char byte;
  assert_int_equal(read(file, &byte, 1), 1);
  close(file);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(devices_are_written_to_without_force),
      IN_FOLDER(stdout_is_written_to_even_where_it_is_a_file),
      IN_FOLDER(a_descriptor_is_written_to_where_it_stands),
      IN_FOLDER(a_descriptor_that_cannot_be_written_to_is_an_error),
      IN_FOLDER(a_socket_that_does_not_block_gets_the_same_bytes),
      IN_FOLDER(stdout_needs_no_proc),
      IN_FOLDER(a_pipe_gets_the_same_bytes_in_order),
      IN_FOLDER(signals_do_not_tear_the_bytes),
      IN_FOLDER(a_blocked_write_can_be_interrupted),
      IN_FOLDER(a_reader_that_leaves_is_an_error),
  };
  return cmocka_run_group_tests(tests, make_plan, drop_plan);
}
