/* Modules of torch that wrap one other, and what each does to the names of its tensors. */
#ifndef SOW_MODULE_WRAPPER_H
#define SOW_MODULE_WRAPPER_H

#include "base/memory.h"
#include "sow/module.h"

typedef struct sow__wrapper {
  const char *class_name, *child; /* its one child's name */
  bool hides;                     /* state_dict() leaves the child's name out; named_parameters() does not */
  const char *counter;            /* a buffer of its own, int64 and 0 at first; NULL for none */
  const char *rule;               /* what makes that */
} sow__wrapper;

/* NULL for a class that is none. */
const sow__wrapper *sow__wrapper_find(const char *class_name);

/* A module of the class, still without its child, with what it holds itself; `wrapper` NULL: a container. */
sow_module *sow__wrapper_make(sow_module *parent, const char *name, const char *class_name,
                              const sow__wrapper *wrapper);

/* Whether state_dict() leaves out the name of the module's only child. */
bool sow__wrapper_hides(const sow_module *module);

/*
 * The name that state_dict() has for a parameter of this name in named_parameters(): without the names of
 * children that wrappers hide. False for want of memory.
 */
bool sow__wrapper_state_name(const char *name, sow__buffer *out);

/*
 * The class behind one that fully_shard or replicate has made of it ("Linear" of "FSDPLinear"), or the name
 * itself.
 */
const char *sow__wrapper_inner_class(const char *class_name);

#endif
