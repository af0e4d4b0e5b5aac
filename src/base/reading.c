#include "base/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"

sow_status sow__fail_path(sow_error *error, const char *path, int number) {
  const char *reason = strerror_l(number, sow__c_locale()); /* strerrordesc_np came with glibc 2.32 */
  sow__fail(error, SOW_IO, "%.300s: %s", path, reason);
  if (error != NULL)
    error->system_error = number;
  return SOW_IO;
}

sow_status sow__read_open(const char *path, int *descriptor, uint64_t *size, sow_error *error) {
  struct stat about;
  int opened;
  /* Without O_NONBLOCK a pipe would wait for its writer before it can be refused. */
  do
    opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  while (opened < 0 && errno == EINTR);
  if (opened < 0 || fstat(opened, &about) != 0) {
    int number = errno;
    if (opened >= 0)
      close(opened);
    return sow__fail_path(error, path, number);
  }
  if (!S_ISREG(about.st_mode)) {
    close(opened);
    return sow__fail(error, SOW_IO, "%.300s: is no regular file", path);
  }
  *descriptor = opened;
  *size = (uint64_t)about.st_size;
  return SOW_OK;
}

#define READ_LIMIT ((size_t)1 << 30) /* Linux reads at most 2 GiB at once */

sow_status sow__read_at(int descriptor, const char *path, uint64_t offset, void *out, size_t size,
                        sow_error *error) {
  char *to = out;
  while (size > 0) {
    ssize_t got = pread(descriptor, to, size < READ_LIMIT ? size : READ_LIMIT, (off_t)offset);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return sow__fail_path(error, path, errno);
    if (got == 0)
      return sow__fail(error, SOW_IO, "%.300s: the file became shorter while it was read", path);
    to += got;
    offset += (uint64_t)got;
    size -= (size_t)got;
  }
  return SOW_OK;
}
