#include "text/class_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "module/build.h"
#include "module/layer.h"

typedef const sow__text_value *const *values;

/* ---- arguments ---- */

static int64_t size(const sow__text_value *value, int64_t fallback) {
  return value ? value->integer : fallback;
}

static bool flag(const sow__text_value *value, bool fallback) {
  return value ? value->integer != 0 : fallback;
}

static int64_t padding_index(const sow__text_value *value) {
  return value && value->kind != SOW__VALUE_NONE ? value->integer : SOW_NO_PADDING;
}

/* As many sizes as the text has, SOW_MAX_DIMS at most; a single int stands for `dims` of them. */
static int sizes(const sow__text_value *value, int dims, int64_t out[SOW_MAX_DIMS]) {
  if (value->kind != SOW__VALUE_TUPLE) {
    for (int i = 0; i < dims; i++)
      out[i] = value->integer;
    return dims;
  }
  for (size_t i = 0; i < value->count; i++)
    out[i] = value->items[i].integer;
  return (int)value->count;
}

/* ---- builders ---- */

static sow_module *linear(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_linear(parent, name, size(v[0], 0), size(v[1], 0), flag(v[2], true));
}

static sow_module *bilinear(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_bilinear(parent, name, size(v[0], 0), size(v[1], 0), size(v[2], 0), flag(v[3], true));
}

/* The kernel's sizes, or false with the failure recorded. */
static bool kernel(sow_module *parent, const char *name, const sow__class_row *row,
                   const sow__text_value *value, int64_t out[SOW_MAX_DIMS]) {
  int count = sizes(value, row->dims, out);
  if (count != row->dims && sow__buildable(parent))
    sow__member_fail(parent, name, SOW_INVALID_ARGUMENT, "%s has %d kernel sizes, not %d", row->name,
                     row->dims, count);
  return count == row->dims;
}

static sow_module *conv(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  int64_t k[SOW_MAX_DIMS];
  if (!kernel(parent, name, row, v[2], k))
    return NULL;
  return sow__conv(parent, name, row->dims, size(v[0], 0), size(v[1], 0), k, size(v[6], 1), flag(v[7], true));
}

/* With a stride of s only every s-th tap of a kernel meets an input. */
static void spread_inputs(sow_module *made, const sow__text_value *stride, int dims) {
  if (!sow__buildable(made) || !stride)
    return;
  bool tuple = stride->kind == SOW__VALUE_TUPLE;
  double inputs = sow__parameter_find(made, "weight")->tensor->inputs;
  for (int i = 0; i < dims && (!tuple || (size_t)i < stride->count); i++) {
    const sow__text_value *step = tuple ? &stride->items[i] : stride;
    if (step->kind == SOW__VALUE_INTEGER && step->integer > 0)
      inputs /= (double)step->integer;
  }
  sow__layer_inputs(made, "weight", inputs);
}

static sow_module *conv_transpose(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  int64_t k[SOW_MAX_DIMS];
  if (!kernel(parent, name, row, v[2], k))
    return NULL;
  sow_module *made = sow__conv_transpose(parent, name, row->dims, size(v[0], 0), size(v[1], 0), k,
                                         size(v[6], 1), flag(v[7], true));
  spread_inputs(made, v[3], row->dims);
  return made;
}

static sow_module *embedding(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_embedding(parent, name, size(v[0], 0), size(v[1], 0), padding_index(v[2]));
}

static sow_module *embedding_bag(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_embedding_bag(parent, name, size(v[0], 0), size(v[1], 0), padding_index(v[8]));
}

static sow_module *batch_norm(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  return sow__batch_norm(parent, name, row->dims, size(v[0], 0), flag(v[3], true), flag(v[5], true),
                         flag(v[4], true));
}

static sow_module *instance_norm(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  return sow__instance_norm(parent, name, row->dims, size(v[0], 0), flag(v[3], false), flag(v[5], true),
                            flag(v[4], false));
}

static sow_module *group_norm(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_group_norm(parent, name, size(v[0], 1), size(v[1], 0), flag(v[3], true), flag(v[4], true));
}

static sow_module *layer_norm(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  int64_t shape[SOW_MAX_DIMS];
  int ndim = sizes(v[0], 1, shape);
  return sow_layer_norm(parent, name, ndim, shape, flag(v[2], true), flag(v[3], true));
}

static sow_module *rms_norm(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  int64_t shape[SOW_MAX_DIMS];
  int ndim = sizes(v[0], 1, shape);
  return sow_rms_norm(parent, name, ndim, shape, flag(v[2], true));
}

