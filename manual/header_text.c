#include "header_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is read at this moment. */
typedef struct reader {
  FILE *file;
  char *line; /* without its end; NULL at the end of the file */
  size_t capacity;
  header_text *out;
  header_item *item; /* the open one, or NULL */
  int depth;         /* of braces: an empty line within a struct ends nothing */
} reader;

static void next_line(reader *r) {
  ssize_t length = getline(&r->line, &r->capacity, r->file);
  if (length > 0 && r->line[length - 1] == '\n')
    r->line[length - 1] = 0;
  if (length < 0) {
    free(r->line);
    r->line = NULL;
  }
}

static bool begins(const char *line, const char *with) {
  return strncmp(line, with, strlen(with)) == 0;
}

static void append(char *to, const char *text, size_t length) {
  size_t used = strlen(to);
  if (used + length + 2 > ITEM_SIZE) {
    fprintf(stderr, "manual: a declaration is longer than %d bytes\n", ITEM_SIZE);
    exit(EXIT_FAILURE);
  }
  memcpy(to + used, text, length);
  memcpy(to + used + length, "\n", 2);
}

static char *text_new(void) {
  char *text = calloc(1, ITEM_SIZE);
  if (text == NULL)
    exit(EXIT_FAILURE);
  return text;
}

static header_item *open_item(reader *r) {
  if (r->item == NULL) {
    if (r->out->count == ITEM_LIMIT) {
      fprintf(stderr, "manual: a header has more than %d declarations\n", ITEM_LIMIT);
      exit(EXIT_FAILURE);
    }
    r->item = &r->out->items[r->out->count++];
    *r->item = (header_item){.comment = text_new(), .code = text_new()};
  }
  return r->item;
}

/* The comment that begins in this line, to its last one, without its stars. */
static void read_comment(reader *r, char *to) {
  const char *at = r->line + 2;
  if (to[0] != 0)
    append(to, "", 0);
  for (;;) {
    const char *end = strstr(at, "*/");
    size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
    while (length > 0 && at[length - 1] == ' ')
      length--;
    if (*at == ' ' && length > 0)
      at++, length--;
    if (length > 0 || (end == NULL && to[0] != 0))
      append(to, at, length);
    if (end != NULL)
      return;
    next_line(r);
    if (r->line == NULL)
      return;
    at = begins(r->line, " *") && !begins(r->line, " */") ? r->line + 2 : r->line;
  }
}

/* "---- measuring ----" */
static void read_title(reader *r) {
  const char *begin = r->line + strlen("/* ---- "), *end = strstr(begin, " ----");
  r->item = NULL;
  open_item(r)->title = strndup(begin, end != NULL ? (size_t)(end - begin) : strlen(begin));
  r->item = NULL;
}

/* What is for the compiler only. */
static bool is_frame(const char *line) {
  size_t length = strlen(line);
  bool guard = begins(line, "#define ") && length > 2 && strcmp(line + length - 2, "_H") == 0;
  return guard || begins(line, "#if") || begins(line, "#else") || begins(line, "#endif") ||
         begins(line, "#include") || begins(line, "#define SOW_API") || begins(line, "/* clang-format");
}

static void read_code(reader *r) {
  append(open_item(r)->code, r->line, strlen(r->line));
  for (const char *at = r->line; *at != 0; at++)
    r->depth += (*at == '{') - (*at == '}');
}

static void skip_cplusplus(reader *r) {
  while (r->line != NULL && !begins(r->line, "#endif"))
    next_line(r);
}

static void read_line(reader *r) {
  if (begins(r->line, "#ifdef __cplusplus")) {
    skip_cplusplus(r);
  } else if (is_frame(r->line) || (r->line[0] == 0 && r->depth > 0)) {
    return;
  } else if (r->line[0] == 0) {
    r->item = NULL;
  } else if (begins(r->line, "/* ---- ")) {
    read_title(r);
  } else if (begins(r->line, "/*")) {
    if (r->item != NULL && r->item->code[0] != 0)
      r->item = NULL;
    read_comment(r, open_item(r)->comment);
  } else {
    read_code(r);
  }
}

bool header_read(const char *path, header_text *out) {
  *out = (header_text){.intro = text_new()};
  reader r = {.file = fopen(path, "r"), .out = out};
  if (r.file == NULL)
    return false;
  next_line(&r);
  if (r.line != NULL && begins(r.line, "/*"))
    read_comment(&r, out->intro);
  for (next_line(&r); r.line != NULL; next_line(&r)) {
    read_line(&r);
    if (r.line == NULL)
      break;
  }
  fclose(r.file);
  return true;
}

void header_free(header_text *text) {
  free(text->intro);
  for (size_t i = 0; i < text->count; i++) {
    free(text->items[i].title);
    free(text->items[i].comment);
    free(text->items[i].code);
  }
}
