/* The program sow: reads the command line, runs one command, and sees that its output arrived. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments/arguments.h"
#include "cli/text/diagnostics.h"

/*
 * A file that is opened while 0, 1 or 2 is closed would get that number, and messages would be written into
 * it. The wrong mode makes every use of the stand-in fail, as it did before.
 */
static void fill_standard_files(void) {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
      _Exit(EXIT_TROUBLE);
}

/* Why a write failed a while ago: that is forgotten, so another is tried, for the output is not whole anyhow.
 */
static int reason_again(void) {
  return write(STDOUT_FILENO, "\n", 1) < 0 ? errno : 0;
}

/* What the command printed may still be in the buffer; a full disk shows only now. */
static int close_output(int status) {
  const bool failed = ferror(stdout) != 0;
  int reason = failed ? reason_again() : 0;
  errno = 0;
  if (fclose(stdout) == 0 && !failed)
    return status;
  reason = reason != 0 ? reason : errno;
  complain("<stdout>: %s", reason != 0 ? strerror(reason) : "cannot be written");
  return EXIT_TROUBLE;
}

int main(int argc, char **argv) {
  fill_standard_files();
  setvbuf(stderr, NULL, _IOLBF, BUFSIZ); /* a line is one write: those of several processes do not mix */
  signal(SIGPIPE, SIG_DFL); /* whoever started this: every command ends alike where its reader has left */
  signal(SIGXFSZ, SIG_IGN); /* a file over the limit is then a write error, which cleans up */
  arguments all;
  int status = EXIT_TROUBLE;
  if (arguments_parse(argc, argv, &all))
    status = close_output(command_table[all.command].run(&all));
  arguments_free(&all);
  return status;
}
