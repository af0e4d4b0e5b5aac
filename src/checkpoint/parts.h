/*
 * A file that several processes write together, on one machine or on many with a shared disk. Its data grows
 * in PATH.partial; PATH.parts says whose it is and which parts are done, one character each. Whoever finds
 * all of them done gives PATH.partial its final name and removes PATH.parts.
 *
 * PATH.parts appears whole, because it is made under a temporary name. All else that is written to either
 * file is the same whoever writes it, so that processes need no lock, a killed one can be run again, and one
 * that runs twice does no harm.
 */
#ifndef SOW_CHECKPOINT_PARTS_H
#define SOW_CHECKPOINT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sow/checkpoint.h"

typedef struct sow__parts {
  const char *shown;      /* the path as the caller gave it; borrowed */
  char *path;             /* with symbolic links followed */
  char *partial, *record; /* PATH.partial, PATH.parts */
  bool force;
  uint64_t count;
  char *head;  /* what PATH.parts begins with */
  char *done;  /* a character for each part, 0-terminated: '#' or '.' */
  int data;    /* PATH.partial, or -1 */
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
 * Whether nobody else writes the part, nor has done it, until the parts are closed: then its room may be
 * given back. False where that cannot be known.
 */
bool sow__parts_own(sow__parts *parts, uint64_t part);

/* Part `part`'s data is on the disk when this returns, and then it is marked. SOW_IO. */
sow_status sow__parts_mark(sow__parts *parts, uint64_t part, sow_error *error);

/* Looks again what is done; if all is, the file gets its name. *missing parts are not. SOW_EXISTS, SOW_IO. */
sow_status sow__parts_finish(sow__parts *parts, uint64_t *missing, sow_error *error);

void sow__parts_close(sow__parts *parts);

#endif
