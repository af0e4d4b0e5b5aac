/* torch.nn.init: an initialiser is a value, and sow_fill puts it into a tensor. */
#ifndef SOW_INIT_H
#define SOW_INIT_H

#include <stdbool.h>
#include <stdint.h>

#include "sow/generator.h"
#include "sow/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sow_initializer_kind {
  SOW_INIT_UNIFORM,
  SOW_INIT_NORMAL,
  SOW_INIT_TRUNC_NORMAL,
  SOW_INIT_CONSTANT,
  SOW_INIT_ONES,
  SOW_INIT_ZEROS,
  SOW_INIT_EYE,
  SOW_INIT_DIRAC,
  SOW_INIT_XAVIER_UNIFORM,
  SOW_INIT_XAVIER_NORMAL,
  SOW_INIT_KAIMING_UNIFORM,
  SOW_INIT_KAIMING_NORMAL,
  SOW_INIT_ORTHOGONAL,
  SOW_INIT_SPARSE,
  /* Methods of a tensor, which constructors use beside torch.nn.init. */
  SOW_INIT_FILL,
  SOW_INIT_ZERO,
  SOW_INIT_COPY,
  SOW_INIT_MUL,
  SOW_INIT_ADD,
  SOW_INIT_SUB,
  SOW_INIT_DIV,
  SOW_INIT_NEG,
  SOW_INIT_ABS,
  SOW_INIT_POW,
  SOW_INIT_SQRT,
  SOW_INIT_RSQRT,
  SOW_INIT_RECIPROCAL,
  SOW_INIT_CLAMP,
  SOW_INIT_EXP,
  SOW_INIT_EXPM1,
  SOW_INIT_LOG,
  SOW_INIT_LOG1P,
  SOW_INIT_ERFINV,
  SOW_INIT_NORM,
  /* Caffe's fillers, and the initialisers of Keras 3 and JAX: docs/from-caffe-keras-jax.md. */
  SOW_INIT_CAFFE_CONSTANT,
  SOW_INIT_CAFFE_UNIFORM,
  SOW_INIT_CAFFE_GAUSSIAN,
  SOW_INIT_CAFFE_XAVIER,
  SOW_INIT_CAFFE_MSRA,
  SOW_INIT_CAFFE_BILINEAR,
  SOW_INIT_CAFFE_POSITIVE_UNITBALL,
  SOW_INITIALIZER_COUNT
} sow_initializer_kind;

typedef enum sow_fan_mode {
  SOW_FAN_IN,
  SOW_FAN_OUT,
  SOW_FAN_AVERAGE /* Caffe's AVERAGE */
} sow_fan_mode;

typedef enum sow_nonlinearity {
  SOW_LINEAR,
  SOW_CONV1D,
  SOW_CONV2D,
  SOW_CONV3D,
  SOW_CONV_TRANSPOSE1D,
  SOW_CONV_TRANSPOSE2D,
  SOW_CONV_TRANSPOSE3D,
  SOW_SIGMOID,
  SOW_TANH,
  SOW_RELU,
  SOW_LEAKY_RELU,
  SOW_SELU,
  SOW_NONLINEARITY_COUNT
} sow_nonlinearity;

/*
 * Made by the functions below and passed by value; it owns nothing. Arguments are checked where the tensor is
 * known: by sow_fill, or when a plan is made.
 */
typedef struct sow_initializer {
  sow_initializer_kind kind;
  sow_fan_mode mode;             /* kaiming; Caffe's variance_norm */
  sow_nonlinearity nonlinearity; /* kaiming only */
  int64_t integer;               /* dirac's groups, norm's dim, Caffe's sparse */
  double argument[4];            /* the numbers in torch's order; see sow_initializer_signature */
} sow_initializer;

