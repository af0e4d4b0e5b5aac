/* What a disk says before and after the bytes: its room, and that they are on it. */
#ifndef SOW_CHECKPOINT_DISK_H
#define SOW_CHECKPOINT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define SOW__PAGE ((uint64_t)4096) /* of a file in memory */

/*
 * Whether the disk of an open file has room for `bytes` more: SOW_IO with both numbers, under the name
 * `shown`. A file system that does not tell has room. Whoever else writes there may still be faster.
 */
sow_status sow__disk_room(int file, const char *shown, uint64_t bytes, sow_error *error);

/* How many bytes from `begin` to `end` of a file need room yet, because they were never written. */
uint64_t sow__disk_holes(int file, uint64_t begin, uint64_t end);

/* Gives the room of whole pages between `begin` and `end` back; they read as zeros. */
void sow__disk_give_back(int file, uint64_t begin, uint64_t end);

/*
 * Asks the disk to begin with what was just written, so that sow__disk_sync waits for the end of it alone. It
 * promises nothing, and what goes wrong with it sow__disk_sync tells.
 */
void sow__disk_begin(int file, uint64_t offset, size_t size);

/*
 * A lock of byte `at` of an open file, by fcntl(2)'s F_RDLCK or F_WRLCK, which goes with the last descriptor
 * of this opening. False where the file system has none, or somebody has one that this one excludes and
 * `wait` is not set.
 */
bool sow__disk_lock(int file, short type, uint64_t at, bool wait);

/* fsync(2), again after a signal; 0 or the errno. Where there is nothing to wait for, that is no error. */
int sow__disk_sync(int file);

/* The same of the folder that `path` is in, so that its name too is there after a power cut. */
int sow__disk_sync_folder(const char *path);

/* The folder of `path`, opened: a descriptor, or -1 with errno. */
int sow__disk_folder(const char *path);

#endif
