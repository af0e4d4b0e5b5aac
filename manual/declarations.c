#include "declarations.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "roff.h"

#define PAGE_WIDTH 72 /* of a terminal's 80, with the margins of a page */
#define TEXT_SIZE 4096

/* One field, enumerator or prototype, however many lines it has in the header. */
typedef struct declaration {
  size_t indent;
  char code[TEXT_SIZE], comment[TEXT_SIZE];
  int parentheses;
} declaration;

static void add(char *to, const char *text, size_t length) {
  size_t used = strlen(to);
  if (used > 0 && length > 0 && used + 1 < TEXT_SIZE && to[used - 1] != '(')
    to[used++] = ' ';
  if (length >= TEXT_SIZE - used)
    length = TEXT_SIZE - used - 1;
  memcpy(to + used, text, length);
  to[used + length] = 0;
}

/* ---- lines that fit ---- */

static void put_line(const char *text, size_t length, size_t indent, FILE *stream) {
  char line[TEXT_SIZE];
  memset(line, ' ', indent);
  memcpy(line + indent, text, length);
  line[indent + length] = 0;
  roff_code(line, stream);
}

/* Where a line of at most `room` ends: behind a comma if there is one in its second half, else between words.
 */
static size_t break_before(const char *text, size_t room) {
  size_t space = 0, comma = 0;
  for (size_t i = 1; i <= room; i++)
    if (text[i] == ' ' && strcmp(text + i, " */") != 0) { /* a comment's end is no line */
      space = i;
      comma = text[i - 1] == ',' ? i : comma;
    }
  if (comma > room / 2)
    return comma;
  return space > 0 ? space : strcspn(text, " ");
}

/* Text in lines of words; all but the first begin with `begin`. */
static void put_wrapped(const char *text, size_t indent, const char *begin, FILE *stream) {
  size_t more = 0;
  char line[TEXT_SIZE];
  while (*text != 0) {
    const char *lead = more > 0 ? begin : "";
    size_t room = PAGE_WIDTH - indent - strlen(lead), length = strlen(text);
    if (length > room) {
      length = break_before(text, room);
    }
    snprintf(line, sizeof line, "%s%.*s", lead, (int)length, text);
    put_line(line, strlen(line), indent, stream);
    text += length;
    text += strspn(text, " ");
    more++;
  }
}

static void put(declaration *one, FILE *stream) {
  if (one->code[0] == 0 && one->comment[0] == 0)
    return;
  size_t code = strlen(one->code), comment = strlen(one->comment);
  if (code > 0 && comment > 0 && one->indent + code + 1 + comment <= PAGE_WIDTH) {
    add(one->code, one->comment, comment);
    one->comment[0] = 0;
  }
  put_wrapped(one->comment, one->indent, " * ", stream);
  put_wrapped(one->code, one->indent, "    ", stream);
  *one = (declaration){0};
}

/* ---- reading ---- */

static bool is_complete(const declaration *one) {
  size_t length = strlen(one->code);
  return one->parentheses == 0 && length > 0 && strchr(";{},", one->code[length - 1]) != NULL;
}

static void read_code(declaration *one, const char *text, size_t length) {
  while (length > 0 && text[length - 1] == ' ')
    length--;
  for (size_t i = 0; i < length; i++)
    one->parentheses += (text[i] == '(') - (text[i] == ')');
  add(one->code, text, length);
}

/* A line of the header: code, a comment, or both; *inside while the comment goes on. */
static void read_line(declaration *one, const char *line, size_t length, bool *inside, FILE *stream) {
  size_t indent = strspn(line, " ");
  const char *text = line + indent, *comment = *inside ? text : strstr(text, "/*");
  length -= indent;
  if (comment != NULL && comment >= text + length)
    comment = NULL;
  if (*inside && text[0] == '*' && text[1] == ' ')
    text = comment = text + 2, length -= 2;
  size_t code = comment == NULL ? length : (size_t)(comment - text);
  if (!*inside && code > 0 && text[0] == '}')
    put(one, stream);
  if (one->code[0] == 0 && one->comment[0] == 0)
    one->indent = indent;
  read_code(one, text, code);
  if (comment != NULL) {
    add(one->comment, comment, length - code);
    *inside = length - code < 2 || strncmp(text + length - 2, "*/", 2) != 0;
  }
}

