/* Pairs of lanes where the compiler has vectors, which every 64-bit processor's baseline has too. */
#if defined(__GNUC__)
#define SOW__LANES 2
#define SOW__TALL 2
#define SOW__WIDE 4
#else
#define SOW__LANES 1
#define SOW__TALL 4
#define SOW__WIDE 2
#endif

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_portable = {
    .name = "portable", .gather = gather, .scatter = scatter, .reflect = reflect};
