/*
 * What is known of a layer by its class: in_features, kernel_size, groups. Each is an argument of the
 * constructor, which the tree keeps as the print writes it, and which class_table.c knows by its place.
 */
#include <string.h>

#include "module/build.h"
#include "module/layer_table.h"
#include "text/layer_argument.h"
#include "text/python_run.h"

typedef enum source {
  WRITTEN,  /* the argument of this name, which is always there */
  ELSE_ONE, /* the same; 1 where it is not written */
  ELSE_ZERO,
  ELSE_TRUE,
  ELSE_FALSE,
  ELSE_NONE,
  IS_TRUE, /* by the class alone */
  IS_FALSE,
  MAYBE, /* some classes of this kind have it */
  UNKEPT /* torch has it, and the tree does not keep it */
} source;

typedef struct attribute {
  const char *name;
  source source;
} attribute;

static const attribute linear[] = {{"in_features", WRITTEN}, {"out_features", WRITTEN}, {NULL, UNKEPT}};

static const attribute bilinear[] = {
    {"in1_features", WRITTEN}, {"in2_features", WRITTEN}, {"out_features", WRITTEN}, {NULL, UNKEPT}};

static const attribute conv[] = {{"in_channels", WRITTEN},
                                 {"out_channels", WRITTEN},
                                 {"kernel_size", WRITTEN},
                                 {"groups", ELSE_ONE},
                                 {"transposed", IS_FALSE},
                                 {"stride", UNKEPT},
                                 {"padding", UNKEPT},
                                 {"dilation", UNKEPT},
                                 {"output_padding", UNKEPT},
                                 {"padding_mode", UNKEPT},
                                 {NULL, UNKEPT}};

static const attribute conv_transpose[] = {{"in_channels", WRITTEN},
                                           {"out_channels", WRITTEN},
                                           {"kernel_size", WRITTEN},
                                           {"groups", ELSE_ONE},
                                           {"transposed", IS_TRUE},
                                           {"stride", UNKEPT},
                                           {"padding", UNKEPT},
                                           {"dilation", UNKEPT},
                                           {"output_padding", UNKEPT},
                                           {"padding_mode", UNKEPT},
                                           {NULL, UNKEPT}};

static const attribute embedding[] = {{"num_embeddings", WRITTEN}, {"embedding_dim", WRITTEN},
                                      {"padding_idx", ELSE_NONE},  {"max_norm", UNKEPT},
                                      {"norm_type", UNKEPT},       {"scale_grad_by_freq", UNKEPT},
                                      {"sparse", UNKEPT},          {NULL, UNKEPT}};

static const attribute embedding_bag[] = {{"num_embeddings", WRITTEN},
                                          {"embedding_dim", WRITTEN},
                                          {"padding_idx", ELSE_NONE},
                                          {"max_norm", UNKEPT},
                                          {"norm_type", UNKEPT},
                                          {"scale_grad_by_freq", UNKEPT},
                                          {"sparse", UNKEPT},
                                          {"mode", UNKEPT},
                                          {"include_last_offset", UNKEPT},
                                          {NULL, UNKEPT}};

static const attribute running_norm[] = {{"num_features", WRITTEN},
                                         {"affine", WRITTEN},
                                         {"track_running_stats", WRITTEN},
                                         {"running_mean", ELSE_NONE},
                                         {"running_var", ELSE_NONE},
                                         {"num_batches_tracked", ELSE_NONE},
                                         {"eps", UNKEPT},
                                         {"momentum", UNKEPT},
                                         {NULL, UNKEPT}};

static const attribute group_norm[] = {
    {"num_groups", WRITTEN}, {"num_channels", WRITTEN}, {"affine", WRITTEN}, {"eps", UNKEPT}, {NULL, UNKEPT}};

static const attribute layer_norm[] = {
    {"normalized_shape", WRITTEN}, {"elementwise_affine", WRITTEN}, {"eps", UNKEPT}, {NULL, UNKEPT}};

static const attribute prelu[] = {{"num_parameters", WRITTEN}, {"init", UNKEPT}, {NULL, UNKEPT}};

/* `bias` is no tensor here, but whether there are biases: hasattr(lstm, 'bias') is true. */
static const attribute rnn[] = {{"input_size", WRITTEN},
                                {"hidden_size", WRITTEN},
                                {"num_layers", ELSE_ONE},
                                {"bias", ELSE_TRUE},
                                {"bidirectional", ELSE_FALSE},
                                {"proj_size", ELSE_ZERO},
                                {"batch_first", UNKEPT},
                                {"dropout", UNKEPT},
                                {"mode", UNKEPT},
                                {"nonlinearity", UNKEPT},
                                {NULL, UNKEPT}};

static const attribute cell[] = {{"input_size", WRITTEN},
                                 {"hidden_size", WRITTEN},
                                 {"bias", ELSE_TRUE},
                                 {"nonlinearity", UNKEPT},
                                 {NULL, UNKEPT}};

