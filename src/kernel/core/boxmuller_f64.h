/* Box and Muller 1958 in double, as ATen does it for blocks of 16 of float64. */
#ifndef SOW_KERNEL_CORE_BOXMULLER_F64_H
#define SOW_KERNEL_CORE_BOXMULLER_F64_H

#include <math.h>

#include "kernel/core/libm_f64.h"
#include "kernel/core/uniform.h"

#define SOW__TWO_PI 6.283185307179586

/* Two normals from two words each: in a block of 16, pairs j and j+8 make elements j and j+8. */
static inline void sow__normal_pair_f64(const uint32_t radius_words[2], const uint32_t angle_words[2],
                                        double mean, double std, double *first, double *second) {
  double radius = sqrt(-2.0 * sow__log_f64(1.0 - sow__unit_f64(radius_words[0], radius_words[1])));
  double sine, cosine;
  sow__sincos_f64(SOW__TWO_PI * sow__unit_f64(angle_words[0], angle_words[1]), &sine, &cosine);
  *first = sow__fused_f64(radius * cosine, std, mean);
  *second = sow__fused_f64(radius * sine, std, mean);
}

#endif
