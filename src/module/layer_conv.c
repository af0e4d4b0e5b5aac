/* torch/nn/modules/conv.py */
#include <inttypes.h>
#include <stdio.h>

#include "module/layer.h"

static const char *const kernel_names[3] = {"kernel_size[0]", "kernel_size[1]", "kernel_size[2]"};

typedef struct convolution {
  sow__class class;
  int dims;
  bool transposed;
  int64_t in_channels, out_channels;
  const int64_t *kernel_size;
  int64_t groups;
  bool bias;
} convolution;

static void print_arguments(sow_module *module, const convolution *conv) {
  char kernel[SOW__TUPLE_SIZE], groups[40] = "";
  if (conv->groups != 1)
    snprintf(groups, sizeof(groups), ", groups=%" PRId64, conv->groups);
  sow__layer_arguments(module, "%" PRId64 ", %" PRId64 ", kernel_size=%s%s%s", conv->in_channels,
                       conv->out_channels, sow__tuple_print(conv->dims, conv->kernel_size, kernel), groups,
                       conv->bias ? "" : ", bias=False");
}

static sow_module *conv_make(sow_module *parent, const char *name, const convolution *conv) {
  sow_module *module = sow__layer_open(parent, name, conv->class);
  if (!module)
    return NULL;
  sow__layer_least(module, "in_channels", conv->in_channels, 0);
  sow__layer_least(module, "out_channels", conv->out_channels, 0);
  sow__layer_divides(module, "groups", conv->groups, "in_channels", conv->in_channels);
  sow__layer_divides(module, "groups", conv->groups, "out_channels", conv->out_channels);
  for (int i = 0; i < conv->dims; i++)
    sow__layer_least(module, kernel_names[i], conv->kernel_size[i], 0);
  if (!sow__buildable(module))
    return NULL;

  int64_t shape[5] = {conv->out_channels, conv->in_channels / conv->groups};
  if (conv->transposed) {
    shape[0] = conv->in_channels;
    shape[1] = conv->out_channels / conv->groups;
  }
  /* torch takes the fan from the weight's second size, whichever way the convolution goes. */
  int64_t fan = shape[1];
  for (int i = 0; i < conv->dims; i++) {
    shape[2 + i] = conv->kernel_size[i];
    fan = sow__layer_product(module, fan, shape[2 + i]);
  }
  sow__layer_parameter(module, true, "weight", sow__layer_kaiming(), 2 + conv->dims, shape);
  if (conv->transposed) {
    const int64_t channels = conv->in_channels / conv->groups;
    double inputs = (double)channels;
    for (int i = 0; i < conv->dims; i++)
      inputs *= (double)conv->kernel_size[i];
    sow__layer_inputs(module, "weight", inputs);
  }
  sow__tape_item *bias = sow__layer_parameter(
      module, conv->bias, "bias", sow__layer_symmetric(sow__layer_bound(fan)), 1, &conv->out_channels);
  if (bias)
    bias->uninitialized_before_2_12 = fan == 0;
  print_arguments(module, conv);
  return sow__layer_close(module);
}

sow_module *sow__conv(sow_module *parent, const char *name, int dims, int64_t in_channels,
                      int64_t out_channels, const int64_t *kernel_size, int64_t groups, bool bias) {
  const sow__class classes[3] = {SOW__CLASS("Conv1d"), SOW__CLASS("Conv2d"), SOW__CLASS("Conv3d")};
  return conv_make(parent, name,
                   &(convolution){.class = classes[dims - 1],
                                  .dims = dims,
                                  .in_channels = in_channels,
                                  .out_channels = out_channels,
                                  .kernel_size = kernel_size,
                                  .groups = groups,
                                  .bias = bias});
}

sow_module *sow__conv_transpose(sow_module *parent, const char *name, int dims, int64_t in_channels,
                                int64_t out_channels, const int64_t *kernel_size, int64_t groups, bool bias) {
  const sow__class classes[3] = {SOW__CLASS("ConvTranspose1d"), SOW__CLASS("ConvTranspose2d"),
                                 SOW__CLASS("ConvTranspose3d")};
  return conv_make(parent, name,
                   &(convolution){.class = classes[dims - 1],
                                  .dims = dims,
                                  .transposed = true,
                                  .in_channels = in_channels,
                                  .out_channels = out_channels,
                                  .kernel_size = kernel_size,
                                  .groups = groups,
                                  .bias = bias});
}

sow_module *sow_conv1d(sow_module *parent, const char *name, int64_t in_channels, int64_t out_channels,
                       const int64_t kernel_size[1], int64_t groups, bool bias) {
  return sow__conv(parent, name, 1, in_channels, out_channels, kernel_size, groups, bias);
}

sow_module *sow_conv2d(sow_module *parent, const char *name, int64_t in_channels, int64_t out_channels,
                       const int64_t kernel_size[2], int64_t groups, bool bias) {
  return sow__conv(parent, name, 2, in_channels, out_channels, kernel_size, groups, bias);
}

sow_module *sow_conv3d(sow_module *parent, const char *name, int64_t in_channels, int64_t out_channels,
                       const int64_t kernel_size[3], int64_t groups, bool bias) {
  return sow__conv(parent, name, 3, in_channels, out_channels, kernel_size, groups, bias);
}

sow_module *sow_conv_transpose1d(sow_module *parent, const char *name, int64_t in_channels,
                                 int64_t out_channels, const int64_t kernel_size[1], int64_t groups,
                                 bool bias) {
  return sow__conv_transpose(parent, name, 1, in_channels, out_channels, kernel_size, groups, bias);
}

sow_module *sow_conv_transpose2d(sow_module *parent, const char *name, int64_t in_channels,
                                 int64_t out_channels, const int64_t kernel_size[2], int64_t groups,
                                 bool bias) {
  return sow__conv_transpose(parent, name, 2, in_channels, out_channels, kernel_size, groups, bias);
}

sow_module *sow_conv_transpose3d(sow_module *parent, const char *name, int64_t in_channels,
                                 int64_t out_channels, const int64_t kernel_size[3], int64_t groups,
                                 bool bias) {
  return sow__conv_transpose(parent, name, 3, in_channels, out_channels, kernel_size, groups, bias);
}
