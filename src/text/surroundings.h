/*
 * What surrounds a printed model where people copy it from: a log's prefixes, prompts, headings, totals,
 * fences, quote marks, terminal colours, spaces that are none. All of it is found here; the parser sees the
 * model alone.
 */
#ifndef SOW_TEXT_SURROUNDINGS_H
#define SOW_TEXT_SURROUNDINGS_H

#include "base/memory.h"
#include "text/diagnostic.h"

typedef struct sow__surroundings {
  size_t begin;  /* of the model: its class name, or a fragment's first child; SIZE_MAX: none */
  bool fragment; /* the line with the model's class is missing */
  bool unlikely; /* a call of something unknown, with text behind it: mostly no model at all */
  size_t prefix_begin, prefix_end; /* what each line of the model begins with; equal for nothing */
} sow__surroundings;

/*
 * Finds the model, and blanks out in `bytes`, which are the text's and may be changed, what is before it in
 * its lines: byte for byte, so that places stay what they are.
 */
void sow__surroundings_find(char *bytes, size_t length, sow__surroundings *out);

/*
 * Of a model that ends before `end`: whether what stands around it may be passed over. What looks like a part
 * of a model is SOW_SYNTAX, with the lines to leave out.
 */
sow_status sow__surroundings_check(const sow__text *text, const sow__surroundings *around, size_t end,
                                   sow_error *error);

/*
 * Where another model begins within the first one, which ends before `end`, as happens in a log that several
 * processes write; SIZE_MAX where none does. And the failure that says so.
 */
size_t sow__surroundings_mixed(const sow__text *text, const sow__surroundings *around, size_t end);
sow_status sow__surroundings_fail_mixed(const sow__text *text, size_t at, sow_error *error);

#endif
