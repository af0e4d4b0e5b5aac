/* How far a file is, on stderr where that is a terminal, once the job has taken a second. */
#ifndef SOW_CLI_PROGRESS_H
#define SOW_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

typedef struct progress {
  bool wanted;
  struct timespec start;
  int width; /* of what stands in the line */
} progress;

progress progress_new(bool quiet);

/* Bytes done so far, and in all; `context` is the progress. Made to be a checkpoint's callback. */
void progress_show(void *context, uint64_t done, uint64_t total);

/* Leaves the line as if nothing had been shown. */
void progress_erase(progress *shown);

#endif