static sow_module *prelu(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_prelu(parent, name, size(v[0], 1), v[1] ? v[1]->number : 0.25);
}

static sow_rnn_options rnn_options(values v) {
  return (sow_rnn_options){.size = sizeof(sow_rnn_options),
                           .num_layers = size(v[2], 1),
                           .no_bias = !flag(v[4], true),
                           .bidirectional = flag(v[7], false),
                           .proj_size = size(v[8], 0)};
}

static sow_module *rnn(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  const sow_rnn_options options = rnn_options(v);
  return sow_rnn(parent, name, size(v[0], 0), size(v[1], 0), &options);
}

static sow_module *lstm(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  const sow_rnn_options options = rnn_options(v);
  return sow_lstm(parent, name, size(v[0], 0), size(v[1], 0), &options);
}

static sow_module *gru(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  const sow_rnn_options options = rnn_options(v);
  return sow_gru(parent, name, size(v[0], 0), size(v[1], 0), &options);
}

static sow_module *rnn_cell(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_rnn_cell(parent, name, size(v[0], 0), size(v[1], 0), flag(v[2], true));
}

static sow_module *lstm_cell(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_lstm_cell(parent, name, size(v[0], 0), size(v[1], 0), flag(v[2], true));
}

static sow_module *gru_cell(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  (void)row;
  return sow_gru_cell(parent, name, size(v[0], 0), size(v[1], 0), flag(v[2], true));
}

/* ---- classes that are not torch.nn's ---- */

/* transformers.pytorch_utils.Conv1D: a Linear with its weight the other way round. */
static sow_module *conv1d_of_transformers(sow_module *parent, const char *name, const sow__class_row *row,
                                          values v) {
  const int64_t shape[2] = {size(v[1], 0), size(v[0], 0)};
  sow_module *module = sow__layer_open(parent, name, (sow__class){row->name, "default Conv1D"});
  sow__layer_parameter(module, true, "weight", sow_normal(0.0, 0.02), 2, shape);
  sow__layer_parameter(module, true, "bias", sow_zeros(), 1, &shape[1]);
  sow__layer_arguments(module, "nf=%" PRId64 ", nx=%" PRId64, shape[1], shape[0]);
  return sow__layer_close(module);
}

/* torchvision.ops.FrozenBatchNorm2d: buffers only, and no counter. */
static sow_module *frozen_batch_norm(sow_module *parent, const char *name, const sow__class_row *row,
                                     values v) {
  const int64_t features = size(v[0], 0);
  sow_module *module = sow__layer_open(parent, name, (sow__class){row->name, "default FrozenBatchNorm2d"});
  sow_module_add_buffer(module, "weight", SOW_DTYPE_COUNT, 1, &features, sow_ones());
  sow_module_add_buffer(module, "bias", SOW_DTYPE_COUNT, 1, &features, sow_zeros());
  sow_module_add_buffer(module, "running_mean", SOW_DTYPE_COUNT, 1, &features, sow_zeros());
  sow_module_add_buffer(module, "running_var", SOW_DTYPE_COUNT, 1, &features, sow_ones());
  sow__layer_arguments(module, "%" PRId64, features);
  return sow__layer_close(module);
}

/* transformers' GemmaRMSNorm multiplies by 1 + weight. */
static sow_module *zero_rms_norm(sow_module *parent, const char *name, const sow__class_row *row, values v) {
  int64_t shape[SOW_MAX_DIMS];
  char text[SOW__TUPLE_SIZE];
  int ndim = sizes(v[0], 1, shape);
  sow_module *module = sow__layer_open(parent, name, (sow__class){row->name, "default GemmaRMSNorm"});
  sow__layer_parameter(module, true, "weight", sow_zeros(), ndim, shape);
  sow__layer_arguments(module, "%s", sow__tuple_print(ndim, shape, text));
  return sow__layer_close(module);
}

/* ---- the table ---- */

#define REQUIRED true
#define OPTIONAL false

