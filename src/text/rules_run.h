/* Rules while they run over a tree, and what is said of them afterwards. */
#ifndef SOW_TEXT_RULES_RUN_H
#define SOW_TEXT_RULES_RUN_H

#include "base/names.h"
#include "module/tree.h"
#include "text/ruleset.h"

typedef struct sow__rules_run {
  const sow_rules *rules;
  const sow__rule_pass *pass;
  sow_module *root;
  sow_module *base; /* the pass's: the root, or the module in whose constructor it runs */
  bool *used;       /* by index of block or line */
  bool *whole;      /* likewise: whether a line has just taken all of a child's parameter */
  sow__buffer state_name;
  sow_status status; /* of the walk, which cannot be left early */
  sow_error *error;
} sow__rules_run;

/* Whether a glob of the block matches. */
bool sow__rule_block_takes(const sow__rule_block *block, const char *class_name);

/* The block that takes modules of a class; NULL for none. */
const sow__rule_block *sow__rules_block(const sow__rules_run *run, const char *class_name);

/* Whether a glob is a name. */
bool sow__rule_is_plain(const char *glob);

/* SOW_UNUSED_RULE for a block or line of the pass that took nothing. */
sow_status sow__rules_check_used(const sow__rules_run *run);

/* Warns where a line has written over an embedding's padding row, which its constructor had made zero. */
sow_status sow__rules_warn_padding(const sow__rules_run *run);

/* The nearest name, kept where names live during a call only. */
typedef struct sow__kept_name {
  sow__nearest nearest;
  char best[128];
} sow__kept_name;

/* Offers it a name; made to be a walk's visitor, and has a kept name for its context. */
void sow__kept_name_offer(sow_module *owner, const sow__slot *slot, const char *name, void *context);

#endif
