/* Reading an initialiser's call: a table row of src/init bound to arguments written as in Python. */
#ifndef SOW_TEXT_INITIALIZER_TEXT_H
#define SOW_TEXT_INITIALIZER_TEXT_H

#include "sow/init.h"
#include "text/expression.h"

/* What `written`, which stands at `begin`, names; fails with what it may have been meant for. */
sow_status sow__initializer_find(sow__reader *reader, const char *written, size_t begin,
                                 sow_initializer_kind *kind);

/* Reads one call from the reader's token on, and stops behind its ')'. */
sow_status sow__initializer_read(sow__reader *reader, sow_initializer *initializer);

/* sow_initializer_parse for a call whose first argument is a tensor in truth: the text has any number there.
 */
sow_status sow__initializer_parse_reading(const char *text, size_t length, sow_initializer *initializer,
                                          sow_error *error);

/*
 * An initialiser by torch's name, also by the old one without the underscore, which torch forwards with a
 * warning: *deprecated. False where there is none.
 */
bool sow__torchs_initializer_find(const char *name, sow_initializer_kind *kind, bool *deprecated);

/* The same call, whose arguments, without the tensor, have been read. `begin` is its place. */
sow_status sow__initializer_bind(sow__reader *reader, sow_initializer_kind kind, size_t begin,
                                 const sow__passed_list *list, sow_initializer *initializer);

#endif
