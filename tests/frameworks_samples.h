/* A call of each initialiser of another framework, with the shape of a tensor for it. */
#ifndef SOW_TESTS_FRAMEWORKS_SAMPLES_H
#define SOW_TESTS_FRAMEWORKS_SAMPLES_H

#include "box.h"

typedef struct sample {
  const char *call;
  int ndim;
  int64_t shape[5];
  int64_t large[5]; /* about 4 Mi elements, 0 for none: nothing is random in it, or all depends on all */
  bool wide;        /* for float32 and float64 only */
} sample;

#define MI ((int64_t)1 << 20)

static const sample samples[] = {
    {"caffe.constant(0.3)", 2, {7, 11}, {0}},
    {"caffe.uniform(-1, 3)", 2, {7, 11}, {2048, 2048}},
    {"caffe.gaussian(1, 0.5)", 2, {7, 11}, {2048, 2048}},
    {"caffe.gaussian(1, 0.5, sparse=2)", 2, {7, 11}, {8, MI / 2}},
    {"caffe.gaussian(sparse=3)", 1, {13}, {0}},
    {"caffe.gaussian(-2, 0.1, 0)", 2, {40, 41}, {0}},
    {"caffe.xavier()", 4, {6, 5, 3, 3}, {512, 512, 4, 4}},
    {"caffe.xavier('AVERAGE')", 1, {9}, {0}},
    {"caffe.msra('FAN_OUT')", 4, {6, 5, 3, 3}, {512, 512, 4, 4}},
    {"caffe.bilinear()", 4, {2, 3, 5, 5}, {0}},
    {"caffe.bilinear()", 4, {1, 1, 16, 16}, {0}},
    {"caffe.positive_unitball()", 3, {5, 7, 3}, {MI, 4, 1}},
    {"caffe.positive_unitball()", 2, {3, 900}, {4, MI}},
    {"keras.random_normal()", 2, {7, 11}, {2048, 2048}},
    {"keras.random_uniform()", 2, {7, 11}, {2048, 2048}},
    {"keras.truncated_normal(0.5, 2)", 2, {7, 11}, {2048, 2048}},
    {"keras.variance_scaling(0.3, 'fan_avg', 'untruncated_normal')", 2, {7, 11}, {2048, 2048}},
    {"keras.variance_scaling(layout='torch')", 4, {6, 5, 3, 3}, {512, 512, 4, 4}},
    {"keras.glorot_uniform()", 4, {3, 3, 5, 6}, {4, 4, 512, 512}},
    {"keras.glorot_normal()", 4, {3, 3, 5, 6}, {4, 4, 512, 512}},
    {"keras.he_uniform()", 1, {33}, {4 * MI}},
    {"keras.he_normal()", 3, {3, 5, 6}, {4, 1024, 1024}},
    {"keras.lecun_uniform()", 0, {0}, {0}},
    {"keras.lecun_normal(input_axes=(0, 1), output_axes=2)", 3, {3, 5, 6}, {4, 1024, 1024}},
    {"keras.orthogonal(2)", 3, {3, 5, 6}, {8, 512, 1024}, .wide = true},
    {"keras.orthogonal(layout='torch')", 3, {6, 5, 3}, {0}, .wide = true},
    {"jax.orthogonal(layout='torch')", 3, {6, 5, 3}, {0}, .wide = true},
    {"keras.identity(-1.5)", 2, {9, 12}, {0}},
    {"keras.stft()", 3, {40, 1, 9}, {0}},
    {"keras.stft('imag', 'flattop', None, True)", 3, {40, 1, 9}, {0}},
    {"jax.normal(0.3)", 2, {7, 11}, {2048, 2048}},
    {"jax.uniform(3)", 2, {7, 11}, {2048, 2048}},
    {"jax.truncated_normal(0.3, -1, 3)", 2, {7, 11}, {2048, 2048}},
    {"jax.variance_scaling(2.0, 'fan_geo_avg', 'normal', batch_axis=0)", 3, {3, 5, 6}, {4, 1024, 1024}},
    {"jax.variance_scaling(2.0, 'fan_in', 'truncated_normal')", 2, {7, 11}, {2048, 2048}},
    {"jax.glorot_uniform()", 2, {7, 11}, {2048, 2048}},
    {"jax.glorot_normal(layout='torch')", 3, {7, 11, 2}, {1024, 2048, 2}},
    {"jax.he_uniform()", 2, {7, 11}, {2048, 2048}},
    {"jax.he_normal(in_axis=(0, 1), out_axis=2)", 3, {3, 5, 6}, {4, 1024, 1024}},
    {"jax.lecun_uniform()", 2, {7, 11}, {2048, 2048}},
    {"jax.lecun_normal()", 2, {7, 11}, {2048, 2048}},
    {"jax.orthogonal()", 2, {7, 11}, {0}, .wide = true},
    {"jax.orthogonal(0.5, 0)", 3, {3, 5, 6}, {0}, .wide = true},
    {"jax.delta_orthogonal()", 5, {2, 3, 3, 4, 6}, {0}, .wide = true},
    {"jax.delta_orthogonal(3, layout='torch')", 4, {6, 4, 3, 3}, {0}, .wide = true},
};

#define EACH_SAMPLE(s) for (const sample *s = samples; s < samples + sizeof samples / sizeof *samples; s++)

static inline sow_initializer call_of(const sample *s) {
  sow_initializer call;
  sow_error error = SOW_ERROR_NONE;
  if (sow_initializer_parse(s->call, NULL, &call, &error) != SOW_OK)
    fail_msg("%s: %s", s->call, error.message);
  return call;
}

#endif
