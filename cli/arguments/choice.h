/* Options whose value is one of a few words. */
#ifndef SOW_CLI_CHOICE_H
#define SOW_CLI_CHOICE_H

#include "cli/arguments/options.h"

/*
 * The index of the option's value among its words (words.h); 0 when it was not given; -1, with a complaint,
 * for another word.
 */
int choice_read(const arguments *given, option_id id);

#endif
