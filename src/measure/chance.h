/* How far a mean and a standard deviation may be from what is expected. */
#ifndef SOW_MEASURE_CHANCE_H
#define SOW_MEASURE_CHANCE_H

#include <stdbool.h>

#include "sow/archive.h"
#include "sow/plan.h"

/* What independent draws aim at, over the whole tensor. */
typedef struct sow__aim {
  double mean, std;
  double kurtosis; /* of their distribution, or a bound above it */
  double power;    /* to which their variance spreads like a normal */
} sow__aim;

/* False where the values are no independent draws, too few, or drawn in 16 bits, whose steps show. */
bool sow__aim_of(const sow_plan_entry *entry, sow__aim *aim);

/* Both are near to standard normal where nothing is wrong. */
double sow__mean_score(const sow__aim *aim, uint64_t count, double mean);
double sow__std_score(const sow__aim *aim, uint64_t count, double std);

/* What the absolute score of one of `tests` stays below, all of them with probability 1-`error_rate`. */
double sow__score_limit(uint64_t tests, double error_rate);

#endif
