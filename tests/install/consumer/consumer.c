/* A user of the installed library: one fill, checked against the bits that torch gives for seed 0. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sow/sow.h>

int main(void) {
  int64_t shape[] = {4};
  sow_error error = SOW_ERROR_NONE;
  DLManagedTensor *tensor = NULL;
  sow_generator *generator = sow_generator_new(0, SOW_TORCH_NEWEST);
  if (generator == NULL || sow_empty(SOW_FLOAT32, 1, shape, &tensor, &error) != SOW_OK ||
      sow_fill(&tensor->dl_tensor, sow_uniform(0.0, 1.0), generator, &error) != SOW_OK) {
    fprintf(stderr, "consumer: %s\n", error.message);
    return 1;
  }
  uint32_t bits[4];
  memcpy(bits, tensor->dl_tensor.data, sizeof bits);
  printf("%s %08" PRIx32 " %08" PRIx32 " %08" PRIx32 " %08" PRIx32 "\n", sow_version(), bits[0], bits[1],
         bits[2], bits[3]);
  tensor->deleter(tensor);
  sow_generator_free(generator);
  return 0;
}
