/* torch/nn/modules/adaptive.py */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/size.h"
#include "module/layer.h"

static void check_cutoffs(sow_module *module, int64_t n_classes, size_t count, const int64_t *cutoffs) {
  if (!sow__buildable(module))
    return;
  if (count == 0)
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "cutoffs must hold one size at least");
  for (size_t i = 0; i < count && sow__buildable(module); i++)
    if (cutoffs[i] <= (i > 0 ? cutoffs[i - 1] : 0) || cutoffs[i] >= n_classes)
      sow__module_fail(module, SOW_INVALID_ARGUMENT,
                       "cutoffs must rise from 1 to n_classes-1 (%" PRId64
                       ") at most; cutoffs[%zu] is %" PRId64,
                       n_classes - 1, i, cutoffs[i]);
}

/* int(in_features // div_value ** (tail + 1)); at each step torch's Python raises where this fails. */
static int64_t hidden_size(sow_module *module, int64_t in_features, double div_value, size_t tail) {
  if (!sow__buildable(module))
    return 0;
  double rest;
  const double power = pow(div_value, (double)(tail + 1));
  const double size = power != 0.0 ? sow__floor_divide((double)in_features, power, &rest) : NAN;
  if (!(fabs(size) < 0x1p63) || (isinf(power) && !isinf(div_value))) {
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "div_value gives tail %zu no size", tail);
    return 0;
  }
  return (int64_t)size;
}

static void tail_make(sow_module *tails, size_t index, int64_t in_features, int64_t hidden, int64_t out) {
  char name[24];
  snprintf(name, sizeof(name), "%zu", index);
  sow_module *tail = sow_child(tails, name, "Sequential");
  sow_linear(tail, "0", in_features, hidden, false);
  sow_linear(tail, "1", hidden, out, false);
}

sow_module *sow_adaptive_log_softmax(sow_module *parent, const char *name, int64_t in_features,
                                     int64_t n_classes, size_t cutoff_count, const int64_t *cutoffs,
                                     double div_value, bool head_bias) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("AdaptiveLogSoftmaxWithLoss"));
  check_cutoffs(module, n_classes, cutoff_count, cutoffs);
  if (!sow__buildable(module))
    return NULL;
  int64_t head;
  if (!sow__add(cutoffs[0], (int64_t)cutoff_count, &head)) {
    sow__module_fail(module, SOW_OVERFLOW, "the size of the head does not fit in 63 bits");
    return NULL;
  }
  sow_linear(module, "head", in_features, head, head_bias);
  sow_module *tails = sow_child(module, "tail", "ModuleList");
  for (size_t i = 0; i < cutoff_count && sow__buildable(tails); i++) {
    const int64_t next = i + 1 < cutoff_count ? cutoffs[i + 1] : n_classes;
    tail_make(tails, i, in_features, hidden_size(module, in_features, div_value, i), next - cutoffs[i]);
  }
  return sow__layer_close(module);
}
