/* JSON: strings as serde_json writes them, whose bytes a safetensors header must have; documents for
 * programs. */
#ifndef SOW_BASE_JSON_H
#define SOW_BASE_JSON_H

#include <stdint.h>

#include "base/memory.h"

/*
 * Adds `text` with its quotes: \b \t \n \f \r \" \\, other control characters as \u001f, all else as it is.
 * A byte that belongs to no character becomes U+FFFD.
 */
void sow__json_string(sow__buffer *buffer, const char *text);

/* The shortest number that reads back as the same bits; null for what JSON has no number for. */
void sow__json_number(sow__buffer *buffer, double value);

/*
 * Documents; docs/json.md has what is in each. The version grows when a field goes or changes what it means,
 * not when one is added. The outer bracket is left open.
 */
#define SOW__JSON_VERSION 1
void sow__json_open(sow__buffer *buffer, const char *document);

/* Fields behind others: ", "key": value"; the second begins a line of the document. */
void sow__json_key(sow__buffer *buffer, const char *key);
void sow__json_line(sow__buffer *buffer, const char *key);
void sow__json_put_text(sow__buffer *buffer, const char *key, const char *value); /* null for NULL */
void sow__json_put_number(sow__buffer *buffer, const char *key, double value);
void sow__json_put_count(sow__buffer *buffer, const char *key, uint64_t value);
void sow__json_put_bool(sow__buffer *buffer, const char *key, bool value);
void sow__json_put_shape(sow__buffer *buffer, const char *key, int ndim, const int64_t *shape);

/* A list, each of whose items begins a line: what stands before the item of that index, and at the end. */
void sow__json_item(sow__buffer *buffer, size_t index);
void sow__json_close_list(sow__buffer *buffer, size_t count);

#endif