/* The widths and _qkv_same_embed_dim are read from the shapes, before this. */
static const attribute attention[] = {
    {"bias_k", ELSE_NONE},     {"bias_v", ELSE_NONE}, {"num_heads", UNKEPT},   {"head_dim", UNKEPT},
    {"add_zero_attn", UNKEPT}, {"dropout", UNKEPT},   {"batch_first", UNKEPT}, {NULL, UNKEPT}};

static const attribute transformer_layer[] = {
    {"activation", UNKEPT}, {"activation_relu_or_gelu", UNKEPT}, {"norm_first", UNKEPT}, {NULL, UNKEPT}};

static const attribute transformer_stack[] = {{"norm", ELSE_NONE},           {"num_layers", UNKEPT},
                                              {"mask_check", UNKEPT},        {"enable_nested_tensor", UNKEPT},
                                              {"use_nested_tensor", UNKEPT}, {NULL, UNKEPT}};

static const attribute transformer[] = {
    {"batch_first", UNKEPT}, {"d_model", UNKEPT}, {"nhead", UNKEPT}, {NULL, UNKEPT}};

static const attribute adaptive[] = {
    {"in_features", UNKEPT}, {"n_classes", UNKEPT},      {"cutoffs", UNKEPT},
    {"div_value", UNKEPT},   {"head_bias", UNKEPT},      {"head_size", UNKEPT},
    {"n_clusters", UNKEPT},  {"shortlist_size", UNKEPT}, {NULL, UNKEPT}};

/* What any of the layers without parameters has; their losses may have a weight, which a print does not show.
 */
static const attribute plain[] = {{"align_corners", MAYBE},
                                  {"alpha", MAYBE},
                                  {"approximate", MAYBE},
                                  {"beta", MAYBE},
                                  {"blank", MAYBE},
                                  {"ceil_mode", MAYBE},
                                  {"count_include_pad", MAYBE},
                                  {"delta", MAYBE},
                                  {"dilation", MAYBE},
                                  {"dim", MAYBE},
                                  {"distance_function", MAYBE},
                                  {"divisor_override", MAYBE},
                                  {"downscale_factor", MAYBE},
                                  {"end_dim", MAYBE},
                                  {"eps", MAYBE},
                                  {"full", MAYBE},
                                  {"groups", MAYBE},
                                  {"ignore_index", MAYBE},
                                  {"inplace", MAYBE},
                                  {"k", MAYBE},
                                  {"keepdim", MAYBE},
                                  {"kernel_size", MAYBE},
                                  {"label_smoothing", MAYBE},
                                  {"lambd", MAYBE},
                                  {"log_input", MAYBE},
                                  {"log_target", MAYBE},
                                  {"lower", MAYBE},
                                  {"margin", MAYBE},
                                  {"max_val", MAYBE},
                                  {"min_val", MAYBE},
                                  {"mode", MAYBE},
                                  {"name", MAYBE},
                                  {"negative_slope", MAYBE},
                                  {"norm", MAYBE},
                                  {"norm_type", MAYBE},
                                  {"output_ratio", MAYBE},
                                  {"output_size", MAYBE},
                                  {"p", MAYBE},
                                  {"padding", MAYBE},
                                  {"pos_weight", MAYBE},
                                  {"recompute_scale_factor", MAYBE},
                                  {"reduction", MAYBE},
                                  {"return_indices", MAYBE},
                                  {"scale_factor", MAYBE},
                                  {"size", MAYBE},
                                  {"start_dim", MAYBE},
                                  {"stride", MAYBE},
                                  {"swap", MAYBE},
                                  {"threshold", MAYBE},
                                  {"unflattened_size", MAYBE},
                                  {"upper", MAYBE},
                                  {"upscale_factor", MAYBE},
                                  {"value", MAYBE},
                                  {"zero_infinity", MAYBE},
                                  {NULL, UNKEPT}};

static const attribute none[] = {{NULL, UNKEPT}};

/* Losses that have a weight: None, unless one was given. */
static bool is_weighted(const char *layer) {
  static const char *const losses[] = {
      "BCELoss",         "BCEWithLogitsLoss", "CrossEntropyLoss", "MultiLabelSoftMarginLoss",
      "MultiMarginLoss", "NLLLoss",           "NLLLoss2d"};
  for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++)
    if (strcmp(losses[i], layer) == 0)
      return true;
  return false;
}

