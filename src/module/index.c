#include "module/index.h"

#include <stdlib.h>
#include <string.h>

/* Up to here a scan is as fast as a table; layers never get there, long lists do. */
#define SCAN_LIMIT 32

/* Open addressing at a load of a half at most; names stay in the module's arrays. */
struct sow__index {
  size_t mask; /* slots - 1; slots are a power of two */
  sow__member slots[];
};

static const char *member_name(const sow_module *module, sow__member member) {
  switch (member.kind) {
  case SOW__MEMBER_PARAMETER:
    return module->parameters[member.position].name;
  case SOW__MEMBER_BUFFER:
    return module->buffers[member.position].name;
  case SOW__MEMBER_CHILD:
    return module->children[member.position].name;
  case SOW__MEMBER_NONE:
    break;
  }
  return "";
}

static bool name_is(const sow_module *module, sow__member member, const char *name, size_t length) {
  const char *own = member_name(module, member);
  return strncmp(own, name, length) == 0 && own[length] == '\0';
}

static size_t member_total(const sow_module *module) {
  return module->parameter_count + module->buffer_count + module->child_count;
}

/* FNV-1a, 64 bits. */
static size_t hash(const char *name, size_t length) {
  uint64_t value = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < length; i++)
    value = (value ^ (unsigned char)name[i]) * UINT64_C(1099511628211);
  return (size_t)(value ^ value >> 32);
}

static void insert(const sow_module *module, struct sow__index *index, sow__member member) {
  const char *name = member_name(module, member);
  size_t slot = hash(name, strlen(name)) & index->mask;
  while (index->slots[slot].kind != SOW__MEMBER_NONE)
    slot = (slot + 1) & index->mask;
  index->slots[slot] = member;
}

static void insert_all(const sow_module *module, struct sow__index *index) {
  for (size_t i = 0; i < module->parameter_count; i++)
    insert(module, index, (sow__member){SOW__MEMBER_PARAMETER, i});
  for (size_t i = 0; i < module->buffer_count; i++)
    insert(module, index, (sow__member){SOW__MEMBER_BUFFER, i});
  for (size_t i = 0; i < module->child_count; i++)
    insert(module, index, (sow__member){SOW__MEMBER_CHILD, i});
}

static sow__member scan(const sow_module *module, const char *name, size_t length) {
  const struct {
    sow__member_kind kind;
    size_t count;
  } kinds[] = {{SOW__MEMBER_PARAMETER, module->parameter_count},
               {SOW__MEMBER_BUFFER, module->buffer_count},
               {SOW__MEMBER_CHILD, module->child_count}};
  for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
    for (size_t i = 0; i < kinds[k].count; i++)
      if (name_is(module, (sow__member){kinds[k].kind, i}, name, length))
        return (sow__member){kinds[k].kind, i};
  return (sow__member){SOW__MEMBER_NONE, 0};
}

sow__member sow__member_find(const sow_module *module, const char *name, size_t length) {
  const struct sow__index *index = module->index;
  if (!index)
    return scan(module, name, length);
  size_t slot = hash(name, length) & index->mask;
  while (index->slots[slot].kind != SOW__MEMBER_NONE) {
    if (name_is(module, index->slots[slot], name, length))
      return index->slots[slot];
    slot = (slot + 1) & index->mask;
  }
  return (sow__member){SOW__MEMBER_NONE, 0};
}

bool sow__member_appended(sow_module *module, sow__member member) {
  size_t total = member_total(module);
  if (total <= SCAN_LIMIT)
    return true;
  if (module->index && total <= (module->index->mask + 1) / 2) {
    insert(module, module->index, member);
    return true;
  }
  size_t slots = module->index ? (module->index->mask + 1) * 2 : SCAN_LIMIT * 4;
  struct sow__index *larger = calloc(1, sizeof(*larger) + slots * sizeof(larger->slots[0]));
  if (!larger)
    return false;
  larger->mask = slots - 1;
  insert_all(module, larger);
  free(module->index);
  module->index = larger;
  return true;
}

void sow__member_renumber(sow_module *module) {
  struct sow__index *index = module->index;
  if (!index)
    return;
  memset(index->slots, 0, (index->mask + 1) * sizeof(index->slots[0]));
  insert_all(module, index);
}

void sow__index_free(struct sow__index *index) {
  free(index);
}
