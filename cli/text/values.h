/* The elements of a tensor. */
#ifndef SOW_CLI_VALUES_H
#define SOW_CLI_VALUES_H

#include <stdio.h>

#include "sow/tensor.h"

/* An element of a floating-point type. */
double value_at(const void *element, sow_dtype dtype);

/* Prints a contiguous tensor in nested brackets, as torch lays it out, and a line end. */
void tensor_print(const DLTensor *tensor, sow_dtype dtype, FILE *stream);

#endif
