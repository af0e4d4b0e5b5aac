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

/*
 * sow_initializer_parse for a call whose first argument is a tensor in truth: the text has any number there.
 * Only calls that can read another tensor are taken.
 */
sow_status sow__initializer_parse_reading(const char *text, size_t length, sow_initializer *initializer,
                                          sow_error *error);

#endif
