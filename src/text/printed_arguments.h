/* The arguments that a print shows, whatever is among them: where each begins and ends. */
#ifndef SOW_TEXT_PRINTED_ARGUMENTS_H
#define SOW_TEXT_PRINTED_ARGUMENTS_H

#include "text/printed.h"

/* One argument as it was written, without the blanks around it. */
typedef struct sow__printed_argument {
  size_t begin, end;  /* of all of it */
  size_t keyword_end; /* of the name before '='; `begin` where there is none */
  size_t value;       /* where its value begins */
} sow__printed_argument;

/*
 * The next argument of the node's extra text from *at on, which moves behind it; false where there are no
 * more. Arguments end at commas outside of brackets, at the "->" of "Linear (100 -> 64)", as torch up to 0.3
 * has it, and where a line begins with another keyword.
 */
bool sow__printed_next(const sow__printed_text *printed, const sow__printed *node, size_t *at,
                       sow__printed_argument *argument);

#endif
