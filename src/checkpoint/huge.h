/*
 * Huge pages for a file that lies in memory (tmpfs). Page by page the kernel takes longer to find room for a
 * file than to copy it; where it gives 2 MiB at once, a file is written in half the time, replaced in a
 * fiftieth, and read and mapped faster by whoever comes next. All of it may fail, and then the file has small
 * pages.
 */
#ifndef SOW_CHECKPOINT_HUGE_H
#define SOW_CHECKPOINT_HUGE_H

#include <stddef.h>
#include <stdint.h>

typedef struct sow__huge sow__huge;

/* For a file that will have `size` bytes, which is its length from now on; NULL where there are none to be
 * had. */
sow__huge *sow__huge_new(int file, uint64_t size);
void sow__huge_free(sow__huge *huge);

/*
 * The kernel enlarges only what holds a page, so a write that begins a block stops after one, and tells: how
 * many of `size` bytes to write at once, and that they were written. On any thread; NULL is fine.
 */
size_t sow__huge_part(const sow__huge *huge, uint64_t offset, size_t size);
void sow__huge_written(sow__huge *huge, uint64_t offset, size_t size);

#endif
