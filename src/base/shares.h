/*
 * A line of work from 0 to its length, cut among the threads of a team. Each goes through its own share from
 * front to back, so that it reads the random stream in order after one jump. One that is done takes over a
 * share that nobody has begun, or the back half of the longest rest, and jumps again.
 */
#ifndef SOW_BASE_SHARES_H
#define SOW_BASE_SHARES_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct sow__line {
  uint64_t length;
  uint64_t jump;  /* what it costs to begin elsewhere than at 0 */
  uint64_t least; /* a rest shorter than twice this is not worth another jump */
  /* The last place at or before `at` where the line may be cut; 0 and `length` are such places. */
  uint64_t (*cut)(const void *context, uint64_t at);
  /* The end, after `at` and at most `length`, of the piece that begins at `at` and is made at once. */
  uint64_t (*next)(const void *context, uint64_t at);
  const void *context;
} sow__line;

typedef struct sow__shares {
  const sow__line *line;
  pthread_mutex_t lock;
  struct sow__share {
    uint64_t at, end;
    bool begun;
  } * items;
  int count;
} sow__shares;

/* False when memory is short. `line` must live as long. */
bool sow__shares_open(sow__shares *shares, const sow__line *line, int count);
void sow__shares_close(sow__shares *shares);

/* The next piece for thread `index` of the team; false when nothing is left for it. */
bool sow__shares_take(sow__shares *shares, int index, uint64_t *begin, uint64_t *end);

#endif
