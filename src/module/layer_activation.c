/* torch/nn/modules/activation.py: the activations that have parameters. */
#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"
#include "module/layer.h"

sow_module *sow_prelu(sow_module *parent, const char *name, int64_t num_parameters, double init) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("PReLU"));
  sow__layer_least(module, "num_parameters", num_parameters, 0);
  sow__layer_parameter(module, true, "weight", sow_constant(init), 1, &num_parameters);
  /* torch's print keeps init to itself; sow needs it to read its own print back. */
  char number[SOW__NUMBER_SIZE];
  sow__layer_arguments(module, "num_parameters=%" PRId64 "%s%s", num_parameters,
                       init == 0.25 ? "" : ", init=", init == 0.25 ? "" : sow__number_print(init, number));
  return sow__layer_close(module);
}

/* ---- MultiheadAttention ---- */

typedef struct attention_sizes {
  int64_t embed_dim, kdim, vdim;
  bool packed, bias, bias_kv;
} attention_sizes;

/* Registration is in the order of state_dict, which is not the order of drawing. */
static void attention_declare(sow_module *module, const attention_sizes *attention) {
  const int64_t embed = attention->embed_dim, packed_rows = sow__layer_product(module, 3, embed);
  if (attention->packed) {
    sow__layer_declare(module, "in_proj_weight", 2, (int64_t[]){packed_rows, embed});
    sow__layer_none(module, "q_proj_weight");
    sow__layer_none(module, "k_proj_weight");
    sow__layer_none(module, "v_proj_weight");
  } else {
    sow__layer_declare(module, "q_proj_weight", 2, (int64_t[]){embed, embed});
    sow__layer_declare(module, "k_proj_weight", 2, (int64_t[]){embed, attention->kdim});
    sow__layer_declare(module, "v_proj_weight", 2, (int64_t[]){embed, attention->vdim});
    sow__layer_none(module, "in_proj_weight");
  }
  if (attention->bias)
    sow__layer_declare(module, "in_proj_bias", 1, &packed_rows);
  else
    sow__layer_none(module, "in_proj_bias");
  if (attention->bias_kv) {
    sow__layer_declare(module, "bias_k", 3, (int64_t[]){1, 1, embed});
    sow__layer_declare(module, "bias_v", 3, (int64_t[]){1, 1, embed});
    sow__layer_inputs(module, "bias_k", 0);
    sow__layer_inputs(module, "bias_v", 0);
  }
}

static void attention_draw(sow_module *module, sow_module *out_proj, const attention_sizes *attention) {
  const sow_initializer xavier = sow_xavier_uniform(1.0);
  if (attention->packed) {
    sow__layer_draw(module, "in_proj_weight", xavier);
  } else {
    sow__layer_draw(module, "q_proj_weight", xavier);
    sow__layer_draw(module, "k_proj_weight", xavier);
    sow__layer_draw(module, "v_proj_weight", xavier);
  }
  if (attention->bias) {
    sow__layer_draw(module, "in_proj_bias", sow_constant(0.0));
    if (out_proj)
      sow__tensor_record(module->tree, sow__parameter_find(out_proj, "bias")->tensor, sow_constant(0.0),
                         module->rule);
  }
  if (attention->bias_kv) {
    sow__layer_draw(module, "bias_k", sow_xavier_normal(1.0));
    sow__layer_draw(module, "bias_v", sow_xavier_normal(1.0));
  }
}

/* torch prints the child only; these are sow's own words for what the child does not show. */
static void attention_print(sow_module *module, const attention_sizes *attention) {
  char sizes[64] = "";
  if (!attention->packed)
    snprintf(sizes, sizeof(sizes), "kdim=%" PRId64 ", vdim=%" PRId64, attention->kdim, attention->vdim);
  const bool both = !attention->packed && attention->bias_kv;
  sow__layer_arguments(module, "%s%s%s", sizes, both ? ", " : "",
                       attention->bias_kv ? "add_bias_kv=True" : "");
}

sow_module *sow_multihead_attention(sow_module *parent, const char *name, int64_t embed_dim,
                                    const sow_attention_options *options) {
  sow_module *module = sow__layer_open(parent, name, SOW__CLASS("MultiheadAttention"));
  sow_attention_options given = {0};
  sow__layer_options(module, &given, sizeof given, options, "sow_attention_options");
  const attention_sizes attention = {.embed_dim = embed_dim,
                                     .kdim = given.kdim != 0 ? given.kdim : embed_dim,
                                     .vdim = given.vdim != 0 ? given.vdim : embed_dim,
                                     .packed = (given.kdim == 0 || given.kdim == embed_dim) &&
                                               (given.vdim == 0 || given.vdim == embed_dim),
                                     .bias = !given.no_bias,
                                     .bias_kv = given.add_bias_kv};
  sow__layer_least(module, "embed_dim", embed_dim, 1);
  sow__layer_least(module, "kdim", attention.kdim, 0);
  sow__layer_least(module, "vdim", attention.vdim, 0);
  attention_declare(module, &attention);
  sow_module *out_proj = sow__linear(module, "out_proj", SOW__CLASS("NonDynamicallyQuantizableLinear"),
                                     embed_dim, embed_dim, attention.bias);
  attention_draw(module, out_proj, &attention);
  attention_print(module, &attention);
  return sow__layer_close(module);
}
