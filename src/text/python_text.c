/* Strings: their methods, and how values are shown in them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/number.h"
#include "base/utf8.h"
#include "text/python_run.h"

/* ---- showing ---- */

bool sow__py_show(sow__py *py, size_t begin, const sow__py_value *value, sow__py_value *out) {
  char number[SOW__NUMBER_SIZE], name[SOW__QUOTE_SIZE];
  switch (value->type) {
  case SOW__PY_STR:
    *out = *value;
    return true;
  case SOW__PY_NONE:
    *out = sow__py_str("None");
    return true;
  case SOW__PY_BOOL:
    *out = sow__py_str(value->integer != 0 ? "True" : "False");
    return true;
  case SOW__PY_INT:
    snprintf(number, sizeof number, "%" PRId64, value->integer);
    return sow__py_text(py, number, strlen(number), out);
  case SOW__PY_FLOAT:
    sow__number_print(value->number, number);
    return sow__py_text(py, number, strlen(number), out);
  default:
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow does not know how Python shows %s",
                        sow__py_type_name(value, name));
  }
}

/* '%s' and '%d' are the ones that names are made with. */
bool sow__py_format(sow__py *py, size_t begin, const sow__py_value *format, const sow__py_value *values,
                    sow__py_value *out) {
  const sow__py_list alone = {.items = (sow__py_value *)values, .count = 1};
  const sow__py_list *list = values->type == SOW__PY_TUPLE_OF ? values->list : &alone;
  size_t next = 0;
  *out = sow__py_str("");
  for (const char *at = format->text; *at != 0;) {
    sow__py_value piece;
    size_t plain = strcspn(at, "%");
    if (plain > 0) {
      if (!sow__py_text(py, at, plain, &piece) || !sow__py_arithmetic(py, begin, '+', out, &piece))
        return false;
      at += plain;
      continue;
    }
    if (at[1] == '%') {
      piece = sow__py_str("%");
    } else if (at[1] != 's' && at[1] != 'd') {
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "of formats only %%s and %%d are understood");
    } else if (next == list->count) {
      return sow__py_raise(py, begin, "TypeError", "not enough arguments for format string");
    } else if (at[1] == 'd' && list->items[next].type != SOW__PY_INT) {
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "%%d is understood for ints only");
    } else if (!sow__py_show(py, begin, &list->items[next++], &piece)) {
      return false;
    }
    if (!sow__py_arithmetic(py, begin, '+', out, &piece))
      return false;
    at += 2;
  }
  return next == list->count ||
         sow__py_raise(py, begin, "TypeError", "not all arguments converted during string formatting");
}

/* '{}'.format(…) */
static bool format_braces(sow__py *py, const char *text, const sow__py_arguments *arguments, size_t begin,
                          sow__py_value *out) {
  size_t next = 0;
  *out = sow__py_str("");
  while (*text != 0) {
    sow__py_value piece;
    size_t plain = strcspn(text, "{}");
    if (plain > 0) {
      if (!sow__py_text(py, text, plain, &piece))
        return false;
      text += plain;
    } else if (text[0] == text[1]) {
      piece = sow__py_str(text[0] == '{' ? "{" : "}");
      text += 2;
    } else {
      bool numbered = text[0] == '{' && text[1] >= '0' && text[1] <= '9' && text[2] == '}';
      if (!numbered && (text[0] != '{' || text[1] != '}'))
        return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "of formats only {} and {0} are understood");
      size_t at = numbered ? (size_t)(text[1] - '0') : next++;
      if (at >= arguments->count || arguments->keywords[at] != NULL)
        return sow__py_raise(py, begin, "IndexError", "a replacement index is out of range");
      if (!sow__py_show(py, begin, &arguments->values[at], &piece))
        return false;
      text += numbered ? 3 : 2;
    }
    if (!sow__py_arithmetic(py, begin, '+', out, &piece))
      return false;
  }
  return true;
}

/* ---- methods ---- */

/* startswith and endswith take one text or a tuple of them. */
static bool test_end(sow__py *py, const char *text, bool start, const sow__py_arguments *arguments,
                     size_t begin, sow__py_value *out) {
  const char *name = start ? "startswith" : "endswith";
  const sow__py_value *value = &arguments->values[0];
  if (arguments->count != 1 || arguments->keywords[0] != NULL)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "%s() is understood with one argument only", name);
  const sow__py_list alone = {.items = (sow__py_value *)value, .count = 1};
  const sow__py_list *list = value->type == SOW__PY_TUPLE_OF ? value->list : &alone;
  *out = sow__py_bool(false);
  for (size_t i = 0; i < list->count; i++) {
    const char *part = list->items[i].text;
    if (list->items[i].type != SOW__PY_STR)
      return sow__py_raise(py, begin, "TypeError", "%s takes a str or a tuple of str", name);
    if (start ? sow__text_begins(text, part) : sow__text_ends(text, part))
      *out = sow__py_bool(true);
  }
  return true;
}

