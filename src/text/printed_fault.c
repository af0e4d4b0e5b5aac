#include "text/printed_fault.h"

#include <string.h>

#include "base/foreign.h"
#include "base/names.h"
#include "base/utf8.h"
#include "text/other_text.h"
#include "text/printed_extra.h"
#include "text/scanner.h"

#define MODULE "a module such as Linear(...)"

static bool starts_with(const sow__text *text, size_t at, const char *word) {
  size_t length = strlen(word);
  return text->length - at >= length && memcmp(text->bytes + at, word, length) == 0;
}

/* ---- what stands there ---- */

size_t sow__class_end(const sow__text *text, size_t at) {
  const char *bytes = text->bytes;
  size_t i = at, end = text->length;
  while (i < end &&
         (sow__is_word(bytes[i]) || (bytes[i] == '.' && i > at && i + 1 < end && sow__is_word(bytes[i + 1]))))
    i++;
  return i > at && !sow__is_digit(bytes[at]) ? i : at;
}

bool sow__at_ellipsis(const sow__text *text, size_t at) {
  return starts_with(text, at, "...") || starts_with(text, at, "\xE2\x80\xA6");
}

bool sow__at_source(const sow__text *text, size_t at) {
  return sow__torch_prefix(text->bytes + at, text->length - at) > 0;
}

bool sow__at_plain_value(const sow__text *text, size_t at) {
  static const char *const words[] = {"True", "False"};
  char c = at < text->length ? text->bytes[at] : 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (starts_with(text, at, words[i]) && sow__class_end(text, at) == at + strlen(words[i]))
      return true;
  size_t call = at; /* "3 x Linear(" is none, wherever it stands */
  while (call < text->length && text->bytes[call] != '\n' && text->bytes[call] != '(')
    call++;
  bool called = call < text->length && text->bytes[call] == '(';
  return sow__is_any(c, "0123456789-'\"[{") && !called;
}

/* ---- what is said ---- */

static sow_status fail_expected(const sow__text *text, size_t at, const char *what, sow_error *error) {
  char quote[SOW__QUOTE_SIZE];
  if (at >= text->length)
    return sow__text_fail(text, at, error, SOW_SYNTAX, "expected %s, not the end of the text", what);
  size_t length = sow__class_end(text, at) - at;
  if (length == 0)
    length = sow__utf8_length(text->bytes + at, text->length - at);
  return sow__text_fail(text, at, error, SOW_SYNTAX, "expected %s, not '%.60s'", what,
                        sow__text_quote(text->bytes + at, length > 0 ? length : 1, quote));
}

sow_status sow__fault_cut(const sow__text *text, size_t at, sow_error *error) {
  return sow__text_fail(text, at, error, SOW_SYNTAX, "the print is cut here ('...'); paste the whole print");
}

sow_status sow__fault_source(const sow__text *text, size_t at, sow_error *error) {
  return sow__text_fail(text, at, error, SOW_SYNTAX,
                        "this looks like source code ('%.*s'): give what print(model) shows, or record the "
                        "model (sow help record)",
                        (int)(sow__class_end(text, at) - at), text->bytes + at);
}

sow_status sow__fault_module(const sow__text *text, size_t at, sow_error *error) {
  if (!sow__at_plain_value(text, at))
    return fail_expected(text, at, MODULE, error);
  const char *line = memchr(text->bytes + at, '\n', text->length - at);
  size_t end = line ? (size_t)(line - text->bytes) : text->length;
  char quote[SOW__QUOTE_SIZE];
  return sow__text_fail(text, at, error, SOW_SYNTAX,
                        "expected " MODULE ", not '%.60s': a plain value holds no tensor; leave it out, with "
                        "its name",
                        sow__text_quote(text->bytes + at, end - at, quote));
}

/* Mostly a child with a slip. */
sow_status sow__fault_child(const sow__text *text, size_t at, sow_error *error) {
  size_t close = sow__extra_name(text->bytes, at, text->length);
  if (close > 0 && sow__at_ellipsis(text, sow__skip_space(text, close + 1, text->length)))
    return sow__fault_cut(text, close + 1, error);
  if (sow__at_source(text, at))
    return sow__fault_source(text, at, error);
  if (close == 0)
    return fail_expected(text, at, "a child such as (fc): Linear(...), or ')'", error);
  return sow__text_fail(text, at, error, SOW_SYNTAX,
                        "expected a child such as (fc): Linear(...), but no ':' stands behind '%.*s'",
                        (int)(close + 1 - at), text->bytes + at);
}

sow_status sow__fault_open(const sow__text *text, const sow__printed *node, size_t beside, sow_error *error) {
  size_t line = node->line;
  if (sow__at_source(text, node->begin))
    return sow__fault_source(text, node->begin, error);
  if (beside == 0)
    return sow__text_fail(text, node->begin, error, SOW_SYNTAX,
                          "'%.60s(' is not closed before the text ends; is the print cut?", node->class_name);
  for (size_t at = node->begin; at < beside; at++)
    line += text->bytes[at] == '\n';
  return sow__text_fail(text, node->begin, error, SOW_SYNTAX,
                        "'%.60s(' is not closed, but the child in line %zu is indented no deeper: is a ')' "
                        "missing before that line?",
                        node->class_name, line);
}

sow_status sow__fault_extra(const sow__text *text, const sow__printed *node, sow_error *error) {
  size_t at;
  sow__extra_fault fault = sow__extra_look(text, node, &at);
  if (fault == SOW__EXTRA_FINE)
    return SOW_OK;
  if (fault == SOW__EXTRA_CHILD)
    return sow__fault_child(text, at, error);
  if (sow__at_source(text, at))
    return sow__fault_source(text, at, error);
  return sow__text_fail(text, at, error, SOW_SYNTAX,
                        "'%.*s' stands among the arguments of '%.60s', where nothing is built: write it as a "
                        "child, such as '(name): Linear(...)', or leave it out",
                        (int)(sow__class_end(text, at) - at), text->bytes + at, node->class_name);
}

sow_status sow__fault_nothing(const sow__text *text, sow_error *error) {
  const char *foreign = text->length > 0 ? sow__foreign(text->bytes, text->length) : NULL;
  size_t at = sow__skip_space(text, 0, text->length);
  if (foreign != NULL)
    return sow__text_fail(text, 0, error, SOW_SYNTAX, "no printed model: %s", foreign);
  if (at >= text->length)
    return sow__text_fail(text, text->length, error, SOW_SYNTAX, "the text holds no printed model");
  return fail_expected(text, at, MODULE, error);
}
