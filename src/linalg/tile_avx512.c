#include "linalg/tile.h"

#if defined(__x86_64__) && defined(__GNUC__)

/*
 * 12 sums hide an addition's 4 cycles on two ports. They are one vector wide, so that a product takes its
 * factor out of memory, all lanes at once: with two, whose factor waits in a register, doubles took 427 ms
 * for 2048 x 2048 instead of 351 (Zen 4).
 */
#define SOW__BYTES 64
#define SOW__F64_TALL 12
#define SOW__F64_WIDE 1
#define SOW__F32_TALL 12
#define SOW__F32_WIDE 1

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_avx512 = {.name = "avx512", SOW__TILE_LOOPS};

#endif
