#include "text/surroundings.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "module/layer_table.h"
#include "text/class_table.h"
#include "text/decode.h"
#include "text/printed_extra.h"

typedef struct view {
  char *bytes;
  size_t length;
} view;

/* A line, or a part of one, without the blanks at both sides. */
typedef struct span {
  size_t begin, end;
} span;

static span trimmed(const view *v, size_t begin, size_t end) {
  while (begin < end && sow__is_blank(v->bytes[begin]))
    begin++;
  while (end > begin && sow__is_blank(v->bytes[end - 1]))
    end--;
  return (span){begin, end};
}

/* The line that begins at *at, which moves to the next one; false at the end of the text. */
static bool next_line(const view *v, size_t *at, span *out) {
  if (*at >= v->length)
    return false;
  const char *found = memchr(v->bytes + *at, '\n', v->length - *at);
  size_t end = found ? (size_t)(found - v->bytes) : v->length;
  *out = trimmed(v, *at, end);
  *at = end + 1;
  return true;
}

static void blank_out(view *v, size_t begin, size_t end) {
  memset(v->bytes + begin, ' ', end - begin);
}

/* ---- what lines look like ---- */

/* The end of a class name that begins at `at`, with dots in it; `at` where there is none. */
static size_t class_end(const view *v, size_t at, size_t end) {
  size_t i = at;
  if (i >= end || !sow__is_letter(v->bytes[i]))
    return at;
  while (i < end && (sow__is_word(v->bytes[i]) ||
                     (v->bytes[i] == '.' && i + 1 < end && sow__is_letter(v->bytes[i + 1]))))
    i++;
  return i;
}

/* The beginning of the class name before the '(' at `open`; `open` where there is none. */
static size_t class_begin(const view *v, size_t begin, size_t open) {
  size_t end = open > begin && v->bytes[open - 1] == ' ' ? open - 1 : open, at = end;
  while (at > begin && (sow__is_word(v->bytes[at - 1]) || v->bytes[at - 1] == '.'))
    at--;
  while (at < end && !sow__is_letter(v->bytes[at]))
    at++;
  return at < end ? at : open;
}

/* "(name):" */
static bool at_child(const view *v, span line) {
  if (line.begin >= line.end || v->bytes[line.begin] != '(')
    return false;
  for (size_t i = line.begin + 1; i + 1 < line.end && v->bytes[i] != '('; i++)
    if (v->bytes[i] == ')')
      return i > line.begin + 1 && v->bytes[i + 1] == ':';
  return false;
}

static bool at_prompt(const view *v, span line) {
  return line.end - line.begin >= 3 && memcmp(v->bytes + line.begin, ">>>", 3) == 0;
}

/* Behind the ')' that belongs to the '(' at `open`; 0 where the line ends before. */
static size_t call_end(const view *v, size_t open, size_t end) {
  size_t depth = 0;
  for (size_t i = open; i < end; i++) {
    depth += v->bytes[i] == '(' ? 1 : 0;
    depth -= v->bytes[i] == ')' ? 1 : 0;
    if (depth == 0)
      return i + 1;
  }
  return 0;
}

/* Each parenthesis is closed within the span. */
static bool is_balanced(const view *v, span part) {
  size_t depth = 0;
  for (size_t i = part.begin; i < part.end; i++) {
    if (v->bytes[i] == ')' && depth == 0)
      return false;
    depth += v->bytes[i] == '(' ? 1 : 0;
    depth -= v->bytes[i] == ')' ? 1 : 0;
  }
  return depth == 0;
}

/*
 * Behind what `line` begins with, if that is the prefix: the same text but for its numbers, which are times,
 * processes or lines; else 0.
 */
