/* "a, b and 3 more": the first few names of a list, for messages. */
#ifndef SOW_BASE_LISTING_H
#define SOW_BASE_LISTING_H

#include "base/memory.h"

/* Start with {0}. */
typedef struct sow__listing {
  sow__buffer text;
  size_t count;
} sow__listing;

/* Adds a name, and what is to be said of it, in brackets; NULL for nothing. */
void sow__listing_add(sow__listing *listing, const char *name, const char *remark);

/* The text; NULL when memory was short. It stays the listing's, to which nothing is added any more. */
const char *sow__listing_end(sow__listing *listing);
void sow__listing_free(sow__listing *listing);

#endif
