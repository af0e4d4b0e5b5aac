/* The weights that a network starts with: made by sow, straight into the network, or read from a checkpoint.
 */
#ifndef TRAIN_WEIGHTS_H
#define TRAIN_WEIGHTS_H

#include <stdint.h>

#include "network.h"

/*
 * Writes every weight and bias of `net`, which was made of `layers`. `init` is "default" (what torch's
 * constructors do), "weights_init" (the function of c3d.c), the path of a checkpoint (….safetensors), or of
 * rules for sow. The checkpoint's names, shapes and dtype must be the network's.
 * SOW_IO, SOW_SHAPE, SOW_DTYPE, SOW_UNCOVERED, and what sow reports for rules and checkpoints.
 */
sow_status weights_start(network *net, const layer_list *layers, const char *init, uint64_t seed,
                         sow_error *error);

#endif
