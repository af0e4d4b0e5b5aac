/* How wide the numbers of a network are, layer by layer: what its weights do to a signal, there and back. */
#ifndef TRAIN_SIGNALS_H
#define TRAIN_SIGNALS_H

#include "network.h"

/* Standard deviations over all elements, but for `across`. */
typedef struct signals {
  double weight;
  double output;
  double across;   /* of one output over the clips of the batch, as a root mean square over the outputs */
  double gradient; /* of the output, before the ReLU */
  double weight_gradient;
} signals;

/* Of one layer, after a pass forward and back over a batch of `batch` clips. SOW_NO_MEMORY. */
sow_status signals_measure(network *net, int index, int batch, signals *measured, sow_error *error);

#endif
