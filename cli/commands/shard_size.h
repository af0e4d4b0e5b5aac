/* --max-shard-size. */
#ifndef SOW_CLI_SHARD_SIZE_H
#define SOW_CLI_SHARD_SIZE_H

#include <stdint.h>

#include "cli/arguments/options.h"

/* Bytes, 0 where the option was not given; false, with a complaint, for what is no size. */
bool shard_size_read(const arguments *given, uint64_t *bytes);

/*
 * The file that shards are named after: `path`, or "model.safetensors" in it where it is a folder. free() it;
 * NULL, with a complaint, when memory is short.
 */
char *shard_path(const char *path);

#endif
