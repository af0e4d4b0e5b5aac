/* Cutting a checkpoint into shards by huggingface_hub's rules: which tensor goes where, and names. */
#ifndef SOW_CHECKPOINT_SHARDS_H
#define SOW_CHECKPOINT_SHARDS_H

#include "plan/entry.h"

#define SOW__NO_SHARD SIZE_MAX

typedef struct sow__shards {
  char *folder;     /* with its '/'; "" for none */
  char *stem;       /* "model" of "model.safetensors" */
  size_t *shard_of; /* of each entry; SOW__NO_SHARD for ties */
  size_t count;
} sow__shards;

/*
 * In state_dict order: a tensor larger than the limit is a shard of its own at once, and leaves the current
 * one open; any other goes into the current shard, or begins the next where it would not fit. `path` ends
 * with
 * ".safetensors". SOW_INVALID_ARGUMENT, SOW_LIMIT beyond 99999 shards, SOW_NO_MEMORY. Free in every case.
 */
sow_status sow__shards_cut(const sow_plan *plan, const char *path, uint64_t limit, sow__shards *shards,
                           sow_error *error);
void sow__shards_free(sow__shards *shards);

/* "FOLDER/STEM-00001-of-00003.safetensors"; free() it; NULL when memory is short. */
char *sow__shard_path(const sow__shards *shards, size_t shard);
/* "FOLDER/STEM.safetensors.index.json" */
char *sow__shards_index_path(const sow__shards *shards);

/*
 * Files in the folder that loaders could take for a part of the checkpoint: shards and an index of this stem,
 * and the whole file. *paths is a sorted, 0-terminated list to free with sow__paths_free. SOW_IO,
 * SOW_NO_MEMORY.
 */
sow_status sow__shards_stray(const sow__shards *shards, char ***paths, sow_error *error);
void sow__paths_free(char **paths); /* NULL is fine */

/* The text of the index; free() it. SOW_NO_MEMORY. */
sow_status sow__shards_index(const sow__shards *shards, const sow_plan *plan, char **text, sow_error *error);

#endif
