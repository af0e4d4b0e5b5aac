#include "linalg/tile.h"

#if defined(__x86_64__) && defined(__GNUC__)

/* 12 sums in 16 registers: enough for the two adders and two multipliers of Zen 3. */
#define SOW__BYTES 32
#define SOW__F64_TALL 6
#define SOW__F64_WIDE 2
#define SOW__F32_TALL 6
#define SOW__F32_WIDE 2

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_avx2 = {.name = "avx2", SOW__TILE_LOOPS};

#endif
