/* Numbers as text, the same under every locale. */
#ifndef SOW_BASE_NUMBER_H
#define SOW_BASE_NUMBER_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/tensor.h"

#define SOW__NUMBER_SIZE 32

/*
 * The locale "C", for functions that follow one. glibc and musl give a constant object for it, so this
 * neither allocates nor fails, and nobody frees it.
 */
locale_t sow__c_locale(void);

/*
 * Reads the longest Python number literal at the start of text (decimal digits with '_' between them, point,
 * exponent; no sign, no inf or nan). Returns its length, 0 where there is none. *integer says whether it was
 * written without point and exponent.
 */
size_t sow__number_scan(const char *text, size_t length, double *value, bool *integer);

/* Whether a double is this integer to the last digit; torch takes an int for what it is. */
bool sow__number_holds(int64_t integer);

/* Writes `value` as Python's repr does ("0.02", "1e-05", "2.0", "inf", "nan"); returns `buffer`. */
char *sow__number_print(double value, char buffer[SOW__NUMBER_SIZE]);

/* The same with the fewest digits that are read as `value` in a floating-point type, which holds it. */
char *sow__number_print_as(double value, sow_dtype dtype, char buffer[SOW__NUMBER_SIZE]);

/* The same with at most four significant digits, for people. */
char *sow__number_short(double value, char text[SOW__NUMBER_SIZE]);

/* The nearest number of `digits` decimals, 0 to SOW__ROUND_MOST, as Python's round has it: the even one of
 * two. */
double sow__number_round(double value, int digits);
#define SOW__ROUND_MOST 30

/* Python's a // b and a % b: the remainder has the divisor's sign, and both are exact where they can be. */
double sow__floor_divide(double a, double b, double *remainder);

/* "s", or "" for one: for what is counted in messages. */
const char *sow__plural(uint64_t count);

/* Reads the decimal digits at *text, which moves behind them; false for none, or more than 64 bits. */
bool sow__digits_read(const char **text, uint64_t *value);

/* Reads a text that is a decimal or 0x integer as a whole: its sign and magnitude; false for others. */
bool sow__integer_scan(const char *text, bool *negative, uint64_t *value);

#endif
