#include "tape/tape.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"

void sow__tape_free(sow__tape *tape) {
  free(tape->storages);
  free(tape->items);
  *tape = (sow__tape){0};
}

size_t sow__tape_storage(sow__tape *tape, sow_dtype dtype, int64_t count) {
  void *storages = tape->storages;
  if (!sow__reserve(&storages, &tape->storage_capacity, tape->storage_count + 1, sizeof *tape->storages))
    return SIZE_MAX;
  tape->storages = storages;
  tape->storages[tape->storage_count] = (sow__storage){.dtype = dtype, .count = count};
  return tape->storage_count++;
}

sow__tape_item *sow__tape_add(sow__tape *tape, const sow__tape_item *item) {
  void *items = tape->items;
  if (!sow__reserve(&items, &tape->capacity, tape->count + 1, sizeof *tape->items))
    return NULL;
  tape->items = items;
  sow__tape_item *added = &tape->items[tape->count++];
  *added = *item;
  if (item->kind == SOW__TAPE_STEP) {
    bool copies_nothing = item->source != NULL && !tape->storages[item->source->storage].written;
    sow__storage *target = &tape->storages[item->target.storage];
    target->written = target->written || !copies_nothing;
  }
  return added;
}

bool sow__tape_move(sow__tape *tape, size_t begin, size_t to) {
  const size_t count = tape->count - begin;
  if (count == 0 || to >= begin)
    return true;
  sow__tape_item *moved = malloc(count * sizeof *moved);
  if (moved == NULL)
    return false;
  memcpy(moved, &tape->items[begin], count * sizeof *moved);
  memmove(&tape->items[to + count], &tape->items[to], (begin - to) * sizeof *moved);
  memcpy(&tape->items[to], moved, count * sizeof *moved);
  free(moved);
  return true;
}

bool sow__tape_overwrites(const sow__tape *tape, const sow__tape_item *item) {
  const sow__tape_view *view = &item->target;
  if (view->strides != NULL || view->offset != 0 || sow_initializer_changes(item->call.kind))
    return false;
  int64_t count = 0;
  return sow__count(view->ndim, view->shape, &count, NULL) == SOW_OK &&
         count == tape->storages[view->storage].count;
}

void sow__tape_mark_live(const sow__tape *tape, bool *needed, bool *live) {
  for (size_t i = tape->count; i-- > 0;) {
    const sow__tape_item *item = &tape->items[i];
    live[i] = item->kind == SOW__TAPE_STEP && needed[item->target.storage];
    if (!live[i])
      continue;
    if (sow__tape_overwrites(tape, item))
      needed[item->target.storage] = false;
    if (item->source != NULL)
      needed[item->source->storage] = true;
  }
}
