/*
 * The encodings in which texts arrive: UTF-8 with or without its mark, UTF-16 as Windows' tools write it, and
 * a terminal's colours within.
 */
#ifndef SOW_TEXT_DECODE_H
#define SOW_TEXT_DECODE_H

#include "base/memory.h"
#include "text/diagnostic.h"

/*
 * Makes the text UTF-8 without a mark at its beginning and without the sequences by which terminals are told
 * of colours and links; its bytes may move to the arena. SOW_SYNTAX for UTF-16 that ends within a character,
 * SOW_NO_MEMORY.
 */
sow_status sow__text_decode(sow__text *text, sow__arena *arena, sow_error *error);

/*
 * Blanks out what is not seen: no-break, zero-width and other spaces of Unicode, HTML's names of them, a mark
 * within the text.
 */
void sow__text_blank_invisible(char *bytes, size_t length);

#endif
