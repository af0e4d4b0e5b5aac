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
  SOW_INIT_FMOD,
  SOW_INIT_EXP,
  SOW_INIT_EXPM1,
  SOW_INIT_LOG,
  SOW_INIT_LOG1P,
  SOW_INIT_ERFINV,
  SOW_INIT_NORM,
  SOW_INIT_VIEW_AS_COMPLEX,
  /* Caffe's fillers, and the initialisers of Keras 3 and JAX: docs/from-caffe-keras-jax.md. */
  SOW_INIT_CAFFE_CONSTANT,
  SOW_INIT_CAFFE_UNIFORM,
  SOW_INIT_CAFFE_GAUSSIAN,
  SOW_INIT_CAFFE_XAVIER,
  SOW_INIT_CAFFE_MSRA,
  SOW_INIT_CAFFE_BILINEAR,
  SOW_INIT_CAFFE_POSITIVE_UNITBALL,
  SOW_INIT_KERAS_RANDOM_NORMAL,
  SOW_INIT_KERAS_RANDOM_UNIFORM,
  SOW_INIT_KERAS_TRUNCATED_NORMAL,
  SOW_INIT_KERAS_VARIANCE_SCALING,
  SOW_INIT_KERAS_GLOROT_UNIFORM,
  SOW_INIT_KERAS_GLOROT_NORMAL,
  SOW_INIT_KERAS_HE_UNIFORM,
  SOW_INIT_KERAS_HE_NORMAL,
  SOW_INIT_KERAS_LECUN_UNIFORM,
  SOW_INIT_KERAS_LECUN_NORMAL,
  SOW_INIT_KERAS_ORTHOGONAL,
  SOW_INIT_KERAS_IDENTITY,
  SOW_INIT_KERAS_STFT,
  SOW_INIT_JAX_NORMAL,
  SOW_INIT_JAX_UNIFORM,
  SOW_INIT_JAX_TRUNCATED_NORMAL,
  SOW_INIT_JAX_VARIANCE_SCALING,
  SOW_INIT_JAX_GLOROT_UNIFORM,
  SOW_INIT_JAX_GLOROT_NORMAL,
  SOW_INIT_JAX_HE_UNIFORM,
  SOW_INIT_JAX_HE_NORMAL,
  SOW_INIT_JAX_LECUN_UNIFORM,
  SOW_INIT_JAX_LECUN_NORMAL,
  SOW_INIT_JAX_ORTHOGONAL,
  SOW_INIT_JAX_DELTA_ORTHOGONAL,
  SOW_INITIALIZER_COUNT
} sow_initializer_kind;

typedef enum sow_fan_mode {
  SOW_FAN_IN,
  SOW_FAN_OUT,
  SOW_FAN_AVERAGE,  /* Caffe's AVERAGE, Keras' and JAX's fan_avg */
  SOW_FAN_GEOMETRIC /* JAX's fan_geo_avg */
} sow_fan_mode;

/* What variance_scaling draws from. */
typedef enum sow_scaling {
  SOW_SCALING_TRUNCATED_NORMAL, /* at two deviations, and wider by what that takes from the deviation */
  SOW_SCALING_NORMAL,           /* Keras' untruncated_normal */
  SOW_SCALING_UNIFORM
} sow_scaling;

/* How a weight lies for an initialiser of Keras or JAX. */
typedef enum sow_kernel_layout {
  SOW_KERNEL_UNSAID, /* as its framework has it; a plan warns where the weight is torch's */
  SOW_KERNEL_OWN,    /* as its framework has it: (…, in, out) */
  SOW_KERNEL_TORCH   /* (out, in, …) */
} sow_kernel_layout;

#define SOW_AXES_LIMIT 7

/* Axes of a tensor, negative ones from the last on; a count of -1 is Python's None. */
typedef struct sow_axes {
  int8_t count;
  int8_t axis[SOW_AXES_LIMIT];
} sow_axes;

typedef enum sow_stft_side { SOW_STFT_REAL, SOW_STFT_IMAG } sow_stft_side;

