/* One line of rules: what it asks for, read once for its mistakes, and again at each tensor it takes. */
#ifndef SOW_TEXT_RULE_LINE_H
#define SOW_TEXT_RULE_LINE_H

#include "text/rule_scope.h"
#include "text/ruleset.h"

/*
 * Reads what stands behind the glob from `at` on, a part or '=', into the line; *end is where the line ends.
 * `arena` holds what the line keeps.
 */
sow_status sow__rule_line_parse(const sow__text *text, size_t at, sow__arena *arena, sow__rule_line *line,
                                size_t *end, sow_error *error);

/* What a line does to a tensor. */
typedef struct sow__rule_step {
  bool takes; /* its condition holds, and the part is there */
  sow_initializer call;
  int64_t times; /* of repeat_interleave(); 0 elsewhere */
  bool part;     /* begin and size are set */
  int64_t begin[SOW_MAX_DIMS], size[SOW_MAX_DIMS];
} sow__rule_step;

/* Reads the line at a tensor that its glob matches. */
sow_status sow__rule_line_read(const sow__text *text, const sow__rule_line *line,
                               const sow__rule_place *place, sow__rule_step *step, sow_error *error);

/* "[:n/3] = normal_(std=0.02) if dim > 1", as it is printed behind the glob. */
void sow__rule_line_print(const sow__text *text, const sow__rule_line *line, sow__buffer *out);

/* Whether the '[' at `at`, behind a glob, opens a part of the tensor and not a set of characters. */
bool sow__rule_part_opens(const sow__text *text, size_t at);

#endif
