/* sow_checkpoint_write_sharded: a plan into several files and their index. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/sized_options.h"
#include "checkpoint/disk.h"
#include "checkpoint/shards.h"
#include "checkpoint/sink.h"
#include "plan/part.h"
#include "run/notices.h"
#include "sow/checkpoint.h"

typedef struct sharded {
  const sow_plan *plan;
  sow_checkpoint_options options;
  sow__shards shards;
  char **written; /* by this call, with the shard's index; NULL at the end */
  uint64_t done;  /* bytes of the shards before the current one */
  sow_error *error;
} sharded;

static void show_progress(void *context, uint64_t done, uint64_t total) {
  (void)total;
  const sharded *s = context;
  s->options.progress(s->options.progress_context, s->done + done, s->plan->bytes);
}

/* Warnings about ties are the whole checkpoint's; a shard has none. */
static sow_status write_shard(sharded *s, size_t shard) {
  sow_checkpoint_options options = s->options;
  options.progress = s->options.progress == NULL ? NULL : show_progress;
  options.progress_context = s;
  char *path = sow__shard_path(&s->shards, shard);
  if (path == NULL)
    return sow__fail(s->error, SOW_NO_MEMORY, NULL);
  sow_plan *part = NULL;
  sow_status status = sow__plan_part(s->plan, s->shards.shard_of, shard, &part, s->error);
  if (status == SOW_OK)
    status = sow_checkpoint_write(part, path, &options, s->error);
  if (status == SOW_OK) {
    s->done += part->bytes;
    s->written[shard] = path;
  } else {
    free(path);
  }
  sow__plan_part_free(part);
  return status;
}

static sow_status write_index(sharded *s) {
  char *path = sow__shards_index_path(&s->shards), *text = NULL;
  sow_status status = path == NULL ? sow__fail(s->error, SOW_NO_MEMORY, NULL)
                                   : sow__shards_index(&s->shards, s->plan, &text, s->error);
  sow__sink sink;
  if (status == SOW_OK)
    status = sow__sink_open(&sink, path, s->options.force, s->options.interrupt, s->error);
  if (status == SOW_OK) {
    status = sow__sink_write(&sink, 0, text, strlen(text), s->error);
    if (status == SOW_OK)
      status = sow__sink_commit(&sink, s->error);
    else
      sow__sink_discard(&sink);
  }
  free(text);
  free(path);
  return status;
}

static bool is_written(const sharded *s, const char *path) {
  for (size_t i = 0; s->written[i] != NULL; i++)
    if (strcmp(s->written[i], path) == 0)
      return true;
  return false;
}

/* What was there before goes only when all that replaces it is there. */
static void remove_strays(const sharded *s, char **strays) {
  for (size_t i = 0; strays != NULL && strays[i] != NULL; i++)
    if (!is_written(s, strays[i]))
      unlink(strays[i]);
}

static sow_status write_all(sharded *s, char **strays) {
  s->written = calloc(s->shards.count + 1, sizeof *s->written);
  sow_status status = s->written == NULL ? sow__fail(s->error, SOW_NO_MEMORY, NULL) : SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < s->shards.count; i++)
    status = write_shard(s, i);
  if (status == SOW_OK) {
    remove_strays(s, strays);
    status = write_index(s);
  }
  for (size_t i = 0; status != SOW_OK && s->written != NULL && s->written[i] != NULL; i++)
    unlink(s->written[i]);
  sow__paths_free(s->written);
  return status;
}

/* One shard is a plain file without an index; an older checkpoint in shards beside it is as stray. */
static sow_status write_whole(sharded *s, const char *path, char **strays) {
  sow_status status = sow_checkpoint_write(s->plan, path, &s->options, s->error);
  for (size_t i = 0; status == SOW_OK && strays != NULL && strays[i] != NULL; i++)
    if (strcmp(strays[i], path) != 0)
      unlink(strays[i]);
  return status;
}

/*
 * Holds the folder until the descriptor is closed, which death does too; shards of two runs among one another
 * would be neither's. A folder that cannot be opened or locked, as on some networks, is written to without.
 */
static sow_status lock_folder(const sharded *s, const char *path, int *folder) {
  *folder = sow__disk_folder(path);
  if (*folder < 0)
    return SOW_OK;
  int done;
  do
    done = flock(*folder, LOCK_EX | LOCK_NB);
  while (done != 0 && errno == EINTR);
  if (done != 0 && errno == EWOULDBLOCK)
    return sow__fail(s->error, SOW_EXISTS, "%.300s: another process is writing shards into this folder",
                     path);
  return sow__disk_room(*folder, path, s->plan->bytes, s->error);
}

static sow_status write_sharded(sharded *s, const char *path) {
  char **strays = NULL;
  sow_status status = sow__shards_stray(&s->shards, &strays, s->error);
  if (status == SOW_OK && strays != NULL && !s->options.force)
    status = sow__fail(s->error, SOW_EXISTS, "%.300s: is there already, and loaders would take it for a part",
                       strays[0]);
  if (status == SOW_OK)
    status = s->shards.count > 1 ? write_all(s, strays) : write_whole(s, path, strays);
  sow__paths_free(strays);
  return status;
}

sow_status sow_checkpoint_write_sharded(const sow_plan *plan, const char *path, uint64_t max_shard_size,
                                        const sow_checkpoint_options *options, sow_error *error) {
  sharded s = {.plan = plan, .options = {.size = sizeof s.options}, .error = error};
  int folder = -1;
  sow_status status = SOW__OPTIONS_TAKE(sow_checkpoint_options, &s.options, options, error);
  if (status == SOW_OK)
    status = sow__shards_cut(plan, path, max_shard_size, &s.shards, error);
  if (status == SOW_OK)
    status = lock_folder(&s, path, &folder);
  if (status == SOW_OK)
    status = write_sharded(&s, path);
  if (folder >= 0)
    close(folder);
  if (status == SOW_OK && s.shards.count > 1)
    sow__warn_ties(plan, error);
  sow__shards_free(&s.shards);
  return status;
}
