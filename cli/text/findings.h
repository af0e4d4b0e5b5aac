/* What is wrong with a checkpoint, tensor by tensor. */
#ifndef SOW_CLI_FINDINGS_H
#define SOW_CLI_FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/memory.h"
#include "sow/archive.h"

typedef struct finding {
  char *name; /* the tensor's */
  char *text; /* one clause */
} finding;

typedef struct findings {
  finding *items;
  size_t count, capacity;
  bool failed; /* memory was short */
} findings;

/* What was found out about a checkpoint. */
typedef struct verdict {
  bool compared; /* bit for bit with what the recipe makes */
  findings differences;
  bool examined; /* by statistics */
  findings found;
  sow_examination examination;
} verdict;

/*
 * Makes every tensor again and compares bits, if the seed is known; where it is not, or bits differ, looks
 * for what a sound initialisation does not have, which may say why. `plan` may be NULL where there is no
 * seed. EXIT_SUCCESS, or what the program must exit with after it has complained; to be freed in either case.
 */
int verdict_reach(bool quiet, const sow_archive *archive, const sow_plan *plan, bool seeded, int threads,
                  verdict *out);
void verdict_free(verdict *one);

/* Takes over `text`, which may be NULL for want of memory. */
void findings_add(findings *all, const char *name, char *text);

/* "name: text", a line each. */
void findings_print(const findings *all, FILE *stream);

/* A list of them in a JSON document. */
void findings_json(sow__buffer *out, const findings *all);
void findings_free(findings *all);

#endif
