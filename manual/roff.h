/* Text as source of man(7): escaped, in short lines, each sentence on lines of its own. */
#ifndef SOW_MANUAL_ROFF_H
#define SOW_MANUAL_ROFF_H

#include <stdio.h>

/*
 * Paragraphs with an empty line between them. Options become bold; words of `names` ("MODEL FILE N"), which
 * stand for what the user gives, italic. Each paragraph but the first begins with .PP.
 */
void roff_text(const char *text, const char *names, FILE *stream);

/* A line of code, within .EX and .EE. */
void roff_code(const char *line, FILE *stream);

/* Part of a line in one font: 'B', 'I', or 'R', the plain one. */
void roff_font(const char *text, char font, FILE *stream);

#endif
