/* What network_record.c records and network.c runs. */
#ifndef TRAIN_NETWORK_NODES_H
#define TRAIN_NETWORK_NODES_H

#include "gradient_tape.h"
#include "network.h"

/* A parameter, its gradient in the same layout, and its velocity. */
typedef struct learner {
  dnnl_memory_t value, gradient;
  float *velocity;
} learner;

typedef struct node {
  layer layer;
  dnnl_primitive_desc_t forward; /* how oneDNN does it: the hint for the way back */
  dnnl_memory_t input;           /* the previous output in the layout that this layer reads */
  dnnl_memory_t output, output_gradient;
  dnnl_memory_t workspace; /* of a pool: where each maximum was */
  learner weight, bias;
} node;

struct network {
  tape *tape;
  int batch, node_count;
  node nodes[LAYER_LIMIT];
  dnnl_memory_t clips;
  dnnl_memory_t log_probability, log_probability_gradient;
};

/* Fills in the nodes and both sides of the tape; what fails is for tape_check to say. */
void network_record(network *net);

#endif
