/* What is made of the tables of the program beside --help. */
#ifndef SOW_MANUAL_MANUAL_H
#define SOW_MANUAL_MANUAL_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/arguments/options.h"

/* Of the version, not of the build: the pages are the same bytes whenever they are made. */
#define PAGE_DATE "2026-11-28"

void man_page(FILE *stream);
void bash_completion(FILE *stream);
void zsh_completion(FILE *stream);

/*
 * The pages of section 3 of these headers (paths, with a NULL at the end) into the folder, and a link to its
 * page for each function and type. False where a file cannot be read or written; the reason is told.
 */
bool header_pages(const char *folder, const char *const *headers);

#endif
