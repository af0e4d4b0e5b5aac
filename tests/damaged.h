/* A model with one of much, its file, and ways to damage that; shared by the tests that check files. */
#ifndef TESTS_DAMAGED_H
#define TESTS_DAMAGED_H

#include <stdio.h>

#include "sample.h"

/* Each test program runs in a process of its own, and maybe at the same time. */
#ifndef PATH
#error "define PATH, the file, first"
#endif

static inline sow_plan *net_plan(uint64_t seed, sow_dtype cast) {
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc", 300, 200, true);
  sow_embedding(net, "emb", 400, 16, 7);
  sow_batch_norm1d(net, "norm", 32, true, true, true);
  const int64_t wide[] = {24, 6, 3}, tall[] = {40, 8}, truncated[] = {5000}, kernel[] = {4, 5, 4},
                conv[] = {3, 3, 50, 60}, rows[] = {30, 40};
  sample_add(net, "wide", 3, wide, sow_orthogonal(2));
  sample_add(net, "tall", 2, tall, sow_orthogonal(0.5));
  sample_add(net, "truncated", 1, truncated, sow_trunc_normal(0, 0.02, -0.04, 0.04));
  sample_add(net, "kernel", 3, kernel, sow_keras_orthogonal(2)); /* 20 x 4; torch's would be 4 x 20 */
  sample_add(net, "he", 4, conv, sow_keras_he_normal());
  sample_add(net, "gaussian", 2, rows, sow_caffe_gaussian(0, 1, 15));
  sample_add(net, "ball", 2, rows, sow_caffe_positive_unitball());
  sow_module *first = sow_linear(net, "one", 20, 20, false);
  sow_module_tie(sow_linear(net, "two", 20, 20, false), "weight", first, "weight");
  sow_transformer_encoder(net, "encoder", 8, 16, 2, false, false);
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  options.cast = cast;
  return planned(net, &options);
}

static inline void write_plan(const sow_plan *plan, const char *path) {
  sow_error error = SOW_ERROR_NONE;
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  if (sow_checkpoint_write(plan, path, &options, &error) != SOW_OK)
    fail_msg("%s", error.message);
}

static inline sow_archive_entry stored(const sow_archive *archive, const char *name) {
  size_t index = 0;
  sow_archive_entry entry = {0};
  if (!sow_archive_find(archive, name, &index))
    fail_msg("there is no %s", name);
  sow_archive_get(archive, index, &entry);
  return entry;
}

/* Changes a tensor in the file in place. */
static inline void change(const char *name,
                          void (*function)(unsigned char *bytes, const sow_archive_entry *entry)) {
  sow_archive *archive = opened(PATH);
  sow_archive_entry entry = stored(archive, name);
  unsigned char *bytes = malloc(entry.bytes);
  FILE *file = fopen(PATH, "r+b");
  assert_true(bytes != NULL && file != NULL);
  fseek(file, (long)entry.offset, SEEK_SET);
  assert_int_equal(fread(bytes, 1, entry.bytes, file), entry.bytes);
  function(bytes, &entry);
  fseek(file, (long)entry.offset, SEEK_SET);
  assert_int_equal(fwrite(bytes, 1, entry.bytes, file), entry.bytes);
  assert_int_equal(fclose(file), 0);
  free(bytes);
  sow_archive_free(archive);
}

#endif
