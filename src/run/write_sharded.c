/* sow_checkpoint_write_sharded: a plan into several files and their index. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/names.h"
#include "base/reading.h"
#include "base/sized_options.h"
#include "checkpoint/disk.h"
#include "checkpoint/shards.h"
#include "plan/part.h"
#include "run/notices.h"
#include "run/writer.h"

/* Shards that are held without a name till the end: of these not even a killed process leaves anything. */
#define HELD_LIMIT ((size_t)32)

typedef struct sharded {
  const sow_plan *plan;
  sow_checkpoint_options options;
  sow__shards shards;
  char **old;       /* what the folder has of these names; NULL: nothing */
  mode_t old_mode;  /* what all of that may be used for */
  size_t count;     /* files: the shards, and after them the index; or one file */
  char **paths;     /* of these files; NULL at the end */
  sow__sink *sinks; /* the files, complete but for their names */
  size_t opened;    /* so many of them are there */
  uint64_t done;    /* bytes of the shards before the current one */
  sow_error *error;
} sharded;

/* ---- what there is ---- */

/* Known before anything is written, for what cannot be replaced would stand beside half of what was to come.
 */
static sow_status look_at_old(sharded *s) {
  sow_status status = sow__shards_stray(&s->shards, &s->old, s->error);
  s->old_mode = 07777;
  for (size_t i = 0; status == SOW_OK && s->old != NULL && s->old[i] != NULL; i++) {
    struct stat about;
    if (!s->options.force)
      return sow__fail(s->error, SOW_EXISTS, "%.300s: is there already, and loaders would take it for a part",
                       s->old[i]);
    const mode_t kind = lstat(s->old[i], &about) == 0 ? about.st_mode : 0;
    if (S_ISLNK(kind))
      return sow__fail(
          s->error, SOW_EXISTS,
          "%.300s: is a symbolic link, and what it leads to may be others' too, as in a cache of "
          "downloads: remove it, or write elsewhere",
          s->old[i]);
    if (S_ISDIR(kind))
      return sow__fail(s->error, SOW_IO,
                       "%.300s: is a folder, and force replaces only files: remove it, or name the shards "
                       "otherwise",
                       s->old[i]);
    if (S_ISREG(kind))
      s->old_mode &= kind;
  }
  return status;
}

/* One that takes no other's place is for nobody who could not read all of what was there. */
static void keep_old_mode(const sharded *s, const sow__sink *sink) {
  if (s->old != NULL && !sink->stream && access(sink->path, F_OK) != 0)
    (void)!fchmod(sink->file, s->old_mode);
}

/* ---- making ---- */

static bool name_files(sharded *s, const char *path) {
  bool many = s->shards.count > 1;
  s->count = many ? s->shards.count + 1 : 1;
  s->paths = calloc(s->count + 1, sizeof *s->paths);
  s->sinks = calloc(s->count, sizeof *s->sinks);
  bool named = s->paths != NULL && s->sinks != NULL;
  for (size_t i = 0; named && i < s->count; i++) {
    s->paths[i] = !many                 ? strdup(path)
                  : i < s->shards.count ? sow__shard_path(&s->shards, i)
                                        : sow__shards_index_path(&s->shards);
    named = s->paths[i] != NULL;
  }
  return named;
}

/* How many of the files have tensors. */
static size_t shard_files(const sharded *s) {
  return s->count > 1 ? s->count - 1 : 1;
}

static void show_progress(void *context, uint64_t done, uint64_t total) {
  (void)total;
  const sharded *s = context;
  s->options.progress(s->options.progress_context, s->done + done, s->plan->bytes);
}

/* Takes a sink over whose bytes are all written. */
static sow_status add_sink(sharded *s, const sow__sink *sink) {
  sow__sink *own = &s->sinks[s->opened++];
  *own = *sink;
  sow_status status = sow__sink_flush(own, s->error);
  return status == SOW_OK && s->opened > HELD_LIMIT ? sow__sink_settle(own, s->error) : status;
}

static sow_status write_part(sharded *s, const sow_plan *part, const char *path) {
  sow_checkpoint_options options = s->options;
  options.progress = s->options.progress == NULL ? NULL : show_progress;
  options.progress_context = s;
  sow__writer writer;
  sow_status status = sow__writer_make(&writer, part, &options, s->error);
  if (status == SOW_OK)
    status = sow__sink_open(&writer.sink, path, options.force, options.interrupt, s->error);
  if (status == SOW_OK) {
    keep_old_mode(s, &writer.sink);
    status = sow__writer_fill(&writer, s->error);
  }
  if (status == SOW_OK)
    status = add_sink(s, &writer.sink);
  sow__writer_free(&writer);
  s->done += part->bytes;
  return status;
}

