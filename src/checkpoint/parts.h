/*
 * A file that several processes write together, on one machine or on many with a shared disk. Its data grows
 * in PATH.partial; PATH.parts says whose it is and which parts are done (parts_record.h). Whoever finds all
 * of them done gives PATH.partial its final name and removes PATH.parts.
 *
 * A process may stop for hours and go on when others have run its part, completed the file, or begun another
 * one under the same names. What it writes goes to the file that it has open; what it marks, empties or names
 * must be its own run's still: the record that it joined, and PATH.partial. Where it finds that others have
 * completed the run, its work is done too; where the run was removed, that is an error.
 *
 * A run's data is made under its record, and never taken over from another run, whose processes may yet
 * write to it. All else that is written is the same whoever writes it, so that a killed process can be run
 * again, and one that runs twice does no harm.
 */
#ifndef SOW_CHECKPOINT_PARTS_H
#define SOW_CHECKPOINT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "checkpoint/parts_record.h"
#include "sow/checkpoint.h"

typedef struct sow__parts {
  const char *shown; /* the path as the caller gave it; borrowed */
  char *path;        /* with symbolic links followed */
  char *partial;     /* PATH.partial */
  bool force;
  uint64_t size; /* of the whole file */
  sow__record record;
  int data;    /* PATH.partial, or -1 */
  int held;    /* the record, while room is given back; or -1 */
  bool locked; /* as one who writes the part; false where the file system has no locks */
} sow__parts;

/*
 * Joins the parts of `path`, or begins them. `digest` tells what is written: parts of anything else are
 * refused. `size` bytes are the whole file's. `count` 0: only what has begun, whatever its count; SOW_IO
 * where nothing has. SOW_EXISTS for a file with the final name unless `force`, and for parts of something
 * else; SOW_INVALID_ARGUMENT for a path that is no regular file; SOW_IO, SOW_NO_MEMORY. Close in every case.
 */
sow_status sow__parts_open(sow__parts *parts, const char *path, bool force, const char *digest, uint64_t size,
                           uint64_t count, sow_error *error);

bool sow__parts_is_done(const sow__parts *parts, uint64_t part);

/* From here on this process writes the part; it may wait for one that gives room back. */
void sow__parts_begin(sow__parts *parts, uint64_t part);

/*
 * Whether the data is unnamed and this run's, and nobody else writes the part, nor has done it, until the
 * parts are closed: then its room may be given back. False where that cannot be known.
 */
bool sow__parts_own(sow__parts *parts, uint64_t part);

/*
 * Part `part`'s data is on the disk when this returns, and then it is marked. SOW_IO, also where the run was
 * removed meanwhile.
 */
sow_status sow__parts_mark(sow__parts *parts, uint64_t part, sow_error *error);

/* Looks again what is done; if all is, the file gets its name. *missing parts are not. SOW_EXISTS, SOW_IO. */
sow_status sow__parts_finish(sow__parts *parts, uint64_t *missing, sow_error *error);

void sow__parts_close(sow__parts *parts);

#endif
