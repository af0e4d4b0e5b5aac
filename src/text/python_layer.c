/*
 * What is known of a layer by its class: which names it has, by the table of torch_attributes.c, and of some
 * the value: in_features, kernel_size, groups. Each is an argument of the constructor, which the tree keeps
 * as the print writes it, and which class_table.c knows by its place.
 */
#include <string.h>

#include "base/names.h"
#include "module/build.h"
#include "module/layer_table.h"
#include "text/layer_argument.h"
#include "text/python_run.h"
#include "text/torch_attributes.h"

typedef enum source {
  WRITTEN,  /* the argument of this name, which is always there */
  ELSE_ONE, /* the same; 1 where it is not written */
  ELSE_ZERO,
  ELSE_TRUE,
  ELSE_FALSE,
  ELSE_NONE,
  IS_TRUE, /* by the class alone */
  IS_FALSE
} source;

typedef struct attribute {
  const char *name;
  source source;
} attribute;

static const attribute linear[] = {{"in_features", WRITTEN}, {"out_features", WRITTEN}, {NULL, WRITTEN}};

static const attribute bilinear[] = {
    {"in1_features", WRITTEN}, {"in2_features", WRITTEN}, {"out_features", WRITTEN}, {NULL, WRITTEN}};

static const attribute conv[] = {{"in_channels", WRITTEN}, {"out_channels", WRITTEN},
                                 {"kernel_size", WRITTEN}, {"groups", ELSE_ONE},
                                 {"transposed", IS_FALSE}, {NULL, WRITTEN}};

static const attribute conv_transpose[] = {{"in_channels", WRITTEN}, {"out_channels", WRITTEN},
                                           {"kernel_size", WRITTEN}, {"groups", ELSE_ONE},
                                           {"transposed", IS_TRUE},  {NULL, WRITTEN}};

static const attribute embedding[] = {
    {"num_embeddings", WRITTEN}, {"embedding_dim", WRITTEN}, {"padding_idx", ELSE_NONE}, {NULL, WRITTEN}};

static const attribute running_norm[] = {{"num_features", WRITTEN},
                                         {"affine", WRITTEN},
                                         {"track_running_stats", WRITTEN},
                                         {"running_mean", ELSE_NONE},
                                         {"running_var", ELSE_NONE},
                                         {"num_batches_tracked", ELSE_NONE},
                                         {NULL, WRITTEN}};

static const attribute group_norm[] = {
    {"num_groups", WRITTEN}, {"num_channels", WRITTEN}, {"affine", WRITTEN}, {NULL, WRITTEN}};

static const attribute layer_norm[] = {
    {"normalized_shape", WRITTEN}, {"elementwise_affine", WRITTEN}, {NULL, WRITTEN}};

static const attribute prelu[] = {{"num_parameters", WRITTEN}, {NULL, WRITTEN}};

/* `bias` is no tensor here, but whether there are biases: hasattr(lstm, 'bias') is true. */
static const attribute rnn[] = {
    {"input_size", WRITTEN},       {"hidden_size", WRITTEN}, {"num_layers", ELSE_ONE}, {"bias", ELSE_TRUE},
    {"bidirectional", ELSE_FALSE}, {"proj_size", ELSE_ZERO}, {NULL, WRITTEN}};

static const attribute cell[] = {
    {"input_size", WRITTEN}, {"hidden_size", WRITTEN}, {"bias", ELSE_TRUE}, {NULL, WRITTEN}};

/* The widths and _qkv_same_embed_dim are read from the shapes, before this. */
static const attribute attention[] = {{"bias_k", ELSE_NONE}, {"bias_v", ELSE_NONE}, {NULL, WRITTEN}};

static const attribute transformer_stack[] = {{"norm", ELSE_NONE}, {NULL, WRITTEN}};

/* A loss may have a weight, which a print does not show. */
static const attribute loss[] = {{"weight", ELSE_NONE}, {NULL, WRITTEN}};

/* What of torch's layers of a kind has a value that is known; NULL for nothing. */
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
  case SOW__LAYER_EMBEDDING_BAG:
    return embedding;
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
  case SOW__LAYER_TRANSFORMER_ENCODER:
  case SOW__LAYER_TRANSFORMER_DECODER:
    return transformer_stack;
  case SOW__LAYER_PLAIN:
    return loss;
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

/* The value of what the layer has under this name; false, also where the failure is set, for one that is not
 * known. */
static bool layer_value(sow__py *py, const sow_module *module, const char *layer, const char *name,
                        sow__py_value *out) {
  const sow__layer_row *kind = sow__layer_find(layer);
  const attribute *row = kind ? attributes_of(kind->kind) : NULL;
  if (row == attention && attention_attribute(module, name, out))
    return true;
  while (row != NULL && row->name != NULL && strcmp(row->name, name) != 0)
    row++;
  if (row == NULL || row->name == NULL)
    return false;
  bool found = false;
  if (row->source < IS_TRUE && !read_argument(py, module, layer, name, out, &found))
    return false;
  if (found)
    return true;
  switch (row->source) {
  case ELSE_ONE:
  case ELSE_ZERO:
    *out = sow__py_int(row->source == ELSE_ONE ? 1 : 0);
    return true;
  case ELSE_TRUE:
  case IS_TRUE:
  case ELSE_FALSE:
  case IS_FALSE:
    *out = sow__py_bool(row->source == ELSE_TRUE || row->source == IS_TRUE);
    return true;
  case ELSE_NONE:
    *out = sow__py_none();
    return true;
  default:
    return false;
  }
}

sow__py_found sow__py_layer_attribute(sow__py *py, const sow_module *module, const char *layer,
                                      const char *name, sow__py_value *out, const char **why) {
  const sow__torch_class *class = sow__torch_class_find(layer);
  *why = "sow does not know what else modules of this class have";
  if (class == NULL)
    return SOW__PY_UNKNOWN;
  switch (sow__torch_class_has(class, name)) {
  case SOW__TORCH_HAS_METHOD:
    *why = NULL;
    return sow__py_bind_method(py, module, name, out) ? SOW__PY_IS_THERE : SOW__PY_UNKNOWN;
  case SOW__TORCH_HAS:
    *why = layer_value(py, module, layer, name, out)
               ? NULL
               : "a print's tree keeps the sizes only; write the number itself";
    return SOW__PY_IS_THERE;
  default:
    break;
  }
  /* A class that derives from torch's may have more than that. */
  if (sow__torch_class_find(module->class_name) == NULL || sow__text_begins(name, "__"))
    return SOW__PY_UNKNOWN;
  *why = NULL;
  return SOW__PY_ABSENT;
}