/* Characters, not bytes. */
static int64_t characters(const char *text, const char *end) {
  int64_t count = 0;
  while (text < end) {
    sow__utf8_next(&text);
    count++;
  }
  return count;
}

static const char *find_last(const char *text, const char *part) {
  const char *last = NULL, *found = text;
  if (*part == 0)
    return text + strlen(text);
  while ((found = strstr(found, part)) != NULL)
    last = found++;
  return last;
}

static bool find(sow__py *py, const char *text, const char *name, const char *part, size_t begin,
                 sow__py_value *out) {
  const char *found = name[0] == 'r' ? find_last(text, part) : strstr(text, part);
  *out = sow__py_int(found ? characters(text, found) : -1);
  return found != NULL || strstr(name, "find") != NULL ||
         sow__py_raise(py, begin, "ValueError", "substring not found");
}

static bool count(const char *text, const char *part, sow__py_value *out) {
  int64_t times = 0;
  if (*part == 0)
    times = characters(text, text + strlen(text)) + 1;
  for (const char *at = text; *part != 0 && (at = strstr(at, part)) != NULL; at += strlen(part))
    times++;
  *out = sow__py_int(times);
  return true;
}

/* split('.'): with a separator, at all places */
static bool split(sow__py *py, const char *text, const char *part, size_t begin, sow__py_value *out) {
  sow__py_value *items, times;
  if (*part == 0)
    return sow__py_raise(py, begin, "ValueError", "empty separator");
  count(text, part, &times);
  size_t pieces = (size_t)times.integer + 1;
  if (!sow__py_step(py, begin, pieces) || !sow__py_list_new(py, SOW__PY_LIST_OF, pieces, out, &items))
    return false;
  for (size_t i = 0; i < pieces; i++) {
    const char *end = i + 1 < pieces ? strstr(text, part) : text + strlen(text);
    if (!sow__py_text(py, text, (size_t)(end - text), &items[i]))
      return false;
    text = end + strlen(part);
  }
  return true;
}

static bool change_case(sow__py *py, const char *text, bool upper, size_t begin, sow__py_value *out) {
  size_t length = strlen(text);
  char *changed = sow__py_alloc(py, length + 1);
  if (changed == NULL)
    return false;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if ((unsigned char)c >= 0x80)
      return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                          "upper and lower case are understood for ASCII only");
    changed[i] = (char)(upper && c >= 'a' && c <= 'z' ? c - 32 : !upper && c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  *out = sow__py_str(changed);
  return true;
}

static bool replace(sow__py *py, const char *text, const char *from, const char *to, size_t begin,
                    sow__py_value *out) {
  sow__py_value pieces;
  if (*from == 0)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "replace() of nothing is not understood");
  if (!split(py, text, from, begin, &pieces))
    return false;
  *out = pieces.list->items[0];
  const sow__py_value between = sow__py_str(to);
  for (size_t i = 1; i < pieces.list->count; i++)
    if (!sow__py_arithmetic(py, begin, '+', out, &between) ||
        !sow__py_arithmetic(py, begin, '+', out, &pieces.list->items[i]))
      return false;
  return true;
}

static bool join(sow__py *py, const sow__py_value *between, const sow__py_value *list, size_t begin,
                 sow__py_value *out) {
  const sow__py_list *items;
  *out = sow__py_str("");
  if (!sow__py_iterate(py, begin, list, &items))
    return false;
  for (size_t i = 0; i < items->count; i++) {
    if (items->items[i].type != SOW__PY_STR)
      return sow__py_raise(py, begin, "TypeError", "join() takes texts only");
    if ((i > 0 && !sow__py_arithmetic(py, begin, '+', out, between)) ||
        !sow__py_arithmetic(py, begin, '+', out, &items->items[i]))
      return false;
  }
  return true;
}

/* rsplit('.', 1), rsplit('.', maxsplit=1): the last part by itself */
static bool split_last(sow__py *py, const char *text, const char *part, size_t begin, sow__py_value *out) {
  const char *at = find_last(text, part);
  sow__py_value *items;
  if (*part == 0)
    return sow__py_raise(py, begin, "ValueError", "empty separator");
  if (!sow__py_list_new(py, SOW__PY_LIST_OF, at ? 2 : 1, out, &items))
    return false;
  if (at == NULL) {
    items[0] = sow__py_str(text);
    return true;
  }
  items[1] = sow__py_str(at + strlen(part));
  return sow__py_text(py, text, (size_t)(at - text), &items[0]);
}

/* partition('.') and rpartition('.') */
static bool partition(sow__py *py, const char *text, const char *part, bool last, size_t begin,
                      sow__py_value *out) {
  const char *at = last ? find_last(text, part) : strstr(text, part);
  sow__py_value *items;
  if (*part == 0)
    return sow__py_raise(py, begin, "ValueError", "empty separator");
  if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, 3, out, &items))
    return false;
  for (size_t i = 0; i < 3; i++)
    items[i] = sow__py_str("");
  if (at == NULL) {
    items[last ? 2 : 0] = sow__py_str(text);
    return true;
  }
  items[1] = sow__py_str(part);
  items[2] = sow__py_str(at + strlen(part));
  return sow__py_text(py, text, (size_t)(at - text), &items[0]);
}

