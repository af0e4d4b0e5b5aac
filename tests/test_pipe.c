/* Pipes, devices and standard output: the same bytes in order, whatever interrupts them. */
#include <fcntl.h>
#include <signal.h>
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

static void stop(int number) {
  (void)number;
  stopped = 1;
}

static int be_stopped_while_blocked(void) {
  struct sigaction action = {.sa_handler = stop};
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
      IN_FOLDER(a_pipe_gets_the_same_bytes_in_order),
      IN_FOLDER(signals_do_not_tear_the_bytes),
      IN_FOLDER(a_blocked_write_can_be_interrupted),
      IN_FOLDER(a_reader_that_leaves_is_an_error),
  };
  return cmocka_run_group_tests(tests, make_plan, drop_plan);
}
