/* MultiheadAttention and the Transformer family: their prints say less than their structure does. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "module/wrapper.h"
#include "text/printed_build.h"

static const sow__printed_child *find_child(const sow__printed *node, const char *name) {
  for (size_t i = 0; i < node->child_count; i++)
    if (!node->children[i].folded && strcmp(node->children[i].name, name) == 0)
      return &node->children[i];
  return NULL;
}

static bool is_class(const sow__builder *builder, const sow__printed *node, const char *class_name) {
  return node->kind == SOW__PRINTED_MODULE && !node->prefixed &&
         strcmp(sow__build_target(builder, node), class_name) == 0;
}

/* The module within wrappers, which change neither what is drawn nor when. */
static const sow__printed *unwrapped(const sow__builder *builder, const sow__printed *node) {
  while (node->kind == SOW__PRINTED_MODULE && !node->prefixed && node->child_count == 1) {
    const sow__wrapper *wrapper = sow__wrapper_find(sow__build_target(builder, node));
    if (wrapper == NULL || find_child(node, wrapper->child) == NULL)
      break;
    node = node->children[0].value;
  }
  return node;
}

/* ---- MultiheadAttention: sizes and bias are those of its child out_proj ---- */

bool sow__is_attention(const sow__builder *builder, const sow__printed *node) {
  if (!is_class(builder, node, "MultiheadAttention") || node->child_count != 1)
    return false;
  const sow__printed_child *child = find_child(node, "out_proj");
  return child != NULL && is_class(builder, child->value, "NonDynamicallyQuantizableLinear") &&
         child->value->child_count == 0;
}

/* By its name: where query, key and value are one there is no kdim of its own. */
static bool is_self_attention(const char *name) {
  static const char *const own[] = {"*self*", "attn*", "*attn", "attention*", "*attention", "*mha*"};
  static const char *const other[] = {"*cross*", "*multihead*", "*enc*", "*mem*", "*context*"};
  bool found = false;
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    found = found || sow__glob(own[i], name);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    found = found && !sow__glob(other[i], name);
  return found;
}

sow_status sow__build_attention(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                const sow__printed *node, sow__hidden hidden) {
  /* torch prints none of these; sow_module_print does where they are not the default. */
  static const sow__class_argument own[] = {{"kdim", SOW__TAKES_SIZE, false},
                                            {"vdim", SOW__TAKES_SIZE, false},
                                            {"add_bias_kv", SOW__TAKES_FLAG, false},
                                            {NULL, SOW__TAKES_ANY, false}};
  const sow__printed *projection = node->children[0].value;
  const sow__text_value *sizes[SOW__CLASS_ARGUMENTS] = {NULL}, *values[SOW__CLASS_ARGUMENTS] = {NULL};
  sow__arena arena = {0};
  sow_status status = sow__build_arguments(builder, node, own, false, &arena, values);
  if (status == SOW_OK)
    status =
        sow__build_arguments(builder, projection, sow__class_find("Linear")->arguments, false, &arena, sizes);
  if (status == SOW_OK && sizes[0]->integer != sizes[1]->integer)
    status = sow__text_fail(&builder->printed->text, projection->begin, builder->error, SOW_INVALID_ARGUMENT,
                            "out_proj of a MultiheadAttention has as many outputs as inputs");
  if (status == SOW_OK) {
    const sow_attention_options options = {.size = sizeof options,
                                           .kdim = values[0] ? values[0]->integer : 0,
                                           .vdim = values[1] ? values[1]->integer : 0,
                                           .no_bias = sizes[2] && sizes[2]->integer == 0,
                                           .add_bias_kv = values[2] && values[2]->integer != 0};
    if (hidden == SOW__HIDDEN_UNKNOWN && !values[0] && !values[1] && !values[2] && !is_self_attention(name))
      sow__note_add(builder, SOW__NOTE_ATTENTION_SIZES, node);
    sow_multihead_attention(parent, name, sizes[0]->integer, &options);
    status = sow__build_status(builder, node, place);
  }
  sow__arena_free(&arena);
  return status;
}

/* ---- layers ---- */

/* Children in torch's order. An activation that is a module comes last. */
static const struct {
  const char *name, *class_name;
  bool decoder;
} layer_parts[] = {
    {"self_attn", "MultiheadAttention", false},
    {"multihead_attn", "MultiheadAttention", true},
    {"linear1", "Linear", false},
    {"dropout", "Dropout", false},
    {"linear2", "Linear", false},
    {"norm1", "LayerNorm", false},
    {"norm2", "LayerNorm", false},
    {"norm3", "LayerNorm", true},
    {"dropout1", "Dropout", false},
    {"dropout2", "Dropout", false},
    {"dropout3", "Dropout", true},
};

static bool shows_no_bias(const sow__builder *builder, const sow__printed *linear) {
  static const char word[] = "bias=False";
  const char *bytes = builder->printed->text.bytes;
  for (size_t at = linear->extra_begin; at + sizeof word - 1 <= linear->extra_end; at++)
    if (memcmp(bytes + at, word, sizeof word - 1) == 0)
      return true;
  return false;
}

bool sow__is_transformer_layer(const sow__builder *builder, const sow__printed *node, sow__hidden *hidden) {
  bool decoder = is_class(builder, node, "TransformerDecoderLayer");
  if (!decoder && !is_class(builder, node, "TransformerEncoderLayer"))
    return false;
  size_t child = 0;
  for (size_t part = 0; part < sizeof layer_parts / sizeof layer_parts[0]; part++) {
    if (layer_parts[part].decoder && !decoder)
      continue;
    if (child >= node->child_count || node->children[child].folded ||
        strcmp(node->children[child].name, layer_parts[part].name) != 0 ||
        !is_class(builder, unwrapped(builder, node->children[child].value), layer_parts[part].class_name))
      return false;
    child++;
  }
  if (child + (find_child(node, "activation") ? 1 : 0) != node->child_count)
    return false;
  const sow__printed *linear = unwrapped(builder, find_child(node, "linear1")->value);
  *hidden = shows_no_bias(builder, linear) ? SOW__HIDDEN_NO_BIAS : SOW__HIDDEN_DEFAULT;
  return true;
}

