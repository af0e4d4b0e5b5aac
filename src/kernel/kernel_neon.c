/* The loops for AArch64, whose baseline has NEON. */
#include "kernel/kernel.h"

#if defined(__aarch64__) && defined(__GNUC__)
#include "kernel/lanes_neon.h"

#include "kernel/loops_table.h"

const sow__kernel sow__kernel_neon = {.name = "neon", LOOPS_TABLE};
#endif
