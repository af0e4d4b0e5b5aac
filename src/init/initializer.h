/* The table of calls: a row gives name, parameters, defaults and checks to the text, the program and the
 * plan. */
#ifndef SOW_INIT_INITIALIZER_H
#define SOW_INIT_INITIALIZER_H

#include <stdbool.h>

#include "op/op.h"

typedef enum sow__argument_kind {
  SOW__ARGUMENT_NUMBER,  /* goes to initializer.argument[slot] */
  SOW__ARGUMENT_BOUND,   /* a number, or None where it is infinite */
  SOW__ARGUMENT_OTHER,   /* a number, or in a recording another tensor */
  SOW__ARGUMENT_TENSOR,  /* another tensor, which only a recording can name */
  SOW__ARGUMENT_INTEGER, /* goes to initializer.integer */
  SOW__ARGUMENT_MODE,
  SOW__ARGUMENT_NONLINEARITY,
  SOW__ARGUMENT_LAYOUT,
  SOW__ARGUMENT_WORD, /* its index goes to initializer.argument[slot] */
  SOW__ARGUMENT_AXES, /* an int, a tuple or None: to initializer.axes[slot] */
} sow__argument_kind;

typedef struct sow__argument {
  const char *name; /* as Python's keyword; NULL ends the row */
  sow__argument_kind kind;
  int slot;
  bool required;
  double fallback;          /* the default of a number, an integer or a word; others: the first, leaky_relu */
  const char *const *words; /* of a mode, a layout or a word, in the order of their enum; NULL ends them */
  sow_axes axes;            /* the default of axes */
} sow__argument;

/* What a call does to a tensor. */
typedef enum sow__initializer_use {
  SOW__USE_MAKES,   /* gives a new one its values */
  SOW__USE_CHANGES, /* changes the values that are there */
  SOW__USE_READS,   /* makes it of another tensor */
} sow__initializer_use;

/* variance_scaling's arguments. */
typedef struct sow__variance {
  double scale;
  sow_fan_mode mode;
  sow_scaling distribution;
} sow__variance;

typedef struct sow__initializer_row {
  const char *name;      /* "kaiming_normal_" */
  const char *signature; /* "a=0, mode='fan_in', nonlinearity='leaky_relu'" */
  sow__initializer_use use;
  sow__argument arguments[8];
  /* Checks the call for step's dtype, edition and shape, and sets its op and numbers. */
  sow_status (*resolve)(sow__step *step, sow_error *error);
  sow__variance variance; /* of a case of variance_scaling; a scale of 0 for the others */
} sow__initializer_row;

/* Indexed by sow_initializer_kind. */
extern const sow__initializer_row sow__initializer_rows[SOW_INITIALIZER_COUNT];

/* The initialiser with all defaults of its row, required arguments 0. */
sow_initializer sow__initializer_defaults(sow_initializer_kind kind);

/* The same with other first two numbers. */
sow_initializer sow__with_numbers(sow_initializer_kind kind, double first, double second);

/* Whether it is a function of torch; the others have their framework before the name, "caffe.xavier". */
bool sow__initializer_is_torchs(sow_initializer_kind kind);

/* Whether a word is Python's None, True or False, which stand without quotes. */
bool sow__initializer_is_constant(const char *word);

/* Whether its row has a layout. */
bool sow__initializer_takes_layout(sow_initializer_kind kind);

/* Whether the axes are those of the row; of a call with a layout. */
bool sow__initializer_has_own_axes(const sow_initializer *call);

/* Whether it takes a weight for a kernel as its framework lays it out, and nobody has said so. */
bool sow__initializer_assumes_layout(const sow_initializer *call);

/* SOW_INVALID_ARGUMENT where a word of the call, which C gives as a number, is none of its row's. */
sow_status sow__initializer_check_words(const sow_initializer *call, sow_error *error);

/* sow_initializer_print with the name of the tensor that it reads in place of the first argument; NULL for
 * none. */
size_t sow__initializer_print(sow_initializer initializer, const char *other, char *buffer, size_t size);

/* ---- the checks, one for each kind; resolve.c, resolve_method.c, caffe.c, keras.c, jax.c ---- */

sow_status sow__resolve_uniform(sow__step *step, sow_error *error);
sow_status sow__resolve_normal(sow__step *step, sow_error *error);
sow_status sow__resolve_trunc_normal(sow__step *step, sow_error *error);
sow_status sow__resolve_constant(sow__step *step, sow_error *error);
sow_status sow__resolve_ones(sow__step *step, sow_error *error);
sow_status sow__resolve_zeros(sow__step *step, sow_error *error);
sow_status sow__resolve_eye(sow__step *step, sow_error *error);
sow_status sow__resolve_dirac(sow__step *step, sow_error *error);
sow_status sow__resolve_xavier_uniform(sow__step *step, sow_error *error);
sow_status sow__resolve_xavier_normal(sow__step *step, sow_error *error);
sow_status sow__resolve_kaiming_uniform(sow__step *step, sow_error *error);
sow_status sow__resolve_kaiming_normal(sow__step *step, sow_error *error);
sow_status sow__resolve_orthogonal(sow__step *step, sow_error *error);
sow_status sow__resolve_sparse(sow__step *step, sow_error *error);
sow_status sow__resolve_copy(sow__step *step, sow_error *error);
sow_status sow__resolve_elementwise(sow__step *step, sow_error *error);
sow_status sow__resolve_norm(sow__step *step, sow_error *error);
sow_status sow__resolve_view_as_complex(sow__step *step, sow_error *error);
sow_status sow__resolve_caffe_constant(sow__step *step, sow_error *error);
sow_status sow__resolve_caffe_uniform(sow__step *step, sow_error *error);
sow_status sow__resolve_caffe_gaussian(sow__step *step, sow_error *error);
sow_status sow__resolve_caffe_xavier(sow__step *step, sow_error *error);
sow_status sow__resolve_caffe_msra(sow__step *step, sow_error *error);
sow_status sow__resolve_caffe_bilinear(sow__step *step, sow_error *error);
sow_status sow__resolve_caffe_positive_unitball(sow__step *step, sow_error *error);
sow_status sow__resolve_keras_truncated_normal(sow__step *step, sow_error *error);
sow_status sow__resolve_keras_scaling(sow__step *step, sow_error *error);
sow_status sow__resolve_keras_orthogonal(sow__step *step, sow_error *error);
sow_status sow__resolve_keras_identity(sow__step *step, sow_error *error);
sow_status sow__resolve_keras_stft(sow__step *step, sow_error *error);
sow_status sow__resolve_jax_normal(sow__step *step, sow_error *error);
sow_status sow__resolve_jax_uniform(sow__step *step, sow_error *error);
sow_status sow__resolve_jax_truncated_normal(sow__step *step, sow_error *error);
sow_status sow__resolve_jax_scaling(sow__step *step, sow_error *error);
sow_status sow__resolve_jax_orthogonal(sow__step *step, sow_error *error);
sow_status sow__resolve_jax_delta_orthogonal(sow__step *step, sow_error *error);

#endif
