/* The loops for AVX-512 that bfloat16's rounding, which has an instruction, makes others. */
#include "kernel/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "kernel/lanes_avx512.h"

#include "kernel/loops_table.h"

const sow__kernel sow__kernel_avx512_bf16 = {.name = "avx512_bf16", LOOPS_TABLE};
#endif
