/* The torch.nn classes of 1.13 to 2.14: one sorted table for the text, the program and the layers. */
#ifndef SOW_MODULE_LAYER_TABLE_H
#define SOW_MODULE_LAYER_TABLE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum sow__layer_kind {
  SOW__LAYER_PLAIN,      /* no parameters, no children: activations, pooling, padding, losses, … */
  SOW__LAYER_CONTAINER,  /* nothing of its own; children of any class */
  SOW__LAYER_PARAMETERS, /* ParameterList and ParameterDict */
  SOW__LAYER_UNSIZED,    /* has parameters whose sizes nothing tells: Lazy…, RNNBase, RNNCellBase */
  SOW__LAYER_LINEAR,
  SOW__LAYER_BILINEAR,
  SOW__LAYER_CONV,
  SOW__LAYER_CONV_TRANSPOSE,
  SOW__LAYER_EMBEDDING,
  SOW__LAYER_EMBEDDING_BAG,
  SOW__LAYER_BATCH_NORM, /* SyncBatchNorm too */
  SOW__LAYER_INSTANCE_NORM,
  SOW__LAYER_GROUP_NORM,
  SOW__LAYER_LAYER_NORM,
  SOW__LAYER_RMS_NORM,
  SOW__LAYER_PRELU,
  SOW__LAYER_RNN,
  SOW__LAYER_LSTM,
  SOW__LAYER_GRU,
  SOW__LAYER_RNN_CELL,
  SOW__LAYER_LSTM_CELL,
  SOW__LAYER_GRU_CELL,
  SOW__LAYER_MULTIHEAD_ATTENTION,
  SOW__LAYER_TRANSFORMER_ENCODER_LAYER,
  SOW__LAYER_TRANSFORMER_DECODER_LAYER,
  SOW__LAYER_TRANSFORMER_ENCODER,
  SOW__LAYER_TRANSFORMER_DECODER,
  SOW__LAYER_TRANSFORMER,
  SOW__LAYER_ADAPTIVE_LOG_SOFTMAX
} sow__layer_kind;

typedef struct sow__layer_row {
  const char *name;
  sow__layer_kind kind;
} sow__layer_row;

extern const sow__layer_row sow__layer_rows[]; /* sorted by strcmp of the names */
extern const size_t sow__layer_row_count;

/* NULL for a class that torch.nn has not. */
const sow__layer_row *sow__layer_find(const char *class_name);

/* Parameters of its own or in the children that its constructor makes. */
bool sow__layer_has_parameters(const sow__layer_row *row);

#endif
