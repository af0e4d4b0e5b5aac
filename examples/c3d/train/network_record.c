/*
 * The tape of a network. Every primitive chooses the layouts that it is fastest in, and a reorder stands only
 * where two neighbours disagree; so the weights stay in the forward layout from their first step to the last.
 */
#include <string.h>

#include "network_nodes.h"

static const dnnl_dims_t ones = {1, 1, 1};
static const dnnl_dims_t zeros = {0};

/* ---- layers with weights ---- */

typedef enum way { WAY_FORWARD, WAY_WEIGHT_GRADIENT, WAY_INPUT_GRADIENT } way;

static const char *const way_names[] = {"a layer with weights", "the gradient of weights",
                                        "the gradient of an input"};

/* Of images where `size` is given, else of features alone. */
static dnnl_memory_desc_t any_layout(tape *t, int64_t first, int64_t second, const int64_t *size) {
  dnnl_dims_t dims = {first, second};
  if (size != NULL)
    memcpy(dims + 2, size, 3 * sizeof *size);
  return tape_layout(t, size != NULL ? 5 : 2, dims, dnnl_format_tag_any);
}

static dnnl_primitive_desc_t choose_convolution(network *net, const node *n, way w,
                                                dnnl_primitive_attr_t attributes) {
  static const int64_t cube[3] = {3, 3, 3};
  static const dnnl_alg_kind_t direct = dnnl_convolution_direct;
  tape *t = net->tape;
  const layer *l = &n->layer;
  dnnl_memory_desc_t input = any_layout(t, net->batch, l->in, l->size);
  dnnl_memory_desc_t weight = any_layout(t, l->out, l->in, cube);
  dnnl_memory_desc_t bias = tape_plain_layout(t, 1, (const dnnl_dims_t){l->out});
  dnnl_memory_desc_t output = any_layout(t, net->batch, l->out, l->size);
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_success;
  switch (w) {
  case WAY_FORWARD:
    status = dnnl_convolution_forward_desc_init(&operation, dnnl_forward_training, direct, &input, &weight,
                                                &bias, &output, ones, ones, ones);
    break;
  case WAY_WEIGHT_GRADIENT:
    status = dnnl_convolution_backward_weights_desc_init(&operation, direct, &input, &weight, &bias, &output,
                                                         ones, ones, ones);
    break;
  case WAY_INPUT_GRADIENT:
    status = dnnl_convolution_backward_data_desc_init(&operation, direct, &input, &weight, &output, ones,
                                                      ones, ones);
    break;
  }
  return tape_choose(t, way_names[w], status, &operation, attributes, n->forward);
}

/* The first linear layer takes images as they are: its weights have their shape, row-major as torch flattens.
 */
static dnnl_primitive_desc_t choose_product(network *net, const node *n, way w,
                                            dnnl_primitive_attr_t attributes) {
  tape *t = net->tape;
  const layer *l = &n->layer;
  const int64_t *size = l->flattens ? l->size : NULL;
  dnnl_memory_desc_t input = any_layout(t, net->batch, l->in, size);
  dnnl_memory_desc_t weight = any_layout(t, l->out, l->in, size);
  dnnl_memory_desc_t bias = tape_plain_layout(t, 1, (const dnnl_dims_t){l->out});
  dnnl_memory_desc_t output = any_layout(t, net->batch, l->out, NULL);
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_success;
  switch (w) {
  case WAY_FORWARD:
    status = dnnl_inner_product_forward_desc_init(&operation, dnnl_forward_training, &input, &weight, &bias,
                                                  &output);
    break;
  case WAY_WEIGHT_GRADIENT:
    status = dnnl_inner_product_backward_weights_desc_init(&operation, &input, &weight, &bias, &output);
    break;
  case WAY_INPUT_GRADIENT:
    status = dnnl_inner_product_backward_data_desc_init(&operation, &input, &weight, &output);
    break;
  }
  return tape_choose(t, way_names[w], status, &operation, attributes, n->forward);
}