static size_t match_prefix(const view *v, span prefix, span line) {
  size_t i = prefix.begin, j = line.begin;
  const char *bytes = v->bytes;
  while (i < prefix.end && j < line.end) {
    bool (*runs)(char) = sow__is_digit(bytes[i])   ? sow__is_digit
                         : sow__is_blank(bytes[i]) ? sow__is_blank
                                                   : NULL;
    if (runs == NULL ? bytes[i] != bytes[j] : !runs(bytes[j]))
      return 0;
    i++, j++;
    while (runs != NULL && i < prefix.end && runs(bytes[i]))
      i++;
    while (runs != NULL && j < line.end && runs(bytes[j]))
      j++;
  }
  return i == prefix.end && prefix.end > prefix.begin ? j : 0;
}

/* The line without the prefix, where it has it. */
static span without_prefix(const view *v, span prefix, span line) {
  size_t behind = match_prefix(v, prefix, line);
  return behind > 0 ? trimmed(v, behind, line.end) : line;
}

/* The line without comments', quotations', lists' and tables' marks before it. */
static span without_marks(const view *v, span line) {
  while (line.begin < line.end && sow__is_any(v->bytes[line.begin], " \t#>|+*`"))
    line.begin++;
  return line;
}

/* ---- where a model begins ---- */

static bool next_full_line(const view *v, size_t at, span *line) {
  while (next_line(v, &at, line))
    if (line->begin < line->end)
      return true;
  return false;
}

/* "(name)": a child's, that lacks its colon; one that the next line has too is a log's. */
static bool is_child_name(const view *v, span prefix, span next) {
  size_t close = sow__extra_name(v->bytes, prefix.begin, prefix.end);
  return close > 0 && close + 1 == prefix.end && match_prefix(v, prefix, next) == 0;
}

/*
 * For certain: the line ends with "Net(", behind anything but a child's name, and the next one, with the same
 * prefix or without, begins with "(name):". `after` is where the next line begins.
 */
static bool begins_model(const view *v, span line, size_t after, size_t *name) {
  if (line.end == line.begin || v->bytes[line.end - 1] != '(' || at_child(v, line) || at_prompt(v, line))
    return false;
  size_t begin = class_begin(v, line.begin, line.end - 1);
  span prefix = trimmed(v, line.begin, begin), next;
  if (begin == line.end - 1 || !is_balanced(v, prefix) || !next_full_line(v, after, &next) ||
      !at_child(v, without_prefix(v, prefix, next)) || is_child_name(v, prefix, next))
    return false;
  *name = begin;
  return true;
}

typedef enum likeness { UNLIKE, WEAK, STRONG } likeness;

/*
 * A line that begins with "Net(", behind marks at most: a model, if the call is not closed in the line, or if
 * nothing follows it and it is a class by its capital letter, as print(net) is not.
 */
static likeness begins_as_call(const view *v, span line, size_t *name) {
  if (at_prompt(v, line))
    return UNLIKE;
  size_t at = without_marks(v, line).begin, end = class_end(v, at, line.end), open = end, last = end;
  open += open < line.end && v->bytes[open] == ' ' ? 1 : 0;
  if (end == at || open >= line.end || v->bytes[open] != '(')
    return UNLIKE;
  *name = at;
  size_t close = call_end(v, open, line.end);
  if (close == 0)
    return STRONG;
  while (last > at && v->bytes[last - 1] != '.')
    last--;
  bool class_like = v->bytes[last] == '_' || (v->bytes[last] >= 'A' && v->bytes[last] <= 'Z');
  while (close < line.end && sow__is_any(v->bytes[close], " \t>'\"`,;"))
    close++;
  return close == line.end && class_like ? STRONG : WEAK;
}

/* Whether the class that begins at `at` is torch.nn's. */
static bool is_layer(const view *v, size_t at) {
  char class_name[64] = "";
  size_t length = class_end(v, at, v->length) - at;
  if (length == 0 || length >= sizeof class_name)
    return false;
  memcpy(class_name, v->bytes + at, length);
  return sow__layer_find(class_name) != NULL || sow__class_find(class_name) != NULL;
}

/* "INFO:root:Linear(in_features=3, out_features=4, bias=True)": a class of torch.nn behind anything but code.
 */
