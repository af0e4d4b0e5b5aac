/* sow_checkpoint_header and sow_checkpoint_send: the bytes of the file, to a store of the caller's own. */
#include <inttypes.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/sized_options.h"
#include "checkpoint/header.h"
#include "run/notices.h"
#include "run/writer.h"

sow_status sow_checkpoint_header(const sow_plan *plan, const sow_checkpoint_options *options, char **bytes,
                                 size_t *size, sow_error *error) {
  sow_checkpoint_options settings = {0};
  sow_status status = SOW__OPTIONS_TAKE(sow_checkpoint_options, &settings, options, error);
  if (status == SOW_OK)
    status = sow__header_make(plan, &settings, bytes, size, error);
  if (status == SOW_OK)
    sow__warn_ties(plan, error);
  return status;
}

/* Bytes [begin, end) of the file on their way. */
typedef struct sender {
  sow__writer writer;
  uint64_t begin, end;
  sow_sink sink;
  void *context;
  pthread_mutex_t turn; /* one call of the sink at a time */
  bool stopped;         /* by the sink: it is not called again */
} sender;

static sow_status hand(sender *s, uint64_t offset, const char *bytes, uint64_t size, sow_error *error) {
  uint64_t end = offset + size, first = offset < s->begin ? s->begin : offset;
  end = end > s->end ? s->end : end;
  if (first >= end)
    return SOW_OK;
  pthread_mutex_lock(&s->turn);
  if (!s->stopped)
    s->stopped = !s->sink(s->context, first, bytes + (first - offset), (size_t)(end - first));
  bool stopped = s->stopped;
  pthread_mutex_unlock(&s->turn);
  return stopped ? sow__fail(error, SOW_INTERRUPTED, "the sink stopped at byte %" PRIu64, first) : SOW_OK;
}

/* Only thread 0 looks at what a signal handler changes. */
static bool is_interrupted(const sender *s, int thread) {
  const volatile sig_atomic_t *interrupt = s->writer.options.interrupt;
  return thread == 0 && interrupt != NULL && *interrupt != 0;
}

static sow_status hand_piece(void *context, int thread, const void *tag, uint64_t begin, const void *bytes,
                             size_t size, sow_error *error) {
  sender *s = context;
  const sow__entry *entry = tag;
  if (is_interrupted(s, thread))
    return sow__fail(error, SOW_INTERRUPTED, NULL);
  uint64_t at = begin * sow_dtype_size(sow__entry_dtype(entry));
  return hand(s, s->writer.header_size + entry->offset + at, bytes, size, error);
}

/* The elements of an entry that have a byte in the range. */
static sow_status add_part(sender *s, const sow__entry *entry, sow_error *error) {
  uint64_t start = s->writer.header_size + entry->offset, size = sow_dtype_size(sow__entry_dtype(entry));
  uint64_t end = start + sow__entry_bytes(entry);
  if (start >= s->end || end <= s->begin)
    return SOW_OK;
  uint64_t first = s->begin > start ? (s->begin - start) / size : 0;
  uint64_t last = s->end < end ? (s->end - start + size - 1) / size : (uint64_t)entry->value->count;
  return sow__job_add(&s->writer.job, entry->value, entry, first, last, NULL, error);
}

/* One thread goes in the order of the file, for sinks that can only append; several in the stream's. */
static sow_status add_parts(sender *s, sow_error *error) {
  const sow_plan *plan = s->writer.plan;
  const size_t *order = s->writer.job.threads == 1 ? plan->in_file : plan->in_stream;
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < plan->stored_count; i++)
    status = add_part(s, &plan->entries[order[i]], error);
  return status;
}

static sow_status check_range(const sender *s, sow_error *error) {
  uint64_t size = s->writer.header_size + s->writer.plan->bytes;
  if (s->begin <= s->end && s->end <= size)
    return SOW_OK;
  return sow__fail(error, SOW_INVALID_ARGUMENT,
                   "the file has %" PRIu64 " bytes, and no range from %" PRIu64 " to %" PRIu64, size,
                   s->begin, s->end);
}

static sow_status run(sender *s, sow_error *error) {
  sow_status status = sow__job_prepare(&s->writer.job, error);
  if (status != SOW_OK)
    return status;
  sow__warn_memory(&s->writer.job, error);
  if (is_interrupted(s, 0))
    return sow__fail(error, SOW_INTERRUPTED, NULL);
  status = hand(s, 0, s->writer.header, s->writer.header_size, error);
  if (status == SOW_OK)
    status = sow__job_run(&s->writer.job, error);
  return status == SOW_NO_MEMORY ? sow__fail_memory(&s->writer.job, error) : status;
}

sow_status sow_checkpoint_send(const sow_plan *plan, uint64_t begin, uint64_t end,
                               const sow_checkpoint_options *options, sow_sink sink, void *context,
                               sow_error *error) {
  sender s = {.begin = begin, .end = end, .sink = sink, .context = context};
  if (pthread_mutex_init(&s.turn, NULL) != 0)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = sow__writer_make(&s.writer, plan, options, error);
  s.writer.job.write = hand_piece;
  s.writer.job.context = &s;
  if (status == SOW_OK)
    status = check_range(&s, error);
  if (status == SOW_OK)
    status = add_parts(&s, error);
  if (status == SOW_OK)
    status = run(&s, error);
  sow__writer_free(&s.writer);
  pthread_mutex_destroy(&s.turn);
  return status;
}
