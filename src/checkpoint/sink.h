/* Files that appear only when they are complete. */
#ifndef SOW_CHECKPOINT_SINK_H
#define SOW_CHECKPOINT_SINK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "checkpoint/huge.h"

typedef struct sow__sink {
  const char *shown; /* the path as the caller gave it, or "<stdout>", for messages; borrowed */
  char *path;        /* where the file goes: `shown` with symbolic links followed */
  char *temporary;   /* the name that the file has while it is written; NULL while it has none */
  int file;
  sow__huge *huge; /* NULL: none */
  bool stream;     /* a pipe, a device, a descriptor of the caller's: in order, and nothing can be undone */
  bool force;
  const volatile sig_atomic_t *interrupt; /* may be NULL */
} sow__sink;

/* SOW_EXISTS */
sow_status sow__fail_exists(sow_error *error, const char *path);

/* open(2), again after a signal; a new file gets the mode that umask leaves. */
int sow__open(const char *path, int flags);

/* Whether an open file bears the name `path`; -1 does not. */
bool sow__is_named(int file, const char *path);

/* Gives `from` the name `to`, which must be free unless `force`; 0 or the errno. */
int sow__rename(const char *from, const char *to, bool force);

/*
 * Creates a file that is to replace `like`, where there is one: who could not read that cannot read this, at
 * any time. Its user can write it, even if not the old one. A descriptor, or -1 with errno.
 */
int sow__create_like(const char *path, const char *like, int flags);

/* The file that is to replace what is at `path` gets its mode. */
void sow__keep_mode(const char *path, int file);

typedef enum sow__target { SOW__TARGET_NEW, SOW__TARGET_FILE, SOW__TARGET_STREAM } sow__target;

/* What is at `path`, before anything is opened: see sow__sink_open. */
sow_status sow__target_check(const char *path, bool force, sow__target *target, sow_error *error);

/*
 * Where a file of that target goes: `path` with symbolic links followed, also where the last leads to what is
 * not there yet. free() it. SOW_IO, SOW_NO_MEMORY.
 */
sow_status sow__target_path(const char *path, sow__target target, char **followed, sow_error *error);

/*
 * Opens what will be `path`. SOW_EXISTS for a regular file unless `force`; SOW_IO, with the path and the
 * reason; SOW_NO_MEMORY. `path` and `interrupt` must live as long as the sink.
 */
sow_status sow__sink_open(sow__sink *sink, const char *path, bool force,
                          const volatile sig_atomic_t *interrupt, sow_error *error);

/* Before the first byte: whether the disk has room for all of the file. SOW_IO with the numbers. */
sow_status sow__sink_room(sow__sink *sink, uint64_t bytes, sow_error *error);

/* Writes at `offset`, which in a stream must be where the last write ended. SOW_IO, SOW_INTERRUPTED. */
sow_status sow__sink_write(sow__sink *sink, uint64_t offset, const void *bytes, size_t size,
                           sow_error *error);

/*
 * The end of a file in three steps, for several that are to appear together. All bytes are on the disk, or
 * the interrupt is seen; it has its last name but one, and is closed; it appears. Only the last of them
 * touches what is there, and only its name can be refused then. A sink is discarded after each outcome of
 * any.
 */
sow_status sow__sink_flush(sow__sink *sink, sow_error *error);
sow_status sow__sink_settle(sow__sink *sink, sow_error *error);
sow_status sow__sink_appear(sow__sink *sink, sow_error *error);

/*
 * All of them: gives the file its name and closes. On failure it is discarded; SOW_INTERRUPTED where that was
 * asked for before the file got its name.
 */
sow_status sow__sink_commit(sow__sink *sink, sow_error *error);

/* Closes and leaves nothing behind. */
void sow__sink_discard(sow__sink *sink);

#endif