static const sow__class_argument linear_arguments[] = {{"in_features", SOW__TAKES_SIZE, REQUIRED},
                                                       {"out_features", SOW__TAKES_SIZE, REQUIRED},
                                                       {"bias", SOW__TAKES_FLAG, OPTIONAL},
                                                       {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument bilinear_arguments[] = {{"in1_features", SOW__TAKES_SIZE, REQUIRED},
                                                         {"in2_features", SOW__TAKES_SIZE, REQUIRED},
                                                         {"out_features", SOW__TAKES_SIZE, REQUIRED},
                                                         {"bias", SOW__TAKES_FLAG, OPTIONAL},
                                                         {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument conv_arguments[] = {
    {"in_channels", SOW__TAKES_SIZE, REQUIRED},  {"out_channels", SOW__TAKES_SIZE, REQUIRED},
    {"kernel_size", SOW__TAKES_SIZES, REQUIRED}, {"stride", SOW__TAKES_ANY, OPTIONAL},
    {"padding", SOW__TAKES_ANY, OPTIONAL},       {"dilation", SOW__TAKES_ANY, OPTIONAL},
    {"groups", SOW__TAKES_SIZE, OPTIONAL},       {"bias", SOW__TAKES_FLAG, OPTIONAL},
    {"padding_mode", SOW__TAKES_ANY, OPTIONAL},  {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument conv_transpose_arguments[] = {{"in_channels", SOW__TAKES_SIZE, REQUIRED},
                                                               {"out_channels", SOW__TAKES_SIZE, REQUIRED},
                                                               {"kernel_size", SOW__TAKES_SIZES, REQUIRED},
                                                               {"stride", SOW__TAKES_ANY, OPTIONAL},
                                                               {"padding", SOW__TAKES_ANY, OPTIONAL},
                                                               {"output_padding", SOW__TAKES_ANY, OPTIONAL},
                                                               {"groups", SOW__TAKES_SIZE, OPTIONAL},
                                                               {"bias", SOW__TAKES_FLAG, OPTIONAL},
                                                               {"dilation", SOW__TAKES_ANY, OPTIONAL},
                                                               {"padding_mode", SOW__TAKES_ANY, OPTIONAL},
                                                               {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument embedding_arguments[] = {
    {"num_embeddings", SOW__TAKES_SIZE, REQUIRED}, {"embedding_dim", SOW__TAKES_SIZE, REQUIRED},
    {"padding_idx", SOW__TAKES_INDEX, OPTIONAL},   {"max_norm", SOW__TAKES_ANY, OPTIONAL},
    {"norm_type", SOW__TAKES_ANY, OPTIONAL},       {"scale_grad_by_freq", SOW__TAKES_ANY, OPTIONAL},
    {"sparse", SOW__TAKES_ANY, OPTIONAL},          {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument embedding_bag_arguments[] = {
    {"num_embeddings", SOW__TAKES_SIZE, REQUIRED},
    {"embedding_dim", SOW__TAKES_SIZE, REQUIRED},
    {"max_norm", SOW__TAKES_ANY, OPTIONAL},
    {"norm_type", SOW__TAKES_ANY, OPTIONAL},
    {"scale_grad_by_freq", SOW__TAKES_ANY, OPTIONAL},
    {"mode", SOW__TAKES_ANY, OPTIONAL},
    {"sparse", SOW__TAKES_ANY, OPTIONAL},
    {"include_last_offset", SOW__TAKES_ANY, OPTIONAL},
    {"padding_idx", SOW__TAKES_INDEX, OPTIONAL},
    {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument running_norm_arguments[] = {
    {"num_features", SOW__TAKES_SIZE, REQUIRED},
    {"eps", SOW__TAKES_ANY, OPTIONAL},
    {"momentum", SOW__TAKES_ANY, OPTIONAL},
    {"affine", SOW__TAKES_FLAG, OPTIONAL},
    {"track_running_stats", SOW__TAKES_FLAG, OPTIONAL},
    {"bias", SOW__TAKES_FLAG, OPTIONAL},
    {"process_group", SOW__TAKES_ANY, OPTIONAL},
    {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument group_norm_arguments[] = {
    {"num_groups", SOW__TAKES_SIZE, REQUIRED}, {"num_channels", SOW__TAKES_SIZE, REQUIRED},
    {"eps", SOW__TAKES_ANY, OPTIONAL},         {"affine", SOW__TAKES_FLAG, OPTIONAL},
    {"bias", SOW__TAKES_FLAG, OPTIONAL},       {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument layer_norm_arguments[] = {{"normalized_shape", SOW__TAKES_SIZES, REQUIRED},
                                                           {"eps", SOW__TAKES_ANY, OPTIONAL},
                                                           {"elementwise_affine", SOW__TAKES_FLAG, OPTIONAL},
                                                           {"bias", SOW__TAKES_FLAG, OPTIONAL},
                                                           {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument rms_norm_arguments[] = {{"normalized_shape", SOW__TAKES_SIZES, REQUIRED},
                                                         {"eps", SOW__TAKES_ANY, OPTIONAL},
                                                         {"elementwise_affine", SOW__TAKES_FLAG, OPTIONAL},
                                                         {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument prelu_arguments[] = {{"num_parameters", SOW__TAKES_SIZE, OPTIONAL},
                                                      {"init", SOW__TAKES_NUMBER, OPTIONAL},
                                                      {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument rnn_arguments[] = {
    {"input_size", SOW__TAKES_SIZE, REQUIRED}, {"hidden_size", SOW__TAKES_SIZE, REQUIRED},
    {"num_layers", SOW__TAKES_SIZE, OPTIONAL}, {"nonlinearity", SOW__TAKES_ANY, OPTIONAL},
    {"bias", SOW__TAKES_FLAG, OPTIONAL},       {"batch_first", SOW__TAKES_ANY, OPTIONAL},
    {"dropout", SOW__TAKES_ANY, OPTIONAL},     {"bidirectional", SOW__TAKES_FLAG, OPTIONAL},
    {"proj_size", SOW__TAKES_SIZE, OPTIONAL},  {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument cell_arguments[] = {{"input_size", SOW__TAKES_SIZE, REQUIRED},
                                                     {"hidden_size", SOW__TAKES_SIZE, REQUIRED},
                                                     {"bias", SOW__TAKES_FLAG, OPTIONAL},
                                                     {"nonlinearity", SOW__TAKES_ANY, OPTIONAL},
                                                     {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument conv1d_of_transformers_arguments[] = {
    {"nf", SOW__TAKES_SIZE, REQUIRED}, {"nx", SOW__TAKES_SIZE, REQUIRED}, {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_argument frozen_batch_norm_arguments[] = {{"num_features", SOW__TAKES_SIZE, REQUIRED},
                                                                  {"eps", SOW__TAKES_ANY, OPTIONAL},
                                                                  {NULL, SOW__TAKES_ANY, OPTIONAL}};

static const sow__class_row rows[] = {
    {"Linear", 0, linear_arguments, linear},
    {"NonDynamicallyQuantizableLinear", 0, linear_arguments, linear},
    {"Bilinear", 0, bilinear_arguments, bilinear},
    {"Conv1d", 1, conv_arguments, conv},
    {"Conv2d", 2, conv_arguments, conv},
    {"Conv3d", 3, conv_arguments, conv},
    {"ConvTranspose1d", 1, conv_transpose_arguments, conv_transpose},
    {"ConvTranspose2d", 2, conv_transpose_arguments, conv_transpose},
    {"ConvTranspose3d", 3, conv_transpose_arguments, conv_transpose},
    {"Embedding", 0, embedding_arguments, embedding},
    {"EmbeddingBag", 0, embedding_bag_arguments, embedding_bag},
    {"SyncBatchNorm", 0, running_norm_arguments, batch_norm},
    {"BatchNorm1d", 1, running_norm_arguments, batch_norm},
    {"BatchNorm2d", 2, running_norm_arguments, batch_norm},
    {"BatchNorm3d", 3, running_norm_arguments, batch_norm},
    {"InstanceNorm1d", 1, running_norm_arguments, instance_norm},
    {"InstanceNorm2d", 2, running_norm_arguments, instance_norm},
    {"InstanceNorm3d", 3, running_norm_arguments, instance_norm},
    {"GroupNorm", 0, group_norm_arguments, group_norm},
    {"LayerNorm", 0, layer_norm_arguments, layer_norm},
    {"RMSNorm", 0, rms_norm_arguments, rms_norm},
    {"PReLU", 0, prelu_arguments, prelu},
    {"RNN", 0, rnn_arguments, rnn},
    {"LSTM", 0, rnn_arguments, lstm},
    {"GRU", 0, rnn_arguments, gru},
    {"RNNCell", 0, cell_arguments, rnn_cell},
    {"LSTMCell", 0, cell_arguments, lstm_cell},
    {"GRUCell", 0, cell_arguments, gru_cell},
    {"Conv1D", 0, conv1d_of_transformers_arguments, conv1d_of_transformers},
    {"FrozenBatchNorm2d", 0, frozen_batch_norm_arguments, frozen_batch_norm},
    {"GemmaRMSNorm", 0, rms_norm_arguments, zero_rms_norm},
};

const sow__class_row *sow__class_find(const char *class_name) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (strcmp(rows[i].name, class_name) == 0)
      return &rows[i];
  return NULL;
}
