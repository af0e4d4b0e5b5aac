#include "measure/moments_body.h"

const sow__moments_table sow__moments_portable = {sums_f32, sums_f64};
