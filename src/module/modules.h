/* Modules as named_modules() lists them, and the classes that made them. */
#ifndef SOW_MODULE_MODULES_H
#define SOW_MODULE_MODULES_H

#include "module/tree.h"

/* Called with the dotted name from the root of the walk, "" for the root; false stops it. */
typedef bool sow__module_visitor(sow_module *module, const char *name, void *context);

/*
 * named_modules(): the module before its children, in the order of registration, each module once under its
 * first name. False when a visitor said so, or memory is short, for which *no_memory is then set.
 */
bool sow__modules_each(sow_module *root, sow__module_visitor *visit, void *context, bool *no_memory);

/* The class whose constructor made it ("Conv3d", whatever the print called it); NULL for a container. */
const char *sow__module_layer(const sow_module *module);

#endif
