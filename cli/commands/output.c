#include "cli/commands/output.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "cli/text/diagnostics.h"

static bool is_terminal(const char *path) {
  struct stat about;
  int own = sow__descriptor_of(path);
  if (own >= 0)
    return isatty(own) != 0;
  if (stat(path, &about) != 0 || !S_ISCHR(about.st_mode))
    return false;
  int fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  bool terminal = fd >= 0 && isatty(fd) != 0;
  if (fd >= 0)
    close(fd);
  return terminal;
}

const char *output_path(const output_arguments *given) {
  const char *path = strcmp(given->path, "-") == 0 ? "/dev/stdout" : given->path;
  if (given->force || !is_terminal(path))
    return path;
  complain("%s is a terminal, and this is nothing to read there; give a file, or --force", output_name(path));
  return NULL;
}

const char *output_name(const char *path) {
  return strcmp(path, "/dev/stdout") == 0 ? "<stdout>" : path;
}

char *shard_path(const char *path) {
  struct stat about;
  size_t length = strlen(path);
  bool slash = length > 0 && path[length - 1] == '/';
  bool folder = slash || (stat(path, &about) == 0 && S_ISDIR(about.st_mode));
  char *whole = NULL;
  if (asprintf(&whole, "%s%s", path, !folder ? "" : slash ? "model.safetensors" : "/model.safetensors") >= 0)
    return whole;
  complain_memory();
  return NULL;
}
