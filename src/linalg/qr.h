/* The Q of a QR factorisation, the same bits on every machine. */
#ifndef SOW_LINALG_QR_H
#define SOW_LINALG_QR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Replaces the rows x cols matrix at `a` (row-major, rows >= cols >= 1) by the rows x cols Q of A = Q*R whose
 * R has no negative on its diagonal; that Q is unique where A has full rank. A column whose R is 0 becomes 0,
 * as in torch.nn.init.orthogonal_. The entries' squares must not overflow or vanish: nothing is scaled.
 *
 * Blocked Householder reflections in compact WY form (Bischof & Van Loan 1987; Schreiber & Van Loan 1989).
 * Every sum has one order, that of ascending rows in blocks of 256, whatever else is done side by side:
 * column tiles may be given to threads, and the loops of tile.c to vector units, without a bit changing.
 *
 * False, with `a` as it was, when memory is short (32 doubles a row, 33 a column, 160 KiB).
 */
bool sow__qr_orthonormal(double *a, size_t rows, size_t cols);

#endif
