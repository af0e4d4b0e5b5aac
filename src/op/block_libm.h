/*
 * The blocks of 16 that ATen's normal_ makes with the C library's logf, cosf and sinf: the 16-bit dtypes
 * before edition 2.13. These bits are glibc's.
 */
#ifndef SOW_OP_BLOCK_LIBM_H
#define SOW_OP_BLOCK_LIBM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/core/normal_table.h"
#include "sow/generator.h"
#include "sow/tensor.h"

/* Every radius and turn that there is before edition 2.12; 24 KiB. */
typedef struct sow__half_tables {
  sow__normal_table table;
  float radius[2048], cosine[2048], sine[2048];
} sow__half_tables;

/* Whether there are tables, and `count` elements are enough for making them. */
bool sow__half_tables_pay(sow_edition edition, uint64_t count);

void sow__half_tables_make(sow_edition edition, sow_dtype dtype, double mean, double std,
                           sow__half_tables *tables);

/*
 * `blocks` times 16 elements of SOW_FLOAT16 or SOW_BFLOAT16 from 16 words each; edition before 2.13. `tables`
 * may be NULL.
 */
void sow__block_half(sow_edition edition, sow_dtype dtype, const sow__half_tables *tables,
                     const uint32_t *words, uint16_t *out, size_t blocks, double mean, double std);

#endif