/* Those of scipy.signal that are sums of cosines. */
typedef enum sow_stft_window {
  SOW_STFT_NO_WINDOW,
  SOW_STFT_BOXCAR,
  SOW_STFT_HANN,
  SOW_STFT_HAMMING,
  SOW_STFT_BLACKMAN,
  SOW_STFT_NUTTALL,
  SOW_STFT_BLACKMANHARRIS,
  SOW_STFT_FLATTOP,
  SOW_STFT_WINDOW_COUNT
} sow_stft_window;

typedef enum sow_stft_scaling { SOW_STFT_NO_SCALING, SOW_STFT_DENSITY, SOW_STFT_SPECTRUM } sow_stft_scaling;

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
 * Made by the functions below and passed by value; it owns nothing. Where an initialiser of Keras or JAX has
 * them, layout and axes are set in what its function makes. Arguments are checked where the tensor is known:
 * by sow_fill, or when a plan is made.
 */
typedef struct sow_initializer {
  sow_initializer_kind kind;
  sow_fan_mode mode;             /* kaiming's, variance_scaling's; Caffe's variance_norm */
  sow_nonlinearity nonlinearity; /* kaiming's */
  sow_kernel_layout layout;      /* of those of Keras and JAX that count fans or make matrices */
  int64_t integer;               /* dirac's groups, norm's dim, Caffe's sparse, JAX's column_axis */
  double argument[4];            /* the numbers in Python's order, and words: see sow_initializer_signature */
  sow_axes axes[3];              /* JAX's in_axis, out_axis, batch_axis; Keras' input_axes, output_axes */
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
SOW_API sow_initializer sow_fmod(double other); /* what division leaves, with the sign of the element */
/* One that takes no argument: sow_method(SOW_INIT_EXP). */
SOW_API sow_initializer sow_method(sow_initializer_kind kind);
/* What another tensor holds, cast to this one's dtype. For sow_module_step. */
SOW_API sow_initializer sow_copy(void);
/* The Euclidean norm of another tensor over all of its dimensions but `dim`, the first, the second or the
 * last; -1: over all, of a contiguous tensor. For sow_module_step. */
SOW_API sow_initializer sow_norm(int dim);
/* The complex64 numbers whose real and imaginary parts another tensor of float32 has beside each other, in a
 * last dimension of 2. For sow_module_step. */
SOW_API sow_initializer sow_view_as_complex(void);

/* ---- Caffe's fillers, whose blobs lie as torch's weights do ---- */

SOW_API sow_initializer sow_caffe_constant(double value);
SOW_API sow_initializer sow_caffe_uniform(double min, double max);
/* N(mean, std^2); where sparse is not -1, each value is kept with probability sparse/size(0), and zero else.
 */
SOW_API sow_initializer sow_caffe_gaussian(double mean, double std, int64_t sparse);
/* U(-b, b), b = sqrt(3/n), n = fan_in, fan_out or their average; torch's xavier counts both. */
SOW_API sow_initializer sow_caffe_xavier(sow_fan_mode variance_norm);
/* N(0, std^2), std = sqrt(2/n). */
SOW_API sow_initializer sow_caffe_msra(sow_fan_mode variance_norm);
/* The weights of a bilinear interpolation in each square kernel; 4-D. */
SOW_API sow_initializer sow_caffe_bilinear(void);
/* U(0, 1), divided by the sum over all that have the same first index. */
SOW_API sow_initializer sow_caffe_positive_unitball(void);

/* ---- Keras 3's, whose kernels are (…, in, out) ---- */

SOW_API sow_initializer sow_keras_random_normal(double mean, double stddev);
SOW_API sow_initializer sow_keras_random_uniform(double minval, double maxval);
/* N(mean, stddev^2) within two stddev of the mean. */
SOW_API sow_initializer sow_keras_truncated_normal(double mean, double stddev);
/* A deviation of sqrt(scale/max(1, n)), n as `mode` has it. */
SOW_API sow_initializer sow_keras_variance_scaling(double scale, sow_fan_mode mode, sow_scaling distribution);
SOW_API sow_initializer sow_keras_glorot_uniform(void); /* variance_scaling: 1, average, uniform */
SOW_API sow_initializer sow_keras_glorot_normal(void);  /* 1, average, truncated */
SOW_API sow_initializer sow_keras_he_uniform(void);     /* 2, fan_in, uniform */
SOW_API sow_initializer sow_keras_he_normal(void);      /* 2, fan_in, truncated */
SOW_API sow_initializer sow_keras_lecun_uniform(void);  /* 1, fan_in, uniform */
SOW_API sow_initializer sow_keras_lecun_normal(void);   /* 1, fan_in, truncated */
/* An orthonormal matrix, of which the last dimension is the columns, times gain. */
SOW_API sow_initializer sow_keras_orthogonal(double gain);
SOW_API sow_initializer sow_keras_identity(double gain);
/* Cosines or sines under a window, for a shape (length, 1, bins). */
SOW_API sow_initializer sow_keras_stft(sow_stft_side side, sow_stft_window window, sow_stft_scaling scaling,
                                       bool periodic);

/* ---- JAX's, whose kernels are (…, in, out) ---- */

SOW_API sow_initializer sow_jax_normal(double stddev);
SOW_API sow_initializer sow_jax_uniform(double scale); /* U(0, scale) */
/* stddev times N(0, 1) within [lower, upper]. */
SOW_API sow_initializer sow_jax_truncated_normal(double stddev, double lower, double upper);
/* A deviation of sqrt(scale/n), n as `mode` has it. */
SOW_API sow_initializer sow_jax_variance_scaling(double scale, sow_fan_mode mode, sow_scaling distribution);
SOW_API sow_initializer sow_jax_glorot_uniform(void); /* as Keras' */
SOW_API sow_initializer sow_jax_glorot_normal(void);
SOW_API sow_initializer sow_jax_he_uniform(void);
SOW_API sow_initializer sow_jax_he_normal(void);
SOW_API sow_initializer sow_jax_lecun_uniform(void);
SOW_API sow_initializer sow_jax_lecun_normal(void);
/* An orthonormal matrix, of which column_axis (-1, or the first) is the columns, times scale. */
SOW_API sow_initializer sow_jax_orthogonal(double scale, int column_axis);
/* The same of (in, out) in the middle of a convolution's kernel of zeros; in may not be above out. */
SOW_API sow_initializer sow_jax_delta_orthogonal(double scale, int column_axis);

/* Whether it gives a new tensor its values, and needs no other tensor. sow_fill takes mul_ and its kin too,
 * which change what is there. Thread-safe. */
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
 * NULL. SOW_SYNTAX, SOW_UNKNOWN_NAME, SOW_INVALID_ARGUMENT, SOW_OVERFLOW for a number that is too large,
 * SOW_UNSUPPORTED for an int that no float64 is, SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_initializer_parse(const char *text, const char *source, sow_initializer *initializer,
                                         sow_error *error);

#define SOW_INITIALIZER_TEXT_SIZE 320

/*
 * Writes the call that sow_initializer_parse reads back as an equal value ("normal_(mean=0.0, std=0.02)");
 * but for copy_, norm_ and view_as_complex_, which take another tensor. Returns the length, as snprintf does.
 * Thread-safe.
 */
SOW_API size_t sow_initializer_print(sow_initializer initializer, char *buffer, size_t size);

/* torch's name ("leaky_relu", "conv_transpose2d"). Never NULL. Thread-safe. */
SOW_API const char *sow_nonlinearity_name(sow_nonlinearity nonlinearity);

/* SOW_UNKNOWN_NAME, with the nearest name in the message. Case matters, as in torch. Thread-safe. */
SOW_API sow_status sow_nonlinearity_parse(const char *name, sow_nonlinearity *nonlinearity, sow_error *error);

/*
 * torch.nn.init.calculate_gain. `param` is the negative slope and matters for SOW_LEAKY_RELU only; NULL means
 * 0.01. It is 0 for a finite slope whose square overflows, where Python raises. Thread-safe.
 */
SOW_API double sow_calculate_gain(sow_nonlinearity nonlinearity, const double *param);

/*
 * fan_in = size(1)*prod(size[2:]), fan_out = size(0)*prod(size[2:]) of the whole tensor.
 * SOW_SHAPE for fewer than two dimensions, SOW_INVALID_ARGUMENT for a negative size, SOW_OVERFLOW.
 * Thread-safe.
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
  size_t size; /* sizeof the struct: see "options" in status.h */
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
