/* Finding a member of a module by name: a scan while there are few, a hash table once there are many. */
#ifndef SOW_MODULE_INDEX_H
#define SOW_MODULE_INDEX_H

#include "module/tree.h"

/* As in torch, parameters, buffers and children of one module share one name space. */
typedef enum sow__member_kind {
  SOW__MEMBER_NONE,
  SOW__MEMBER_PARAMETER,
  SOW__MEMBER_BUFFER,
  SOW__MEMBER_CHILD
} sow__member_kind;

typedef struct sow__member {
  sow__member_kind kind;
  size_t position; /* in the array of its kind */
} sow__member;

/* `name` has `length` bytes and need not end with 0. Kind SOW__MEMBER_NONE when there is none. */
sow__member sow__member_find(const sow_module *module, const char *name, size_t length);

/* To be called after a member was appended to its array; false when memory is short. */
bool sow__member_appended(sow_module *module, sow__member member);

/* To be called after positions changed; needs no memory. */
void sow__member_renumber(sow_module *module);

/* NULL is fine. */
void sow__index_free(struct sow__index *index);

#endif
