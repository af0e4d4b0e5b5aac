/* torch/nn/modules/linear.py */
#include <inttypes.h>

#include "module/layer.h"

sow_module *sow__linear(sow_module *parent, const char *name, sow__class class, int64_t in_features,
                        int64_t out_features, bool bias) {
  sow_module *module = sow__layer_open(parent, name, class);
  sow__layer_least(module, "in_features", in_features, 0);
  sow__layer_least(module, "out_features", out_features, 0);
  sow__layer_parameter(module, true, "weight", sow__layer_kaiming(), 2,
                       (int64_t[]){out_features, in_features});
  /* Without inputs torch still draws the bias, from U(0, 0). */
  sow__layer_parameter(module, bias, "bias", sow__layer_symmetric(sow__layer_bound(in_features)), 1,
                       &out_features);
  sow__layer_arguments(module, "in_features=%" PRId64 ", out_features=%" PRId64 ", bias=%s", in_features,
                       out_features, sow__truth(bias));
  return sow__layer_close(module);
}

sow_module *sow_linear(sow_module *parent, const char *name, int64_t in_features, int64_t out_features,
                       bool bias) {
  return sow__linear(parent, name, SOW__CLASS("Linear"), in_features, out_features, bias);
}

sow_module *sow_bilinear(sow_module *parent, const char *name, int64_t in1_features, int64_t in2_features,
                         int64_t out_features, bool bias) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("Bilinear"));
  sow__layer_least(module, "in1_features", in1_features, 1);
  sow__layer_least(module, "in2_features", in2_features, 0);
  sow__layer_least(module, "out_features", out_features, 0);
  const sow_initializer uniform = sow__layer_symmetric(sow__layer_bound(in1_features));
  sow__layer_parameter(module, true, "weight", uniform, 3,
                       (int64_t[]){out_features, in1_features, in2_features});
  sow__layer_parameter(module, bias, "bias", uniform, 1, &out_features);
  sow__layer_arguments(
      module, "in1_features=%" PRId64 ", in2_features=%" PRId64 ", out_features=%" PRId64 ", bias=%s",
      in1_features, in2_features, out_features, sow__truth(bias));
  return sow__layer_close(module);
}
