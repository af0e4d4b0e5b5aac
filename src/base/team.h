/*
 * A few threads for the length of one call. Not OpenMP: a host that has used libgomp and then forks, as
 * Python programs do, hangs in the child's first parallel region; and a library should not share its host's
 * thread settings. Starting a thread takes some 20 microseconds, against milliseconds of work for each.
 */
#ifndef SOW_BASE_TEAM_H
#define SOW_BASE_TEAM_H

#include <stdint.h>

#include "base/error.h"

#define SOW__THREADS_LIMIT 1024

/* SOW_INVALID_ARGUMENT for a setting below 0, which every function that takes one refuses first. */
sow_status sow__threads_check(int setting, sow_error *error);

#define SOW__WORK_MILLISECOND UINT64_C(16000000) /* work is counted in sixteenths of a nanosecond */

/*
 * What it costs a thread to get to its place in `work`: passing over words takes an eighth of making numbers
 * of them, and a jump over any number of words 1.4 ms at most.
 */
uint64_t sow__work_way(uint64_t work);

/*
 * How many threads do `work` that can be cut into `pieces`: as many as a setting above 0 says; for 0 the
 * processors that this process may use, but no more than are worth starting. 1 to
 * SOW__THREADS_LIMIT.
 */
int sow__threads(int setting, uint64_t work, uint64_t pieces);

/*
 * Calls body(context, i, count) for every i below `count` at the same time, and returns when all have
 * returned; number 0 runs on the calling thread. `count` is `threads`, or less where the system gives no
 * more. The other threads take no signals, so that those still reach the caller.
 */
void sow__team_run(int threads, void (*body)(void *context, int index, int count), void *context);

#endif
