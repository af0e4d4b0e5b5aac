/* How far a job is, on stderr where that is a terminal, once the job has taken a second: one line. */
#ifndef SOW_CLI_PROGRESS_H
#define SOW_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* A job begins, of which nothing is shown if `quiet`. */
void progress_begin(bool quiet);

/* Bytes done so far, and in all; fewer than before are another job's. Made to be the library's callback. */
void progress_show(void *unused, uint64_t done, uint64_t total);

/* Leaves the line as if nothing had been shown; before anything else is printed. */
void progress_erase(void);

#endif
