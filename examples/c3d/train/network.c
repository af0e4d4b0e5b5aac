#include <stdlib.h>
#include <string.h>

#include "network_nodes.h"

static sow_status learner_start(learner *l, sow_error *error) {
  size_t count = 0;
  tape_elements(l->value, &count);
  l->velocity = calloc(count, sizeof *l->velocity);
  return l->velocity != NULL ? SOW_OK : fault(error, SOW_NO_MEMORY, "no memory for the velocity of weights");
}

sow_status network_new(const layer_list *layers, int batch, network **made, sow_error *error) {
  network *net = calloc(1, sizeof *net);
  if (net == NULL || (net->tape = tape_new()) == NULL) {
    free(net);
    return fault(error, SOW_NO_MEMORY, "no memory for a network");
  }
  net->batch = batch;
  net->node_count = layers->count;
  for (int i = 0; i < layers->count; i++)
    net->nodes[i].layer = layers->items[i];
  network_record(net);
  sow_status status = tape_check(net->tape, error);
  for (int i = 0; i < net->node_count && status == SOW_OK; i++) {
    node *n = &net->nodes[i];
    if (n->layer.kind == LAYER_POOL3D)
      continue;
    status = learner_start(&n->weight, error);
    if (status == SOW_OK)
      status = learner_start(&n->bias, error);
  }
  if (status == SOW_OK)
    *made = net;
  else
    network_free(net);
  return status;
}

void network_free(network *net) {
  if (net == NULL)
    return;
  tape_free(net->tape);
  for (int i = 0; i < net->node_count; i++) {
    free(net->nodes[i].weight.velocity);
    free(net->nodes[i].bias.velocity);
  }
  free(net);
}

/* ---- parts ---- */

static dnnl_memory_t part_memory(const network *net, int index, network_part part) {
  const node *n = &net->nodes[index];
  switch (part) {
  case NETWORK_WEIGHT:
    return n->weight.value;
  case NETWORK_BIAS:
    return n->bias.value;
  case NETWORK_WEIGHT_GRADIENT:
    return n->weight.gradient;
  case NETWORK_BIAS_GRADIENT:
    return n->bias.gradient;
  case NETWORK_OUTPUT:
    return n->output;
  case NETWORK_OUTPUT_GRADIENT:
    return n->output_gradient;
  default:
    return NULL;
  }
}

size_t network_count(const network *net, int index, network_part part) {
  dnnl_memory_t memory = part_memory(net, index, part);
  return memory != NULL ? tape_count(memory) : 0;
}

sow_status network_read(network *net, int index, network_part part, float *values, sow_error *error) {
  return tape_read(net->tape, part_memory(net, index, part), values, error);
}

sow_status network_write(network *net, int index, network_part part, const float *values, sow_error *error) {
  return tape_write(net->tape, part_memory(net, index, part), values, error);
}

/* ---- one step ---- */

sow_status network_forward(network *net, const float *clips, const int *labels, double *loss, int *correct,
                           sow_error *error) {
  size_t count = 0;
  float *input = tape_elements(net->clips, &count);
  memcpy(input, clips, count * sizeof *clips);
  sow_status status = tape_play(net->tape, TAPE_FORWARD, error);
  if (status != SOW_OK)
    return status;

  const float *log_probability = tape_elements(net->log_probability, &count);
  float *gradient = tape_elements(net->log_probability_gradient, &count);
  memset(gradient, 0, count * sizeof *gradient);
  double sum = 0;
  int right = 0;
  for (int clip = 0; clip < net->batch; clip++) {
    const float *row = log_probability + (size_t)clip * CLASS_COUNT;
    int best = 0;
    for (int class = 1; class < CLASS_COUNT; class ++)
      if (row[class] > row[best])
        best = class;
    right += best == labels[clip];
    float of_label = row[labels[clip]];
    if (!(of_label > 0)) /* oneDNN rounds log(1) to a little more at times; NaN counts */
      sum -= of_label;
    gradient[clip * CLASS_COUNT + labels[clip]] = -1.0F / (float)net->batch;
  }
  *loss = sum / net->batch;
  *correct = right;
  return SOW_OK;
}

sow_status network_backward(network *net, sow_error *error) {
  return tape_play(net->tape, TAPE_BACKWARD, error);
}

/* Padding in a layout is zero in every gradient, so it stays zero. */
static void learner_descend(learner *l, float rate, float momentum) {
  size_t count = 0;
  const float *gradient = tape_elements(l->gradient, &count);
  float *value = tape_elements(l->value, &count);
  float *velocity = l->velocity;
  for (size_t i = 0; i < count; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    value[i] -= rate * velocity[i];
  }
}

void network_descend(network *net, float rate, float momentum) {
  for (int i = 0; i < net->node_count; i++) {
    node *n = &net->nodes[i];
    if (n->layer.kind == LAYER_POOL3D)
      continue;
    learner_descend(&n->weight, rate, momentum);
    learner_descend(&n->bias, rate, momentum);
  }
}
