/* Pages of section 3, one for each public header, of what stands in it; and for each name that it declares a
 * link. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "declarations.h"
#include "header_text.h"
#include "manual.h"
#include "roff.h"
#include "sow/sow.h"

#define NAME_SIZE 64

/* "include/sow/plan.h" is the page sow_plan, and sow.h is sow. */
static void page_name(const char *header, char name[NAME_SIZE]) {
  const char *base = strrchr(header, '/') != NULL ? strrchr(header, '/') + 1 : header;
  size_t length = strcspn(base, ".");
  bool whole = strncmp(base, "sow", length) == 0;
  snprintf(name, NAME_SIZE, "%s%.*s", whole ? "" : "sow_", (int)length, base);
}

/* ---- text ---- */

static bool is_example(const char *line) {
  return strncmp(line, "    ", 4) == 0;
}

/* A comment's paragraphs, and its lines that stand four columns in, as code. */
static void put_text(const char *text, FILE *stream) {
  while (*text != 0) {
    size_t length = 0;
    bool shown = is_example(text);
    while (text[length] != 0 && (is_example(text + length) == shown || text[length] == '\n'))
      length += strcspn(text + length, "\n") + 1;
    char *part = strndup(text, length);
    if (part == NULL)
      exit(EXIT_FAILURE);
    text += length;
    while (length > 0 && part[length - 1] == '\n')
      part[--length] = 0;
    if (shown) {
      fputs(".PP\n.RS 4\n.EX\n", stream);
      for (char *rest = part, *line; (line = strsep(&rest, "\n")) != NULL;)
        roff_code(is_example(line) ? line + 4 : line, stream);
      fputs(".EE\n.RE\n", stream);
    } else {
      roff_text(part, "", stream);
    }
    if (*text != 0 && shown)
      fputs(".PP\n", stream);
    free(part);
  }
}

/* `first` under a title, where a paragraph has begun already. */
static void put_item(const header_item *item, bool first, FILE *stream) {
  if (item->title != NULL) {
    char title[128];
    snprintf(title, sizeof title, "%s", item->title);
    title[0] = (char)toupper((unsigned char)title[0]);
    fputs(".SS ", stream);
    roff_font(title, 'R', stream);
    fputc('\n', stream);
    return;
  }
  if (item->code[0] != 0) {
    fputs(first ? ".EX\n" : ".PP\n.EX\n", stream);
    declarations_print(item->code, stream);
    fputs(".EE\n", stream);
  }
  if (item->comment[0] == 0)
    return;
  fputs(item->code[0] != 0 ? ".RS 4\n" : first ? "" : ".PP\n", stream);
  put_text(item->comment, stream);
  fputs(item->code[0] != 0 ? ".RE\n" : "", stream);
}

/* ---- the page ---- */

/* The first sentence is what apropos shows. */
static size_t summary_length(const char *intro) {
  const char *end = strstr(intro, ".\n");
  const char *inner = strstr(intro, ". ");
  if (inner != NULL && (end == NULL || inner < end))
    end = inner;
  return end != NULL ? (size_t)(end - intro) : strlen(intro);
}

static void put_head(const char *name, const char *header, const header_text *text, FILE *stream) {
  char title[NAME_SIZE] = {0}, summary[1024];
  for (size_t i = 0; name[i] != 0; i++)
    title[i] = (char)toupper((unsigned char)name[i]);
  size_t length = summary_length(text->intro);
  snprintf(summary, sizeof summary, "%.*s", (int)length, text->intro);
  for (char *at = summary; (at = strchr(at, '\n')) != NULL;)
    *at = ' ';
  fprintf(
      stream,
      ".\\\" Made from %s; edit that.\n.TH %s 3 %s \"sow %s\" \"Library Functions\"\n.nh\n.ad l\n.SH NAME\n"
      "%s \\-\n",
      header, title, PAGE_DATE, sow_version(), name);
  roff_text(summary, "", stream);
  fprintf(stream,
          ".SH SYNOPSIS\n.EX\n\\fB#include\\fR <%s>\n.EE\n.PP\n"
          "\\fBcc\\fR ... $(pkg\\-config \\-\\-cflags \\-\\-libs sow)\n",
          header);
  const char *rest = text->intro + length;
  rest += strspn(rest, ". \n");
  if (*rest != 0) {
    fputs(".SH DESCRIPTION\n", stream);
    put_text(rest, stream);
  }
  fputs(".SH DECLARATIONS\n", stream);
}

static void put_see_also(const char *name, const char *const *headers, FILE *stream) {
  char other[NAME_SIZE];
  fputs(".SH \"SEE ALSO\"\n.BR sow (1)", stream);
  for (size_t i = 0; headers[i] != NULL; i++) {
    page_name(headers[i], other);
    if (strcmp(other, name) != 0)
      fprintf(stream, ",\n.BR %s (3)", other);
  }
  fputc('\n', stream);
}

/* ---- files ---- */

static FILE *open_page(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.3", folder, name);
  FILE *stream = fopen(path, "w");
  if (stream == NULL) {
    perror(path);
    exit(EXIT_FAILURE);
  }
  return stream;
}

typedef struct linked {
  const char *folder, *page;
  const char *const *headers;
} linked;

static bool is_page(const linked *to, const char *name) {
  char page[NAME_SIZE];
  for (size_t i = 0; to->headers[i] != NULL; i++) {
    page_name(to->headers[i], page);
    if (strcmp(page, name) == 0)
      return true;
  }
  return false;
}

/* sow_rules declares a type of the name of a page; the page is what people mean. */
static void link_page(void *context, const char *name) {
  const linked *to = context;
  if (is_page(to, name))
    return;
  FILE *stream = open_page(to->folder, name);
  fprintf(stream, ".so man3/%s.3\n", to->page);
  fclose(stream);
}

bool header_pages(const char *folder, const char *const *headers) {
  static header_text text;
  for (size_t i = 0; headers[i] != NULL; i++) {
    char name[NAME_SIZE];
    page_name(headers[i], name);
    if (!header_read(headers[i], &text)) {
      perror(headers[i]);
      return false;
    }
    const char *shown = strstr(headers[i], "sow/");
    FILE *stream = open_page(folder, name);
    put_head(name, shown != NULL ? shown : headers[i], &text, stream);
    for (size_t k = 0; k < text.count; k++) {
      put_item(&text.items[k], k == 0 || text.items[k - 1].title != NULL, stream);
      declarations_names(text.items[k].code, link_page, &(linked){folder, name, headers});
    }
    put_see_also(name, headers, stream);
    header_free(&text);
    if (fclose(stream) != 0)
      return false;
  }
  return true;
}
