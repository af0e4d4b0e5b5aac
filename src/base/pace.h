/* How often progress is told. */
#ifndef SOW_BASE_PACE_H
#define SOW_BASE_PACE_H

#include <stdbool.h>
#include <time.h>

/* Begins to count: the first time comes a while after this. */
void sow__pace_begin(struct timespec *told);

/* Whether a fifth of a second has passed since *told, which is then now. */
bool sow__pace_due(struct timespec *told);

#endif