/* Values from U(a, b); a <= b, both finite. */
SOW_API sow_initializer sow_uniform(double a, double b);
/* Values from N(mean, std^2); std >= 0. */
SOW_API sow_initializer sow_normal(double mean, double std);
/* N(mean, std^2) within [a, b]: by erfinv before edition 2.12, by rejection from it on. */
SOW_API sow_initializer sow_trunc_normal(double mean, double std, double a, double b);
/* Every element `value`, which must be representable in the tensor's dtype without overflow. */
SOW_API sow_initializer sow_constant(double value);
SOW_API sow_initializer sow_ones(void);
SOW_API sow_initializer sow_zeros(void);
/* The identity in a 2-D tensor. */
SOW_API sow_initializer sow_eye(void);
/* The Dirac delta in a 3-, 4- or 5-D convolution weight; size 0 must be a multiple of groups. */
SOW_API sow_initializer sow_dirac(int64_t groups);
/* Glorot & Bengio 2010: U(-b, b), b = gain*sqrt(6/(fan_in+fan_out)). Two dimensions at least. */
SOW_API sow_initializer sow_xavier_uniform(double gain);
/* Glorot & Bengio 2010: N(0, std^2), std = gain*sqrt(2/(fan_in+fan_out)). Two dimensions at least. */
SOW_API sow_initializer sow_xavier_normal(double gain);
/* He et al. 2015: U(-b, b), b = gain*sqrt(3/fan); `a` is the slope for SOW_LEAKY_RELU. */
SOW_API sow_initializer sow_kaiming_uniform(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity);
/* He et al. 2015: N(0, std^2), std = gain/sqrt(fan). */
SOW_API sow_initializer sow_kaiming_normal(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity);
/* Saxe et al. 2013: a (semi-)orthogonal matrix times gain; float32 and float64, two dimensions at least. */
SOW_API sow_initializer sow_orthogonal(double gain);
/* Martens 2010: N(0, std^2) with the fraction `sparsity` of each column zero; 2-D. */
SOW_API sow_initializer sow_sparse(double sparsity, double std);

/*
 * The methods: each changes the elements that are there, in torch's rounding. `other` is a number here; where
 * a step reads another tensor (sow_module_step), that takes its place. exp_, expm1_, log_, log1p_, erfinv_,
 * pow_ and rsqrt_ are rounded correctly or within a unit, see docs/fidelity.md.
 */
SOW_API sow_initializer sow_mul(double other);
SOW_API sow_initializer sow_add(double other, double alpha); /* + alpha*other */
SOW_API sow_initializer sow_sub(double other, double alpha); /* - alpha*other */
SOW_API sow_initializer sow_div(double other);
SOW_API sow_initializer sow_pow(double exponent);
SOW_API sow_initializer sow_clamp(double min, double max); /* -INFINITY, INFINITY: none */
/* One that takes no argument: sow_method(SOW_INIT_EXP). */
SOW_API sow_initializer sow_method(sow_initializer_kind kind);
/* What another tensor holds, cast to this one's dtype. For sow_module_step. */
SOW_API sow_initializer sow_copy(void);
/* The Euclidean norm of another tensor over all of its dimensions but `dim`; -1: over all. For
 * sow_module_step. */
SOW_API sow_initializer sow_norm(int dim);

/* ---- Caffe's fillers, whose blobs lie as torch's weights do ---- */

SOW_API sow_initializer sow_caffe_constant(double value);
SOW_API sow_initializer sow_caffe_uniform(double min, double max);
/* N(mean, std^2); where sparse is not -1, each value is kept with probability sparse/size(0), and zero else. */
SOW_API sow_initializer sow_caffe_gaussian(double mean, double std, int64_t sparse);
/* U(-b, b), b = sqrt(3/n), n = fan_in, fan_out or their average; torch's xavier counts both. */
SOW_API sow_initializer sow_caffe_xavier(sow_fan_mode variance_norm);
/* N(0, std^2), std = sqrt(2/n). */
SOW_API sow_initializer sow_caffe_msra(sow_fan_mode variance_norm);
/* The weights of a bilinear interpolation in each square kernel; 4-D. */
SOW_API sow_initializer sow_caffe_bilinear(void);
/* U(0, 1), divided by the sum over all that have the same first index. */
SOW_API sow_initializer sow_caffe_positive_unitball(void);

/* Whether it gives a new tensor its values, and needs no other tensor: what sow_fill takes. Thread-safe. */
SOW_API bool sow_initializer_makes(sow_initializer_kind kind);

