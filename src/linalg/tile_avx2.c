/* Zen 3 has two multipliers and two adders of four lanes: 12 sums wait for none of them. */
#include "linalg/tile.h"

#if defined(__x86_64__) && defined(__GNUC__)

#define SOW__LANES 4
#define SOW__TALL 6
#define SOW__WIDE 2

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_avx2 = {.name = "avx2", .gather = gather, .scatter = scatter, .reflect = reflect};

#endif
