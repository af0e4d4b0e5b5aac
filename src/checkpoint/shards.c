#include "checkpoint/shards.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/names.h"
#include "base/number.h"
#include "base/reading.h"

#define END ".safetensors"
#define INDEX_END ".index.json"
#define SHARDS_LIMIT 99999 /* five digits */

/* ---- cutting ---- */

static void cut(const sow_plan *plan, uint64_t limit, sow__shards *shards) {
  uint64_t filled = 0;
  size_t open = SOW__NO_SHARD; /* the current shard gets its number when it is closed */
  size_t closed = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const sow__entry *entry = &plan->entries[i];
    shards->shard_of[i] = SOW__NO_SHARD;
    if (!sow__entry_is_stored(entry))
      continue;
    if (sow__entry_bytes(entry) > limit) {
      shards->shard_of[i] = closed++;
      continue;
    }
    if (sow__entry_bytes(entry) > limit - filled) {
      for (size_t j = open; j < i; j++)
        if (shards->shard_of[j] == SOW__NO_SHARD && sow__entry_is_stored(&plan->entries[j]))
          shards->shard_of[j] = closed;
      closed++;
      filled = 0;
      open = SOW__NO_SHARD;
    }
    open = open == SOW__NO_SHARD ? i : open;
    filled += sow__entry_bytes(entry);
  }
  for (size_t j = open; j < plan->count; j++)
    if (shards->shard_of[j] == SOW__NO_SHARD && sow__entry_is_stored(&plan->entries[j]))
      shards->shard_of[j] = closed;
  shards->count = closed + (open != SOW__NO_SHARD);
}

sow_status sow__shards_cut(const sow_plan *plan, const char *path, uint64_t limit, sow__shards *shards,
                           sow_error *error) {
  *shards = (sow__shards){0};
  const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
  size_t length = strlen(name), end = strlen(END);
  if (length <= end || strcmp(name + length - end, END) != 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "%.300s: shards are named after a file that ends with " END,
                     path);
  if (limit == 0)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "a shard of 0 bytes holds nothing");
  shards->folder = strndup(path, (size_t)(name - path));
  shards->stem = strndup(name, length - end);
  shards->shard_of = calloc(plan->count + 1, sizeof *shards->shard_of);
  if (shards->folder == NULL || shards->stem == NULL || shards->shard_of == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  cut(plan, limit, shards);
  if (shards->count > SHARDS_LIMIT)
    return sow__fail(error, SOW_LIMIT, "%.300s: %zu shards; their names have room for %d", path,
                     shards->count, SHARDS_LIMIT);
  return SOW_OK;
}

void sow__shards_free(sow__shards *shards) {
  free(shards->folder);
  free(shards->stem);
  free(shards->shard_of);
}

/* ---- names ---- */

static char *take(sow__buffer *buffer) {
  char *text = NULL;
  return sow__buffer_take(buffer, &text, NULL, NULL) == SOW_OK ? text : NULL;
}

static void put_name(sow__buffer *out, const sow__shards *shards, size_t shard) {
  sow__buffer_printf(out, "%s-%05zu-of-%05zu" END, shards->stem, shard + 1, shards->count);
}

char *sow__shard_path(const sow__shards *shards, size_t shard) {
  sow__buffer path = {0};
  sow__buffer_text(&path, shards->folder);
  put_name(&path, shards, shard);
  return take(&path);
}

char *sow__shards_index_path(const sow__shards *shards) {
  sow__buffer path = {0};
  sow__buffer_printf(&path, "%s%s" END INDEX_END, shards->folder, shards->stem);
  return take(&path);
}

/* ---- strays ---- */

/* STEM.safetensors, STEM.safetensors.index.json, STEM-N-of-M.safetensors */
static bool is_ours(const sow__shards *shards, const char *name) {
  size_t length = strlen(shards->stem);
  if (strncmp(name, shards->stem, length) != 0)
    return false;
  const char *at = name + length;
  uint64_t number;
  if (strcmp(at, END) == 0 || strcmp(at, END INDEX_END) == 0)
    return true;
  if (*at++ != '-' || !sow__digits_read(&at, &number) || strncmp(at, "-of-", 4) != 0)
    return false;
  at += 4;
  return sow__digits_read(&at, &number) && strcmp(at, END) == 0;
}

static bool add_path(char ***paths, size_t *count, size_t *capacity, const sow__shards *shards,
                     const char *name) {
  void *items = *paths;
  if (!sow__reserve(&items, capacity, *count + 2, sizeof **paths))
    return false;
  *paths = items;
  sow__buffer path = {0};
  sow__buffer_printf(&path, "%s%s", shards->folder, name);
  (*paths)[*count] = take(&path);
  if ((*paths)[*count] == NULL)
    return false;
  (*paths)[++*count] = NULL;
  return true;
}

sow_status sow__shards_stray(const sow__shards *shards, char ***paths, sow_error *error) {
  const char *path = shards->folder[0] == 0 ? "." : shards->folder;
  DIR *folder = opendir(path);
  if (folder == NULL)
    return sow__fail_path(error, path, errno);
  char **found = NULL;
  size_t count = 0, capacity = 0;
  bool stored = true;
  for (const struct dirent *entry; stored && (entry = readdir(folder)) != NULL;)
    if (is_ours(shards, entry->d_name))
      stored = add_path(&found, &count, &capacity, shards, entry->d_name);
  closedir(folder);
  if (!stored) {
    sow__paths_free(found);
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  }
  if (count > 0)
    qsort(found, count, sizeof *found, sow__name_order);
  *paths = found;
  return SOW_OK;
}

void sow__paths_free(char **paths) {
  for (size_t i = 0; paths != NULL && paths[i] != NULL; i++)
    free(paths[i]);
  free(paths);
}

/* ---- the index ---- */

static bool fill_map(const sow__shards *shards, const sow_plan *plan, json_t *map) {
  for (size_t i = 0; i < plan->count; i++) {
    if (shards->shard_of[i] == SOW__NO_SHARD)
      continue;
    sow__buffer name = {0};
    put_name(&name, shards, shards->shard_of[i]);
    bool done = !name.failed && json_object_set_new(map, plan->entries[i].name, json_string(name.data)) == 0;
    sow__buffer_free(&name);
    if (!done)
      return false;
  }
  return true;
}

static int put_text(const char *text, size_t size, void *context) {
  sow__buffer *out = context;
  sow__buffer_add(out, text, size);
  return out->failed ? -1 : 0;
}

/* As json.dumps(index, indent=2, sort_keys=True) writes it, and a line end. */
sow_status sow__shards_index(const sow__shards *shards, const sow_plan *plan, char **text, sow_error *error) {
  json_t *map = json_object();
  bool done = map != NULL && fill_map(shards, plan, map);
  json_t *index =
      done ? json_pack("{s:{s:I},s:O}", "metadata", "total_size", (json_int_t)plan->bytes, "weight_map", map)
           : NULL;
  sow__buffer out = {0};
  done = index != NULL &&
         json_dump_callback(index, put_text, &out, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII) == 0;
  json_decref(index);
  json_decref(map);
  sow__buffer_text(&out, "\n");
  if (done)
    return sow__buffer_take(&out, text, NULL, error);
  sow__buffer_free(&out);
  return sow__fail(error, SOW_NO_MEMORY, NULL);
}
