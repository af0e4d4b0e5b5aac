/*
 * Polynomials that give erfinv.h's floats, each in one of some intervals, for vectors that can pick one of
 * eight or sixteen coefficients at once. They are within 2^-50 of the double that erfinv.h rounds: no float
 * lies so near the middle between two others that it would show (test_kernels_normal goes through all).
 */
#ifndef SOW_KERNEL_CORE_ERFINV_TABLE_H
#define SOW_KERNEL_CORE_ERFINV_TABLE_H

/*
 * |y| <= 3/4: erfinv(y) = y*(c + P(u)), c the constant of sow__erfinv_central, u = SCALE*y^2 - k, k the whole
 * number nearest to SCALE*y^2; coefficient after coefficient, from the constant one on, of each k.
 */
#define SOW__ERFINV_CENTRAL_TERMS 10
#define SOW__ERFINV_CENTRAL_SCALE 13.3125
extern const double sow__erfinv_central_table[SOW__ERFINV_CENTRAL_TERMS][8];

/*
 * 2^-6 <= w < 2^-2, w = 1 - |y|: erfinv(|y|) = P(u) for each quarter of a binade of w, u + 9/8 its
 * significand without the two bits that tell the quarter. Those and the last two of the exponent choose the
 * row.
 */
#define SOW__ERFINV_OUTER_TERMS 12
extern const double sow__erfinv_outer_table[SOW__ERFINV_OUTER_TERMS][16];

#endif
