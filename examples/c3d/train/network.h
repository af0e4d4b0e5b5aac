/* The layers as a network that learns: forward, backward, and descent with momentum, on oneDNN. */
#ifndef TRAIN_NETWORK_H
#define TRAIN_NETWORK_H

#include <stddef.h>

#include "layers.h"

typedef struct network network;

/* For batches of `batch` clips; every weight is zero until it is written. SOW_NO_MEMORY, SOW_UNSUPPORTED. */
sow_status network_new(const layer_list *layers, int batch, network **made, sow_error *error);

/* NULL is fine. */
void network_free(network *net);

/* What a layer holds, row-major as in torch. Gradients are of the batch's mean loss. */
typedef enum network_part {
  NETWORK_WEIGHT,
  NETWORK_BIAS,
  NETWORK_WEIGHT_GRADIENT,
  NETWORK_BIAS_GRADIENT,
  NETWORK_OUTPUT,          /* after the ReLU, where there is one */
  NETWORK_OUTPUT_GRADIENT, /* before the ReLU */
  NETWORK_PART_COUNT
} network_part;

/* Elements of a part of the layer of that index; 0 where it has no such part. */
size_t network_count(const network *net, int index, network_part part);

sow_status network_read(network *net, int index, network_part part, float *values, sow_error *error);
sow_status network_write(network *net, int index, network_part part, const float *values, sow_error *error);

/* The mean cross-entropy of the batch, and how many clips have their largest output at their label. */
sow_status network_forward(network *net, const float *clips, const int *labels, double *loss, int *correct,
                           sow_error *error);

/* Every gradient, for the batch that network_forward saw last. */
sow_status network_backward(network *net, sow_error *error);

/* torch.optim.SGD: v = momentum * v + gradient; parameter -= rate * v. */
void network_descend(network *net, float rate, float momentum);

#endif
