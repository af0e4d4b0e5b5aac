/* What the rules of a plan covered: calls that differ in their numbers only are one row, with ranges of them.
 */
#ifndef SOW_CLI_REPORT_RULES_H
#define SOW_CLI_REPORT_RULES_H

#include <stdbool.h>

#include "sow/plan.h"

typedef struct report_rule {
  const char *rule; /* the plan's: where it stands */
  char *call; /* as sow_plan_line shows its steps, with "low … high" where numbers differ; "" for what is kept
               */
  size_t tensors;
  uint64_t elements;
  size_t calls; /* how many different ones */
} report_rule;

typedef struct report_rules {
  report_rule *items; /* in the order of their first tensors */
  size_t count;
} report_rules;

/* Ties are counted once. `plan` may be NULL: no rules. False when memory is short; free it in either case. */
bool report_rules_new(const sow_plan *plan, report_rules *out);
void report_rules_free(report_rules *all);

#endif
