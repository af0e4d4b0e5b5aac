/* Declarations of a header for a page that is narrower than the header. */
#ifndef SOW_MANUAL_DECLARATIONS_H
#define SOW_MANUAL_DECLARATIONS_H

#include <stdio.h>

/*
 * Source of man(7) that shows the code: no line is wider than a page; a comment that does not fit behind its
 * field stands above it; SOW_API and the bodies of functions are left out.
 */
void declarations_print(const char *code, FILE *stream);

/*
 * Hands each name that the code declares to `found`: functions, macros that look like some, and types.
 */
void declarations_names(const char *code, void (*found)(void *context, const char *name), void *context);

#endif
