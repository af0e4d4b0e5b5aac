#include "text/other_text.h"

#include <string.h>

#include "base/names.h"

static size_t skip_space(const char *bytes, size_t at, size_t length) {
  while (at < length && (sow__is_blank(bytes[at]) || bytes[at] == '\n'))
    at++;
  return at;
}

/* JSON with cells, or lines of it: "Net(\n",. */
static bool is_notebook(const char *bytes, size_t length) {
  static const char cells[] = "\"cells\"", line[] = "(\\n\",";
  if (memmem(bytes, length, line, sizeof line - 1) != NULL)
    return true;
  size_t at = skip_space(bytes, 0, length), key = skip_space(bytes, at + 1, length);
  return at < length && bytes[at] == '{' && key < length && bytes[key] == '"' &&
         memmem(bytes + key, length - key, cells, sizeof cells - 1) != NULL;
}

/* The class of "Sequential {" with a child below it; `length` where there is none. */
static size_t find_braces(const char *bytes, size_t length) {
  static const char brace[] = " {\n";
  size_t at = 0;
  for (const char *found; (found = memmem(bytes + at, length - at, brace, sizeof brace - 1)) != NULL;) {
    size_t end = (size_t)(found - bytes), name = end;
    at = end + sizeof brace - 1;
    while (name > 0 && sow__is_word(bytes[name - 1]))
      name--;
    size_t child = skip_space(bytes, at, length), close = child;
    while (close < length && bytes[close] != ')' && bytes[close] != '\n')
      close++;
    if (name < end && child < length && bytes[child] == '(' &&
        sow__bytes_begin(bytes + close, length - close, "): "))
      return name;
  }
  return length;
}

const char *sow__other_text(const char *bytes, size_t length, size_t *place) {
  *place = 0;
  if (is_notebook(bytes, length))
    return "this is the JSON of a notebook; copy the output of the cell that prints the model";
  *place = find_braces(bytes, length);
  return *place == length ? NULL
                          : "this is a print of torch 0.1, with braces and other arguments; print the model "
                            "with a later torch, or write it as that does: 'Net(', '(fc): Linear(...)', ')'";
}

size_t sow__torch_prefix(const char *bytes, size_t length) {
  static const char *const prefixes[] = {"nn.", "torch.nn."};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (sow__bytes_begin(bytes, length, prefixes[i]))
      return strlen(prefixes[i]);
  return 0;
}
