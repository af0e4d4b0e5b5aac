#include "linalg/tile.h"

#if defined(__aarch64__) && defined(__GNUC__)

/* 16 sums in 32 registers. */
#define SOW__BYTES 16
#define SOW__F64_TALL 4
#define SOW__F64_WIDE 4
#define SOW__F32_TALL 4
#define SOW__F32_WIDE 4

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_neon = {.name = "neon", SOW__TILE_LOOPS};

#endif
