/* Texts that hold a print, or come near one, in a form that is not read: what they are, and what to do. */
#ifndef SOW_TEXT_OTHER_TEXT_H
#define SOW_TEXT_OTHER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A whole notebook, or a print of torch 0.1: what is said of it, and *place where; NULL for any other text.
 */
const char *sow__other_text(const char *bytes, size_t length, size_t *place);

/* "nn." or "torch.nn." before a class, as in source code. The length; 0 for none. */
size_t sow__torch_prefix(const char *bytes, size_t length);

#endif
