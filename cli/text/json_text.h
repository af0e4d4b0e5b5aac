/* Strings, numbers and tensors in JSON. */
#ifndef SOW_CLI_JSON_TEXT_H
#define SOW_CLI_JSON_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "sow/archive.h"

/* Prints text in quotes, with U+FFFD for bytes that are no UTF-8; false when memory is short. */
bool json_text(const char *text, FILE *stream);

/* The shortest number that reads back as the same bits; null for what JSON has no number for. */
void json_number(double value, FILE *stream);

/*
 * Documents for programs; docs/json.md has what is in each. The version grows when a field goes or changes
 * what it means, not when one is added. json_open leaves the outer bracket open.
 */
#define JSON_VERSION 1
void json_open(const char *document, FILE *stream);

/* Fields behind others: ", "key": value". False when memory is short. */
void json_key(const char *key, FILE *stream);
bool json_put_text(const char *key, const char *value, FILE *stream); /* null for NULL */
void json_put_number(const char *key, double value, FILE *stream);
void json_put_count(const char *key, uint64_t value, FILE *stream);
void json_put_bool(const char *key, bool value, FILE *stream);
void json_put_shape(int ndim, const int64_t *shape, FILE *stream);

/* The fields of a tensor, from "name" on, without the brackets around them; false when memory is short. */
bool json_tensor(const sow_archive_entry *entry, const sow_statistics *statistics, FILE *stream);

/* The fields that sow_statistics has, from "mean" on. */
void json_statistics(const sow_statistics *statistics, FILE *stream);

#endif
