/* Going through many arrays on many threads, a unit at a time, with the same result at any number of them. */
#ifndef SOW_MEASURE_SWEEP_H
#define SOW_MEASURE_SWEEP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "sow/archive.h"

/*
 * Units of an array are numbered from 0. What `run` finds out about one must depend on the unit alone and be
 * kept by number, so that `finish` can put it together in order.
 */
typedef struct sow__sweep {
  size_t arrays;
  uint64_t (*units)(void *context, size_t array); /* how many there are; 0 is fine */
  /* Before the array's first unit; never two at once. */
  sow_status (*start)(void *context, size_t array, sow_error *error);
  /* At the same time on several threads; `memory` is the thread's own. */
  sow_status (*run)(void *context, void *memory, size_t array, uint64_t unit, sow_error *error);
  /* After the array's last unit; on any thread, at the same time as other arrays' units. */
  void (*finish)(void *context, size_t array);
  size_t memory;                                                 /* bytes for each thread */
  const sow_archive *archive;                                    /* is told how far it is: */
  uint64_t (*bytes)(void *context, size_t array, uint64_t unit); /* of a unit; it must exist */
} sow__sweep;

/*
 * Runs all units, in order as far as threads allow. The first failure stops it and is what it returns; arrays
 * that were started and not finished then are the caller's to clear. SOW_NO_MEMORY.
 */
sow_status sow__sweep_run(const sow__sweep *sweep, void *context, int threads, sow_error *error);

#endif
