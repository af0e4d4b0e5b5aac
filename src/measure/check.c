/* sow_archive_check: a plan against a checkpoint, bit for bit, a piece at a time. */
#include <pthread.h>
#include <stdlib.h>

#include "archive/archive_progress.h"
#include "base/size.h"
#include "base/team.h"
#include "measure/difference.h"
#include "plan/entry.h"
#include "run/job.h"

#define CHUNK ((size_t)1 << 18) /* bytes that are read at once */

typedef struct checking {
  const sow_archive *archive;
  const sow_plan *plan;
  sow_difference *differences;
  size_t *partners;     /* of each entry of the plan: its entry in the archive */
  bool *held;           /* of each: whether the archive has it under another name that is tied to it */
  unsigned char *rooms; /* CHUNK bytes for each thread */
  pthread_mutex_t lock; /* guards the differences */
} checking;

/* ---- which tensors ---- */

static sow_difference_kind kind_of(const checking *c, const sow__entry *entry, size_t *partner) {
  sow_archive_entry stored = {0};
  if (!sow_archive_find(c->archive, entry->name, partner)) {
    bool elsewhere = entry->tied_to != SOW__NOT_TIED || c->held[entry - c->plan->entries];
    return elsewhere ? SOW_STORED_AS_FIRST : SOW_ABSENT;
  }
  sow_archive_get(c->archive, *partner, &stored);
  if (!sow__shape_equal(stored.ndim, stored.shape, entry->ndim, entry->shape))
    return SOW_OTHER_SHAPE;
  return stored.dtype == sow__entry_dtype(entry) ? SOW_EQUAL : SOW_OTHER_TYPE;
}

static sow_status add_entry(checking *c, sow__job *job, size_t index, sow_error *error) {
  const sow__entry *entry = &c->plan->entries[index];
  sow_difference_kind kind = kind_of(c, entry, &c->partners[index]);
  c->differences[index] = (sow_difference){.kind = kind};
  if (kind != SOW_EQUAL)
    return SOW_OK;
  return sow__job_add(job, entry->value, entry, 0, (uint64_t)entry->value->count, NULL, error);
}

/* safetensors' save_model keeps of tied tensors the name that is first by its letters. */
static void note_held(checking *c) {
  size_t found;
  for (size_t i = 0; i < c->plan->count; i++) {
    const sow__entry *entry = &c->plan->entries[i];
    if (entry->tied_to != SOW__NOT_TIED && sow_archive_find(c->archive, entry->name, &found))
      c->held[entry->tied_to] = true;
  }
}

/* Ties have no place of their own in the stream; few checkpoints hold them, and they come last. */
static sow_status add_entries(checking *c, sow__job *job, sow_error *error) {
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < c->plan->stored_count; i++)
    status = add_entry(c, job, c->plan->in_stream[i], error);
  for (size_t i = 0; status == SOW_OK && i < c->plan->count; i++)
    if (c->plan->entries[i].tied_to != SOW__NOT_TIED)
      status = add_entry(c, job, i, error);
  return status;
}

/* ---- one piece ---- */

static sow_status compare_piece(void *context, int thread, const void *tag, uint64_t begin, const void *bytes,
                                size_t size, sow_error *error) {
  checking *c = context;
  const sow__entry *entry = tag;
  size_t index = (size_t)(entry - c->plan->entries), width = sow_dtype_size(sow__entry_dtype(entry));
  unsigned char *room = c->rooms + (size_t)thread * CHUNK;
  const unsigned char *made = bytes;
  sow_archive_entry stored = {0};
  sow_archive_get(c->archive, c->partners[index], &stored);
  sow__element element = sow__element_of(stored.type);
  sow_difference found = {0};
  for (size_t at = 0; at < size; at += CHUNK) {
    size_t part = size - at < CHUNK ? size - at : CHUNK;
    sow_status status =
        sow_archive_read(c->archive, c->partners[index], begin * width + at, part, room, error);
    if (status != SOW_OK)
      return status;
    sow__difference_add(&found, element, stored.bits, begin + at / width, made + at, room, part);
  }
  if (found.differing == 0)
    return SOW_OK;
  pthread_mutex_lock(&c->lock);
  sow__difference_join(&c->differences[index], &found);
  pthread_mutex_unlock(&c->lock);
  return SOW_OK;
}

static sow_status run(checking *c, sow__job *job, sow_error *error) {
  note_held(c);
  sow_status status = add_entries(c, job, error);
  if (status == SOW_OK)
    status = sow__job_prepare(job, error);
  if (status != SOW_OK)
    return status;
  c->rooms = malloc((size_t)job->threads * CHUNK);
  if (c->rooms == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  pthread_mutex_init(&c->lock, NULL);
  status = sow__job_run(job, error);
  pthread_mutex_destroy(&c->lock);
  return status;
}

static void tell(void *context, uint64_t done, uint64_t total) {
  sow__archive_tell(((const checking *)context)->archive, done, total);
}

sow_status sow_archive_check(const sow_archive *archive, const sow_plan *plan, int threads,
                             sow_difference *differences, sow_error *error) {
  checking c = {.archive = archive, .plan = plan, .differences = differences};
  sow_status status = sow__threads_check(threads, error);
  if (status != SOW_OK)
    return status;
  c.partners = calloc(plan->count + 1, sizeof *c.partners);
  c.held = calloc(plan->count + 1, sizeof *c.held);
  sow__job job = {.bases = plan->bases,
                  .threads = threads,
                  .write = compare_piece,
                  .context = &c,
                  .progress = tell,
                  .progress_context = &c};
  status =
      c.partners == NULL || c.held == NULL ? sow__fail(error, SOW_NO_MEMORY, NULL) : run(&c, &job, error);
  sow__job_free(&job);
  free(c.rooms);
  free(c.partners);
  free(c.held);
  return status;
}
