/* Whether what stands before a module's first child is extra_repr()'s, or a child that has lost its shape. */
#ifndef SOW_TEXT_PRINTED_EXTRA_H
#define SOW_TEXT_PRINTED_EXTRA_H

#include "text/printed.h"

typedef enum sow__extra_fault {
  SOW__EXTRA_FINE,
  SOW__EXTRA_CHILD, /* a child is meant: "(fc) Linear(…)", or anything in a Sequential, which prints no extras
                     */
  SOW__EXTRA_LAYER /* a class with parameters: "Block(Conv2d)", "GINConv(nn=Linear(…))" */
} sow__extra_fault;

/* Looks through the node's extra text; *place is where the fault begins. Takes time in its length. */
sow__extra_fault sow__extra_look(const sow__text *text, const sow__printed *node, size_t *place);

/* The ')' of "(fc)" at `at`, the name being of a child's kind; 0 where there is none. */
size_t sow__extra_name(const char *bytes, size_t at, size_t end);

#endif
