/* Which table of loops runs: the row of the instruction set in use. */
#include <pthread.h>

#include "base/processor.h"
#include "kernel/kernel.h"

/* NULL where this build has none. */
static const sow__kernel *const tables[SOW__ISA_COUNT] = {
    [SOW__ISA_PORTABLE] = &sow__kernel_portable,
#if defined(__x86_64__) && defined(__GNUC__)
    [SOW__ISA_AVX2] = &sow__kernel_avx2,
    [SOW__ISA_AVX512] = &sow__kernel_avx512,
    [SOW__ISA_AVX512_BF16] = &sow__kernel_avx512_bf16,
#elif defined(__aarch64__) && defined(__GNUC__)
    [SOW__ISA_NEON] = &sow__kernel_neon,
#endif
};

static sow__kernel kernel_completed[SOW__ISA_COUNT];
static pthread_once_t kernel_once = PTHREAD_ONCE_INIT;

static sow__kernel complete(const sow__kernel *table, const sow__kernel *plainer) {
  sow__kernel whole = *plainer;
  if (table == NULL)
    return whole;
  whole.name = table->name;
#define TAKE(slot)                                                                                           \
  if (table->slot != NULL)                                                                                   \
    whole.slot = table->slot;
  SOW__KERNEL_SLOTS(TAKE)
#undef TAKE
  return whole;
}

/* Each architecture's tables stand in a row, so the one before is portable or of the same processor. */
static void complete_all(void) {
  kernel_completed[0] = sow__kernel_portable;
  for (int i = 1; i < SOW__ISA_COUNT; i++)
    kernel_completed[i] = complete(tables[i], &kernel_completed[i - 1]);
}

const sow__kernel *sow__kernel_of(int isa) {
  (void)pthread_once(&kernel_once, complete_all);
  return &kernel_completed[isa];
}

const sow__kernel *sow__kernel_select(void) {
  return sow__kernel_of((int)sow__isa_used());
}
