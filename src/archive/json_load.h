/* JSON from files that may be hostile. */
#ifndef SOW_ARCHIVE_JSON_LOAD_H
#define SOW_ARCHIVE_JSON_LOAD_H

#include <jansson.h>

#include "base/error.h"

/*
 * Reads strict JSON: UTF-8, one value, no duplicate keys, integers of 63 bits at most. `depth` is how deep it
 * may nest and `density` the fewest bytes that an object or array takes on the average, which together bound
 * what it takes in memory. NULL with SOW_SYNTAX, SOW_DUPLICATE_NAME or SOW_NO_MEMORY in *error. Release it
 * with json_decref.
 */
json_t *sow__json_load(const char *text, size_t length, int depth, size_t density, sow_error *error);

#endif
