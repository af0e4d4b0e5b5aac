#include "roff.h"

#include <stdbool.h>
#include <string.h>

#define LINE_WIDTH 72 /* mandoc's style allows 80 bytes, and a letter beyond ASCII counts as eight */
#define WORD_SIZE 256

/* Source that grows; it holds one word, which is never so long that it is cut. */
typedef struct source {
  char text[WORD_SIZE];
  size_t length;
} source;

static void append(source *to, const char *text, size_t length) {
  if (length >= WORD_SIZE - to->length)
    length = WORD_SIZE - 1 - to->length;
  memcpy(to->text + to->length, text, length);
  to->length += length;
  to->text[to->length] = 0;
}

/* Unescaped, '-' is a hyphen and "'" a closing quote, of which a shell would understand neither. */
static const char *escape_of(char c) {
  switch (c) {
  case '-':
    return "\\-";
  case '\\':
    return "\\e";
  case '\'':
    return "\\(aq";
  case '^':
    return "\\(ha";
  case '~':
    return "\\(ti";
  case '`':
    return "\\(ga";
  default:
    return NULL;
  }
}

static void append_escaped(source *to, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const char *escape = escape_of(text[i]);
    append(to, escape != NULL ? escape : text + i, escape != NULL ? strlen(escape) : 1);
  }
}

static void append_font(source *to, const char *text, size_t length, char font) {
  append(to, (char[]){'\\', 'f', font}, 3);
  append_escaped(to, text, length);
  append(to, "\\fR", 3);
}

void roff_font(const char *text, char font, FILE *stream) {
  if (font != 'R')
    fprintf(stream, "\\f%c", font);
  for (; *text != 0; text++)
    if (escape_of(*text) != NULL)
      fputs(escape_of(*text), stream);
    else
      fputc(*text, stream);
  if (font != 'R')
    fputs("\\fR", stream);
}

void roff_code(const char *line, FILE *stream) {
  size_t column = 0;
  if (*line == '.')
    fputs("\\&", stream);
  for (; *line != 0; line++) {
    const char *escape = escape_of(*line);
    if (column > LINE_WIDTH - 8) { /* the next line of the source goes on in this line of the page */
      fputs("\\c\n", stream);
      column = 0;
    }
    column += escape != NULL ? strlen(escape) : 1;
    if (escape != NULL)
      fputs(escape, stream);
    else
      fputc(*line, stream);
  }
  fputc('\n', stream);
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(const char *text, size_t length, const char *names) {
  while (*names != 0) {
    size_t one = strcspn(names, " ");
    if (one == length && memcmp(names, text, length) == 0)
      return true;
    names += one + strspn(names + one, " ");
  }
  return false;
}

/* The length of the option that begins at `at` in a word ("--seed", "-o"), 0 where none does. */
static size_t option_length(const char *word, size_t at, size_t length) {
  size_t end = at;
  if ((at > 0 && (is_letter(word[at - 1]) || word[at - 1] == '-')) || word[at] != '-')
    return 0;
  while (end < length && (is_letter(word[end]) || word[end] == '-'))
    end++;
  return end > at + 1 && is_letter(word[end - 1]) ? end - at : 0;
}

/* One word of prose, with its punctuation. */
static void append_word(source *to, const char *word, size_t length, const char *names) {
  for (size_t at = 0; at < length;) {
    size_t run = option_length(word, at, length);
    if (run > 0) {
      append_font(to, word + at, run, 'B');
    } else if (is_letter(word[at])) {
      while (at + run < length && is_letter(word[at + run]))
        run++;
      if (is_name(word + at, run, names))
        append_font(to, word + at, run, 'I');
      else
        append_escaped(to, word + at, run);
    } else {
      append_escaped(to, word + at, run = 1);
    }
    at += run;
  }
}

static bool ends_sentence(const char *word, size_t length) {
  while (length > 1 && strchr(")'\"", word[length - 1]) != NULL)
    length--;
  return strchr(".?!", word[length - 1]) != NULL;
}

void roff_text(const char *text, const char *names, FILE *stream) {
  size_t column = 0;
  while (*text != 0) {
    size_t length = strcspn(text, " \n");
    source word = {.length = 0};
    append_word(&word, text, length, names);
    bool ended = ends_sentence(text, length);
    if (column > 0 && column + 1 + word.length > LINE_WIDTH) {
      fputc('\n', stream);
      column = 0;
    }
    if (column == 0 && word.text[0] == '.')
      fputs("\\&", stream);
    column += (size_t)fprintf(stream, "%s%s", column > 0 ? " " : "", word.text);
    text += length;
    if (text[0] == '\n' && text[1] == '\n')
      fputs("\n.PP", stream);
    if (ended || text[0] == '\n') {
      fputc('\n', stream);
      column = 0;
    }
    text += strspn(text, " \n");
  }
  if (column > 0)
    fputc('\n', stream);
}
