/* The loops for AVX2, FMA and F16C; base/processor.c keeps them from processors that lack these. */
#include "kernel/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "kernel/lanes_avx2.h"

#include "kernel/loops_table.h"

const sow__kernel sow__kernel_avx2 = {.name = "avx2", LOOPS_TABLE};
#endif
