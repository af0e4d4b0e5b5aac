/* Into which pieces a job's stretches are cut, and how long each takes. */
#ifndef SOW_RUN_PIECES_H
#define SOW_RUN_PIECES_H

#include "run/job.h"

/* Lays the stretches on the line and settles the number of threads. */
void sow__pieces_lay(sow__job *job);

/* The stretch at a place of the line, and the number of the element there. */
const sow__stretch *sow__pieces_at(const sow__job *job, uint64_t at, uint64_t *element);

/* The most elements that are made at once. */
uint64_t sow__pieces_longest(const sow__stretch *one);

/* Handing a byte on, to the page cache or to memory, in the unit of work. */
#define SOW__BYTE_WEIGHT 3

#endif
