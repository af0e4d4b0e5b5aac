/* Reading an initialiser's call: a table row of src/init bound to arguments written as in Python. */
#ifndef SOW_TEXT_INITIALIZER_TEXT_H
#define SOW_TEXT_INITIALIZER_TEXT_H

#include "sow/init.h"
#include "text/expression.h"

/* Reads one call from the reader's token on, and stops behind its ')'. */
sow_status sow__initializer_read(sow__reader *reader, sow_initializer *initializer);

#endif
