/* Well-formed UTF-8: shortest forms, no surrogates (the Unicode standard, table 3-7). */
#ifndef SOW_BASE_UTF8_H
#define SOW_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at the start of `length` bytes; 0 where there is none. */
size_t sow__utf8_length(const char *bytes, size_t length);

/* The code point at the start of a 0-terminated text that is UTF-8 and not empty; moves *text behind it. */
uint32_t sow__utf8_next(const char **text);

/* How many characters begin in `length` bytes: the columns that they take in a table. */
size_t sow__utf8_count(const char *bytes, size_t length);

/* Where the character of that number begins, counted from 0; `length` where there are fewer. */
size_t sow__utf8_place(const char *bytes, size_t length, size_t character);

/* Whether the whole 0-terminated text is UTF-8. */
bool sow__utf8_check(const char *text);

#endif
