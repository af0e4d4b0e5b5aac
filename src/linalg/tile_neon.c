/* Two lanes as in the portable table, but 32 registers. */
#include "linalg/tile.h"

#if defined(__aarch64__) && defined(__GNUC__)

#define SOW__LANES 2
#define SOW__TALL 4
#define SOW__WIDE 4

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_neon = {.name = "neon", .gather = gather, .scatter = scatter, .reflect = reflect};

#endif
