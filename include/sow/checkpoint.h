/* Checkpoints: a plan as a .safetensors file, a tensor as .npy. */
#ifndef SOW_CHECKPOINT_H
#define SOW_CHECKPOINT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SOW_HEADER_LIMIT 100000000 /* bytes, as safetensors itself has it */

/* One entry of a checkpoint's __metadata__. */
typedef struct sow_metadata {
  const char *key;
  const char *value; /* UTF-8 */
} sow_metadata;

typedef struct sow_checkpoint_options {
  size_t size;                  /* sizeof the struct: see "options" in status.h */
  bool force;                   /* replace an existing file */
  const sow_metadata *metadata; /* beside "format": "pt"; written sorted by key */
  size_t metadata_count;
  const volatile sig_atomic_t
      *interrupt; /* polled while writing; nonzero stops with SOW_INTERRUPTED; may be NULL */
  int threads;    /* how many make a file; 0: as the plan's settings say. No byte depends on it. */
  /* Called some times a second while writing, on the calling thread; bytes of data so far, and in all. May be
   * NULL.
   */
  void (*progress)(void *context, uint64_t done, uint64_t total);
  void *progress_context;
} sow_checkpoint_options;

/*
 * Writes the plan's tensors to `path` in the layout of safetensors 0.8: without metadata, the very bytes of
 * safetensors.torch.save_file(state_dict, metadata={"format": "pt"}). A tied tensor is stored once, under its
 * first name, and a warning says so. Memory stays flat in the size of the model: some megabytes for each
 * thread, but orthogonal_ and sparse_ make a tensor whole; one that takes a gigabyte is named in a warning
 * before it starts.
 *
 * A regular file is written under no or a temporary name in the same folder and gets `path` when it is
 * complete and on its disk, as its folder is then; on failure nothing is left behind. One that it replaces
 * hands its mode on. A disk without room for all is SOW_IO before the first byte, with both numbers. A
 * symbolic link is followed, and its target made or replaced. What is no regular file (a pipe, a device) is
 * written to in order. /dev/stdout, /dev/stderr, /dev/fd/N and /proc/self/fd/N are the caller's descriptors
 * themselves, whatever is behind them: bytes go to where they stand, and nothing is cut off. Where the
 * process has a file-size limit or writes to pipes, ignore SIGXFSZ and SIGPIPE to get SOW_IO instead of a
 * signal. `options` may be NULL. SOW_EXISTS; SOW_IO with the path and the reason; SOW_LIMIT for a header over
 * SOW_HEADER_LIMIT, SOW_INVALID_ARGUMENT for metadata that is not UTF-8, SOW_DUPLICATE_NAME for a key given
 * twice or "format", all before a file is touched; SOW_INTERRUPTED, SOW_NO_MEMORY. Thread-safe for different
 * paths.
 */
SOW_API sow_status sow_checkpoint_write(const sow_plan *plan, const char *path,
                                        const sow_checkpoint_options *options, sow_error *error);

/*
 * Writes the plan in shards of at most `max_shard_size` bytes of data, cut by huggingface_hub's rules (in
 * state_dict order; a tensor larger than that is a shard of its own). For a `path` of "DIR/model.safetensors"
 * they are "DIR/model-00001-of-000NN.safetensors", with "DIR/model.safetensors.index.json" written last; what
 * fits in one shard becomes `path` itself, without an index. Each shard has the metadata.
 *
 * SOW_EXISTS where the folder holds a file of any of these names, which loaders could take for a part;
 * `options->force` replaces them, and removes those that are no part once the new shards are there.
 * SOW_EXISTS too while another process writes shards into the folder, where the file system has locks
 * (flock).
 *
 * All files are complete and on their disk, under no or temporary names, before the first of them appears:
 * until then a failure, and a process that is killed, leaves what was there as it was, for which the disk
 * needs room beside it. Then the old index goes, the shards come, the others of these names go, and the new
 * index comes, so that no index ever stands over shards of two checkpoints. What takes the place of a file
 * has its mode; what is new beside them may be read and written by those only who could read and write all of
 * them. A file that cannot be removed is SOW_IO, though the checkpoint is there; a folder of such a name is
 * SOW_IO before anything else, a symbolic link SOW_EXISTS.
 *
 * SOW_INVALID_ARGUMENT for a path that does not end with ".safetensors", SOW_LIMIT for more than 99999
 * shards; otherwise as sow_checkpoint_write.
 */
SOW_API sow_status sow_checkpoint_write_sharded(const sow_plan *plan, const char *path,
                                                uint64_t max_shard_size,
                                                const sow_checkpoint_options *options, sow_error *error);

#define SOW_SLICES_LIMIT 1000000

