#include "checkpoint/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

sow_status sow__disk_room(int file, const char *shown, uint64_t bytes, sow_error *error) {
  struct statvfs about;
  int done;
  do
    done = fstatvfs(file, &about);
  while (done != 0 && errno == EINTR);
  if (done != 0 || about.f_blocks == 0)
    return SOW_OK;
  /* What is kept back for root, root may use. */
  uint64_t blocks = geteuid() == 0 ? about.f_bfree : about.f_bavail, room;
  if (__builtin_mul_overflow(blocks, (uint64_t)about.f_frsize, &room) || bytes <= room)
    return SOW_OK;
  sow__fail(error, SOW_IO, "%.300s: takes %" PRIu64 " bytes, and its disk has %" PRIu64 " free", shown, bytes,
            room);
  if (error != NULL)
    error->system_error = ENOSPC; /* what the write that is not tried would say */
  return SOW_IO;
}

uint64_t sow__disk_holes(int file, uint64_t begin, uint64_t end) {
  uint64_t holes = 0;
  while (begin < end) {
    off_t data = lseek(file, (off_t)begin, SEEK_DATA);
    if (data < 0 || (uint64_t)data >= end)
      return holes + (end - begin);
    holes += (uint64_t)data - begin;
    off_t hole = lseek(file, data, SEEK_HOLE);
    if (hole < 0)
      return holes;
    begin = (uint64_t)hole;
  }
  return holes;
}

/* What is smaller than a page, a neighbour may be writing at the same time. */
void sow__disk_give_back(int file, uint64_t begin, uint64_t end) {
  begin = (begin + SOW__PAGE - 1) / SOW__PAGE * SOW__PAGE;
  end = end / SOW__PAGE * SOW__PAGE;
  if (begin < end)
    (void)!fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)begin, (off_t)(end - begin));
}

#define BEGIN_LEAST ((size_t)64 << 10) /* what is smaller waits for its neighbours */

/* Up to the last whole page: the one after it is written with what comes next. */
void sow__disk_begin(int file, uint64_t offset, size_t size) {
  uint64_t begin = offset / SOW__PAGE * SOW__PAGE, end = (offset + size) / SOW__PAGE * SOW__PAGE;
  if (size >= BEGIN_LEAST)
    (void)!sync_file_range(file, (off_t)begin, (off_t)(end - begin), SYNC_FILE_RANGE_WRITE);
}

bool sow__disk_lock(int file, short type, uint64_t at, bool wait) {
  struct flock what = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)at, .l_len = 1};
  int done;
  do
    done = fcntl(file, wait ? F_OFD_SETLKW : F_OFD_SETLK, &what);
  while (done != 0 && errno == EINTR);
  return done == 0;
}

int sow__disk_sync(int file) {
  int done;
  do
    done = fsync(file);
  while (done != 0 && errno == EINTR);
  return done == 0 || errno == EINVAL ? 0 : errno;
}

int sow__disk_folder(const char *path) {
  char folder[PATH_MAX] = "."; /* nothing longer can be opened; after the rename memory must not be wanting */
  const char *slash = strrchr(path, '/');
  size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
  if (length >= sizeof folder) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (length > 0) {
    memcpy(folder, path, length);
    folder[length] = 0;
  }
  int file;
  do
    file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (file < 0 && errno == EINTR);
  return file;
}

/* A folder that may be written and not read cannot be opened, and one on a network has nothing to wait for.
 */
int sow__disk_sync_folder(const char *path) {
  int folder = sow__disk_folder(path);
  if (folder < 0)
    return 0;
  int number = sow__disk_sync(folder);
  close(folder);
  return number == EIO || number == ENOSPC ? number : 0;
}
