/* The table of kernel_avx512.c under another name, with AVX-512 emulated. */
#define sow__kernel_avx512 sow__kernel_avx512_emulated
#include "../../src/kernel/kernel_avx512.c"
