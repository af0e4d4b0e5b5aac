#include "cli/commands/output.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/text/diagnostics.h"

static bool is_terminal(const char *path) {
  struct stat about;
  if (stat(path, &about) != 0 || !S_ISCHR(about.st_mode))
    return false;
  int fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  bool terminal = fd >= 0 && isatty(fd) != 0;
  if (fd >= 0)
    close(fd);
  return terminal;
}

const char *output_path(const arguments *given) {
  const char *path = arguments_value(given, OPTION_OUTPUT);
  if (strcmp(path, "-") == 0)
    path = "/dev/stdout";
  if (arguments_value(given, OPTION_FORCE) != NULL || !is_terminal(path))
    return path;
  complain("%s is a terminal, and this is nothing to read there; give a file, or --force", output_name(path));
  return NULL;
}

const char *output_name(const char *path) {
  return strcmp(path, "/dev/stdout") == 0 ? "<stdout>" : path;
}