static dnnl_primitive_desc_t choose(network *net, const node *n, way w, dnnl_primitive_attr_t attributes) {
  return n->layer.kind == LAYER_CONV3D ? choose_convolution(net, n, w, attributes)
                                       : choose_product(net, n, w, attributes);
}

/* ReLU as a part of the primitive before it, so that the output is written once. */
static dnnl_primitive_attr_t relu_attributes(tape *t) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  dnnl_status_t status = dnnl_post_ops_create(&operations);
  if (status == dnnl_success)
    status = dnnl_post_ops_append_eltwise(operations, 1.0F, dnnl_eltwise_relu, 0.0F, 0.0F);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_post_ops(attributes, operations);
  dnnl_post_ops_destroy(operations);
  tape_note(t, "a ReLU", status);
  return attributes;
}

static void record_weighted(network *net, node *n, dnnl_memory_t previous) {
  tape *t = net->tape;
  dnnl_primitive_attr_t attributes = n->layer.relu ? relu_attributes(t) : NULL;
  n->forward = choose(net, n, WAY_FORWARD, attributes);
  dnnl_primitive_attr_destroy(attributes);

  dnnl_memory_desc_t input = tape_chosen_layout(t, n->forward, dnnl_query_src_md);
  dnnl_memory_desc_t weight = tape_chosen_layout(t, n->forward, dnnl_query_weights_md);
  dnnl_memory_desc_t bias = tape_plain_layout(t, 1, (const dnnl_dims_t){n->layer.out});
  dnnl_memory_desc_t output = tape_chosen_layout(t, n->forward, dnnl_query_dst_md);
  n->input = tape_converted(t, TAPE_FORWARD, previous, &input);
  n->weight.value = tape_memory(t, &weight);
  n->bias.value = tape_memory(t, &bias);
  n->output = tape_memory(t, &output);
  tape_append(t, TAPE_FORWARD, n->forward, 4,
              (const dnnl_exec_arg_t[]){{DNNL_ARG_SRC, n->input},
                                        {DNNL_ARG_WEIGHTS, n->weight.value},
                                        {DNNL_ARG_BIAS, n->bias.value},
                                        {DNNL_ARG_DST, n->output}});
}

static void record_weight_gradient(network *net, node *n) {
  tape *t = net->tape;
  dnnl_primitive_desc_t backward = choose(net, n, WAY_WEIGHT_GRADIENT, NULL);
  dnnl_memory_desc_t input = tape_chosen_layout(t, backward, dnnl_query_src_md);
  dnnl_memory_desc_t output = tape_chosen_layout(t, backward, dnnl_query_diff_dst_md);
  dnnl_memory_desc_t chosen = tape_chosen_layout(t, backward, dnnl_query_diff_weights_md);
  dnnl_memory_desc_t bias = tape_layout_of(t, n->bias.value);
  dnnl_memory_t gradient = tape_memory(t, &chosen);
  n->bias.gradient = tape_memory(t, &bias);
  dnnl_memory_t source = tape_converted(t, TAPE_BACKWARD, n->input, &input);
  dnnl_memory_t output_gradient = tape_converted(t, TAPE_BACKWARD, n->output_gradient, &output);
  tape_append(t, TAPE_BACKWARD, backward, 4,
              (const dnnl_exec_arg_t[]){{DNNL_ARG_SRC, source},
                                        {DNNL_ARG_DIFF_DST, output_gradient},
                                        {DNNL_ARG_DIFF_WEIGHTS, gradient},
                                        {DNNL_ARG_DIFF_BIAS, n->bias.gradient}});
  dnnl_memory_desc_t weight = tape_layout_of(t, n->weight.value);
  n->weight.gradient = tape_converted(t, TAPE_BACKWARD, gradient, &weight);
}

