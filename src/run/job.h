/*
 * The one scheduler: stretches of values, made by a team of threads, into memory or handed on piece by piece.
 * sow_fill, ranges, blocks, whole files, parts of files and checks are all jobs.
 */
#ifndef SOW_RUN_JOB_H
#define SOW_RUN_JOB_H

#include "base/shares.h"
#include "op/value.h"

/* Rows of elements that follow one another in a value; by default one row of all. */
typedef struct sow__rows {
  uint64_t begin;  /* the first element */
  uint64_t length; /* of a row */
  uint64_t count;  /* rows */
  int ndim;        /* of the dimensions that lead from row to row, the slowest first */
  int64_t size[SOW_MAX_DIMS];
  int64_t step[SOW_MAX_DIMS];     /* in elements of the value */
  int64_t out_step[SOW_MAX_DIMS]; /* in elements at `out` */
  int64_t out_each;               /* between the elements of a row at `out` */
} sow__rows;

/* Part of a value. */
typedef struct sow__stretch {
  const sow__value *value;
  const void *tag;       /* of whoever added it: handed to the job's `write` */
  uint64_t begin, end;   /* elements of the value; with rows, of the rows laid one after the other */
  const sow__rows *rows; /* NULL: one row */
  char *out;             /* where the first of them goes; NULL: to the job's `write` */
  bool undivided;        /* one thread makes it at one go */
  bool alone;            /* is made whole and takes long: by all threads, before the others */
  uint64_t start;        /* its place on the line of work */
  uint64_t weight;
} sow__stretch;

/* Whether its elements are made where they stay, one after the other. */
static inline bool sow__stretch_is_straight(const sow__stretch *one) {
  return one->out != NULL && one->rows == NULL;
}

/* Set what is above the line, add stretches, prepare, run once, free. */
typedef struct sow__job {
  const sow_generator *bases; /* of the streams; NULL where nothing draws */
  int threads;                /* 0: as many as pay; settled by sow__job_prepare */
  /*
   * Takes the elements from `begin` on, in the value's dtype; called by any thread, several at a time. Thread
   * 0 is the one that runs the job.
   */
  sow_status (*write)(void *context, int thread, const void *tag, uint64_t begin, const void *bytes,
                      size_t size, sow_error *error);
  void *context;
  void (*progress)(void *context, uint64_t done, uint64_t total); /* by thread 0; NULL for none */
  void *progress_context;
  const volatile int *cancel; /* not zero: stop; NULL for none */
  /* ---- */
  sow__stretch *stretches;
  size_t count, capacity;
  uint64_t bytes; /* of all stretches */
  sow__line line;
  struct sow__maker *makers;  /* one for each thread */
  const sow__stretch *failed; /* the first to fail; NULL: none */
} sow__job;

/*
 * In the order of the stream. An empty stretch is left out. The value, and the rows where they are not NULL,
 * are borrowed. SOW_NO_MEMORY.
 */
sow_status sow__job_add(sow__job *job, const sow__value *value, const void *tag, uint64_t begin, uint64_t end,
                        char *out, sow_error *error);
sow_status sow__job_add_rows(sow__job *job, const sow__value *value, const sow__rows *rows, char *out,
                             sow_error *error);

/* Takes all memory but the initialisers' own, so that nothing is touched where it is short. SOW_NO_MEMORY. */
sow_status sow__job_prepare(sow__job *job, sow_error *error);

/* SOW_NO_MEMORY, SOW_IO, SOW_INTERRUPTED where it was cancelled, and what `write` reports. */
sow_status sow__job_run(sow__job *job, sow_error *error);

/* The cursor that is nearest before a place, so that going there costs least; NULL before the run. */
sow__cursor *sow__job_cursor(sow__job *job, const sow__place *place);

void sow__job_free(sow__job *job);

#endif
