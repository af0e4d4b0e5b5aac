/* Python's arithmetic on integers of 64 bits and floats. */
#ifndef SOW_TEXT_ARITHMETIC_H
#define SOW_TEXT_ARITHMETIC_H

#include "text/expression.h"

/*
 * *left = *left OPERATOR *right, where the operator is a token's symbol: + - * / % SOW__FLOOR SOW__POWER.
 * NULL, or what is wrong, with the status in *status.
 */
const char *sow__arithmetic(char op, sow__text_value *left, const sow__text_value *right, sow_status *status);

/* *value = -*value or +*value; NULL or what is wrong. */
const char *sow__arithmetic_sign(char op, sow__text_value *value, sow_status *status);

/* The number that a package's name stands for: math.pi, numpy.inf, torch.e. False for any other name. */
bool sow__constant(const char *path, double *number);

#endif
