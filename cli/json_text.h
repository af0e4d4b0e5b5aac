/* Strings, numbers and tensors in JSON. */
#ifndef SOW_CLI_JSON_TEXT_H
#define SOW_CLI_JSON_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "sow/archive.h"

/* Prints text in quotes, with '?' for bytes that are no UTF-8; false when memory is short. */
bool json_text(const char *text, FILE *stream);

/* The shortest number that reads back as the same bits; null for what JSON has no number for. */
void json_number(double value, FILE *stream);

/* The fields of a tensor, from "name" on, without the brackets around them; false when memory is short. */
bool json_tensor(const sow_archive_entry *entry, const sow_statistics *statistics, FILE *stream);

/* The fields that sow_statistics has, from "mean" on. */
void json_statistics(const sow_statistics *statistics, FILE *stream);

#endif
