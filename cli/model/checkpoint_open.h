/* Checkpoints that are read. */
#ifndef SOW_CLI_CHECKPOINT_OPEN_H
#define SOW_CLI_CHECKPOINT_OPEN_H

#include <stdbool.h>

#include "sow/archive.h"

/*
 * The checkpoint at `path`; NULL, with a complaint, when it cannot be opened. '-' is refused: a checkpoint is
 * read in many places, and more than once.
 */
sow_archive *checkpoint_open(const char *path, bool quiet);

/*
 * The same for one that is gone through, which says how far it is; progress_erase before anything is printed.
 */
sow_archive *checkpoint_open_watched(const char *path, bool quiet);

#endif
