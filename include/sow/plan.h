/* A plan: for every tensor, which initialiser makes it and from where in the stream. Immutable. */
#ifndef SOW_PLAN_H
#define SOW_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/module.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sow_plan sow_plan;
/* An open checkpoint (sow/archive.h). Only headers are in memory; the files stay open. Immutable. */
typedef struct sow_archive sow_archive;

typedef struct sow_plan_options {
  uint64_t seed;       /* as after torch.manual_seed(seed) */
  sow_edition edition; /* whose arithmetic */
  /* Not NULL: start from this state and its edition; seed and edition are unused. */
  const sow_generator *generator;
  sow_dtype dtype; /* what is drawn: torch's dtype= */
  sow_dtype cast;  /* what is stored: model.to(cast) after the draws; equal to dtype for none */
  /*
   * How many threads sow_plan_new, sow_plan_run and sow_checkpoint_write may use; 0: all processors that the
   * process may use, as far as they pay. No byte depends on it.
   */
  int threads;
  /*
   * Not NULL: tensors that only a constructor initialises, or nothing, are kept: copied from this checkpoint
   * byte for byte, in its type. It must live as long as the plan.
   */
  const sow_archive *keep;
} sow_plan_options;

/* Seed 0, the newest edition, float32, all processors. */
SOW_API sow_plan_options sow_plan_defaults(void);

/*
 * Settles everything: shapes, fans, arguments, stream positions (data-dependent ones by drawing), file
 * offsets. The tree may be freed afterwards. `options` may be NULL (the defaults). Reports what building the
 * tree recorded, SOW_UNCOVERED with the names of tensors that nothing initialises, and what sow_fill would
 * report, with the tensor's and the rule's name; its warnings too name them. SOW_DTYPE for a dtype that is no
 * floating-point type, SOW_INVALID_ARGUMENT, SOW_OVERFLOW where words or bytes pass 63 bits, SOW_NO_MEMORY.
 *
 * With `options->keep` what is made has the bits that it has without: constructors move the stream. A kept
 * tensor that the checkpoint lacks (a tied one: under all of its names) is SOW_UNKNOWN_NAME, one of another
 * shape SOW_SHAPE, one of a type that sow does not make SOW_DTYPE. Warnings name the tensors of the
 * checkpoint that the model lacks, and say where kept and made tensors differ in type. Thread-safe.
 */
SOW_API sow_status sow_plan_new(const sow_module *module, const sow_plan_options *options, sow_plan **plan,
                                sow_error *error);

/* NULL is fine. */
SOW_API void sow_plan_free(sow_plan *plan);

/* One tensor. The strings and the shape live as long as the plan. */
typedef struct sow_plan_entry {
  const char *name; /* its state_dict key */
  sow_dtype dtype;  /* as stored */
  sow_dtype drawn;  /* as drawn */
  int ndim;
  const int64_t *shape;
  int64_t count; /* elements */
  sow_initializer initializer;
  const char *rule;    /* "default Conv3d", "weights_init.rules:4", "c3d.c:31", "kept" */
  const char *tied_to; /* an earlier name of the same tensor, or NULL */
  uint64_t position;   /* words of the stream before it */
  uint64_t draws;      /* words it takes */
  uint64_t grain;      /* elements that have to be made together */
  uint64_t offset;     /* bytes from the start of a checkpoint's data; tied entries have their target's */
  uint64_t bytes;
  double mean, std; /* what the initialiser aims at, over the whole tensor; a zero row is not counted in */
  double low, high; /* bounds that no stored value leaves; -inf and inf where there are none */
  int64_t zero_row; /* the row that is set to zero (padding_idx), or -1 */
  double inputs;    /* of its layer, that are summed for one output: torch's fan_in, but for a transposed
                       convolution (with a stride, on average); 0 for biases, norms, embeddings */
  bool kept;        /* copied: drawn is dtype, mean and std are NaN, and the initialiser says nothing */
} sow_plan_entry;

/* Entries are in state_dict order. Thread-safe, as is everything below. */
SOW_API size_t sow_plan_count(const sow_plan *plan);

/* False when index is not below the count. */
SOW_API bool sow_plan_get(const sow_plan *plan, size_t index, sow_plan_entry *entry);

/* False when no entry has the name. */
SOW_API bool sow_plan_find(const sow_plan *plan, const char *name, size_t *index);

/* How many tensors are kept, ties left out. */
SOW_API size_t sow_plan_kept(const sow_plan *plan);

/* Words of the whole stream: constructors, overwritten draws and all. */
SOW_API uint64_t sow_plan_draws(const sow_plan *plan);

/* Bytes of all tensors, ties counted once. */
SOW_API uint64_t sow_plan_bytes(const sow_plan *plan);

SOW_API sow_plan_options sow_plan_settings(const sow_plan *plan); /* with generator NULL */

/* The generator as torch's would be after building and initialising the model; free it. */
SOW_API sow_status sow_plan_generator(const sow_plan *plan, sow_generator **generator, sow_error *error);

typedef enum sow_plan_format {
  SOW_PLAN_TABLE,
  SOW_PLAN_JSON,
  SOW_PLAN_SHAPES /* the list that sow_module_parse_shapes reads; ties as comments */
} sow_plan_format;

/* The plan as text, the same for the same plan on every machine; free() *text. SOW_NO_MEMORY. */
SOW_API sow_status sow_plan_print(const sow_plan *plan, sow_plan_format format, char **text, size_t *length,
                                  sow_error *error);

/*
 * Part i of n of `total` things, as even as can be: [*begin, *end). For i < n; parts in order join without
 * gaps. Where i is not below n the part is empty. A pure function.
 */
SOW_API void sow_slice(uint64_t total, uint64_t i, uint64_t n, uint64_t *begin, uint64_t *end);

/*
 * Makes elements [begin, end) of entry `index`, row-major, in the stored dtype, at `out`: rows r0 to r1 of a
 * matrix of c columns, a rank's shard, are the range from r0*c to r1*c, with the fan of the whole. Any range;
 * one that cuts a grain makes the whole grain and keeps its part. A range that takes long is made by as many
 * threads as the plan's settings say: a caller with threads of its own sets `threads` to 1.
 * SOW_INVALID_ARGUMENT for a range outside the entry; SOW_NO_MEMORY, or SOW_IO for a kept entry, and then
 * `out` may hold part of the range.
 */
SOW_API sow_status sow_plan_run(const sow_plan *plan, size_t index, uint64_t begin, uint64_t end, void *out,
                                sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