/* Whether it changes elements that are there, and so makes nothing of a new tensor. Thread-safe. */
SOW_API bool sow_initializer_changes(sow_initializer_kind kind);

/* torch's name with its underscore ("xavier_normal_"). Never NULL. Thread-safe. */
SOW_API const char *sow_initializer_name(sow_initializer_kind kind);

/* The parameters after the tensor as Python writes them ("gain=1.0"). Never NULL. Thread-safe. */
SOW_API const char *sow_initializer_signature(sow_initializer_kind kind);

/*
 * Reads one call as Python writes it, without the tensor:
 * "nn.init.xavier_normal_(gain=calculate_gain('relu'))". `source` names the text in diagnostics and may be
 * NULL. SOW_SYNTAX, SOW_UNKNOWN_NAME, SOW_INVALID_ARGUMENT. Thread-safe.
 */
SOW_API sow_status sow_initializer_parse(const char *text, const char *source, sow_initializer *initializer,
                                         sow_error *error);

#define SOW_INITIALIZER_TEXT_SIZE 192

/*
 * Writes the call that sow_initializer_parse reads back as an equal value ("normal_(mean=0.0, std=0.02)").
 * Returns the length, as snprintf does. Thread-safe.
 */
SOW_API size_t sow_initializer_print(sow_initializer initializer, char *buffer, size_t size);

/* torch's name ("leaky_relu", "conv_transpose2d"). Never NULL. Thread-safe. */
SOW_API const char *sow_nonlinearity_name(sow_nonlinearity nonlinearity);

/* SOW_UNKNOWN_NAME, with the nearest name in the message. Case matters, as in torch. Thread-safe. */
SOW_API sow_status sow_nonlinearity_parse(const char *name, sow_nonlinearity *nonlinearity, sow_error *error);

/*
 * torch.nn.init.calculate_gain. `param` is the negative slope and matters for SOW_LEAKY_RELU only; NULL means
 * 0.01. Thread-safe.
 */
SOW_API double sow_calculate_gain(sow_nonlinearity nonlinearity, const double *param);

/*
 * fan_in = size(1)*prod(size[2:]), fan_out = size(0)*prod(size[2:]) of the whole tensor.
 * SOW_SHAPE for fewer than two dimensions, SOW_OVERFLOW. Thread-safe.
 */
SOW_API sow_status sow_fan(int ndim, const int64_t *shape, int64_t *fan_in, int64_t *fan_out,
                           sow_error *error);

/*
 * Fills `tensor` in place as torch.nn.init would with this generator, which moves on by exactly the words
 * that torch draws. Any strides that do not overlap; a view is filled in torch's order. NULL strides mean
 * contiguous. `generator` may be NULL for initialisers that draw nothing. torch's warnings (zero-element
 * tensors, far bounds) go to error->on_warning. On failure tensor and generator are as before.
 *
 * SOW_DEVICE, SOW_DTYPE, SOW_LAYOUT, SOW_SHAPE, SOW_INVALID_ARGUMENT, SOW_OVERFLOW, SOW_NO_MEMORY; SOW_LIMIT
 * for a trunc_normal_ by rejection whose bounds are so far from the mean that hardly any draw is accepted.
 * Thread-safe for different tensors and generators. A tensor that takes several milliseconds is made by all
 * processors that the process may use; see sow_fill_with.
 * Source: torch/nn/init.py and ATen/native/cpu, versions 1.13, 2.6 and 2.14.
 */
SOW_API sow_status sow_fill(const DLTensor *tensor, sow_initializer initializer, sow_generator *generator,
                            sow_error *error);

typedef struct sow_fill_options {
  /*
   * How many threads make one tensor: 1 for the calling thread alone; 0 for all processors that the process
   * may use, as far as they pay. The values are the same.
   */
  int threads;
} sow_fill_options;

/* sow_fill with options, which may be NULL. SOW_INVALID_ARGUMENT for a negative number of threads. */
SOW_API sow_status sow_fill_with(const DLTensor *tensor, sow_initializer initializer,
                                 sow_generator *generator, const sow_fill_options *options, sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
