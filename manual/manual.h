/* What is made of the tables of the program beside --help. */
#ifndef SOW_MANUAL_MANUAL_H
#define SOW_MANUAL_MANUAL_H

#include <stdio.h>

#include "options.h"

void man_page(FILE *stream);
void bash_completion(FILE *stream);
void zsh_completion(FILE *stream);

#endif