static const char *line_end(const char *line) {
  return line + strcspn(line, "\n");
}

/* The line behind the body of a function, which begins in this one. */
static const char *behind_body(const char *line) {
  while (*line != 0 && *line != '}')
    line = *line_end(line) == 0 ? line_end(line) : line_end(line) + 1;
  return *line == 0 ? line : line_end(line);
}

/* A line of the preprocessor with those that continue it, whose marks stand behind the text; where it ends.
 */
static const char *put_macro(const char *line, FILE *stream) {
  bool call = strncmp(line, "#define sow_", 12) == 0; /* of which the body says nothing to the caller */
  for (;;) {
    const char *end = line_end(line);
    bool more = end > line && end[-1] == '\\' && *end != 0;
    size_t length = (size_t)(end - line) - more;
    while (length > 0 && line[length - 1] == ' ')
      length--;
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "%.*s%s", (int)length, line, more ? " \\" : "");
    if (call)
      text[strcspn(text, ")") + 1] = 0;
    if (line[0] != ' ' || !call)
      put_wrapped(text, 0, "    ", stream);
    if (!more)
      return end;
    line = end + 1;
  }
}

void declarations_print(const char *code, FILE *stream) {
  static const char exported[] = "SOW_API ", inlined[] = "static inline ";
  declaration one = {0};
  bool inside = false;
  for (const char *line = code, *end; *line != 0; line = *end == 0 ? end : end + 1) {
    end = line_end(line);
    if (*line == '#') {
      put(&one, stream);
      end = put_macro(line, stream);
      continue;
    }
    if (strncmp(line, exported, strlen(exported)) == 0)
      line += strlen(exported);
    if (strncmp(line, inlined, strlen(inlined)) == 0) {
      line += strlen(inlined);
      read_code(&one, line, (size_t)(strchr(line, '{') - line));
      size_t length = strlen(one.code);
      snprintf(one.code + length, TEXT_SIZE - length, ";");
      end = behind_body(line);
    } else {
      read_line(&one, line, (size_t)(end - line), &inside, stream);
    }
    if (!inside && (is_complete(&one) || one.code[0] == 0))
      put(&one, stream);
  }
  put(&one, stream);
}

/* ---- names ---- */

static size_t name_length(const char *text) {
  size_t length = 0;
  while (isalnum((unsigned char)text[length]) || text[length] == '_')
    length++;
  return strncmp(text, "sow_", 4) == 0 ? length : 0;
}

/* In "#define sow_module_set(…" and "SOW_API sow_status sow_fill(…" the one before the bracket; in "}
 * sow_axes;" the one before the end. */
void declarations_names(const char *code, void (*found)(void *context, const char *name), void *context) {
  for (const char *line = code; *line != 0;
       line = *line_end(line) == 0 ? line_end(line) : line_end(line) + 1) {
    bool macro = strncmp(line, "#define sow_", 12) == 0;
    bool function = macro || strncmp(line, "SOW_API ", 8) == 0 || strncmp(line, "static inline ", 14) == 0;
    bool type = strncmp(line, "} ", 2) == 0 || strncmp(line, "typedef ", 8) == 0;
    if (!function && !type)
      continue;
    for (const char *at = line; at < line_end(line); at++) {
      size_t length = at == line || !(isalnum((unsigned char)at[-1]) || at[-1] == '_') ? name_length(at) : 0;
      bool last = length > 0 &&
                  (function ? at[length] == '(' : at[length] == ';' || strncmp(at + length, ")(", 2) == 0);
      if (last) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        found(context, name);
        break;
      }
    }
  }
}
