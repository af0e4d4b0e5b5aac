/* What one thread works with while it makes elements: a place in the streams, and memory for pieces. */
#ifndef SOW_OP_WORKER_H
#define SOW_OP_WORKER_H

#include "stream/cursor.h"

/* Memory taken and given back in the reverse order; what the reserve does not hold is malloc'd. Start with
 * {0}. */
typedef struct sow__scratch {
  char *memory;
  size_t size, used;
} sow__scratch;

bool sow__scratch_reserve(sow__scratch *scratch, size_t bytes); /* false when memory is short */
void sow__scratch_free(sow__scratch *scratch);
void *sow__scratch_take(sow__scratch *scratch, uint64_t bytes); /* NULL when memory is short */
void sow__scratch_give(sow__scratch *scratch, void *memory);

/* Owned by one thread. */
typedef struct sow__worker {
  sow__cursor cursor;
  /*
   * Where a step that reads many places at once leaves its cursors, so that the range that follows in the
   * same tensor need not jump to each place again. NULL for none.
   */
  sow__readers *readers;
  sow__scratch *scratch;
  /*
   * Where a step whose words are counted by drawing may leave all its elements, as `run` would, and say so
   * (step->is_made); NULL for nowhere.
   */
  void *early;
  /* From here to there what is made stays unread for now, more than a cache holds: see base/streaming.h. */
  const char *unread, *unread_end;
  /* How many threads a step that is made whole, or whose words are counted by drawing, may use; 0 is 1. */
  int threads;
} sow__worker;

#endif
