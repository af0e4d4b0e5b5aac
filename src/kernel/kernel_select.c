/* Which table of loops runs; until there is a second one, the portable one. */
#include "kernel/kernel.h"

const sow__kernel *sow__kernel_select(void) {
  return &sow__kernel_portable;
}
