/* How every call reports: a status, and on request a sow_error that says where and what. */
#ifndef SOW_STATUS_H
#define SOW_STATUS_H

#include <stddef.h>

#include "sow/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Name, number, text. Numbers are permanent: a retired one is never given to another meaning. */
#define SOW_STATUS_MAP(X)                                                                                    \
  X(OK, 0, "done")                                                                                           \
  X(NO_MEMORY, 1, "out of memory")                                                                           \
  X(INVALID_ARGUMENT, 2, "an argument is outside its range")                                                 \
  X(OVERFLOW, 3, "a size does not fit in 63 bits")                                                           \
  X(SHAPE, 4, "the initialiser does not fit the tensor's shape")                                             \
  X(DTYPE, 5, "the data type is not supported here")                                                         \
  X(DEVICE, 6, "the tensor is not in this process's memory")                                                 \
  X(LAYOUT, 7, "the tensor's strides let elements overlap")                                                  \
  X(SYNTAX, 8, "the text does not follow the grammar")                                                       \
  X(UNKNOWN_NAME, 9, "no such name")                                                                         \
  X(DUPLICATE_NAME, 10, "the name is taken")                                                                 \
  X(UNUSED_RULE, 11, "a rule covers nothing")                                                                \
  X(UNCOVERED, 12, "nothing initialises a tensor")                                                           \
  X(STATE, 13, "the bytes are no generator state")                                                           \
  X(IO, 14, "reading or writing failed")                                                                     \
  X(EXISTS, 15, "the file exists")                                                                           \
  X(INTERRUPTED, 16, "stopped on request")                                                                   \
  X(LIMIT, 17, "a limit of sow or of the file format is exceeded")                                           \
  X(UNSUPPORTED, 18, "this sow, or this machine, cannot do it")                                              \
  X(INCOMPLETE, 19, "parts of the file are missing")

typedef enum sow_status {
#define SOW_STATUS_ENUM(name, number, text) SOW_##name = number,
  SOW_STATUS_MAP(SOW_STATUS_ENUM)
#undef SOW_STATUS_ENUM
} sow_status;

#define SOW_MESSAGE_SIZE 1024
#define SOW_SOURCE_SIZE 128
#define SOW_EXCERPT_SIZE 160

/*
 * What went wrong and where. Lives on the caller's stack, set to SOW_ERROR_NONE before the first call; every
 * function that takes one accepts NULL. A call that succeeds leaves it as it was.
 *
 * The same argument is the way in for warnings: set `on_warning` and each warning of the call is handed to it
 * as a sow_error of its own (status SOW_OK), on the calling thread, valid during the callback only.
 */
typedef struct sow_error {
  sow_status status;
  int line;                       /* 1-based position in the text that was read; 0 when there is none */
  int column;                     /* 1-based, in bytes */
  int system_error;               /* errno of the system call that failed; 0 where none did */
  char source[SOW_SOURCE_SIZE];   /* the text's name as the caller gave it; empty when there is none */
  char message[SOW_MESSAGE_SIZE]; /* one sentence, no line end */
  char excerpt[SOW_EXCERPT_SIZE]; /* the line (or the part around the column); empty when there is none */
  int caret;                      /* 0-based byte of `excerpt` under which a caret belongs */
  void (*on_warning)(void *context,
                     const struct sow_error *warning); /* set by the caller; NULL drops warnings */
  void *warning_context;
} sow_error;

/* clang-format off */
#define SOW_ERROR_NONE { SOW_OK, 0, 0, 0, {0}, {0}, {0}, 0, NULL, NULL }
/* clang-format on */

/*
 * Options are structs that grow: a later sow adds fields at their end. The first field of each, `size`, is
 * sizeof the struct as the caller's compiler knows it:
 *
 *     sow_checkpoint_options options = {.size = sizeof options, .force = true};
 *
 * Fields that the caller's struct has not get their defaults. What a caller sets beyond the fields that this
 * library knows is SOW_INVALID_ARGUMENT, as is a size of 0: nothing that was asked for is left out silently.
 * NULL for the whole struct means the defaults, everywhere.
 */

/* The enumerator without its prefix ("NO_MEMORY"), or "UNKNOWN". Never NULL. Thread-safe. */
SOW_API const char *sow_status_name(sow_status status);

/* What the status means, in one clause. Never NULL. Thread-safe. */
SOW_API const char *sow_status_text(sow_status status);

/*
 * Writes the diagnostic as a person reads it into `buffer` (at most `size` bytes with the final 0):
 *
 *     c3d.txt:12:18: error: unknown module 'Linera', did you mean 'Linear'?
 *       (fc6): Linera(in_features=8192, out_features=4096, bias=True)
 *              ^
 *
 * The word is "warning" for SOW_OK. No line end after the last line. Returns the length that the whole text
 * has, as snprintf does. Thread-safe.
 */
SOW_API size_t sow_error_print(const sow_error *error, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
