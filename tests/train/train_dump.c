/*
 * usage: train_dump FOLDER WIDTH INIT SEED
 *
 * Takes two steps of the training example and writes what it saw on the way as flat .npy files, for
 * train_torch.py to compare: the clips, every weight before and after, every output and every gradient of the
 * first step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clips.h"
#include "sow/checkpoint.h"
#include "weights.h"

enum { BATCH = 5 };

typedef struct dump {
  const char *folder;
  layer_list layers;
  network *net;
} dump;

static sow_status write_array(const dump *d, const char *name, DLDataType type, void *values, size_t count,
                              sow_error *error) {
  char path[512];
  int64_t shape = (int64_t)count;
  DLTensor tensor = {.data = values, .device = {kDLCPU, 0}, .ndim = 1, .dtype = type, .shape = &shape};
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  snprintf(path, sizeof path, "%s/%s.npy", d->folder, name);
  return sow_npy_write(&tensor, path, &options, error);
}

static sow_status write_part(const dump *d, int index, network_part part, const char *what,
                             sow_error *error) {
  char name[128];
  size_t count = network_count(d->net, index, part);
  float *values = malloc((count + 1) * sizeof *values);
  if (values == NULL)
    return fault(error, SOW_NO_MEMORY, "no memory to read a part");
  snprintf(name, sizeof name, "%s.%s", d->layers.items[index].name, what);
  sow_status status = SOW_OK;
  if (count != 0) {
    status = network_read(d->net, index, part, values, error);
    if (status == SOW_OK)
      status = write_array(d, name, (DLDataType){kDLFloat, 32, 1}, values, count, error);
  }
  free(values);
  return status;
}

/* Of every layer; `suffix` tells two moments apart. */
static sow_status write_parts(const dump *d, network_part first, network_part last, const char *suffix,
                              sow_error *error) {
  static const char *const names[] = {[NETWORK_WEIGHT] = "weight",
                                      [NETWORK_BIAS] = "bias",
                                      [NETWORK_WEIGHT_GRADIENT] = "weight_gradient",
                                      [NETWORK_BIAS_GRADIENT] = "bias_gradient",
                                      [NETWORK_OUTPUT] = "output",
                                      [NETWORK_OUTPUT_GRADIENT] = "output_gradient"};
  sow_status status = SOW_OK;
  for (int i = 0; i < d->layers.count; i++)
    for (network_part part = first; status == SOW_OK && part <= last; part++) {
      char what[64];
      snprintf(what, sizeof what, "%s%s", names[part], suffix);
      status = write_part(d, i, part, what, error);
    }
  return status;
}

static sow_status take_steps(const dump *d, float *clips, uint64_t seed, sow_error *error) {
  int labels[BATCH];
  double numbers[2 + BATCH];
  int correct = 0;
  sow_generator *generator = sow_generator_new(seed, SOW_TORCH_NEWEST);
  sow_status status = clips_draw(generator, BATCH, clips, labels, error);
  sow_generator_free(generator);
  for (int step = 0; status == SOW_OK && step < 2; step++) {
    status = network_forward(d->net, clips, labels, &numbers[step], &correct, error);
    if (status == SOW_OK)
      status = network_backward(d->net, error);
    if (status == SOW_OK && step == 0)
      status = write_parts(d, NETWORK_WEIGHT, NETWORK_OUTPUT_GRADIENT, "", error);
    network_descend(d->net, 0.01F, 0.9F);
  }
  for (int i = 0; i < BATCH; i++)
    numbers[2 + i] = labels[i];
  if (status == SOW_OK)
    status = write_parts(d, NETWORK_WEIGHT, NETWORK_BIAS, "_after", error);
  if (status == SOW_OK)
    status = write_array(d, "losses_and_labels", (DLDataType){kDLFloat, 64, 1}, numbers, 2 + BATCH, error);
  if (status == SOW_OK)
    status =
        write_array(d, "clips", (DLDataType){kDLFloat, 32, 1}, clips, (size_t)BATCH * CLIP_ELEMENTS, error);
  return status;
}

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  sow_error error = SOW_ERROR_NONE;
  dump d = {.folder = argv[1]};
  uint64_t seed = strtoull(argv[4], NULL, 10);
  float *clips = malloc(sizeof(float) * BATCH * CLIP_ELEMENTS);
  sow_status status = clips != NULL ? SOW_OK : fault(&error, SOW_NO_MEMORY, "no memory for clips");
  if (status == SOW_OK)
    status = layers_make(strtoll(argv[2], NULL, 10), NULL, &d.layers, &error);
  if (status == SOW_OK)
    status = network_new(&d.layers, BATCH, &d.net, &error);
  if (status == SOW_OK)
    status = weights_start(d.net, &d.layers, argv[3], seed, &error);
  if (status == SOW_OK)
    status = take_steps(&d, clips, seed, &error);
  if (status != SOW_OK)
    fprintf(stderr, "%s\n", error.message);
  network_free(d.net);
  free(clips);
  return status == SOW_OK ? 0 : 1;
}
