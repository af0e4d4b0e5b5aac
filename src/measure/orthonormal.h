/* Whether a tensor in a checkpoint is what orthogonal_ makes. */
#ifndef SOW_MEASURE_ORTHONORMAL_H
#define SOW_MEASURE_ORTHONORMAL_H

#include "sow/archive.h"

/*
 * The largest deviation of the products of some rows (columns, where there are more rows) with each other
 * from those of orthonormal ones times `gain`, as a share of gain^2; of the tensor as a matrix of so many
 * rows, which divide it. SOW_IO, SOW_NO_MEMORY.
 */
sow_status sow__orthonormal_error(const sow_archive *archive, size_t index, uint64_t rows, double gain,
                                  double *deviation, sow_error *error);

#endif
