/* torch/nn/modules/rnn.py: every parameter is U(-1/sqrt(hidden_size), 1/sqrt(hidden_size)). */
#include <inttypes.h>
#include <stdio.h>

#include "module/layer.h"

#define NAME_SIZE 64

typedef struct rnn_kind {
  sow__class class;
  int64_t gates; /* rows per hidden unit */
  bool projects; /* takes a proj_size */
} rnn_kind;

/* "weight_ih_l0_reverse", in the tree's memory. */
static void draw(sow_module *module, const char *prefix, int64_t layer, int direction,
                 sow_initializer uniform, int ndim, const int64_t *shape) {
  if (!sow__buildable(module))
    return;
  char name[NAME_SIZE];
  snprintf(name, sizeof(name), "%s_l%" PRId64 "%s", prefix, layer, direction > 0 ? "_reverse" : "");
  const char *own_name = sow__tree_intern(module->tree, name);
  if (own_name)
    sow__layer_parameter(module, true, own_name, uniform, ndim, shape);
}

static void print_arguments(sow_module *module, int64_t input_size, int64_t hidden_size,
                            const sow_rnn_options *options, int64_t layers) {
  char proj[40] = "", num[40] = "";
  if (options->proj_size != 0)
    snprintf(proj, sizeof(proj), ", proj_size=%" PRId64, options->proj_size);
  if (layers != 1)
    snprintf(num, sizeof(num), ", num_layers=%" PRId64, layers);
  sow__layer_arguments(module, "%" PRId64 ", %" PRId64 "%s%s%s%s", input_size, hidden_size, proj, num,
                       options->no_bias ? ", bias=False" : "",
                       options->bidirectional ? ", bidirectional=True" : "");
}

static void check(sow_module *module, const rnn_kind *rnn, int64_t input_size, int64_t hidden_size,
                  const sow_rnn_options *options) {
  sow__layer_least(module, "input_size", input_size, 1);
  sow__layer_least(module, "hidden_size", hidden_size, 1);
  sow__layer_least(module, "num_layers", options->num_layers, 0);
  sow__layer_least(module, "proj_size", options->proj_size, 0);
  if (sow__buildable(module) && options->proj_size > 0 && !rnn->projects)
    sow__module_fail(module, SOW_INVALID_ARGUMENT, "proj_size is for LSTM only");
  if (sow__buildable(module) && options->proj_size >= hidden_size)
    sow__module_fail(module, SOW_INVALID_ARGUMENT,
                     "proj_size (%" PRId64 ") must be smaller than hidden_size (%" PRId64 ")",
                     options->proj_size, hidden_size);
}

static sow_module *rnn_make(sow_module *parent, const char *name, const rnn_kind *rnn, int64_t input_size,
                            int64_t hidden_size, const sow_rnn_options *given) {
  sow_module *module = sow__layer_open(parent, name, rnn->class);
  if (!module)
    return NULL;
  sow_rnn_options options = {.num_layers = 1};
  sow__layer_options(module, &options, sizeof options, given, "sow_rnn_options");
  const int64_t layers = options.num_layers == 0 ? 1 : options.num_layers;
  const int directions = options.bidirectional ? 2 : 1;
  check(module, rnn, input_size, hidden_size, &options);

  const int64_t rows = sow__layer_product(module, rnn->gates, hidden_size);
  const int64_t output = options.proj_size > 0 ? options.proj_size : hidden_size;
  const int64_t later_input = sow__layer_product(module, output, directions);
  const sow_initializer uniform = sow__layer_symmetric(sow__layer_bound(hidden_size));
  for (int64_t layer = 0; layer < layers && sow__buildable(module); layer++)
    for (int direction = 0; direction < directions; direction++) {
      const int64_t input = layer == 0 ? input_size : later_input;
      draw(module, "weight_ih", layer, direction, uniform, 2, (int64_t[]){rows, input});
      draw(module, "weight_hh", layer, direction, uniform, 2, (int64_t[]){rows, output});
      if (!options.no_bias) {
        draw(module, "bias_ih", layer, direction, uniform, 1, &rows);
        draw(module, "bias_hh", layer, direction, uniform, 1, &rows);
      }
      if (options.proj_size > 0)
        draw(module, "weight_hr", layer, direction, uniform, 2, (int64_t[]){options.proj_size, hidden_size});
    }
  print_arguments(module, input_size, hidden_size, &options, layers);
  return sow__layer_close(module);
}

sow_module *sow_rnn(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                    const sow_rnn_options *options) {
  return rnn_make(parent, name, &(rnn_kind){SOW__CLASS("RNN"), 1, false}, input_size, hidden_size, options);
}

sow_module *sow_lstm(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                     const sow_rnn_options *options) {
  return rnn_make(parent, name, &(rnn_kind){SOW__CLASS("LSTM"), 4, true}, input_size, hidden_size, options);
}

sow_module *sow_gru(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                    const sow_rnn_options *options) {
  return rnn_make(parent, name, &(rnn_kind){SOW__CLASS("GRU"), 3, false}, input_size, hidden_size, options);
}

/* ---- cells ---- */

static sow_module *cell_make(sow_module *parent, const char *name, sow__class class, int64_t gates,
                             int64_t input_size, int64_t hidden_size, bool bias) {
  sow_module *module = sow__layer_open(parent, name, class);
  sow__layer_least(module, "input_size", input_size, 0);
  sow__layer_least(module, "hidden_size", hidden_size, 0);
  const int64_t rows = sow__layer_product(module, gates, hidden_size);
  const sow_initializer uniform = sow__layer_symmetric(sow__layer_bound(hidden_size));
  sow__layer_parameter(module, true, "weight_ih", uniform, 2, (int64_t[]){rows, input_size});
  sow__layer_parameter(module, true, "weight_hh", uniform, 2, (int64_t[]){rows, hidden_size});
  sow__layer_parameter(module, bias, "bias_ih", uniform, 1, &rows);
  sow__layer_parameter(module, bias, "bias_hh", uniform, 1, &rows);
  sow__layer_arguments(module, "%" PRId64 ", %" PRId64 "%s", input_size, hidden_size,
                       bias ? "" : ", bias=False");
  return sow__layer_close(module);
}

sow_module *sow_rnn_cell(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                         bool bias) {
  return cell_make(parent, name, SOW__CLASS("RNNCell"), 1, input_size, hidden_size, bias);
}

sow_module *sow_lstm_cell(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                          bool bias) {
  return cell_make(parent, name, SOW__CLASS("LSTMCell"), 4, input_size, hidden_size, bias);
}

sow_module *sow_gru_cell(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                         bool bias) {
  return cell_make(parent, name, SOW__CLASS("GRUCell"), 3, input_size, hidden_size, bias);
}
