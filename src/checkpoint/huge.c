#include "checkpoint/huge.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "checkpoint/disk.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1; glibc 2.37 */
#endif

#define BLOCK                                                                                                \
  ((uint64_t)2 << 20) /* where the kernel's are larger it refuses the first, and no other is asked for */

/*
 * A virtual machine's host may have taken back what is free in large pieces, and then the clearing of each
 * waits for it: 6.2 GB took 19 s instead of 5, where a file of 320 MB took half its time.
 */
#define MOST ((uint64_t)1 << 30)

struct sow__huge {
  char *space; /* addresses that nobody reads, by which the kernel is told which pages are meant */
  size_t space_size;
  char *map;     /* the file, from a multiple of BLOCK on */
  uint64_t size; /* of the file */
  int refused;   /* once it was: set by any thread */
};

/* The file as a second description that may be mapped: the sink's own cannot read. */
static int reopen(int file) {
  char self[40];
  snprintf(self, sizeof self, "/proc/self/fd/%d", file);
  return open(self, O_RDWR | O_CLOEXEC);
}

static bool map_file(sow__huge *huge, int file) {
  huge->space_size = (size_t)(huge->size + BLOCK);
  huge->space = mmap(NULL, huge->space_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (huge->space == MAP_FAILED)
    return false;
  huge->map = huge->space + (BLOCK - (uintptr_t)huge->space % BLOCK) % BLOCK;
  if (mmap(huge->map, (size_t)huge->size, PROT_NONE, MAP_SHARED | MAP_FIXED, file, 0) != MAP_FAILED)
    return true;
  munmap(huge->space, huge->space_size);
  return false;
}

sow__huge *sow__huge_new(int file, uint64_t size) {
  struct statfs about;
  if (size < BLOCK || size > MOST || fstatfs(file, &about) != 0 || about.f_type != TMPFS_MAGIC ||
      ftruncate(file, (off_t)size) != 0)
    return NULL;
  int readable = reopen(file);
  sow__huge *huge = readable < 0 ? NULL : calloc(1, sizeof *huge);
  if (huge != NULL) {
    huge->size = size;
    if (!map_file(huge, readable)) {
      free(huge);
      huge = NULL;
    }
  }
  if (readable >= 0)
    close(readable);
  return huge;
}

void sow__huge_free(sow__huge *huge) {
  if (huge != NULL)
    munmap(huge->space, huge->space_size);
  free(huge);
}

/* The first block that begins at or after `offset`; false where it does not end within the file. */
static bool next_block(const sow__huge *huge, uint64_t offset, uint64_t *block) {
  if (huge == NULL || offset > huge->size || __atomic_load_n(&huge->refused, __ATOMIC_RELAXED) != 0)
    return false;
  *block = (offset + BLOCK - 1) / BLOCK * BLOCK;
  return *block + BLOCK <= huge->size;
}

size_t sow__huge_part(const sow__huge *huge, uint64_t offset, size_t size) {
  uint64_t block;
  if (!next_block(huge, offset, &block))
    return size;
  uint64_t part = block + SOW__PAGE - offset;
  return part < size ? (size_t)part : size;
}

/* A page that another thread is just writing is no refusal. */
void sow__huge_written(sow__huge *huge, uint64_t offset, size_t size) {
  uint64_t block;
  if (!next_block(huge, offset, &block) || block >= offset + size)
    return;
  int number = errno;
  if (madvise(huge->map + block, (size_t)BLOCK, MADV_COLLAPSE) != 0 && errno != EAGAIN)
    __atomic_store_n(&huge->refused, 1, __ATOMIC_RELAXED);
  errno = number;
}
