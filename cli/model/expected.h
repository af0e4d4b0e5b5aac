/* --expect: what must come out of a model, so that nothing is left out in silence. */
#ifndef SOW_CLI_EXPECTED_H
#define SOW_CLI_EXPECTED_H

#include "cli/model/model.h"

/*
 * Holds the model against the option: a number of parameters, or the names in a file (a checkpoint, a list of
 * shapes, or a name a line), with their shapes where it has them. EXIT_SUCCESS, or what the program must exit
 * with after it has shown the difference.
 */
int expect_check(const model_arguments *given, const model *one);

#endif
