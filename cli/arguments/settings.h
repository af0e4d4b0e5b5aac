/* The options that choose numbers (--seed, --torch, --dtype, --cast) or their making (--threads, --isa). */
#ifndef SOW_CLI_SETTINGS_H
#define SOW_CLI_SETTINGS_H

#include "cli/arguments/options.h"
#include "sow/plan.h"

/* False, with a complaint, for a value that means nothing. */
bool settings_read(const arguments *given, sow_plan_options *settings);

/* Takes the instruction set that --isa or SOW_ISA names; false, with a complaint, where it cannot. */
bool isa_choose(const arguments *given);

/* --threads; 0 where it was not given. False, with a complaint, for what is no number of threads. */
bool threads_read(const arguments *given, int *threads);

bool is_quiet(const arguments *given);

#endif
