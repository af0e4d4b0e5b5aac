/* A plan: for every tensor, which initialiser makes it and from where in the stream. Immutable. */
#ifndef SOW_PLAN_H
#define SOW_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/distribution.h"
#include "sow/module.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sow_plan sow_plan;
/* An open checkpoint (sow/archive.h). Only headers are in memory; the files stay open. Immutable. */
typedef struct sow_archive sow_archive;

typedef struct sow_plan_options {
  size_t size;         /* sizeof the struct: see "options" in status.h */
  uint64_t seed;       /* as after torch.manual_seed(seed) */
  sow_edition edition; /* whose arithmetic */
  /* Not NULL: start from this state and its edition; seed and edition are unused. */
  const sow_generator *generator;
  sow_dtype dtype; /* what is drawn: torch's dtype= */
  sow_dtype cast;  /* what is stored: model.to(cast) after the draws; equal to dtype for none */
  /*
   * How many threads sow_plan_new may use, where words have to be counted by drawing; 0: all processors that
   * the process may use, as far as they pay. Nothing of it stays with the plan.
   */
  int threads;
  /*
   * Not NULL: tensors that only a constructor initialises, or nothing, are kept: copied from this checkpoint
   * byte for byte, in its type. It must live as long as the plan.
   */
  const sow_archive *keep;
  /* Buffers that are not persistent are entries too; no file holds them, so none is kept. Only recordings
   * know any. */
  bool temporaries;
} sow_plan_options;

/* Seed 0, the newest edition, float32, all processors. */
static inline sow_plan_options sow_plan_defaults(void) {
  sow_plan_options options = {
      sizeof(sow_plan_options), 0, SOW_TORCH_NEWEST, NULL, SOW_FLOAT32, SOW_FLOAT32, 0, NULL, false};
  return options;
}

/*
 * Settles everything: shapes, fans, arguments, stream positions (data-dependent ones by drawing), file
 * offsets. The tree may be freed afterwards. `options` may be NULL (the defaults). Reports what building the
 * tree recorded, SOW_UNCOVERED with the names of tensors that nothing initialises, and what sow_fill would
 * report, with the tensor's and the rule's name; its warnings too name them. SOW_DTYPE for a dtype that is no
 * floating-point type, SOW_INVALID_ARGUMENT, SOW_OVERFLOW where words or bytes pass 63 bits, SOW_LIMIT where
 * steps pass the limits of docs/recordings.md, SOW_NO_MEMORY.
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
  sow_dtype drawn;  /* before the plan's cast */
  int ndim;
  const int64_t *shape;
  int64_t count;       /* elements */
  size_t step_count;   /* see sow_plan_step_get */
  const char *rule;    /* the line behind its last step: "default Conv3d", "weights_init.rules:4", "c3d.c:31",
                          "torchvision/models/resnet.py:208", "kept" */
  const char *tied_to; /* the first name of the same tensor, of those in a file if any is, or NULL */
  uint32_t stream;     /* 0: the seed's; others are seeded within the constructor */
  uint64_t position;   /* words of the stream before the first that it draws */
  uint64_t draws;      /* words it takes */
  uint64_t grain;      /* elements that have to be made together */
  uint64_t offset;     /* bytes from the start of a checkpoint's data; tied entries have their target's */
  uint64_t bytes;
  sow_distribution values; /* what its steps aim at; bounds that no stored value leaves */
  double inputs;  /* of its layer, that are summed for one output: torch's fan_in, but for a transposed
                     convolution (with a stride, on average); 0 for biases, norms, embeddings */
  bool kept;      /* copied from the checkpoint to keep: what the values aim at is not known */
  bool temporary; /* a buffer that is not persistent */
} sow_plan_entry;

/* One step of a tensor: a call on all of it or on a part. The pointers live as long as the plan. */
typedef struct sow_plan_step {
  sow_initializer call;
  bool cast;       /* model.to(dtype) of all that was made before; `call` says nothing */
  sow_dtype dtype; /* in which it computes; a cast: to which */
  const char *rule;
  bool whole; /* all elements, in their order; else the part that follows, in elements of the tensor */
  int ndim;
  const int64_t *shape;
  const int64_t *strides; /* NULL: contiguous */
  int64_t offset;
  uint32_t stream;
  uint64_t position, draws; /* of the stream, in words */
} sow_plan_step;

/* Entries are in state_dict order. Thread-safe, as is everything below. */
SOW_API size_t sow_plan_count(const sow_plan *plan);

/* False when index is not below the count. */
SOW_API bool sow_plan_get(const sow_plan *plan, size_t index, sow_plan_entry *entry);

