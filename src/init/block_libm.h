/*
 * The blocks of 16 that ATen's normal_ makes with the C library's log, cos and sin: float64 in every edition,
 * and the 16-bit dtypes before 2.12. Portable only; these bits are glibc's.
 */
#ifndef SOW_INIT_BLOCK_LIBM_H
#define SOW_INIT_BLOCK_LIBM_H

#include <stddef.h>
#include <stdint.h>

#include "sow/generator.h"
#include "sow/tensor.h"

/* `blocks` times 16 elements from 32 words each. */
void sow__block_f64(const uint32_t *words, double *out, size_t blocks, double mean, double std);

/* `blocks` times 16 elements of SOW_FLOAT16 or SOW_BFLOAT16 from 16 words each; edition before 2.12. */
void sow__block_half(sow_edition edition, sow_dtype dtype, const uint32_t *words, uint16_t *out,
                     size_t blocks, double mean, double std);

#endif
