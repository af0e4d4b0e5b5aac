/* Strings within text that is not Python's: a quote without a partner in its line is an apostrophe. */
#ifndef SOW_TEXT_QUOTES_H
#define SOW_TEXT_QUOTES_H

#include <stddef.h>

/* Up to where no quote has a partner; looking again would take time without bound. Start with {0}. */
typedef struct sow__quotes {
  size_t single, twice;
} sow__quotes;

/* The byte behind the string that begins with the quote at `at`, or behind the apostrophe that it is. */
size_t sow__skip_quote(const char *bytes, size_t at, size_t end, sow__quotes *quotes);

#endif
