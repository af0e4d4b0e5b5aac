/* A strip is two lanes wide; 12 sums hide an addition's latency of 4 on two ports. */
#include "linalg/tile.h"

#if defined(__x86_64__) && defined(__GNUC__)

#define SOW__LANES 8
#define SOW__TALL 6
#define SOW__WIDE 2

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_avx512 = {
    .name = "avx512", .gather = gather, .scatter = scatter, .reflect = reflect};

#endif