/* All that torch's layers of a kind have of their own, but for methods; NULL where that is not known. */
static const attribute *attributes_of(sow__layer_kind kind) {
  switch (kind) {
  case SOW__LAYER_LINEAR:
    return linear;
  case SOW__LAYER_BILINEAR:
    return bilinear;
  case SOW__LAYER_CONV:
    return conv;
  case SOW__LAYER_CONV_TRANSPOSE:
    return conv_transpose;
  case SOW__LAYER_EMBEDDING:
    return embedding;
  case SOW__LAYER_EMBEDDING_BAG:
    return embedding_bag;
  case SOW__LAYER_BATCH_NORM:
  case SOW__LAYER_INSTANCE_NORM:
    return running_norm;
  case SOW__LAYER_GROUP_NORM:
    return group_norm;
  case SOW__LAYER_LAYER_NORM:
  case SOW__LAYER_RMS_NORM:
    return layer_norm;
  case SOW__LAYER_PRELU:
    return prelu;
  case SOW__LAYER_RNN:
  case SOW__LAYER_LSTM:
  case SOW__LAYER_GRU:
    return rnn;
  case SOW__LAYER_RNN_CELL:
  case SOW__LAYER_LSTM_CELL:
  case SOW__LAYER_GRU_CELL:
    return cell;
  case SOW__LAYER_MULTIHEAD_ATTENTION:
    return attention;
  case SOW__LAYER_TRANSFORMER_ENCODER_LAYER:
  case SOW__LAYER_TRANSFORMER_DECODER_LAYER:
    return transformer_layer;
  case SOW__LAYER_TRANSFORMER_ENCODER:
  case SOW__LAYER_TRANSFORMER_DECODER:
    return transformer_stack;
  case SOW__LAYER_TRANSFORMER:
    return transformer;
  case SOW__LAYER_ADAPTIVE_LOG_SOFTMAX:
    return adaptive;
  case SOW__LAYER_CONTAINER:
    return none;
  case SOW__LAYER_PLAIN:
    return plain;
  default:
    return NULL;
  }
}

/* ---- the arguments ---- */

static bool take_tuple(sow__py *py, const sow__text_value *from, sow__py_value *out) {
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, from->count, out, &items))
    return false;
  for (size_t i = 0; i < from->count; i++)
    items[i] = sow__py_from_rules(&from->items[i]);
  return true;
}

/* Reads one argument back from what the layer's constructor wrote; *found is false where it wrote none. */
static bool read_argument(sow__py *py, const sow_module *module, const char *layer, const char *name,
                          sow__py_value *out, bool *found) {
  sow__arena arena = {0};
  sow__text_value value;
  bool done = sow__layer_argument(module, layer, name, &arena, &value, found, &py->failure) == SOW_OK;
  if (done && *found && value.kind == SOW__VALUE_TUPLE)
    done = take_tuple(py, &value, out);
  else if (done && *found)
    *out = sow__py_from_rules(&value);
  sow__arena_free(&arena);
  return done;
}

/* MultiheadAttention prints no sizes of its own; its shapes tell them. */
static bool attention_attribute(const sow_module *module, const char *name, sow__py_value *out) {
  static const struct {
    const char *name, *weight;
    int dim;
  } widths[] = {
      {"embed_dim", "q_proj_weight", 1}, {"kdim", "k_proj_weight", 1}, {"vdim", "v_proj_weight", 1}};
  const sow__slot *packed = sow__parameter_find(module, "in_proj_weight");
  if (packed == NULL)
    return false;
  if (strcmp(name, "_qkv_same_embed_dim") == 0) {
    *out = sow__py_bool(packed->tensor != NULL);
    return true;
  }
  for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
    if (strcmp(name, widths[i].name) == 0) {
      const sow__slot *slot = packed->tensor ? packed : sow__parameter_find(module, widths[i].weight);
      if (slot == NULL || slot->tensor == NULL)
        return false;
      *out = sow__py_int(slot->tensor->shape[widths[i].dim]);
      return true;
    }
  return false;
}

static const char unkept[] = "a print's tree keeps the sizes only; write the number itself";

sow__py_found sow__py_layer_attribute(sow__py *py, const sow_module *module, const char *layer,
                                      const char *name, sow__py_value *out, const char **why) {
  const sow__layer_row *kind = sow__layer_find(layer);
  const attribute *row = kind ? attributes_of(kind->kind) : NULL;
  if (row == NULL) {
    *why = "sow does not know what layers of this class have";
    return SOW__PY_UNKNOWN;
  }
  if (row == plain && strcmp(name, "weight") == 0 && is_weighted(layer)) {
    *out = sow__py_none();
    return SOW__PY_IS_THERE;
  }
  if (row == attention && attention_attribute(module, name, out))
    return SOW__PY_IS_THERE;
  while (row->name != NULL && strcmp(row->name, name) != 0)
    row++;
  if (row->name == NULL)
    return SOW__PY_ABSENT;
  if (row->source == MAYBE) {
    *why = "sow does not know what layers of this class have";
    return SOW__PY_UNKNOWN;
  }
  bool found = false;
  if (row->source < IS_TRUE && !read_argument(py, module, layer, name, out, &found)) {
    *why = "its arguments cannot be read";
    return SOW__PY_UNKNOWN;
  }
  if (found)
    return SOW__PY_IS_THERE;
  switch (row->source) {
  case ELSE_ONE:
  case ELSE_ZERO:
    *out = sow__py_int(row->source == ELSE_ONE ? 1 : 0);
    return SOW__PY_IS_THERE;
  case ELSE_TRUE:
  case IS_TRUE:
  case ELSE_FALSE:
  case IS_FALSE:
    *out = sow__py_bool(row->source == ELSE_TRUE || row->source == IS_TRUE);
    return SOW__PY_IS_THERE;
  case ELSE_NONE:
    *out = sow__py_none();
    return SOW__PY_IS_THERE;
  default:
    *why = unkept;
    return SOW__PY_IS_THERE;
  }
}