/*
 * Writes part `slice` of `slices`, counted from 0, of the file that sow_checkpoint_write would write. The
 * parts may be written by any processes, at the same time or not, on one machine or on several that share a
 * disk; all need the same plan, path and metadata. They grow in "PATH.partial", and "PATH.parts" tells which
 * are done. The call that finds all of them done gives the file its name and removes "PATH.parts". A part
 * that was stopped or killed is written again by calling again; one that is done is not. A disk needs room
 * for the part alone; one that fails for want of it gives back what it took, unless another process writes
 * the same part.
 *
 * *missing, unless NULL, is how many parts are not done: 0 when the file is complete. Parts are cut by stored
 * bytes in the order of the random stream, at elements that can be made alone; a large part uses threads as a
 * whole file does. Where `path` exists, SOW_EXISTS unless `options->force`, which replaces it at the end.
 * SOW_EXISTS too where "PATH.parts" holds parts of anything else, or another number of them; SOW_IO where
 * they were removed, or begun anew, before this part was marked; SOW_INVALID_ARGUMENT for a part that there
 * is not, and for a path that is no regular file; otherwise as sow_checkpoint_write.
 */
SOW_API sow_status sow_checkpoint_write_slice(const sow_plan *plan, const char *path, uint64_t slice,
                                              uint64_t slices, const sow_checkpoint_options *options,
                                              uint64_t *missing, sow_error *error);

/*
 * Completes a file whose parts are all done, where the last call was killed before it could. SOW_INCOMPLETE
 * with the parts that are missing, counted from 1; SOW_IO where there are neither parts nor a file,
 * SOW_EXISTS where there is a file but no parts; otherwise as above.
 */
SOW_API sow_status sow_checkpoint_finish(const sow_plan *plan, const char *path,
                                         const sow_checkpoint_options *options, sow_error *error);

/*
 * The file's bytes before its data, for a store of one's own: sow_checkpoint_send makes the rest. The whole
 * file is *size + sow_plan_bytes(plan) bytes long. Metadata are the options'; a warning names the ties.
 * free() *bytes. SOW_LIMIT, SOW_INVALID_ARGUMENT, SOW_DUPLICATE_NAME as sow_checkpoint_write, SOW_NO_MEMORY.
 * Thread-safe.
 */
SOW_API sow_status sow_checkpoint_header(const sow_plan *plan, const sow_checkpoint_options *options,
                                         char **bytes, size_t *size, sow_error *error);

/*
 * Takes `size` bytes, at least one, that stand at `offset` of the file; they are valid during the call. False
 * stops the work, and the sink is not called again.
 */
typedef bool (*sow_sink)(void *context, uint64_t offset, const void *bytes, size_t size);

/*
 * Bytes [begin, end) of the file that sow_checkpoint_write would write, header and all, to `sink`: each byte
 * once, in pieces of about a megabyte. sow_slice cuts a file into ranges; any processes may make them, in any
 * order, at the same time.
 *
 * With options->threads of 1 the pieces come in the order of the file, on the calling thread. With another
 * number they come in any order and from any of the threads that make them, but one at a time: the sink needs
 * no lock of its own. options->force is unused; progress counts the data's bytes in the range. A tensor of
 * orthogonal_ or sparse_ is made whole for each range that has a part of it.
 *
 * SOW_INTERRUPTED where the sink, or options->interrupt, stopped it; SOW_INVALID_ARGUMENT for a range outside
 * of the file; SOW_IO for kept tensors; otherwise as sow_checkpoint_header. Thread-safe.
 */
SOW_API sow_status sow_checkpoint_send(const sow_plan *plan, uint64_t begin, uint64_t end,
                                       const sow_checkpoint_options *options, sow_sink sink, void *context,
                                       sow_error *error);

/*
 * Writes a contiguous host tensor as NumPy's .npy, version 1.0; bfloat16 has no .npy type: SOW_DTYPE.
 * SOW_DEVICE, SOW_LAYOUT for strides. `options->metadata` is unused. Otherwise as above.
 */
SOW_API sow_status sow_npy_write(const DLTensor *tensor, const char *path,
                                 const sow_checkpoint_options *options, sow_error *error);

/*
 * Writes a plan of one tensor as .npy, whose size does not show in memory, as sow_checkpoint_write does.
 * SOW_INVALID_ARGUMENT for a plan of more, SOW_DTYPE for bfloat16; `options->metadata` is unused. Otherwise
 * as sow_checkpoint_write.
 */
SOW_API sow_status sow_npy_write_plan(const sow_plan *plan, const char *path,
                                      const sow_checkpoint_options *options, sow_error *error);

/*
 * Writes `size` bytes to `path` in the same way: a regular file appears when it is complete. For what belongs
 * to a checkpoint, as a report of it. `options->force` and `options->interrupt` are used. Otherwise as
 * sow_checkpoint_write.
 */
SOW_API sow_status sow_file_write(const char *path, const void *bytes, size_t size,
                                  const sow_checkpoint_options *options, sow_error *error);

#define SOW_DIGEST_TEXT_SIZE 65

/* SHA-256 of `size` bytes as 64 hexadecimal digits and a final 0. Thread-safe. */
SOW_API void sow_digest(const void *bytes, size_t size, char text[SOW_DIGEST_TEXT_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
