/*
 * The loops for AVX-512 where bfloat16's rounding has an instruction. Only normal_bf16 is another by it; in a
 * table of that one slot gcc 12 compiles it to 5 % more time.
 */
#include "kernel/kernel.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "kernel/lanes_avx512.h"

#include "kernel/loops_table.h"

const sow__kernel sow__kernel_avx512_bf16 = {.name = "avx512_bf16", LOOPS_TABLE};
#endif
