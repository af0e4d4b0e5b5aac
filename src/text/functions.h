/* The functions that an expression may call: sqrt, prod, calculate_gain, float; of rules, name.endswith. */
#ifndef SOW_TEXT_FUNCTIONS_H
#define SOW_TEXT_FUNCTIONS_H

#include "sow/init.h"
#include "text/expression.h"

/* Calls `name` (with its prefixes), which stands at `begin`. */
sow_status sow__function_call(sow__reader *reader, const char *name, size_t begin,
                              const sow__passed_list *list, sow__text_value *value);

/* The nonlinearity that a str names; the failure points at it. */
sow_status sow__nonlinearity_read(sow__reader *reader, const sow__text_value *value,
                                  sow_nonlinearity *nonlinearity);

/* torch's way of writing torch.nn.init before a name; for sow__without_prefix. */
extern const char *const sow__init_prefixes[];

#endif
