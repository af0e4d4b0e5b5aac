/* What tests of plans and files share: a small model that has one of everything, and steps that succeed. */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include "sow/sow.h"
#include "unit.h"

/* The plan of a module, which is freed. `options` may be NULL. */
static inline sow_plan *planned(sow_module *module, const sow_plan_options *options) {
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  if (sow_plan_new(module, options, &plan, &error) != SOW_OK)
    fail_msg("%s", error.message);
  sow_module_free(module);
  return plan;
}

static inline sow_archive *opened(const char *path) {
  sow_error error = SOW_ERROR_NONE;
  sow_archive *archive = NULL;
  if (sow_archive_open(path, &archive, &error) != SOW_OK)
    fail_msg("%s", error.message);
  return archive;
}

static inline void assert_same_state(const sow_generator *a, const sow_generator *b) {
  uint8_t one[SOW_GENERATOR_STATE_SIZE], two[SOW_GENERATOR_STATE_SIZE];
  sow_generator_get_state(a, one);
  sow_generator_get_state(b, two);
  assert_memory_equal(one, two, sizeof one);
}

static inline void sample_add(sow_module *module, const char *name, int ndim, const int64_t *shape,
                              sow_initializer initializer) {
  sow_module_add_parameter(module, name, ndim, shape);
  sow_module_set_as(module, name, initializer, "sample");
}

/*
 * Parameters alone, in an order that leaves and takes the cached normal; without what torch has not got in
 * that edition and dtype.
 */
static inline void sample_parameters(sow_module *own, sow_edition edition, sow_dtype dtype) {
  const int64_t three[] = {3}, five[] = {5}, scalar[] = {1}, matrix[] = {12, 9}, square[] = {50, 40},
                kernel[] = {4, 2, 3}, none[] = {0, 3}, odd[] = {37};
  sample_add(own, "serial3", 1, three, sow_normal(0.5, 2.0));
  sample_add(own, "block37", 1, odd, sow_normal(0.0, 1.0));
  sample_add(own, "serial5", 1, five, sow_normal(-1.0, 0.1));
  sample_add(own, "scalar", 0, scalar, sow_uniform(-1.0, 1.0));
  sample_add(own, "empty", 2, none, sow_zeros());
  if (dtype != SOW_FLOAT16 || edition >= SOW_TORCH_2_1)
    sample_add(own, "trunc", 2, square, sow_trunc_normal(0.0, 1.0, -2.0, 2.0));
  sample_add(own, "sparse", 2, matrix, sow_sparse(0.3, 0.01));
  if (dtype != SOW_BFLOAT16 || edition >= SOW_TORCH_2_1)
    sample_add(own, "eye", 2, matrix, sow_eye());
  sample_add(own, "dirac", 3, kernel, sow_dirac(2));
  sample_add(own, "kaiming", 2, matrix, sow_kaiming_normal(0.0, SOW_FAN_OUT, SOW_RELU));
  if (dtype == SOW_FLOAT32 || dtype == SOW_FLOAT64)
    sample_add(own, "orthogonal", 2, matrix, sow_orthogonal(1.5));
  sample_add(own, "last", 1, odd, sow_uniform(0.0, 1.0));
}

/* Other frameworks' operations; two of them longer than one piece of a file. */
static inline void sample_frameworks(sow_module *own, sow_dtype dtype) {
  const int64_t wide[] = {8, 33001}, rows[] = {301, 901}, square[] = {3, 1, 5, 5}, kernel[] = {3, 2, 4, 6},
                frame[] = {30, 1, 9}, matrix[] = {12, 9};
  sample_add(own, "sparse", 2, wide, sow_caffe_gaussian(0.5, 2.0, 3));
  sample_add(own, "unitball", 2, rows, sow_caffe_positive_unitball());
  sample_add(own, "bilinear", 4, square, sow_caffe_bilinear());
  sample_add(own, "truncated", 4, kernel, sow_keras_he_normal());
  sample_add(own, "identity", 2, matrix, sow_keras_identity(0.5));
  sample_add(own, "stft", 3, frame, sow_keras_stft(SOW_STFT_IMAG, SOW_STFT_HANN, SOW_STFT_DENSITY, false));
  if (dtype == SOW_FLOAT32 || dtype == SOW_FLOAT64) {
    sample_add(own, "orthogonal", 4, kernel, sow_keras_orthogonal(2.0));
    sample_add(own, "delta", 4, kernel, sow_jax_delta_orthogonal(1.0, -1));
  }
}

/* Longer than one piece of a file, and not a multiple of 16. */
#define SAMPLE_LONG (2 * 262144 + 5)

static inline sow_module *sample_model(sow_edition edition, sow_dtype dtype) {
  const int64_t kernel[3] = {3, 1, 2}, length[] = {SAMPLE_LONG};
  sow_module *net = sow_module_new("Net");
  sow_conv3d(net, "conv", 4, 6, kernel, 2, true);
  sow_batch_norm3d(net, "norm", 6, true, true, true);
  sow_module *embed = sow_embedding(net, "embed", 37, 9, -2);
  sow_transformer_encoder(net, "encoder", 8, 20, 2, true, false);
  sow_module *head = sow_linear(net, "head", 9, 37, true);
  sow_module_tie(head, "weight", embed, "weight");
  sample_parameters(sow_child(net, "own", "Own"), edition, dtype);
  sample_frameworks(sow_child(net, "others", "Own"), dtype);
  sow_module *large = sow_child(net, "long", "Own");
  sample_add(large, "normal", 1, length, sow_normal(0.0, 0.02));
  sample_add(large, "constant", 1, length, sow_constant(0.1));
  return net;
}

#endif
