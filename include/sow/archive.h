/* A checkpoint that is there: the tensors of a .safetensors file, or of several through their index. */
#ifndef SOW_ARCHIVE_H
#define SOW_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/checkpoint.h"
#include "sow/module.h"
#include "sow/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Opens a .safetensors file, an index (….json) with its files beside it, or a folder that holds one of them.
 * Every header is held to the format's rules: a length within the file and at most SOW_HEADER_LIMIT, strict
 * JSON without duplicate keys, dtype, shape and offsets that agree, data without holes, overlaps or rest; an
 * index and its files must name the same tensors. A wrong total_size in an index is a warning.
 * SOW_IO; SOW_SYNTAX for what breaks a rule; SOW_LIMIT, SOW_DUPLICATE_NAME, SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_archive_open(const char *path, sow_archive **archive, sow_error *error);

/*
 * Whether a file that begins with these bytes (512 are enough) is for sow_archive_open: a safetensors file,
 * or what is taken for one by mistake, of which that function says what it is (a pickle of torch.save, GGUF,
 * a Git LFS pointer, an HTML page, …). A text of a model is not. Thread-safe.
 */
SOW_API bool sow_archive_recognize(const char *bytes, size_t length);

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
 * The tensors as a model, in the archive's order, as sow_module_parse_shapes makes it of their list. That is
 * not the order in which torch's model has them, so a plan in which several of them draw warns. SOW_DTYPE for
 * a type that sow does not make.
 */
SOW_API sow_status sow_archive_module(const sow_archive *archive, sow_module **module, sow_dtype *dtype,
                                      sow_error *error);

/*
 * From here on `progress` is called some times a second while the archive is measured, compared (as the first
 * of two), checked or examined, on the thread that called for it: with the bytes done so far, and in all.
 * NULL ends that. Not while another thread uses the archive.
 */
SOW_API void sow_archive_on_progress(sow_archive *archive,
                                     void (*progress)(void *context, uint64_t done, uint64_t total),
                                     void *context);

/* ---- measuring ---- */

#define SOW_HISTOGRAM_BINS 32

typedef struct sow_statistics {
  bool measured;  /* false for complex numbers, and for 8 bits and fewer that are neither integers nor bool */
  uint64_t count; /* elements */
  uint64_t zeros, nans, infinities;
  uint64_t subnormals; /* not zero, and less than the least normal float32 (float64 where that is read) */
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
  size_t size; /* sizeof the struct: see "options" in status.h */
  int threads; /* 0: as many as the machine has; below 0: SOW_INVALID_ARGUMENT */
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

/* ---- comparing ---- */

typedef enum sow_difference_kind {
  SOW_EQUAL,          /* bit for bit */
  SOW_DIFFERENT,      /* same type and shape, other bytes */
  SOW_OTHER_TYPE,     /* not compared */
  SOW_OTHER_SHAPE,    /* not compared */
  SOW_ABSENT,         /* the other side has no tensor of the name */
  SOW_STORED_AS_FIRST /* a tied tensor, which a checkpoint holds under one of its names */
} sow_difference_kind;

typedef struct sow_difference {
  sow_difference_kind kind;
  uint64_t differing;     /* elements whose bytes differ; what follows is about them */
  uint64_t first;         /* the index of the first, row-major */
  double first_values[2]; /* this side's and the other's; NaN where the type is not read as numbers */
  double largest;         /* the largest distance of two finite values */
  uint64_t ulps;          /* the most values of the type that lie between two, plus one; 0 for integers */
} sow_difference;

/*
 * Compares the tensors of `archive` with those of `other` of the same names, and writes one sow_difference
 * for each entry of `archive` at `differences`, the same at any number of threads (0: as many as the machine
 * has). Memory stays flat. SOW_INVALID_ARGUMENT for threads below 0, SOW_IO, SOW_NO_MEMORY.
 */
SOW_API sow_status sow_archive_compare(const sow_archive *archive, const sow_archive *other, int threads,
                                       sow_difference *differences, sow_error *error);

/*
 * Makes the tensors of `plan` piece by piece and compares them with those of `archive`: one sow_difference
 * for each entry of the plan, whose values are this side's. Otherwise as sow_archive_compare.
 */
SOW_API sow_status sow_archive_check(const sow_archive *archive, const sow_plan *plan, int threads,
                                     sow_difference *differences, sow_error *error);

/* ---- examining ---- */

typedef struct sow_finding {
  size_t index;     /* of the archive's entry */
  const char *name; /* the entry's */
  const char *text; /* one clause */
} sow_finding;

typedef struct sow_examination {
  size_t findings;
  size_t unread;     /* tensors of types that are not read as numbers: only their bytes were compared */
  size_t tests;      /* of means and deviations */
  double error_rate; /* the probability that all of these find something where nothing is wrong */
} sow_examination;

/*
 * Looks for what a sound initialisation does not have, and hands each finding to `found`, on the calling
 * thread: NaN and Inf; what memory holds that was never written (subnormal or very large values); matrices
 * that are constant; tensors, or halves of one, that are equal. With a plan (not NULL) of the same names and
 * shapes also: tensors that should be random and are constant, or the other way round; values outside the
 * rule's bounds; rows or columns of orthogonal_ that are not orthonormal; means and deviations further from
 * the rule's than chance allows, at an error rate of 0.001 over the whole checkpoint, in tensors of 16
 * elements and more that were drawn in float32 or float64. SOW_INVALID_ARGUMENT for threads below 0, SOW_IO,
 * SOW_NO_MEMORY.
 */
SOW_API sow_status sow_archive_examine(const sow_archive *archive, const sow_plan *plan, int threads,
                                       void (*found)(void *context, const sow_finding *finding),
                                       void *context, sow_examination *done, sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
