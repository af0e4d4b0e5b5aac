/* A plan's inside. Nothing in it changes after sow_plan_new has returned. */
#ifndef SOW_PLAN_ENTRY_H
#define SOW_PLAN_ENTRY_H

#include "base/memory.h"
#include "init/fill.h"
#include "sow/archive.h"

#define SOW__NOT_TIED SIZE_MAX

typedef struct sow__entry {
  const char *name;
  const char *rule;
  int ndim;
  const int64_t *shape;
  sow__fill fill; /* what is drawn, and from where */
  sow_dtype stored;
  int64_t zero_row; /* -1 for none */
  double inputs;
  size_t tied_to;  /* index of the entry whose bytes it shares, or SOW__NOT_TIED */
  uint64_t offset; /* from the start of a checkpoint's data */
  uint64_t bytes;
  /* Where a kept tensor is copied from; NULL for one that is made. Of its fill only count, dtype and grain
   * are set. */
  const sow_archive *source;
  size_t source_index;
} sow__entry;

struct sow_plan {
  sow__arena arena; /* strings and shapes */
  sow_generator base;
  bool given_state; /* the base came from the caller's generator, so the seed alone does not tell it */
  sow_plan_options settings;
  sow__entry *entries; /* in state_dict order */
  size_t count, capacity;
  size_t *by_name;   /* all entries, by the bytes of their names */
  size_t *in_file;   /* the entries that are stored (ties left out), by offset */
  size_t *in_stream; /* the same entries, by position in the stream */
  size_t stored_count;
  uint64_t bytes;
  sow__place end; /* after the last event */
};

/* A place between two elements: before `element` of the entry that in_stream[index] names. */
typedef struct sow__cut {
  size_t index; /* stored_count at the end */
  uint64_t element;
} sow__cut;

/*
 * Part i of n: from *begin to *end in the order of the stream, as even in stored bytes as whole grains allow.
 * Parts in order join without gaps.
 */
void sow__plan_slice(const sow_plan *plan, uint64_t i, uint64_t n, sow__cut *begin, sow__cut *end);

/* Fills *entry from entry `index`, which must exist. */
void sow__plan_entry(const sow_plan *plan, size_t index, sow_plan_entry *entry);

#endif
