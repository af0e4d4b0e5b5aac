/* What a layer was built with, read back from what its tree keeps as a print writes it. */
#ifndef SOW_TEXT_LAYER_ARGUMENT_H
#define SOW_TEXT_LAYER_ARGUMENT_H

#include "text/class_table.h"

/*
 * The argument `name` of a module that is a `layer` of torch's; *found is false where none was written. The
 * value lives as long as the arena.
 */
sow_status sow__layer_argument(const sow_module *module, const char *layer, const char *name,
                               sow__arena *arena, sow__text_value *value, bool *found, sow_error *error);

#endif
