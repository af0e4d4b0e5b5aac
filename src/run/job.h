/* Stretches of a plan's entries, made by a team of threads: into memory, or handed on piece by piece. */
#ifndef SOW_RUN_JOB_H
#define SOW_RUN_JOB_H

#include "base/shares.h"
#include "plan/entry.h"

/* Elements [begin, end) of an entry. */
typedef struct sow__stretch {
  const sow__entry *entry;
  uint64_t begin, end;
  char *out;      /* where the first of them goes; NULL: to the job's `write` */
  bool alone;     /* cannot be cut and is long: made by the whole team, before the others */
  uint64_t start; /* its place on the line of work */
  uint64_t weight;
} sow__stretch;

/* Set what is above the line, add stretches, prepare, run once, free. */
typedef struct sow__job {
  const sow_plan *plan;
  int threads; /* 0: as many as pay; settled by sow__job_prepare */
  /*
   * Takes the elements from `begin` on, in the stored dtype; called by any thread, several at a time. Thread
   * 0 is the one that runs the job.
   */
  sow_status (*write)(void *context, int thread, const sow__entry *entry, uint64_t begin, const void *bytes,
                      size_t size, sow_error *error);
  void *context;
  void (*progress)(void *context, uint64_t done, uint64_t total); /* by thread 0; NULL for none */
  void *progress_context;
  /* ---- */
  sow__stretch *stretches;
  size_t count, capacity;
  uint64_t bytes; /* of all stretches, as stored */
  sow__line line;
  struct sow__maker *makers; /* one for each thread */
} sow__job;

/* In the order of the stream. An empty stretch is left out. SOW_NO_MEMORY. */
sow_status sow__job_add(sow__job *job, const sow__entry *entry, uint64_t begin, uint64_t end, char *out,
                        sow_error *error);

/* Takes all memory but the initialisers' own, so that nothing is touched where it is short. SOW_NO_MEMORY. */
sow_status sow__job_prepare(sow__job *job, sow_error *error);

/* SOW_NO_MEMORY, and what `write` reports. */
sow_status sow__job_run(sow__job *job, sow_error *error);

void sow__job_free(sow__job *job);

/* Lays the stretches on the line and settles the number of threads. */
void sow__job_line(sow__job *job);

/* The stretch at a place of the line, and the number of the element there. */
const sow__stretch *sow__job_at(const sow__job *job, uint64_t at, uint64_t *element);

#endif
