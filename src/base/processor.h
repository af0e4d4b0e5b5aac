/*
 * Which instruction set this process uses. A folder with code for several keeps an array of tables with one
 * row for each and reads the row of sow__isa_used() whenever it starts a piece of work.
 */
#ifndef SOW_BASE_PROCESSOR_H
#define SOW_BASE_PROCESSOR_H

#include "sow/isa.h"

/* From plain to wide: the last supported one is taken. */
typedef enum sow__isa {
  SOW__ISA_PORTABLE,
  SOW__ISA_NEON,        /* AArch64's baseline */
  SOW__ISA_AVX2,        /* with FMA and F16C */
  SOW__ISA_AVX512,      /* F, BW, DQ, VL, and all of the former */
  SOW__ISA_AVX512_BF16, /* and BF16 */
  SOW__ISA_COUNT
} sow__isa;

sow__isa sow__isa_used(void);

#endif
