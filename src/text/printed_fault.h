/* What is said of text that is no print, by the place where its parser stops. */
#ifndef SOW_TEXT_PRINTED_FAULT_H
#define SOW_TEXT_PRINTED_FAULT_H

#include "text/printed.h"

/* The end of an identifier with dots in it that starts at `at`; `at` itself where there is none. */
size_t sow__class_end(const sow__text *text, size_t at);

/* "..." or its Unicode twin, by itself: how people and notebooks cut a long print. */
bool sow__at_ellipsis(const sow__text *text, size_t at);

/* "nn.Linear", as in source code. */
bool sow__at_source(const sow__text *text, size_t at);

/* "1.0", "'a'", True: what a module's __repr__ of its own shows among its children. */
bool sow__at_plain_value(const sow__text *text, size_t at);

/* All SOW_SYNTAX, at `at`. */
sow_status sow__fault_cut(const sow__text *text, size_t at, sow_error *error);
sow_status sow__fault_source(const sow__text *text, size_t at, sow_error *error);
sow_status sow__fault_module(const sow__text *text, size_t at, sow_error *error); /* one is expected */
sow_status sow__fault_child(const sow__text *text, size_t at, sow_error *error);  /* likewise */

/* `node` is not closed. Where `beside` is not 0, a child that stands no deeper than it begins there. */
sow_status sow__fault_open(const sow__text *text, const sow__printed *node, size_t beside, sow_error *error);

/* Of the node's extra text; SOW_OK where it hides no child. */
sow_status sow__fault_extra(const sow__text *text, const sow__printed *node, sow_error *error);

/* A text without a model: what it is, if that is known, or what it begins with. */
sow_status sow__fault_nothing(const sow__text *text, sow_error *error);

#endif