/* ---- stacks of copies ---- */

static bool equal_nodes(const sow__builder *builder, const sow__printed *a, const sow__printed *b) {
  const char *bytes = builder->printed->text.bytes;
  size_t extra = a->extra_end - a->extra_begin;
  if (a == b)
    return true;
  if (a->kind != b->kind || a->child_count != b->child_count || extra != b->extra_end - b->extra_begin ||
      (a->kind == SOW__PRINTED_MODULE && strcmp(a->class_name, b->class_name) != 0) ||
      memcmp(bytes + a->extra_begin, bytes + b->extra_begin, a->child_count == 0 ? extra : 0) != 0)
    return false;
  for (size_t i = 0; i < a->child_count; i++) {
    const sow__printed_child *x = &a->children[i], *y = &b->children[i];
    if (x->folded != y->folded || x->first != y->first || x->last != y->last ||
        (!x->folded && strcmp(x->name, y->name) != 0) || !equal_nodes(builder, x->value, y->value))
      return false;
  }
  return true;
}

bool sow__is_stack(const sow__builder *builder, const sow__printed *node) {
  bool decoder = is_class(builder, node, "TransformerDecoder");
  const sow__printed_child *layers = find_child(node, "layers");
  bool shaped = (decoder || is_class(builder, node, "TransformerEncoder")) && layers != NULL &&
                layers == &node->children[0] && is_class(builder, layers->value, "ModuleList") &&
                layers->value->child_count > 0 &&
                (node->child_count == 1 || (node->child_count == 2 && find_child(node, "norm") != NULL));
  for (size_t i = 0; shaped && i < layers->value->child_count; i++) {
    sow__hidden hidden;
    const sow__printed *layer = layers->value->children[i].value;
    const sow__printed *within = unwrapped(builder, layer);
    shaped = is_class(builder, within, decoder ? "TransformerDecoderLayer" : "TransformerEncoderLayer") &&
             (i > 0 || sow__is_transformer_layer(builder, within, &hidden)) &&
             equal_nodes(builder, layers->value->children[0].value, layer);
  }
  return shaped;
}

/* The first layer is built, the others are its copies. */
static sow_status build_layers(sow__builder *builder, sow_module *layers, const sow__printed *node) {
  sow_module *first = NULL;
  const size_t paths_before = builder->path_total;
  size_t paths_of_one = 0;
  for (size_t i = 0; i < node->child_count; i++) {
    const sow__printed_child *child = &node->children[i];
    int64_t end = child->folded ? child->last : 0;
    for (int64_t number = child->folded ? child->first : 0; number <= end; number++) {
      char text[24];
      snprintf(text, sizeof text, "%lld", (long long)number);
      const char *name = child->folded ? text : child->name;
      sow_status status = SOW_OK;
      builder->path_total += paths_of_one;
      if (first != NULL)
        sow_module_copy(layers, name, first);
      else
        status = sow__build_node(builder, layers, name, child->begin, child->value, SOW__HIDDEN_UNKNOWN);
      if (status == SOW_OK)
        status = sow__build_status(builder, child->value, child->begin);
      if (status != SOW_OK)
        return status;
      if (first == NULL)
        paths_of_one = builder->path_total - paths_before;
      first = layers->children[0].module;
    }
  }
  return SOW_OK;
}

sow_status sow__build_stack(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                            const sow__printed *node, sow__hidden hidden) {
  sow_module *module = sow_child(parent, name, node->class_name);
  sow_module *layers = sow_child(module, "layers", node->children[0].value->class_name);
  sow_status status = sow__build_status(builder, node, place);
  if (status == SOW_OK)
    status = build_layers(builder, layers, node->children[0].value);
  if (status == SOW_OK && node->child_count == 2)
    status = sow__build_child(builder, module, "norm", &node->children[1], hidden);
  return status;
}

/* ---- Transformer ---- */

bool sow__is_transformer(const sow__builder *builder, const sow__printed *node) {
  return is_class(builder, node, "Transformer") && node->child_count == 2 &&
         strcmp(node->children[0].folded ? "" : node->children[0].name, "encoder") == 0 &&
         strcmp(node->children[1].folded ? "" : node->children[1].name, "decoder") == 0 &&
         is_class(builder, node->children[0].value, "TransformerEncoder") &&
         is_class(builder, node->children[1].value, "TransformerDecoder") &&
         sow__is_stack(builder, node->children[0].value) && sow__is_stack(builder, node->children[1].value) &&
         node->children[0].value->child_count == 2 && node->children[1].value->child_count == 2;
}

sow_status sow__build_transformer(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                  const sow__printed *node) {
  sow_module *module = sow_child(parent, name, node->class_name);
  sow_status status = sow__build_status(builder, node, place);
  for (size_t i = 0; i < 2 && status == SOW_OK; i++) {
    const sow__printed_child *child = &node->children[i];
    sow__hidden hidden = SOW__HIDDEN_UNKNOWN;
    sow__is_transformer_layer(builder, unwrapped(builder, child->value->children[0].value->children[0].value),
                              &hidden);
    status = sow__build_stack(builder, module, child->name, child->begin, child->value, hidden);
  }
  if (status == SOW_OK)
    status = sow_module_named_parameters(module, sow__transformer_redraw, NULL, builder->error);
  return status == SOW_OK ? sow__build_status(builder, node, place) : status;
}
