/*
 * C3D (Tran et al. 2015, 487 classes of Sports-1M), built and initialised as in PyTorch:
 *
 *     torch.manual_seed(seed)
 *     model = C3D()
 *     model.apply(weights_init)
 *
 * usage: c3d FILE [SEED]
 *
 * c3d.txt is the same model as torch prints it, and weights_init.rules the same function as text; the program
 * sow makes the same file from them. c3d.py compares the file with torch.
 */
#include <stdio.h>
#include <string.h>

#include "sow/sow.h"

static const int64_t cube[3] = {3, 3, 3};

static sow_module *c3d_new(void) {
  sow_module *net = sow_module_new("C3D");
  sow_conv3d(net, "conv1", 3, 64, cube, 1, true);
  sow_child(net, "pool1", "MaxPool3d");
  sow_conv3d(net, "conv2", 64, 128, cube, 1, true);
  sow_child(net, "pool2", "MaxPool3d");
  sow_conv3d(net, "conv3a", 128, 256, cube, 1, true);
  sow_conv3d(net, "conv3b", 256, 256, cube, 1, true);
  sow_child(net, "pool3", "MaxPool3d");
  sow_conv3d(net, "conv4a", 256, 512, cube, 1, true);
  sow_conv3d(net, "conv4b", 512, 512, cube, 1, true);
  sow_child(net, "pool4", "MaxPool3d");
  sow_conv3d(net, "conv5a", 512, 512, cube, 1, true);
  sow_conv3d(net, "conv5b", 512, 512, cube, 1, true);
  sow_child(net, "pool5", "MaxPool3d");
  sow_linear(net, "fc6", 8192, 4096, true);
  sow_linear(net, "fc7", 4096, 4096, true);
  sow_linear(net, "fc8", 4096, 487, true);
  sow_child(net, "dropout", "Dropout");
  sow_child(net, "relu", "ReLU");
  sow_child(net, "softmax", "Softmax");
  return net;
}

static void weights_init(sow_module *m, void *context) {
  (void)context;
  const char *class_name = sow_module_class(m);
  if (strstr(class_name, "Conv3d") != NULL || strstr(class_name, "Linear") != NULL) {
    sow_module_set(m, "weight", sow_xavier_normal(1.0));
    sow_module_set(m, "bias", sow_constant(0.0));
  }
}

static sow_status c3d_write(const char *path, uint64_t seed, sow_error *error) {
  sow_module *net = c3d_new();
  sow_module_apply(net, weights_init, NULL);

  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  sow_plan *plan = NULL;
  sow_status status = sow_plan_new(net, &options, &plan, error);
  if (status == SOW_OK)
    status = sow_checkpoint_write(plan, path, NULL, error);
  sow_plan_free(plan);
  sow_module_free(net);
  return status;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) {
    fputs("usage: c3d FILE [SEED]\n", stderr);
    return 2;
  }
  sow_error error = SOW_ERROR_NONE;
  uint64_t seed = 0;
  if ((argc == 3 && sow_seed_parse(argv[2], &seed, &error) != SOW_OK) ||
      c3d_write(argv[1], seed, &error) != SOW_OK) {
    char text[1024];
    sow_error_print(&error, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    return 1;
  }
  return 0;
}
