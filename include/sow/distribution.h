/* What the values of a tensor aim at. */
#ifndef SOW_DISTRIBUTION_H
#define SOW_DISTRIBUTION_H

#include "sow/export.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sow_density {
  SOW_DENSITY_UNKNOWN,
  SOW_DENSITY_CONSTANT,  /* every value is `center` */
  SOW_DENSITY_UNIFORM,   /* between low and high */
  SOW_DENSITY_NORMAL,    /* around `center` with `scale` for its deviation */
  SOW_DENSITY_TRUNCATED, /* the same normal between low and high */
  SOW_DENSITY_SPARSE, /* the same normal without bounds, for a share of the values; mean and std are of all */
  SOW_DENSITY_SPHERE, /* a coordinate of a vector of length `scale` in `dimensions` dimensions */
  SOW_DENSITY_ONES,   /* zeros and ones, or those times and plus a number */
  SOW_DENSITY_BALL    /* `scale` times one of `dimensions` uniforms, divided by their sum */
} sow_density;

/*
 * The values that are drawn, and the share of all that they are: the others are zero, and not counted into
 * mean and std. Over all of a tensor, and before rounding.
 */
typedef struct sow_distribution {
  sow_density density;
  double mean, std;     /* NaN where they are not known */
  double low, high;     /* bounds that no value leaves; -inf and inf where there are none */
  double center, scale; /* what the density says they are */
  double dimensions;    /* SOW_DENSITY_SPHERE, SOW_DENSITY_BALL */
  double share;         /* of the values that are drawn so, 0 to 1 */
  double rows;          /* SOW_DENSITY_SPHERE: of the matrix of which such vectors are all rows, or columns */
} sow_distribution;

#ifdef __cplusplus
}
#endif

#endif
