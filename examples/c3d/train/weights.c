#include "weights.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sow/archive.h"
#include "sow/sow.h"

/* ---- the model, as in c3d.c ---- */

static sow_module *tree_new(const layer_list *layers) {
  static const int64_t cube[3] = {3, 3, 3};
  sow_module *net = sow_module_new("C3D");
  for (int i = 0; i < layers->count; i++) {
    const layer *l = &layers->items[i];
    switch (l->kind) {
    case LAYER_CONV3D:
      sow_conv3d(net, l->name, l->in, l->out, cube, 1, true);
      break;
    case LAYER_POOL3D:
      sow_child(net, l->name, "MaxPool3d");
      break;
    case LAYER_LINEAR:
      sow_linear(net, l->name, l->in * l->size[0] * l->size[1] * l->size[2], l->out, true);
      break;
    }
  }
  return net;
}

static void weights_init(sow_module *m, void *context) {
  (void)context;
  const char *class_name = sow_module_class(m);
  if (strstr(class_name, "Conv3d") != NULL || strstr(class_name, "Linear") != NULL) {
    sow_module_set(m, "weight", sow_xavier_normal(1.0));
    sow_module_set(m, "bias", sow_constant(0.0));
  }
}

enum { RULES_LIMIT = 1 << 20 };

static sow_status apply_rules(sow_module *net, const char *path, sow_error *error) {
  FILE *file = fopen(path, "rb");
  char *text = malloc(RULES_LIMIT);
  sow_rules *rules = NULL;
  sow_status status = SOW_OK;
  if (file == NULL) {
    status = fault(error, SOW_IO, "%s: %s; or is it 'default' or 'weights_init'?", path, strerror(errno));
  } else if (text == NULL) {
    status = fault(error, SOW_NO_MEMORY, "no memory for %s", path);
  } else {
    size_t length = fread(text, 1, RULES_LIMIT, file);
    status = ferror(file) != 0 || length == RULES_LIMIT
                 ? fault(error, SOW_IO, "%s cannot be read, or is no file of rules", path)
                 : sow_rules_parse(text, length, path, &rules, error);
  }
  if (status == SOW_OK)
    status = sow_module_apply_rules(net, rules, false, error);
  sow_rules_free(rules);
  free(text);
  if (file != NULL)
    fclose(file);
  return status;
}

static bool is_checkpoint(const char *init) {
  static const char ending[] = ".safetensors";
  size_t length = strlen(init);
  return length >= sizeof ending && strcmp(init + length - (sizeof ending - 1), ending) == 0;
}

static sow_status plan_make(const layer_list *layers, const char *init, uint64_t seed, sow_plan **plan,
                            sow_error *error) {
  sow_module *net = tree_new(layers);
  sow_status status = SOW_OK;
  if (strcmp(init, "weights_init") == 0)
    sow_module_apply(net, weights_init, NULL);
  else if (strcmp(init, "default") != 0 && !is_checkpoint(init))
    status = apply_rules(net, init, error);
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  if (status == SOW_OK)
    status = sow_plan_new(net, &options, plan, error);
  sow_module_free(net);
  return status;
}

/* ---- its values ---- */

/* The tensor of a checkpoint that an entry of the plan stands for. */
static sow_status archive_read(const sow_archive *archive, const sow_plan_entry *wanted, float *values,
                               sow_error *error) {
  size_t index = 0;
  sow_archive_entry found;
  if (!sow_archive_find(archive, wanted->name, &index) || !sow_archive_get(archive, index, &found))
    return fault(error, SOW_UNCOVERED, "the checkpoint has no tensor '%s'", wanted->name);
  if (found.dtype != SOW_FLOAT32)
    return fault(error, SOW_DTYPE, "'%s' is %s in the checkpoint; F32 is wanted", wanted->name, found.type);
  if (found.ndim != wanted->ndim ||
      memcmp(found.shape, wanted->shape, (size_t)found.ndim * sizeof *found.shape) != 0)
    return fault(error, SOW_SHAPE, "'%s' has another shape in the checkpoint; is --width the same?",
                 wanted->name);
  return sow_archive_read(archive, index, 0, (size_t)found.bytes, values, error);
}

/* The layer and the part that a name like "conv1.weight" stands for. */
static int find_part(const layer_list *layers, const char *name, network_part *part) {
  const char *dot = strrchr(name, '.');
  *part = strcmp(dot, ".bias") == 0 ? NETWORK_BIAS : NETWORK_WEIGHT;
  size_t length = (size_t)(dot - name);
  int index = 0;
  while (strlen(layers->items[index].name) != length || strncmp(layers->items[index].name, name, length) != 0)
    index++;
  return index;
}

static sow_status write_entry(network *net, const layer_list *layers, const sow_plan *plan, size_t index,
                              const sow_archive *archive, sow_error *error) {
  sow_plan_entry entry;
  network_part part;
  sow_plan_get(plan, index, &entry);
  int found = find_part(layers, entry.name, &part);
  float *values = malloc((size_t)entry.count * sizeof *values);
  sow_status status = SOW_OK;
  if (values == NULL)
    status = fault(error, SOW_NO_MEMORY, "no memory for '%s'", entry.name);
  else if (archive != NULL)
    status = archive_read(archive, &entry, values, error);
  else
    status = sow_plan_run(plan, index, 0, (uint64_t)entry.count, 1, values, error);
  if (status == SOW_OK)
    status = network_write(net, found, part, values, error);
  free(values);
  return status;
}

sow_status weights_start(network *net, const layer_list *layers, const char *init, uint64_t seed,
                         sow_error *error) {
  sow_plan *plan = NULL;
  sow_archive *archive = NULL;
  sow_status status = plan_make(layers, init, seed, &plan, error);
  if (status == SOW_OK && is_checkpoint(init))
    status = sow_archive_open(init, &archive, error);
  for (size_t i = 0; status == SOW_OK && i < sow_plan_count(plan); i++)
    status = write_entry(net, layers, plan, i, archive, error);
  if (status == SOW_OK && archive != NULL && sow_archive_count(archive) != sow_plan_count(plan))
    status = fault(error, SOW_UNKNOWN_NAME, "%s holds tensors that the network has no place for", init);
  sow_archive_free(archive);
  sow_plan_free(plan);
  return status;
}
