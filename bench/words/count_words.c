/*
 * How many words of the stream are generated for blocks of a plan, and how many their rows span.
 *
 * count_words RECORDING SEED <BLOCKS: a line each, "NAME BEGIN… SIZE…". Prints the two numbers and the
 * elements.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counted_words.h"
#include "sow/sow.h"

/* ---- blocks ---- */

static void die(const char *what, const char *why) {
  fprintf(stderr, "count_words: %s: %s\n", what, why);
  exit(EXIT_FAILURE);
}

static void *taken(void *memory) {
  if (memory == NULL)
    die("memory", "out of it");
  return memory;
}

static char *contents(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0)
    die(path, "cannot be read");
  long size = ftell(file);
  char *text = taken(malloc((size_t)size + 1));
  rewind(file);
  *length = fread(text, 1, (size_t)size, file);
  fclose(file);
  return text;
}

static sow_plan *plan_of(const char *path, uint64_t seed) {
  sow_error error = SOW_ERROR_NONE;
  sow_module *net = NULL;
  sow_plan *plan = NULL;
  sow_recording_about about;
  sow_plan_options options = sow_plan_defaults();
  size_t length;
  char *text = contents(path, &length);
  options.seed = seed;
  if (sow_module_parse_recording(text, length, path, &net, &about, &error) != SOW_OK)
    die(path, error.message);
  options.edition = about.edition;
  options.dtype = options.cast = about.dtype;
  if (sow_plan_new(net, &options, &plan, &error) != SOW_OK)
    die(path, error.message);
  sow_module_free(net);
  free(text);
  return plan;
}

typedef struct block {
  int64_t begin[SOW_MAX_DIMS], size[SOW_MAX_DIMS];
} block;

/* The rest of a line after its name; what the first row begins with to what the last one ends with are its
 * span. */
static uint64_t read_block(const sow_plan_entry *entry, block *out) {
  uint64_t first = 0, last = 0;
  for (int d = 0; d < entry->ndim; d++)
    if (scanf("%" SCNd64, &out->begin[d]) != 1)
      die(entry->name, "has no begin");
  for (int d = 0; d < entry->ndim; d++)
    if (scanf("%" SCNd64, &out->size[d]) != 1 || out->size[d] < 1)
      die(entry->name, "has no size");
  for (int d = 0; d < entry->ndim; d++) {
    first = first * (uint64_t)entry->shape[d] + (uint64_t)out->begin[d];
    last = last * (uint64_t)entry->shape[d] + (uint64_t)(out->begin[d] + out->size[d] - 1);
  }
  return last - first + 1;
}

#define BLOCKS 100000

int main(int argc, char **argv) {
  if (argc != 3)
    die("usage", "count_words RECORDING SEED <BLOCKS");
  sow_plan *plan = plan_of(argv[1], strtoull(argv[2], NULL, 10));
  block *read = taken(calloc(BLOCKS, sizeof *read));
  sow_block *blocks = taken(calloc(BLOCKS, sizeof *blocks));
  uint64_t span = 0, elements = 0, largest = 1;
  size_t count = 0;
  for (char name[4096]; count < BLOCKS && scanf("%4095s", name) == 1; count++) {
    sow_plan_entry entry;
    size_t index;
    if (!sow_plan_find(plan, name, &index) || !sow_plan_get(plan, index, &entry))
      die(name, "is no tensor of the plan");
    uint64_t own = read_block(&entry, &read[count]), all = 1;
    for (int d = 0; d < entry.ndim; d++)
      all *= (uint64_t)read[count].size[d];
    span += entry.draws > 0 ? own : 0;
    elements += all;
    largest = all > largest ? all : largest;
    blocks[count] = (sow_block){.index = index, .begin = read[count].begin, .size = read[count].size};
  }
  /* Nobody looks at the numbers: all blocks go to the same place. */
  void *out = taken(malloc((size_t)largest * 8));
  for (size_t i = 0; i < count; i++)
    blocks[i].out = out;
  words_count();
  sow_error error = SOW_ERROR_NONE;
  if (sow_plan_run_blocks(plan, blocks, count, 1, &error) != SOW_OK)
    die("run", error.message);
  printf("%llu words, %" PRIu64 " of rows, %" PRIu64 " elements\n", (refreshed - jumped) * SOW__MT_WORDS,
         span, elements);
  free(out);
  free(blocks);
  free(read);
  sow_plan_free(plan);
  return EXIT_SUCCESS;
}
