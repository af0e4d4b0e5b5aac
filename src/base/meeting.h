/* A point where the threads of a team wait for each other. */
#ifndef SOW_BASE_MEETING_H
#define SOW_BASE_MEETING_H

#include <pthread.h>

/* Unlike pthread_barrier, it need not know how many come before they do; a team learns that late. */
typedef struct sow__meeting {
  pthread_mutex_t lock;
  pthread_cond_t complete;
  int here;
  unsigned times; /* that all were here */
} sow__meeting;

void sow__meeting_open(sow__meeting *meeting);
void sow__meeting_close(sow__meeting *meeting); /* when all have left */

/* Returns when `count` threads, all with this count, have called it. What each did before, all see after. */
void sow__meeting_wait(sow__meeting *meeting, int count);

#endif
