/* The lines of a recording that say what was done: storage, step, literal, seed, mark, restore, skip. */
#ifndef SOW_RECORDING_RECORDING_STEPS_H
#define SOW_RECORDING_RECORDING_STEPS_H

#include "module/tree.h"
#include "recording/recording_line.h"

typedef struct sow__steps_reader {
  sow__line_reader line;
  sow__tree *tree;
  sow_dtype dtype; /* the recording's default one */
  uint64_t literal_bytes;
} sow__steps_reader;

/* Reads the line at hand into the tree's tape, if it is one of these; *known says whether. */
sow_status sow__steps_read(sow__steps_reader *reader, bool *known);

#endif