static void record_input_gradient(network *net, const node *n, node *previous) {
  tape *t = net->tape;
  dnnl_primitive_desc_t backward = choose(net, n, WAY_INPUT_GRADIENT, NULL);
  dnnl_memory_desc_t chosen = tape_chosen_layout(t, backward, dnnl_query_diff_src_md);
  dnnl_memory_desc_t weight = tape_chosen_layout(t, backward, dnnl_query_weights_md);
  dnnl_memory_desc_t output = tape_chosen_layout(t, backward, dnnl_query_diff_dst_md);
  dnnl_memory_t gradient = tape_memory(t, &chosen);
  dnnl_memory_t weights = tape_converted(t, TAPE_BACKWARD, n->weight.value, &weight);
  dnnl_memory_t output_gradient = tape_converted(t, TAPE_BACKWARD, n->output_gradient, &output);
  tape_append(t, TAPE_BACKWARD, backward, 3,
              (const dnnl_exec_arg_t[]){{DNNL_ARG_DIFF_DST, output_gradient},
                                        {DNNL_ARG_WEIGHTS, weights},
                                        {DNNL_ARG_DIFF_SRC, gradient}});
  dnnl_memory_desc_t layout = tape_layout_of(t, previous->output);
  previous->output_gradient = tape_converted(t, TAPE_BACKWARD, gradient, &layout);
}

/* In place: from here on output_gradient is before the ReLU. The output says what passed it. */
static void record_relu_gradient(network *net, const node *n) {
  static const dnnl_alg_kind_t relu = dnnl_eltwise_relu_use_dst_for_bwd;
  tape *t = net->tape;
  dnnl_memory_desc_t layout = tape_layout_of(t, n->output);
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status =
      dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_training, relu, &layout, 0.0F, 0.0F);
  dnnl_primitive_desc_t forward = tape_choose(t, "a ReLU", status, &operation, NULL, NULL);
  status = dnnl_eltwise_backward_desc_init(&operation, relu, &layout, &layout, 0.0F, 0.0F);
  dnnl_primitive_desc_t backward = tape_choose(t, "a ReLU", status, &operation, NULL, forward);
  tape_append(t, TAPE_BACKWARD, backward, 3,
              (const dnnl_exec_arg_t[]){{DNNL_ARG_DST, n->output},
                                        {DNNL_ARG_DIFF_DST, n->output_gradient},
                                        {DNNL_ARG_DIFF_SRC, n->output_gradient}});
}

/* ---- pools ---- */

static void record_pool(network *net, node *n, dnnl_memory_t previous) {
  tape *t = net->tape;
  const layer *l = &n->layer;
  dnnl_dims_t window = {l->window[0], l->window[1], l->window[2]};
  int64_t size[3];
  for (int axis = 0; axis < 3; axis++)
    size[axis] = l->size[axis] / window[axis];
  dnnl_memory_desc_t input = tape_layout_of(t, previous);
  dnnl_memory_desc_t output = any_layout(t, net->batch, l->out, size);
  dnnl_pooling_v2_desc_t operation;
  dnnl_status_t status =
      dnnl_pooling_v2_forward_desc_init(&operation, dnnl_forward_training, dnnl_pooling_max, &input, &output,
                                        window, window, zeros, zeros, zeros);
  n->forward = tape_choose(t, "a pool", status, &operation, NULL, NULL);
  output = tape_chosen_layout(t, n->forward, dnnl_query_dst_md);
  dnnl_memory_desc_t workspace = tape_chosen_layout(t, n->forward, dnnl_query_workspace_md);
  n->input = previous;
  n->output = tape_memory(t, &output);
  n->workspace = tape_memory(t, &workspace);
  tape_append(t, TAPE_FORWARD, n->forward, 3,
              (const dnnl_exec_arg_t[]){
                  {DNNL_ARG_SRC, previous}, {DNNL_ARG_DST, n->output}, {DNNL_ARG_WORKSPACE, n->workspace}});
}