/* Step `step` of entry `index`, in the order in which they are done; false where there is none. */
SOW_API bool sow_plan_step_get(const sow_plan *plan, size_t index, size_t step, sow_plan_step *out);

/*
 * A step, or all steps of an entry, as `sow plan` shows them: "normal_(mean=0.0, std=0.02); mul_(0.5); [0]
 * zero_()"; "-" for a kept entry. free() *text. SOW_INVALID_ARGUMENT for an index beyond, SOW_NO_MEMORY.
 */
SOW_API sow_status sow_plan_step_print(const sow_plan *plan, size_t index, size_t step, char **text,
                                       sow_error *error);
SOW_API sow_status sow_plan_line(const sow_plan *plan, size_t index, char **text, sow_error *error);

/* False when no entry has the name. */
SOW_API bool sow_plan_find(const sow_plan *plan, const char *name, size_t *index);

/* How many tensors are kept, ties left out. */
SOW_API size_t sow_plan_kept(const sow_plan *plan);

/* Words of the whole stream: constructors, overwritten draws and all. */
SOW_API uint64_t sow_plan_draws(const sow_plan *plan);

/* Bytes of all tensors, ties counted once. */
SOW_API uint64_t sow_plan_bytes(const sow_plan *plan);

/*
 * What the plan was made with, as far as options->size reaches, which the caller sets; with generator NULL.
 * SOW_INVALID_ARGUMENT for a size that no such struct has.
 */
SOW_API sow_status sow_plan_settings(const sow_plan *plan, sow_plan_options *options, sow_error *error);

/* The generator as torch's would be after building and initialising the model; free it. */
SOW_API sow_status sow_plan_generator(const sow_plan *plan, sow_generator **generator, sow_error *error);

typedef enum sow_plan_format {
  SOW_PLAN_TABLE,
  SOW_PLAN_JSON,
  SOW_PLAN_SHAPES /* the list that sow_module_parse_shapes reads; ties as comments */
} sow_plan_format;

/*
 * The plan as text, the same for the same plan on every machine; free() *text. SOW_INVALID_ARGUMENT for a
 * name that a list of shapes cannot hold; SOW_NO_MEMORY.
 */
SOW_API sow_status sow_plan_print(const sow_plan *plan, sow_plan_format format, char **text, size_t *length,
                                  sow_error *error);

/*
 * Part i of n of `total` things, as even as can be: [*begin, *end). For i < n; parts in order join without
 * gaps. Where i is not below n the part is empty. A pure function.
 */
SOW_API void sow_slice(uint64_t total, uint64_t i, uint64_t n, uint64_t *begin, uint64_t *end);

/*
 * Makes elements [begin, end) of entry `index`, row-major, in the stored dtype, at `out`: rows r0 to r1 of a
 * matrix of c columns are the range from r0*c to r1*c, with the fan of the whole. Any range; one that cuts a
 * grain makes the whole grain and keeps its part. `threads` as in sow_fill_options: 1 for a caller with
 * threads of its own. SOW_INVALID_ARGUMENT for a range outside the entry; SOW_NO_MEMORY, or SOW_IO for a kept
 * entry, and then `out` may hold part of the range.
 */
SOW_API sow_status sow_plan_run(const sow_plan *plan, size_t index, uint64_t begin, uint64_t end, int threads,
                                void *out, sow_error *error);

/*
 * Makes a block of entry `index`: in each dimension the elements from begin[d] on, size[d] of them, to
 * out[sum of i[d]*stride[d]], in elements of the stored dtype; NULL strides mean contiguous. A rank's shard
 * of a sharded tensor is a block, whatever dimension is sharded. One pass through the stream: what lies
 * between the block's rows is passed over. The rest as sow_plan_run; SOW_LAYOUT for strides that let elements
 * overlap.
 */
SOW_API sow_status sow_plan_run_block(const sow_plan *plan, size_t index, const int64_t *begin,
                                      const int64_t *size, const int64_t *strides, int threads, void *out,
                                      sow_error *error);

/* A block of entry `index` and where it goes, as sow_plan_run_block takes them. */
typedef struct sow_block {
  size_t index;
  const int64_t *begin, *size, *strides;
  void *out;
} sow_block;

/*
 * Makes many blocks, of any entries, in whatever order they are listed: a rank's part of a model. The threads
 * share all of it, and each goes through the stream once, where a call for each block would begin anew. All
 * blocks are checked before anything is written; what they write must not overlap.
 */
SOW_API sow_status sow_plan_run_blocks(const sow_plan *plan, const sow_block *blocks, size_t count,
                                       int threads, sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
