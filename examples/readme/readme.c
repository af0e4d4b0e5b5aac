#include <stdio.h>

#include "sow/sow.h"

int main(void) {
  sow_module *net = sow_module_new("Net");
  sow_module *fc1 = sow_linear(net, "fc1", 784, 128, true);
  sow_linear(net, "fc2", 128, 10, true);
  sow_module_set(fc1, "weight", sow_kaiming_normal(0.0, SOW_FAN_OUT, SOW_RELU));
  sow_error error = SOW_ERROR_NONE;
  sow_plan_options options = sow_plan_defaults(); /* seed 0, the newest torch, float32 */
  sow_plan *plan = NULL;
  if (sow_plan_new(net, &options, &plan, &error) == SOW_OK)
    sow_checkpoint_write(plan, "net.safetensors", NULL, &error);
  if (error.status != SOW_OK)
    fprintf(stderr, "%s\n", error.message);
  sow_plan_free(plan);
  sow_module_free(net);
  return error.status;
}