/* removeprefix('module.') and removesuffix('.weight') */
static bool remove_end(sow__py *py, const char *text, const char *part, bool start, sow__py_value *out) {
  const size_t length = strlen(text), taken = strlen(part);
  *out = sow__py_str(text);
  if (!(start ? sow__text_begins(text, part) : sow__text_ends(text, part)))
    return true;
  return sow__py_text(py, start ? text + taken : text, length - taken, out);
}

static bool is_ascii(const char *text) {
  while (*text != 0 && (unsigned char)*text < 0x80)
    text++;
  return *text == 0;
}

/* strip, lstrip and rstrip: of blanks, or of the characters in `taken`. */
static bool strip(sow__py *py, const char *name, const char *text, const sow__py_value *taken, size_t begin,
                  sow__py_value *out) {
  const char *set = taken != NULL && taken->type == SOW__PY_STR ? taken->text : " \t\n\r\f\v\x1c\x1d\x1e\x1f";
  if (!is_ascii(set) || !is_ascii(text))
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "%s() is understood for ASCII only", name);
  size_t length = strlen(text), start = name[0] == 'r' ? 0 : strspn(text, set);
  while (name[0] != 'l' && length > start && strchr(set, text[length - 1]) != NULL)
    length--;
  return sow__py_text(py, text + start, length - start, out);
}

static bool is_digits(const char *text) {
  return text[0] != 0 && text[strspn(text, "0123456789")] == 0;
}

bool sow__py_text_method(sow__py *py, const sow__py_value *text, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  const sow__py_value *first = &arguments->values[0];
  bool one = arguments->count == 1 && first->type == SOW__PY_STR && arguments->keywords[0] == NULL;
  bool two = arguments->count == 2 && first->type == SOW__PY_STR && arguments->values[1].type == SOW__PY_STR;
  if (strcmp(name, "startswith") == 0 || strcmp(name, "endswith") == 0)
    return test_end(py, text->text, name[0] == 's', arguments, begin, out);
  if (strcmp(name, "format") == 0)
    return format_braces(py, text->text, arguments, begin, out);
  if (arguments->count == 0 && (strcmp(name, "lower") == 0 || strcmp(name, "upper") == 0))
    return change_case(py, text->text, name[0] == 'u', begin, out);
  if (arguments->count == 0 && strcmp(name, "isdigit") == 0) {
    *out = sow__py_bool(is_digits(text->text));
    return is_ascii(text->text) ||
           sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "isdigit() is understood for ASCII only");
  }
  const bool is_strip =
      strcmp(name, "strip") == 0 || strcmp(name, "lstrip") == 0 || strcmp(name, "rstrip") == 0;
  if (is_strip && (one || arguments->count == 0 || (arguments->count == 1 && first->type == SOW__PY_NONE)))
    return strip(py, name, text->text, arguments->count == 1 ? first : NULL, begin, out);
  if (one && (strcmp(name, "find") == 0 || strcmp(name, "rfind") == 0 || strcmp(name, "index") == 0))
    return find(py, text->text, name, first->text, begin, out);
  const sow__py_value *limit = &arguments->values[1];
  bool once = arguments->count == 2 && first->type == SOW__PY_STR && limit->type == SOW__PY_INT &&
              limit->integer == 1 && arguments->keywords[0] == NULL &&
              (arguments->keywords[1] == NULL || strcmp(arguments->keywords[1], "maxsplit") == 0);
  if (once && strcmp(name, "rsplit") == 0)
    return split_last(py, text->text, first->text, begin, out);
  if (one && (strcmp(name, "partition") == 0 || strcmp(name, "rpartition") == 0))
    return partition(py, text->text, first->text, name[0] == 'r', begin, out);
  if (one && (strcmp(name, "removeprefix") == 0 || strcmp(name, "removesuffix") == 0))
    return remove_end(py, text->text, first->text, name[6] == 'p', out);
  if (one && strcmp(name, "count") == 0)
    return count(text->text, first->text, out);
  if (one && strcmp(name, "split") == 0)
    return split(py, text->text, first->text, begin, out);
  if (two && strcmp(name, "replace") == 0)
    return replace(py, text->text, first->text, arguments->values[1].text, begin, out);
  if (arguments->count == 1 && strcmp(name, "join") == 0)
    return join(py, text, first, begin, out);
  return sow__py_fail(py, begin, SOW_UNKNOWN_NAME,
                      "'.%.60s' of a str is not understood in this way; known are find, startswith, "
                      "endswith, lower, upper, split, replace, count, join, format",
                      name);
}
