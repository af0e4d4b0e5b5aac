/*
 * PATH.parts: whose parts they are, and which of them are done, one character each.
 *
 *     sow parts 2
 *     digest 877b431336bda1154a44a797e761916885450c2295c71684eab342e23ad0875d
 *     run 5c1d0f6a93b7e284
 *     data #
 *     parts 7
 *     ##.####
 *
 * It appears whole, because it is made under a temporary name, and `run` is a number by chance: a record that
 * takes the place of another one, of the same model even, is told from it. `data` says whether PATH.partial
 * is this run's. A name is only what a process finds; what it does there it does to the record that it has
 * open and has compared, under a lock, and the record goes last. Where a file system has no locks the
 * comparing alone is left, just before what is done.
 */
#ifndef SOW_CHECKPOINT_PARTS_RECORD_H
#define SOW_CHECKPOINT_PARTS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define SOW__PART_DONE '#'
#define SOW__PART_OPEN '.'

typedef struct sow__record {
  char *path;
  uint64_t count; /* of parts */
  char *head;     /* what the file begins with, up to the parts */
  char *done;     /* a character for each part, 0-terminated */
  bool has_data;  /* PATH.partial is of this run; as `done`, what the last look has found */
  int file;       /* as it was joined, to tell what became of it when the name is another's; or -1 */
} sow__record;

/* Makes the file. SOW_EXISTS where there is one, which is just as good; SOW_IO, SOW_NO_MEMORY. */
sow_status sow__record_make(const char *path, const char *digest, uint64_t count, sow_error *error);

/*
 * Reads the file at record->path, which stays the caller's; the rest must be as sow__record_close leaves it.
 * It must be of this digest and, unless `count` is 0, of as many parts: otherwise SOW_EXISTS. *found is false
 * where there is none.
 */
sow_status sow__record_join(sow__record *record, const char *digest, uint64_t count, bool *found,
                            sow_error *error);

/*
 * Opens the file anew, which makes a network file system look at what others have written, and looks what it
 * says. *file is the caller's to close; -1 where it is gone, or another run's. With F_RDLCK or F_WRLCK as
 * `lock` nobody names the data, or makes it, until then, and with F_WRLCK nobody marks; F_UNLCK does without.
 * *locked, unless NULL, says whether the file system has locks. SOW_IO, SOW_NO_MEMORY.
 */
sow_status sow__record_hold(sow__record *record, short lock, int *file, bool *locked, sow_error *error);

/* The same without a lock, and closed again. */
sow_status sow__record_look(sow__record *record, bool *same, sow_error *error);

/* Marks what is done in a file that is held. The disk has it when this returns. SOW_IO. */
sow_status sow__record_mark_part(const sow__record *record, int file, uint64_t part, sow_error *error);
sow_status sow__record_mark_data(const sow__record *record, int file, sow_error *error);

bool sow__record_is_begun(const sow__record *record);
bool sow__record_is_full(const sow__record *record);

/* Whether all parts were done in the file that was joined, wherever it is now. */
bool sow__record_was_full(const sow__record *record);

/* Forgets what was joined, and keeps the path. */
void sow__record_close(sow__record *record);

#endif
