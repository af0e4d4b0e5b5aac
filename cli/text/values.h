/* Numbers as data for people and programs: the shortest text that reads back as the same bits. */
#ifndef SOW_CLI_VALUES_H
#define SOW_CLI_VALUES_H

#include <stdio.h>

#include "sow/tensor.h"

#define VALUE_SIZE 32

/*
 * Writes a value of `dtype` with the fewest digits that round to it in that type, in the form of Python's
 * repr ("0.1", "1e-05", "2.0", "nan"); returns `buffer`.
 */
const char *value_print(double value, sow_dtype dtype, char buffer[VALUE_SIZE]);

/* Prints a contiguous tensor in nested brackets, as torch lays it out, and a line end. */
void tensor_print(const DLTensor *tensor, sow_dtype dtype, FILE *stream);

#endif
