/* How the words of the command line are read, each kind into a member of its type. */
#ifndef SOW_CLI_READERS_H
#define SOW_CLI_READERS_H

#include "cli/arguments/commands.h"

reader read_flag;         /* bool */
reader read_text;         /* const char * */
reader read_choice;       /* int: the index among the words of its kind */
reader read_command;      /* command_id */
reader read_seed;         /* given_seed */
reader read_edition;      /* given_edition */
reader read_dtype;        /* given_dtype */
reader read_threads;      /* int */
reader read_isa;          /* none: the processor's instructions are chosen for the whole process */
reader read_slice;        /* slice_argument */
reader read_shard_size;   /* uint64_t */
reader read_expression;   /* sow_initializer */
reader read_shape;        /* shape_argument */
reader read_nonlinearity; /* sow_nonlinearity */
reader read_number;       /* given_number */

#endif