static bool ends_with_layer(const view *v, span line, size_t *name) {
  size_t end = line.end, depth = 0;
  end -= end > line.begin && v->bytes[end - 1] == '>' ? 1 : 0;
  if (end == line.begin || v->bytes[end - 1] != ')' || at_child(v, line) || at_prompt(v, line))
    return false;
  size_t open = end;
  do {
    open--;
    depth += v->bytes[open] == ')' ? 1 : 0;
    depth -= v->bytes[open] == '(' ? 1 : 0;
  } while (depth > 0 && open > line.begin);
  *name = class_begin(v, line.begin, open);
  return depth == 0 && *name < open && memchr(v->bytes + line.begin, '=', *name - line.begin) == NULL &&
         is_layer(v, *name);
}

/* The lines, once: the first for certain, or else the likeliest. */
static void find_begin(const view *v, sow__surroundings *out) {
  size_t at = 0, name, strong = SIZE_MAX, weak = SIZE_MAX, fragment = SIZE_MAX;
  for (span line; next_line(v, &at, &line);) {
    if (begins_model(v, line, at, &name)) {
      out->begin = name;
      return;
    }
    likeness like = begins_as_call(v, line, &name);
    if (like == UNLIKE && ends_with_layer(v, line, &name))
      like = STRONG;
    if (like == STRONG && strong == SIZE_MAX)
      strong = name;
    else if (like == WEAK && weak == SIZE_MAX)
      weak = name;
    else if (fragment == SIZE_MAX && at_child(v, without_marks(v, line)))
      fragment = without_marks(v, line).begin;
  }
  out->fragment = strong == SIZE_MAX && fragment != SIZE_MAX;
  out->begin = strong != SIZE_MAX ? strong : out->fragment ? fragment : weak;
  out->unlikely = strong == SIZE_MAX && !out->fragment && weak != SIZE_MAX && !is_layer(v, weak);
}

static size_t line_begin(const view *v, size_t at) {
  while (at > 0 && v->bytes[at - 1] != '\n')
    at--;
  return at;
}

/* What stands before the model in its first line, if the second one has it too. A number alone might be a
 * size. */
static span find_prefix(const view *v, size_t begin) {
  size_t at = line_begin(v, begin);
  span line, next, prefix = trimmed(v, at, begin);
  next_line(v, &at, &line);
  bool other = false;
  for (size_t i = prefix.begin; i < prefix.end; i++)
    other = other || !sow__is_digit(v->bytes[i]);
  if (!next_full_line(v, at, &next) || match_prefix(v, prefix, next) == 0 ||
      !(other || at_child(v, without_prefix(v, prefix, next))))
    return (span){0, 0};
  return prefix;
}

void sow__surroundings_find(char *bytes, size_t length, sow__surroundings *out) {
  view v = {bytes, length};
  *out = (sow__surroundings){.begin = SIZE_MAX};
  sow__text_blank_invisible(bytes, length);
  find_begin(&v, out);
  if (out->begin == SIZE_MAX)
    return;
  span prefix = find_prefix(&v, out->begin);
  out->prefix_begin = prefix.begin;
  out->prefix_end = prefix.end;
  size_t at = out->begin;
  span line;
  for (next_line(&v, &at, &line); next_line(&v, &at, &line);)
    if (at_prompt(&v, line))
      blank_out(&v, line.begin, line.end);
    else
      blank_out(&v, line.begin, without_prefix(&v, prefix, line).begin);
}

/* ---- what stands around a model ---- */

/* A child, a ')' alone, a whole module, or the beginning of one: what text around a model never looks like.
 */
static bool is_part_of_a_model(const view *v, span line, size_t after) {
  size_t name;
  span rest = without_marks(v, line);
  if (rest.begin == rest.end)
    return false;
  return at_child(v, rest) || v->bytes[rest.begin] == ')' || begins_model(v, line, after, &name) ||
         (begins_as_call(v, line, &name) == STRONG && sow__is_any(v->bytes[rest.end - 1], "()>"));
}

typedef struct leftover {
  size_t first, last; /* byte of each; SIZE_MAX where there is none */
  bool begun;         /* the last one begins a model */
} leftover;

