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

/*
 * Both add what they find, and return EXIT_SUCCESS, or what the program must exit with after they have
 * complained. The first makes every tensor again and compares bits, the second looks for what a sound
 * initialisation does not have; for it `plan` may be NULL.
 */
int findings_compare(bool quiet, const sow_archive *archive, const sow_plan *plan, int threads,
                     findings *all);
int findings_examine(bool quiet, const sow_archive *archive, const sow_plan *plan, int threads, findings *all,
                     sow_examination *examination);

/* Takes over `text`, which may be NULL for want of memory. */
void findings_add(findings *all, const char *name, char *text);

/* "name: text", a line each. */
void findings_print(const findings *all, FILE *stream);

/* A list of them in a JSON document. */
void findings_json(sow__buffer *out, const findings *all);
void findings_free(findings *all);

#endif
