#include "cli/model/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/text/diagnostics.h"

#define MIB ((size_t)1 << 20)

static bool complain_size(const char *source, size_t limit) {
  complain("%s: longer than the limit of %zu MiB", source, limit / MIB);
  return false;
}

/* One byte of room more than the limit tells a file at the limit from one over it. */
static bool read_all(int fd, text_limit *limit_of, size_t room, text *out) {
  char *bytes = malloc(room);
  size_t length = 0, limit = limit_of(NULL, 0);
  while (bytes != NULL && length <= limit) {
    if (length == room) {
      room = room > limit / 2 ? limit + 1 : room * 2;
      char *larger = realloc(bytes, room);
      if (larger == NULL)
        break;
      bytes = larger;
    }
    ssize_t got = read(fd, bytes + length, room - length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      complain("%s: cannot read: %s", out->source, strerror(errno));
      free(bytes);
      return false;
    }
    if (got == 0) {
      out->bytes = bytes;
      out->length = length;
      return true;
    }
    length += (size_t)got;
    limit = limit_of(bytes, length);
  }
  bool too_long = bytes != NULL && length > limit;
  free(bytes);
  if (too_long)
    return complain_size(out->source, limit);
  complain("%s: out of memory", out->source);
  return false;
}

/* The limit of a file that is there, by its first bytes. */
static size_t limit_of_file(int fd, text_limit *limit_of) {
  char first[64];
  ssize_t got = pread(fd, first, sizeof first, 0);
  return limit_of(first, got > 0 ? (size_t)got : 0);
}

static bool read_file(int fd, text_limit *limit_of, text *out) {
  struct stat about;
  size_t room = 64 * 1024;
  if (fstat(fd, &about) == 0) {
    if (S_ISDIR(about.st_mode)) {
      complain("%s: is a folder", out->source);
      return false;
    }
    size_t limit = S_ISREG(about.st_mode) ? limit_of_file(fd, limit_of) : 0;
    if (S_ISREG(about.st_mode) && (uintmax_t)about.st_size > limit)
      return complain_size(out->source, limit);
    if (S_ISREG(about.st_mode) && about.st_size > 0)
      room = (size_t)about.st_size + 1;
  }
  return read_all(fd, limit_of, room, out);
}

bool text_read(const char *path, text_limit *limit, text *out) {
  bool standard = strcmp(path, "-") == 0;
  text found = {.source = standard ? "<stdin>" : path};
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    complain("%s: cannot open: %s", path, strerror(errno));
    return false;
  }
  bool done = read_file(fd, limit, &found);
  if (!standard)
    close(fd);
  if (done)
    *out = found;
  return done;
}
