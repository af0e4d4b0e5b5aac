/* Where init and fill write to. */
#ifndef SOW_CLI_OUTPUT_H
#define SOW_CLI_OUTPUT_H

#include "options.h"

/*
 * The path that the library is to write to: -o's value, or standard output's for '-'. NULL, with a complaint,
 * for a terminal, which binary data would upset, unless --force says so.
 */
const char *output_path(const arguments *given);

#endif
