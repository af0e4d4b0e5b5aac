/* What JSON documents say of tensors and checkpoints, and printing such a document. */
#ifndef SOW_CLI_TENSOR_JSON_H
#define SOW_CLI_TENSOR_JSON_H

#include <stdio.h>

#include "base/json.h"
#include "sow/archive.h"

/* The fields of a tensor, from "name" on, without the brackets around them. */
void json_tensor(sow__buffer *out, const sow_archive_entry *entry, const sow_statistics *statistics);

/* The fields that sow_statistics has, from "mean" on. */
void json_statistics(sow__buffer *out, const sow_statistics *statistics);

/* The field "metadata". */
void json_metadata(sow__buffer *out, const sow_archive *archive);

/* Prints a document and frees it; EXIT_TROUBLE, with a complaint, where memory was short. */
int json_print(sow__buffer *document, FILE *stream);

#endif
