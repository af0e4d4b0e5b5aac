/* The loops for AVX-512; base/processor.c keeps them from processors that lack it. */
#include "kernel/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "kernel/lanes_avx512.h"

#include "kernel/loops_table.h"

const sow__kernel sow__kernel_avx512 = {.name = "avx512", LOOPS_TABLE};
#endif
