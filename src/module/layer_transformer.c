/* torch/nn/modules/transformer.py */
#include <inttypes.h>
#include <stdio.h>

#include "module/layer.h"

typedef struct layer_stack {
  sow__class class, layer_class;
  bool decoder;
  int64_t d_model, dim_feedforward, num_layers;
  bool final_norm, bias;
} layer_stack;

static void dropout(sow_module *parent, const char *name) {
  sow_child(parent, name, "Dropout");
}

static sow_module *layer_make(sow_module *parent, const char *name, const layer_stack *stack) {
  const int64_t width = stack->d_model;
  const bool bias = stack->bias;
  const sow_attention_options attention = {.size = sizeof attention, .no_bias = !bias};
  sow_module *module = sow__layer_open(parent, name, stack->layer_class);
  sow_multihead_attention(module, "self_attn", width, &attention);
  if (stack->decoder)
    sow_multihead_attention(module, "multihead_attn", width, &attention);
  sow_linear(module, "linear1", width, stack->dim_feedforward, bias);
  dropout(module, "dropout");
  sow_linear(module, "linear2", stack->dim_feedforward, width, bias);
  sow_layer_norm(module, "norm1", 1, &width, true, bias);
  sow_layer_norm(module, "norm2", 1, &width, true, bias);
  if (stack->decoder)
    sow_layer_norm(module, "norm3", 1, &width, true, bias);
  dropout(module, "dropout1");
  dropout(module, "dropout2");
  if (stack->decoder)
    dropout(module, "dropout3");
  return sow__layer_close(module);
}

/* One layer is drawn, even for a list of none, and every layer of the list is a copy of it. */
static sow_module *stack_make(sow_module *parent, const char *name, const layer_stack *stack) {
  sow_module *module = sow__layer_open(parent, name, stack->class);
  sow_module *layers = sow_child(module, "layers", "ModuleList");
  sow_module *drawn = layer_make(layers, "0", stack);
  for (int64_t i = 1; i < stack->num_layers && sow__buildable(layers); i++) {
    char index[24];
    snprintf(index, sizeof(index), "%" PRId64, i);
    sow_module_copy(layers, index, drawn);
  }
  if (stack->num_layers <= 0)
    sow__module_drop_last(layers);
  if (stack->final_norm)
    sow_layer_norm(module, "norm", 1, &stack->d_model, true, stack->bias);
  return sow__layer_close(module);
}

static layer_stack encoder_stack(int64_t d_model, int64_t dim_feedforward, int64_t num_layers,
                                 bool final_norm, bool bias) {
  return (layer_stack){.class = SOW__CLASS("TransformerEncoder"),
                       .layer_class = SOW__CLASS("TransformerEncoderLayer"),
                       .d_model = d_model,
                       .dim_feedforward = dim_feedforward,
                       .num_layers = num_layers,
                       .final_norm = final_norm,
                       .bias = bias};
}

static layer_stack decoder_stack(int64_t d_model, int64_t dim_feedforward, int64_t num_layers,
                                 bool final_norm, bool bias) {
  return (layer_stack){.class = SOW__CLASS("TransformerDecoder"),
                       .layer_class = SOW__CLASS("TransformerDecoderLayer"),
                       .decoder = true,
                       .d_model = d_model,
                       .dim_feedforward = dim_feedforward,
                       .num_layers = num_layers,
                       .final_norm = final_norm,
                       .bias = bias};
}

sow_module *sow_transformer_encoder_layer(sow_module *parent, const char *name, int64_t d_model,
                                          int64_t dim_feedforward, bool no_bias) {
  const layer_stack stack = encoder_stack(d_model, dim_feedforward, 1, false, !no_bias);
  return layer_make(parent, name, &stack);
}

sow_module *sow_transformer_decoder_layer(sow_module *parent, const char *name, int64_t d_model,
                                          int64_t dim_feedforward, bool no_bias) {
  const layer_stack stack = decoder_stack(d_model, dim_feedforward, 1, false, !no_bias);
  return layer_make(parent, name, &stack);
}

sow_module *sow_transformer_encoder(sow_module *parent, const char *name, int64_t d_model,
                                    int64_t dim_feedforward, int64_t num_layers, bool final_norm,
                                    bool no_bias) {
  const layer_stack stack = encoder_stack(d_model, dim_feedforward, num_layers, final_norm, !no_bias);
  return stack_make(parent, name, &stack);
}

sow_module *sow_transformer_decoder(sow_module *parent, const char *name, int64_t d_model,
                                    int64_t dim_feedforward, int64_t num_layers, bool final_norm,
                                    bool no_bias) {
  const layer_stack stack = decoder_stack(d_model, dim_feedforward, num_layers, final_norm, !no_bias);
  return stack_make(parent, name, &stack);
}

void sow__transformer_redraw(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                             void *context) {
  const char *rule = context;
  if (parameter->ndim <= 1 || !sow__buildable(owner))
    return;
  if (rule != NULL)
    sow_module_set_as(owner, own_name, sow_xavier_uniform(1.0), rule);
  else
    sow__tensor_record(owner->tree, sow__parameter_find(owner, own_name)->tensor, sow_xavier_uniform(1.0),
                       "default Transformer");
}

sow_module *sow_transformer(sow_module *parent, const char *name, int64_t d_model, int64_t num_encoder_layers,
                            int64_t num_decoder_layers, int64_t dim_feedforward, bool no_bias) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("Transformer"));
  sow_transformer_encoder(module, "encoder", d_model, dim_feedforward, num_encoder_layers, true, no_bias);
  sow_transformer_decoder(module, "decoder", d_model, dim_feedforward, num_decoder_layers, true, no_bias);
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_named_parameters(module, sow__transformer_redraw, NULL, &error) != SOW_OK)
    sow__tree_fail(module->tree, error.status, "%s", error.message);
  return sow__layer_close(module);
}
