/* Strings in JSON. */
#ifndef SOW_CLI_JSON_TEXT_H
#define SOW_CLI_JSON_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* Prints UTF-8 text with its quotes, and what is no UTF-8 as an empty string; false when memory is short. */
bool json_text(const char *text, FILE *stream);

#endif
