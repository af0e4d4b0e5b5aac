/* Which table of loops runs: the row of the instruction set in use, or the next plainer one there is. */
#include "base/processor.h"
#include "linalg/tile.h"

static const sow__tile *const tables[SOW__ISA_COUNT] = {
    [SOW__ISA_PORTABLE] = &sow__tile_portable,
#if defined(__x86_64__) && defined(__GNUC__)
    [SOW__ISA_AVX2] = &sow__tile_avx2,
    [SOW__ISA_AVX512] = &sow__tile_avx512,
#elif defined(__aarch64__) && defined(__GNUC__)
    [SOW__ISA_NEON] = &sow__tile_neon,
#endif
};

const sow__tile *sow__tile_of(int isa) {
  while (tables[isa] == NULL)
    isa--;
  return tables[isa];
}

const sow__tile *sow__tile_select(void) {
  return sow__tile_of((int)sow__isa_used());
}
