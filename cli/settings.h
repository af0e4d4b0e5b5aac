/* The options that choose numbers: --seed, --torch, --dtype, --cast. */
#ifndef SOW_CLI_SETTINGS_H
#define SOW_CLI_SETTINGS_H

#include "options.h"
#include "sow/plan.h"

/* False, with a complaint, for a value that means nothing. */
bool settings_read(const arguments *given, sow_plan_options *settings);

bool is_quiet(const arguments *given);

#endif
