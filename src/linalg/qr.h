/* The Q of a QR factorisation, the same bits on every machine and with any number of threads. */
#ifndef SOW_LINALG_QR_H
#define SOW_LINALG_QR_H

#include <stdbool.h>
#include <stddef.h>

#include "linalg/tile.h"

/*
 * The matrix lies in strips of SOW__STRIP columns, each with all its rows one after the other, so that what a
 * loop reads is contiguous at any width: element (row, col) is at sow__qr_index in `memory`.
 */
typedef struct sow__qr {
  size_t rows, cols;
  size_t depth; /* rows of a strip: with some of zeros, a multiple of SOW__ROUND */
  size_t count; /* doubles of memory for the matrix and all that is beside it */
} sow__qr;

/* rows >= cols >= 1. False where the memory could not be addressed. */
bool sow__qr_size(size_t rows, size_t cols, sow__qr *qr);

static inline size_t sow__qr_index(const sow__qr *qr, size_t row, size_t col) {
  return (col / SOW__STRIP * qr->depth + row) * SOW__STRIP + col % SOW__STRIP;
}

/* Where sow__qr_f32 leaves the element, in floats: a strip begins where it did. */
static inline size_t sow__qr_index_f32(const sow__qr *qr, size_t row, size_t col) {
  return (col / SOW__STRIP * qr->depth * 2 + row) * SOW__STRIP + col % SOW__STRIP;
}

/*
 * Replaces the matrix in `memory` (qr->count doubles) by the Q of A = Q*R whose R has no negative on its
 * diagonal; that Q is unique where A has full rank. A column whose R is 0 becomes 0, as in
 * torch.nn.init.orthogonal_. The entries' squares must not overflow or vanish: nothing is scaled. What lies
 * in `memory` outside the matrix is not read.
 *
 * Blocked Householder reflections in compact WY form (Bischof & Van Loan 1987; Schreiber & Van Loan 1989).
 * Every sum has one order, that of ascending rows in blocks, whatever else is done side by side. Strips are
 * given to `threads` threads (at least 1); the panels of SOW__PANEL columns are made by one of them.
 */
void sow__qr_f64(const sow__qr *qr, const sow__tile *tile, int threads, double *memory);

/*
 * As sow__qr_f64, but Q is float. The reflectors are found in double, since what is lost there grows with the
 * condition of A; they are multiplied in float, which loses little more than rounding Q does.
 */
void sow__qr_f32(const sow__qr *qr, const sow__tile *tile, int threads, double *memory);

#endif
