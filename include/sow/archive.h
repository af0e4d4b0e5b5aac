/* A checkpoint that is there: the tensors of a .safetensors file, or of several through their index. */
#ifndef SOW_ARCHIVE_H
#define SOW_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/checkpoint.h"
#include "sow/module.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An open checkpoint. Only headers are in memory; the files stay open. Immutable. */
typedef struct sow_archive sow_archive;

/*
 * Opens a .safetensors file, an index (….json) with its files beside it, or a folder that holds one of them.
 * Every header is held to the format's rules: a length within the file and at most SOW_HEADER_LIMIT, strict
 * JSON without duplicate keys, dtype, shape and offsets that agree, data without holes, overlaps or rest; an
 * index and its files must name the same tensors. A wrong total_size in an index is a warning.
 * SOW_IO; SOW_SYNTAX for what breaks a rule; SOW_LIMIT, SOW_DUPLICATE_NAME, SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_archive_open(const char *path, sow_archive **archive, sow_error *error);

/* NULL is fine. */
SOW_API void sow_archive_free(sow_archive *archive);

/* One tensor. The strings and the shape live as long as the archive. */
typedef struct sow_archive_entry {
  const char *name;
  const char *type; /* safetensors' name: "F32", "F8_E4M3" */
  sow_dtype dtype;  /* SOW_DTYPE_COUNT for a type that sow does not make */
  int bits;         /* of one element */
  int ndim;
  const int64_t *shape;
  uint64_t count; /* elements */
  uint64_t bytes;
  size_t file;     /* index of the file that holds it */
  uint64_t offset; /* bytes from the start of that file */
} sow_archive_entry;

/* Entries come file by file, each file's in the order of its data. Thread-safe, as is everything below. */
SOW_API size_t sow_archive_count(const sow_archive *archive);

/* False when index is not below the count. */
SOW_API bool sow_archive_get(const sow_archive *archive, size_t index, sow_archive_entry *entry);

/* False when no entry has the name. */
SOW_API bool sow_archive_find(const sow_archive *archive, const char *name, size_t *index);

/* Bytes of all tensors. */
SOW_API uint64_t sow_archive_bytes(const sow_archive *archive);

/* The paths of the files, by name; NULL past the end. */
SOW_API const char *sow_archive_file(const sow_archive *archive, size_t index);

/* The __metadata__ of the first file, in its order; false past the end. */
SOW_API bool sow_archive_metadata(const sow_archive *archive, size_t index, sow_metadata *metadata);

/* The value of one key of it; NULL when there is none. */
SOW_API const char *sow_archive_metadata_find(const sow_archive *archive, const char *key);

/*
 * Reads `size` bytes of a tensor, from byte `begin` of it on. SOW_INVALID_ARGUMENT for a range outside the
 * tensor, SOW_IO.
 */
SOW_API sow_status sow_archive_read(const sow_archive *archive, size_t index, uint64_t begin, size_t size,
                                    void *out, sow_error *error);

/*
 * The tensors as a model, in the archive's order, as sow_module_parse_shapes makes it of their list.
 * SOW_DTYPE for a type that sow does not make.
 */
SOW_API sow_status sow_archive_module(const sow_archive *archive, sow_module **module, sow_dtype *dtype,
                                      sow_error *error);

/* ---- measuring ---- */

#define SOW_HISTOGRAM_BINS 32

typedef struct sow_statistics {
  bool measured;  /* false for types that are not read as numbers: complex, and those of 8 bits and fewer that
                     are neither integers nor bool */
  uint64_t count; /* elements */
  uint64_t zeros, nans, infinities;
  double mean, std, min, max; /* of what is finite; std as torch's, over count-1. NaN where there is none */
  /*
   * How many of `sampled` values lie in each of the bins of equal width from min to max. All values are
   * sampled up to 65,536 of them, of more one from each of as many stretches of equal length.
   */
  uint32_t histogram[SOW_HISTOGRAM_BINS];
  uint64_t sampled;
  char digest[SOW_DIGEST_TEXT_SIZE]; /* SHA-256 of the tensor's bytes; empty unless asked for */
} sow_statistics;

typedef struct sow_measure_options {
  int threads; /* 0: as many as the machine has */
  bool digest;
} sow_measure_options;

/*
 * Reads every tensor once and writes one sow_statistics for each at `statistics`, the same at any number of
 * threads and on every machine. Memory stays flat in the size of the file. `options` may be NULL. SOW_IO,
 * SOW_NO_MEMORY, and then `statistics` holds anything.
 */
SOW_API sow_status sow_archive_measure(const sow_archive *archive, const sow_measure_options *options,
                                       sow_statistics *statistics, sow_error *error);

/* Those of all elements of both; the digest is empty. A pure function. */
SOW_API sow_statistics sow_statistics_join(const sow_statistics *a, const sow_statistics *b);

#ifdef __cplusplus
}
#endif

#endif
