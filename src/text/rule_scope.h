/* Names that have values in a line of rules: n, fan_in, kernel_size, {1}. */
#ifndef SOW_TEXT_RULE_SCOPE_H
#define SOW_TEXT_RULE_SCOPE_H

#include "module/tree.h"
#include "text/expression.h"

/* Where a line is: a tensor of a module, and what of its names the line's glob matched. */
typedef struct sow__rule_place {
  sow_module *owner;
  const char *own_name, *name; /* "weight", and "fc.weight", or "weight" again where modules are visited */
  const char *glob;            /* matches `name` or `other` */
  const char *other;           /* the name without wrappers' prefixes; or `name` again */
  const sow__tensor *tensor;
} sow__rule_place;

typedef struct sow__rule_scope {
  sow__scope scope; /* first, so that a pointer to it is one to this */
  const sow__rule_place *place;
  int dimension; /* whose size `n` is */
  bool *depends; /* of a trial: whether any such name was met; NULL elsewhere */
} sow__rule_scope;

/* Before the rules are applied: names are known, their values are not. `depends` may be NULL. */
sow__rule_scope sow__rule_scope_trial(bool *depends);

/* The place must live as long. */
sow__rule_scope sow__rule_scope_at(const sow__rule_place *place);

#endif
