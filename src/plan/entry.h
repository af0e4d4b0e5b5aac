/* A plan's inside. Nothing in it changes after sow_plan_new has returned. */
#ifndef SOW_PLAN_ENTRY_H
#define SOW_PLAN_ENTRY_H

#include "base/memory.h"
#include "op/value.h"
#include "sow/archive.h"

#define SOW__NOT_TIED SIZE_MAX

typedef struct sow__entry {
  const char *name;
  const int64_t *shape;
  const sow__value *value; /* what makes it, as it is stored */
  size_t tied_to;          /* index of the entry whose bytes it shares, or SOW__NOT_TIED */
  uint64_t offset;         /* from the start of a checkpoint's data */
  uint64_t position;       /* in the stream, of the first step that draws */
  uint32_t stream;
  int ndim;
  sow_dtype drawn; /* before the plan's cast */
  bool kept;       /* copied from the checkpoint to keep */
  bool buffer;     /* no parameter */
  bool temporary;  /* a buffer that is no part of the state_dict, and of no file */
  double inputs;
} sow__entry;

struct sow_plan {
  sow__arena arena;     /* strings, shapes, steps, values */
  sow_generator *bases; /* of each stream */
  bool given_state;     /* the base came from the caller's generator, so the seed alone does not tell it */
  sow_plan_options settings;
  sow__entry *entries; /* in state_dict order */
  size_t count, capacity;
  size_t *by_name;   /* all entries, by the bytes of their names */
  size_t *in_file;   /* the entries that are stored (ties and temporaries left out), by offset */
  size_t *in_stream; /* the same entries, by position in the stream */
  size_t stored_count;
  uint64_t bytes;
  uint64_t draws; /* of all streams */
  sow__place end; /* of the default generator, after the last step */
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

/* Whether a file holds it: neither tied to another nor temporary. */
bool sow__entry_is_stored(const sow__entry *entry);

sow_dtype sow__entry_dtype(const sow__entry *entry);
uint64_t sow__entry_bytes(const sow__entry *entry);

#endif
