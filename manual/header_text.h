/* A public header, read as what a manual page is made of: its declarations, each with the comment above it.
 */
#ifndef SOW_MANUAL_HEADER_TEXT_H
#define SOW_MANUAL_HEADER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define ITEM_SIZE 16384
#define ITEM_LIMIT 256

typedef struct header_item {
  char *title;   /* of a part of the header ("measuring"), which has nothing else; or NULL */
  char *comment; /* lines without their stars; "" for none */
  char *code;    /* lines as they stand; "" for none */
} header_item;

typedef struct header_text {
  char *intro; /* the comment at the top */
  header_item items[ITEM_LIMIT];
  size_t count;
} header_text;

/* False, with errno, where the file cannot be read. Free it in either case. */
bool header_read(const char *path, header_text *out);
void header_free(header_text *text);

#endif
