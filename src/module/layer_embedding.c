/* torch/nn/modules/sparse.py */
#include <inttypes.h>
#include <stdio.h>

#include "module/layer.h"

/* All rows are drawn, then the padding row is set to zero. */
static sow_module *embedding_make(sow_module *parent, const char *name, sow__class class,
                                  int64_t num_embeddings, int64_t embedding_dim, int64_t padding_idx) {
  sow_module *module = sow__layer_open(parent, name, class);
  sow__layer_least(module, "num_embeddings", num_embeddings, 0);
  sow__layer_least(module, "embedding_dim", embedding_dim, 0);
  const bool padded = padding_idx != SOW_NO_PADDING;
  if (sow__buildable(module) && padded && (padding_idx < -num_embeddings || padding_idx >= num_embeddings))
    sow__module_fail(module, SOW_INVALID_ARGUMENT,
                     "padding_idx must be from %" PRId64 " to %" PRId64 ", is %" PRId64, -num_embeddings,
                     num_embeddings - 1, padding_idx);
  int64_t row = padded && padding_idx < 0 ? padding_idx + num_embeddings : padding_idx;
  sow__layer_parameter(module, true, "weight", sow_normal(0.0, 1.0), 2,
                       (int64_t[]){num_embeddings, embedding_dim});
  if (padded)
    sow__layer_row(module, "weight", row, sow_method(SOW_INIT_ZERO));
  sow__layer_inputs(module, "weight", 0); /* rows are looked up, not summed */
  char padding[48] = "";
  if (padded)
    snprintf(padding, sizeof(padding), ", padding_idx=%" PRId64, row);
  sow__layer_arguments(module, "%" PRId64 ", %" PRId64 "%s", num_embeddings, embedding_dim, padding);
  return sow__layer_close(module);
}

sow_module *sow_embedding(sow_module *parent, const char *name, int64_t num_embeddings, int64_t embedding_dim,
                          int64_t padding_idx) {
  return embedding_make(parent, name, SOW__CLASS("Embedding"), num_embeddings, embedding_dim, padding_idx);
}

sow_module *sow_embedding_bag(sow_module *parent, const char *name, int64_t num_embeddings,
                              int64_t embedding_dim, int64_t padding_idx) {
  return embedding_make(parent, name, SOW__CLASS("EmbeddingBag"), num_embeddings, embedding_dim, padding_idx);
}
