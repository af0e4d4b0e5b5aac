/* Whether a tensor in a checkpoint is what orthogonal_ makes. */
#ifndef SOW_MEASURE_ORTHONORMAL_H
#define SOW_MEASURE_ORTHONORMAL_H

#include "sow/archive.h"

/*
 * The largest deviation of the products of some rows (columns, where there are more rows) with each other
 * from those of orthonormal ones times `gain`, as a share of gain^2. SOW_IO, SOW_NO_MEMORY.
 */
sow_status sow__orthonormal_error(const sow_archive *archive, size_t index, double gain, double *deviation,
                                  sow_error *error);

#endif
