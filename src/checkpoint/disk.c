#include "checkpoint/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
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
  return sow__fail(error, SOW_IO, "%.300s: takes %" PRIu64 " bytes, and its disk has %" PRIu64 " free", shown,
                   bytes, room);
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

#define PAGE UINT64_C(4096) /* what is smaller, a neighbour may be writing at the same time */

void sow__disk_give_back(int file, uint64_t begin, uint64_t end) {
  begin = (begin + PAGE - 1) / PAGE * PAGE;
  end = end / PAGE * PAGE;
  if (begin < end)
    (void)!fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)begin, (off_t)(end - begin));
}

int sow__disk_sync(int file) {
  int done;
  do
    done = fsync(file);
  while (done != 0 && errno == EINTR);
  return done == 0 || errno == EINVAL ? 0 : errno;
}

int sow__disk_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
  if (folder == NULL) {
    errno = ENOMEM;
    return -1;
  }
  int file;
  do
    file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (file < 0 && errno == EINTR);
  int number = errno;
  free(folder);
  errno = number;
  return file;
}

/* A folder that may be written and not read cannot be opened, and one on a network has nothing to wait for.
 */
int sow__disk_sync_folder(const char *path) {
  int folder = sow__disk_folder(path);
  if (folder < 0)
    return errno == ENOMEM ? ENOMEM : 0;
  int number = sow__disk_sync(folder);
  close(folder);
  return number == EIO || number == ENOSPC ? number : 0;
}
