/* JSON strings as serde_json writes them, whose bytes a safetensors header must have. */
#ifndef SOW_BASE_JSON_H
#define SOW_BASE_JSON_H

#include "base/memory.h"

/*
 * Adds `text` with its quotes: \b \t \n \f \r \" \\, other control characters as \u001f, all else as it is.
 * A byte that belongs to no character becomes U+FFFD.
 */
void sow__json_string(sow__buffer *buffer, const char *text);

#endif