static void record_pool_gradient(network *net, const node *n, node *previous) {
  tape *t = net->tape;
  const layer *l = &n->layer;
  dnnl_dims_t window = {l->window[0], l->window[1], l->window[2]};
  dnnl_memory_desc_t input = tape_layout_of(t, n->input);
  dnnl_memory_desc_t output = tape_layout_of(t, n->output);
  dnnl_pooling_v2_desc_t operation;
  dnnl_status_t status = dnnl_pooling_v2_backward_desc_init(&operation, dnnl_pooling_max, &input, &output,
                                                            window, window, zeros, zeros, zeros);
  dnnl_primitive_desc_t backward =
      tape_choose(t, "the gradient of a pool", status, &operation, NULL, n->forward);
  previous->output_gradient = tape_memory(t, &input);
  tape_append(t, TAPE_BACKWARD, backward, 3,
              (const dnnl_exec_arg_t[]){{DNNL_ARG_DIFF_DST, n->output_gradient},
                                        {DNNL_ARG_WORKSPACE, n->workspace},
                                        {DNNL_ARG_DIFF_SRC, previous->output_gradient}});
}

/* ---- the end and the whole ---- */

/* Log-probabilities of the classes, and the way back from their gradient. */
static void record_softmax(network *net, node *last) {
  tape *t = net->tape;
  dnnl_memory_desc_t layout = tape_plain_layout(t, 2, (const dnnl_dims_t){net->batch, CLASS_COUNT});
  dnnl_memory_t scores = tape_converted(t, TAPE_FORWARD, last->output, &layout);
  dnnl_memory_t gradient = tape_memory(t, &layout);
  net->log_probability = tape_memory(t, &layout);
  net->log_probability_gradient = tape_memory(t, &layout);

  dnnl_logsoftmax_desc_t operation;
  dnnl_status_t status = dnnl_logsoftmax_forward_desc_init(&operation, dnnl_forward_training, &layout, 1);
  dnnl_primitive_desc_t forward = tape_choose(t, "a log-softmax", status, &operation, NULL, NULL);
  tape_append(t, TAPE_FORWARD, forward, 2,
              (const dnnl_exec_arg_t[]){{DNNL_ARG_SRC, scores}, {DNNL_ARG_DST, net->log_probability}});
  status = dnnl_logsoftmax_backward_desc_init(&operation, &layout, &layout, 1);
  dnnl_primitive_desc_t backward = tape_choose(t, "a log-softmax", status, &operation, NULL, forward);
  tape_append(t, TAPE_BACKWARD, backward, 3,
              (const dnnl_exec_arg_t[]){{DNNL_ARG_DST, net->log_probability},
                                        {DNNL_ARG_DIFF_DST, net->log_probability_gradient},
                                        {DNNL_ARG_DIFF_SRC, gradient}});
  dnnl_memory_desc_t output = tape_layout_of(t, last->output);
  last->output_gradient = tape_converted(t, TAPE_BACKWARD, gradient, &output);
}

void network_record(network *net) {
  const layer *first = &net->nodes[0].layer;
  dnnl_dims_t dims = {net->batch, first->in, first->size[0], first->size[1], first->size[2]};
  dnnl_memory_desc_t layout = tape_plain_layout(net->tape, 5, dims);
  net->clips = tape_memory(net->tape, &layout);

  dnnl_memory_t previous = net->clips;
  for (int i = 0; i < net->node_count; i++) {
    node *n = &net->nodes[i];
    if (n->layer.kind == LAYER_POOL3D)
      record_pool(net, n, previous);
    else
      record_weighted(net, n, previous);
    previous = n->output;
  }
  record_softmax(net, &net->nodes[net->node_count - 1]);
  for (int i = net->node_count; i-- > 0;) {
    node *n = &net->nodes[i];
    node *before = i > 0 ? &net->nodes[i - 1] : NULL;
    if (n->layer.relu)
      record_relu_gradient(net, n);
    if (n->layer.kind != LAYER_POOL3D)
      record_weight_gradient(net, n);
    if (before != NULL && n->layer.kind == LAYER_POOL3D)
      record_pool_gradient(net, n, before);
    else if (before != NULL)
      record_input_gradient(net, n, before);
  }
}
