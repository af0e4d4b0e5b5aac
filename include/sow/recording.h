/* Recordings: all that a constructor did to the tensors of its model, as text. docs/recordings.md has the
 * format. */
#ifndef SOW_RECORDING_H
#define SOW_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/module.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a recording says of itself beside its tensors. */
typedef struct sow_recording_about {
  sow_edition edition; /* of the torch that ran the constructor */
  sow_dtype dtype;     /* its default dtype: tensors of it take the plan's */
  uint64_t seed;       /* of that run; it matters for bound literals only */
} sow_recording_about;

/*
 * Reads a recording as a tree of modules: rules may follow, and plans are made of it as of any other tree.
 * `about` may be NULL. `source` names the text in diagnostics and may be NULL. SOW_SYNTAX, SOW_UNKNOWN_NAME,
 * SOW_DUPLICATE_NAME, SOW_INVALID_ARGUMENT, SOW_SHAPE for a view outside of its storage, SOW_OVERFLOW,
 * SOW_LIMIT, SOW_UNSUPPORTED for another version of the format, SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_module_parse_recording(const char *text, size_t length, const char *source,
                                              sow_module **module, sow_recording_about *about,
                                              sow_error *error);

/* Whether a text begins as a recording does. Thread-safe. */
SOW_API bool sow_recording_recognize(const char *text, size_t length);

/*
 * Writes any tree as a recording: what its constructors, rules and calls did so far. `about` may be NULL
 * (newest edition, float32, seed 0). free() *text. SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_module_print_recording(const sow_module *module, const sow_recording_about *about,
                                              char **text, size_t *length, sow_error *error);

/*
 * A replay follows a recording while it is being made: lines are fed as they come, and at any moment the
 * generators and the contents of storages can be asked for. Not thread-safe: one thread at a time may use it.
 */
typedef struct sow_replay sow_replay;

/*
 * From the state of `generator`, which is copied with its edition; `dtype` is the default dtype.
 * NULL when memory is short. Free with sow_replay_free.
 */
SOW_API sow_replay *sow_replay_new(const sow_generator *generator, sow_dtype dtype);
SOW_API void sow_replay_free(sow_replay *replay); /* NULL is fine */

/*
 * Lines of a recording between its head and its names: storage, step, literal, seed, mark, restore, skip.
 * What the recording's parser reports, and what sow_fill would report for a step; after a failure only
 * sow_replay_free may follow. Warnings name the step's line. `threads` may be used where a step's words have
 * to be counted by drawing; 0: all processors, as far as they pay.
 */
SOW_API sow_status sow_replay_feed(sow_replay *replay, const char *text, size_t length, int threads,
                                   sow_error *error);

/* One storage, and where its elements go: contiguous, in its dtype. */
typedef struct sow_replay_target {
  uint64_t storage; /* its number in the recording */
  void *out;
} sow_replay_target;

/*
 * Makes what the storages hold now; an element that no step has written is left as it is at `out`.
 * SOW_UNKNOWN_NAME for a storage that there is not, SOW_NO_MEMORY. `cancel` may be NULL; made nonzero by
 * another thread or a signal handler, it stops the work soon: SOW_INTERRUPTED, and the memory may hold part.
 */
SOW_API sow_status sow_replay_run(sow_replay *replay, size_t count, const sow_replay_target *targets,
                                  int threads, const volatile int *cancel, sow_error *error);

/* The state of a generator now: 0 is torch's default one; free it. SOW_UNKNOWN_NAME, SOW_NO_MEMORY. */
SOW_API sow_status sow_replay_generator(sow_replay *replay, uint64_t generator, sow_generator **state,
                                        sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
