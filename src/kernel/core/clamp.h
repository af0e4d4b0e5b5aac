/* mul_, add_ and clamp_ in a row, as torch rounds them. */
#ifndef SOW_KERNEL_CORE_CLAMP_H
#define SOW_KERNEL_CORE_CLAMP_H

static inline float sow__affine_clamp_f32(float value, float scale, float shift, float low, float high) {
  value = value * scale;
  value = value + shift;
  value = value < low ? low : value;
  return value > high ? high : value;
}

static inline double sow__affine_clamp_f64(double value, double scale, double shift, double low,
                                           double high) {
  value = value * scale;
  value = value + shift;
  value = value < low ? low : value;
  return value > high ? high : value;
}

#endif
