/* torch/nn/modules/batchnorm.py, instancenorm.py and normalization.py: nothing here draws. */
#include <inttypes.h>

#include "module/layer.h"

static const char *bias_argument(bool affine, bool bias) {
  return affine && !bias ? ", bias=False" : "";
}

/* BatchNorm and InstanceNorm differ in their defaults only. */
static sow_module *running_norm(sow_module *parent, const char *name, sow__class class, int64_t features,
                                bool affine, bool bias, bool stats) {
  sow_module *module = sow__layer_open(parent, name, class);
  sow__layer_parameter(module, affine, "weight", sow_ones(), 1, &features);
  sow__layer_parameter(module, affine && bias, "bias", sow_zeros(), 1, &features);
  if (stats) {
    sow_module_add_buffer(module, "running_mean", SOW_DTYPE_COUNT, 1, &features, sow_zeros());
    sow_module_add_buffer(module, "running_var", SOW_DTYPE_COUNT, 1, &features, sow_ones());
    sow_module_add_buffer(module, "num_batches_tracked", SOW_INT64, 0, NULL, sow_zeros());
  }
  sow__layer_arguments(module, "%" PRId64 ", affine=%s%s, track_running_stats=%s", features,
                       sow__truth(affine), bias_argument(affine, bias), sow__truth(stats));
  return sow__layer_close(module);
}

sow_module *sow__batch_norm(sow_module *parent, const char *name, int dims, int64_t features, bool affine,
                            bool bias, bool stats) {
  const sow__class classes[4] = {SOW__CLASS("SyncBatchNorm"), SOW__CLASS("BatchNorm1d"),
                                 SOW__CLASS("BatchNorm2d"), SOW__CLASS("BatchNorm3d")};
  return running_norm(parent, name, classes[dims], features, affine, bias, stats);
}

sow_module *sow__instance_norm(sow_module *parent, const char *name, int dims, int64_t features, bool affine,
                               bool bias, bool stats) {
  const sow__class classes[3] = {SOW__CLASS("InstanceNorm1d"), SOW__CLASS("InstanceNorm2d"),
                                 SOW__CLASS("InstanceNorm3d")};
  return running_norm(parent, name, classes[dims - 1], features, affine, bias, stats);
}

sow_module *sow_batch_norm1d(sow_module *parent, const char *name, int64_t features, bool affine, bool bias,
                             bool stats) {
  return sow__batch_norm(parent, name, 1, features, affine, bias, stats);
}

sow_module *sow_batch_norm2d(sow_module *parent, const char *name, int64_t features, bool affine, bool bias,
                             bool stats) {
  return sow__batch_norm(parent, name, 2, features, affine, bias, stats);
}

sow_module *sow_batch_norm3d(sow_module *parent, const char *name, int64_t features, bool affine, bool bias,
                             bool stats) {
  return sow__batch_norm(parent, name, 3, features, affine, bias, stats);
}

sow_module *sow_sync_batch_norm(sow_module *parent, const char *name, int64_t features, bool affine,
                                bool bias, bool stats) {
  return sow__batch_norm(parent, name, 0, features, affine, bias, stats);
}

sow_module *sow_instance_norm1d(sow_module *parent, const char *name, int64_t features, bool affine,
                                bool bias, bool stats) {
  return sow__instance_norm(parent, name, 1, features, affine, bias, stats);
}

sow_module *sow_instance_norm2d(sow_module *parent, const char *name, int64_t features, bool affine,
                                bool bias, bool stats) {
  return sow__instance_norm(parent, name, 2, features, affine, bias, stats);
}

sow_module *sow_instance_norm3d(sow_module *parent, const char *name, int64_t features, bool affine,
                                bool bias, bool stats) {
  return sow__instance_norm(parent, name, 3, features, affine, bias, stats);
}

sow_module *sow_group_norm(sow_module *parent, const char *name, int64_t num_groups, int64_t num_channels,
                           bool affine, bool bias) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("GroupNorm"));
  sow__layer_divides(module, "num_groups", num_groups, "num_channels", num_channels);
  sow__layer_parameter(module, affine, "weight", sow_ones(), 1, &num_channels);
  sow__layer_parameter(module, affine && bias, "bias", sow_zeros(), 1, &num_channels);
  sow__layer_arguments(module, "%" PRId64 ", %" PRId64 ", affine=%s%s", num_groups, num_channels,
                       sow__truth(affine), bias_argument(affine, bias));
  return sow__layer_close(module);
}

static bool shape_usable(sow_module *module, int ndim) {
  if (sow__buildable(module) && (ndim < 0 || ndim > SOW_MAX_DIMS))
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "normalized_shape has 0 to %d sizes, not %d", SOW_MAX_DIMS,
                     ndim);
  return sow__buildable(module);
}

sow_module *sow_layer_norm(sow_module *parent, const char *name, int ndim, const int64_t *normalized_shape,
                           bool affine, bool bias) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("LayerNorm"));
  if (!shape_usable(module, ndim))
    return NULL;
  char shape[SOW__TUPLE_SIZE];
  sow__layer_parameter(module, affine, "weight", sow_ones(), ndim, normalized_shape);
  sow__layer_parameter(module, affine && bias, "bias", sow_zeros(), ndim, normalized_shape);
  sow__layer_inputs(module, "weight", 0);
  sow__layer_inputs(module, "bias", 0);
  sow__layer_arguments(module, "%s, elementwise_affine=%s%s", sow__tuple_print(ndim, normalized_shape, shape),
                       sow__truth(affine), bias_argument(affine, bias));
  return sow__layer_close(module);
}

sow_module *sow_rms_norm(sow_module *parent, const char *name, int ndim, const int64_t *normalized_shape,
                         bool affine) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("RMSNorm"));
  if (!shape_usable(module, ndim))
    return NULL;
  char shape[SOW__TUPLE_SIZE];
  sow__layer_parameter(module, affine, "weight", sow_ones(), ndim, normalized_shape);
  sow__layer_inputs(module, "weight", 0);
  sow__layer_arguments(module, "%s, elementwise_affine=%s", sow__tuple_print(ndim, normalized_shape, shape),
                       sow__truth(affine));
  return sow__layer_close(module);
}