static void look_for_parts(const view *v, span prefix, size_t at, size_t end, leftover *found) {
  size_t open = 0; /* parentheses of code, whose last line may be a ')' */
  for (span line; at < end && next_line(v, &at, &line);) {
    span rest = without_prefix(v, prefix, line);
    bool closes = open > 0 && rest.begin < rest.end && v->bytes[rest.begin] == ')';
    bool part = !closes && is_part_of_a_model(v, rest, at);
    for (size_t i = rest.begin; i < rest.end && !part; i++) {
      open += v->bytes[i] == '(' ? 1 : 0;
      open -= v->bytes[i] == ')' && open > 0 ? 1 : 0;
    }
    if (!part)
      continue;
    found->last = line.begin;
    found->begun = v->bytes[rest.end - 1] == '(';
    if (found->first == SIZE_MAX)
      found->first = line.begin;
  }
}

static size_t line_number(const sow__text *text, size_t at) {
  size_t number = 1;
  for (size_t i = 0; i < at; i++)
    number += text->bytes[i] == '\n';
  return number;
}

/* "line 3" or "lines 3 to 7" */
static const char *print_lines(const sow__text *text, size_t first, size_t last, char out[64]) {
  size_t from = line_number(text, first), to = line_number(text, last);
  if (from == to)
    snprintf(out, 64, "line %zu", from);
  else
    snprintf(out, 64, "lines %zu to %zu", from, to);
  return out;
}

static sow_status fail_parts(const sow__text *text, const leftover *found, size_t begin, size_t end,
                             sow_error *error) {
  char theirs[64], model[64];
  return sow__text_fail(
      text, found->first, error, SOW_SYNTAX,
      "leave %s out: what stands there looks like another model, or like a loose part of the "
      "one in %s",
      print_lines(text, found->first, found->last, theirs),
      print_lines(text, begin, end > begin ? end - 1 : end, model));
}

sow_status sow__surroundings_fail_mixed(const sow__text *text, size_t at, sow_error *error) {
  return sow__text_fail(
      text, at, error, SOW_SYNTAX,
      "another model begins before the first one ends: lines of several processes are mixed; keep "
      "those of one");
}

size_t sow__surroundings_mixed(const sow__text *text, const sow__surroundings *around, size_t end) {
  const view v = {(char *)text->bytes, text->length};
  size_t at = around->begin, name;
  char last = 0;
  span line;
  for (next_line(&v, &at, &line); at < end && next_line(&v, &at, &line);) {
    /* A class may stand in the line behind its name. */
    bool begins = last != ':' && begins_model(&v, line, at, &name) && name == line.begin;
    if (begins)
      return name;
    last = line.end > line.begin ? v.bytes[line.end - 1] : last;
  }
  return SIZE_MAX;
}

sow_status sow__surroundings_check(const sow__text *text, const sow__surroundings *around, size_t end,
                                   sow_error *error) {
  const view v = {(char *)text->bytes, text->length};
  const span prefix = {around->prefix_begin, around->prefix_end};
  size_t rest = end;
  while (rest < v.length && sow__is_any(v.bytes[rest], " \t\r>'\"`,;"))
    rest++;
  if (rest < v.length && v.bytes[rest] != '\n' && v.bytes[rest] != '#')
    return sow__text_fail(text, rest, error, SOW_SYNTAX,
                          "there is text behind the model's last ')'; leave it out");
  while (rest < v.length && v.bytes[rest] != '\n')
    rest++;
  size_t mixed = sow__surroundings_mixed(text, around, end);
  if (mixed != SIZE_MAX)
    return sow__surroundings_fail_mixed(text, mixed, error);
  leftover found = {SIZE_MAX, SIZE_MAX, false};
  look_for_parts(&v, prefix, 0, line_begin(&v, around->begin), &found);
  if (found.begun)
    return sow__surroundings_fail_mixed(text, around->begin, error);
  if (found.first == SIZE_MAX)
    look_for_parts(&v, prefix, rest + 1, v.length, &found);
  return found.first == SIZE_MAX ? SOW_OK : fail_parts(text, &found, around->begin, end, error);
}
