/* What the values of a step aim at: their mean, standard deviation and bounds. For people and for checks. */
#ifndef SOW_OP_EXPECT_H
#define SOW_OP_EXPECT_H

#include "op/op.h"

/* Between a and b, with the bounds as the step's dtype holds them. */
sow_distribution sow__expect_uniform(const sow__step *step, double a, double b);

/* trunc_normal_, however it is drawn; p: mean, std, a, b. */
sow_distribution sow__expect_truncated(const sow__step *step, const sow_distribution *before);

/* N(mean, std^2) between a and b, before rounding. */
sow_distribution sow__expect_truncated_between(double mean, double std, double a, double b);

/* So many times the number `one` among zeros. */
sow_distribution sow__expect_ones(const sow__step *step, int64_t ones, double one);

/* e^x for -45 <= x <= 0 to about 1e-13, and the same on every machine, which the C library's is not. */
double sow__expect_exp(double x);

/* Nothing but bounds. */
sow_distribution sow__expect_unknown(double low, double high);

#endif