static sow_status write_shard(sharded *s, size_t shard) {
  sow_plan *part = NULL;
  sow_status status = sow__plan_part(s->plan, s->shards.shard_of, shard, &part, s->error);
  if (status == SOW_OK)
    status = write_part(s, part, s->paths[shard]);
  sow__plan_part_free(part);
  return status;
}

static sow_status write_index(sharded *s) {
  char *text = NULL;
  sow__sink sink;
  sow_status status = sow__shards_index(&s->shards, s->plan, &text, s->error);
  if (status == SOW_OK)
    status = sow__sink_open(&sink, s->paths[s->count - 1], s->options.force, s->options.interrupt, s->error);
  if (status == SOW_OK) {
    keep_old_mode(s, &sink);
    status = sow__sink_write(&sink, 0, text, strlen(text), s->error);
    if (status == SOW_OK)
      status = add_sink(s, &sink);
    else
      sow__sink_discard(&sink);
  }
  free(text);
  return status;
}

/* All files, under no or temporary names; what was there stands as it did. */
static sow_status make_files(sharded *s) {
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < shard_files(s); i++)
    status = write_shard(s, i);
  if (status == SOW_OK && s->count > 1)
    status = write_index(s);
  for (size_t i = 0; status == SOW_OK && i < s->opened; i++)
    status = sow__sink_settle(&s->sinks[i], s->error);
  return status;
}

/* ---- replacing ---- */

/*
 * The first to go: what stands in the folder meanwhile is then no checkpoint, where shards of two under the
 * index of one would load without a word. Through a link it is the file that goes, for the new one comes
 * there.
 */
static sow_status remove_index(const sharded *s) {
  const char *path = s->count > 1 ? s->sinks[s->count - 1].path : NULL;
  for (size_t i = 0; path == NULL && s->old[i] != NULL; i++)
    path = sow__text_ends(s->old[i], ".index.json") ? s->old[i] : NULL;
  if (path == NULL)
    return SOW_OK;
  int number = unlink(path) == 0 ? sow__disk_sync_folder(path) : errno;
  return number == 0 || number == ENOENT ? SOW_OK : sow__fail_path(s->error, path, number);
}

static bool is_new(const sharded *s, const char *path) {
  for (size_t i = 0; i < s->count; i++)
    if (strcmp(s->paths[i], path) == 0)
      return true;
  return false;
}

static sow_status remove_strays(const sharded *s) {
  sow_status status = SOW_OK;
  for (size_t i = 0; s->old != NULL && s->old[i] != NULL; i++)
    if (!is_new(s, s->old[i]) && unlink(s->old[i]) != 0 && errno != ENOENT)
      status = sow__fail_path(s->error, s->old[i], errno);
  return status;
}

/*
 * The index comes even where a stray stays: then all is there, and said. Where nothing was there before,
 * nothing is after a failure.
 */
static sow_status replace_old(const sharded *s) {
  size_t shown = 0;
  sow_status removed = SOW_OK, status = s->old == NULL ? SOW_OK : remove_index(s);
  for (; status == SOW_OK && shown < s->count; shown++) {
    status = sow__sink_appear(&s->sinks[shown], s->error);
    if (status == SOW_OK && shown + 1 == shard_files(s))
      removed = remove_strays(s);
  }
  for (size_t i = 0; status != SOW_OK && s->old == NULL && i + 1 < shown; i++)
    unlink(s->sinks[i].path);
  return status == SOW_OK ? removed : status;
}

/* ---- the whole ---- */

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
  sow_status status = look_at_old(s);
  if (status == SOW_OK && !name_files(s, path))
    status = sow__fail(s->error, SOW_NO_MEMORY, NULL);
  if (status == SOW_OK)
    status = make_files(s);
  if (status == SOW_OK)
    status = replace_old(s);
  for (size_t i = 0; i < s->opened; i++)
    sow__sink_discard(&s->sinks[i]);
  free(s->sinks);
  sow__paths_free(s->paths);
  sow__paths_free(s->old);
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
  if (status == SOW_OK)
    sow__warn_ties(plan, error);
  sow__shards_free(&s.shards);
  return status;
}
