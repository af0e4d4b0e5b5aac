/* 16 bytes are in every 64-bit processor's baseline; a compiler without vectors goes by single numbers. */
#if defined(__GNUC__)
#define SOW__BYTES 16
#define SOW__F64_TALL 2
#define SOW__F64_WIDE 4
#define SOW__F32_TALL 2
#define SOW__F32_WIDE 4
#else
#define SOW__BYTES sizeof(SOW__REAL)
#define SOW__F64_TALL 4
#define SOW__F64_WIDE 2
#define SOW__F32_TALL 4
#define SOW__F32_WIDE 2
#endif

#include "linalg/tile_lanes.h"

const sow__tile sow__tile_portable = {.name = "portable", SOW__TILE_LOOPS};
