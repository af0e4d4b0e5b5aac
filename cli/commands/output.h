/* Where init, fill and report write to. */
#ifndef SOW_CLI_OUTPUT_H
#define SOW_CLI_OUTPUT_H

#include "cli/arguments/arguments.h"

/*
 * The path that the library is to write to: -o's value, or standard output's for '-'. NULL, with a complaint,
 * for a terminal, for which none of their files is, unless --force says so.
 */
const char *output_path(const output_arguments *given);

/* What `path` is called in messages. */
const char *output_name(const char *path);

/*
 * The file that shards are named after: `path`, or "model.safetensors" in it where it is a folder. free() it;
 * NULL, with a complaint, when memory is short.
 */
char *shard_path(const char *path);

#endif
