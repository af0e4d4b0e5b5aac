#include "linalg/tile.h"

#if defined(__x86_64__) && defined(__GNUC__)

/* A strip is two vectors of doubles or one of floats; 12 sums hide an addition's 4 cycles on two ports. */
#define SOW__BYTES 64
#define SOW__F64_TALL 6
#define SOW__F64_WIDE 2
#define SOW__F32_TALL 12
#define SOW__F32_WIDE 1

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_avx512 = {.name = "avx512", SOW__TILE_LOOPS};

#endif
