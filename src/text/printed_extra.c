#include "text/printed_extra.h"

#include <string.h>

#include "base/names.h"
#include "module/layer_table.h"
#include "text/class_table.h"
#include "text/library_table.h"
#include "text/quotes.h"

typedef struct extra {
  const sow__text *text;
  const char *bytes;
  size_t begin, end;
} extra;

static size_t skip_any(const extra *e, size_t at, const char *set) {
  while (at < e->end && sow__is_any(e->bytes[at], set))
    at++;
  return at;
}
#define BLANKS " \t\r\f\v"

/* The end of a name with dots in it; `at` where none begins there. */
static size_t name_end(const extra *e, size_t at) {
  size_t i = at;
  while (i < e->end &&
         (i == at ? sow__is_letter(e->bytes[i]) : sow__is_word(e->bytes[i]) || e->bytes[i] == '.'))
    i++;
  return i;
}

/* Behind the last dot. */
static size_t last_part(const extra *e, size_t begin, size_t end) {
  while (end > begin && e->bytes[end - 1] != '.')
    end--;
  return end;
}

/* ---- what a class is ---- */

/* It prints its children and nothing else. */
static bool prints_no_extras(const sow__printed *node) {
  static const char *const names[] = {"Sequential",    "ModuleList",    "ModuleDict",
                                      "ParameterList", "ParameterDict", NULL};
  return !node->prefixed && sow__text_is_one_of(node->class_name, names);
}

static bool has_parameters(const extra *e, size_t begin, size_t end) {
  char name[64];
  begin = last_part(e, begin, end);
  if (end - begin >= sizeof name)
    return false;
  memcpy(name, e->bytes + begin, end - begin);
  name[end - begin] = 0;
  const char *alias = sow__library_alias(name), *known = alias != NULL ? alias : name;
  const sow__layer_row *layer = sow__layer_find(known);
  return sow__class_find(known) != NULL || (layer != NULL && sow__layer_has_parameters(layer));
}

/* ---- faults ---- */

size_t sow__extra_name(const char *bytes, size_t at, size_t end) {
  size_t i = at + 1;
  while (at < end && bytes[at] == '(' && i < end && (sow__is_word(bytes[i]) || sow__is_any(bytes[i], ".-")))
    i++;
  return i < end && i > at + 1 && bytes[i] == ')' ? i : 0;
}

/* Behind "fc = " at `at`; extra_repr()s write no blanks around '='. Else `at`. */
static size_t skip_assignment(const extra *e, size_t at) {
  size_t end = name_end(e, at), sign = skip_any(e, end, BLANKS), value = skip_any(e, sign + 1, BLANKS);
  bool assigned = end > at && sign > end && sign < e->end && e->bytes[sign] == '=' && value > sign + 1;
  return assigned ? value : at;
}

/* Behind "(fc)", "(fc);" or "(0-2) 3 x" at `at`, `close` being where its ')' is. */
static size_t skip_name(const extra *e, size_t close) {
  size_t at = skip_any(e, close + 1, BLANKS ";:=,."), count = skip_any(e, at, "0123456789");
  return count > at && e->end - count > 3 && memcmp(e->bytes + count, " x ", 3) == 0 ? count + 3 : at;
}

/* "(fc) Linear(", "(fc); Linear(", "(fc) None" and "fc = Linear(": a child, but for its colon. */
static bool is_child(const extra *e, size_t at) {
  size_t close = sow__extra_name(e->bytes, at, e->end);
  size_t class_name = close > 0 ? skip_name(e, close) : skip_assignment(e, at);
  if (class_name == at)
    return false;
  size_t end = name_end(e, class_name), last = last_part(e, class_name, end);
  if (end == class_name)
    return false;
  if (close > 0 && end - class_name == 4 && memcmp(e->bytes + class_name, "None", 4) == 0)
    return true;
  end += end < e->end && e->bytes[end] == ' ';
  return end < e->end && e->bytes[end] == '(' && e->bytes[last] >= 'A' && e->bytes[last] <= 'Z';
}

/* The name, at `at`, is called, or is an argument by itself. */
static bool is_layer(const extra *e, size_t at, size_t end, bool outside) {
  size_t before = at, behind = skip_any(e, end, BLANKS);
  if (end < e->end && e->bytes[end] == '(')
    return has_parameters(e, at, end);
  while (before > e->begin && sow__is_any(e->bytes[before - 1], BLANKS))
    before--;
  return outside && (before == e->begin || sow__is_any(e->bytes[before - 1], ",\n>")) &&
         (behind == e->end || sow__is_any(e->bytes[behind], ",\n-")) && has_parameters(e, at, end);
}

/* From the first word on: `line` is whether nothing stands before it in its line. */
static sow__extra_fault look_through(const extra *e, size_t *place) {
  size_t depth = 0, at = e->begin;
  sow__quotes quotes = {0};
  bool line = true, spaced = true;
  while (at < e->end) {
    char c = e->bytes[at];
    *place = at;
    if (c == '\n' || sow__is_any(c, BLANKS) || (c == '#' && spaced)) {
      line = line || c == '\n' || c == '#';
      at = c == '#' ? sow__skip_space(e->text, at, e->end) : at + 1;
      spaced = true;
      continue;
    }
    if (depth == 0 && line && is_child(e, at))
      return SOW__EXTRA_CHILD;
    size_t end = name_end(e, at);
    if (end > at && is_layer(e, at, end, depth == 0))
      return SOW__EXTRA_LAYER;
    depth += sow__is_any(c, "([{");
    depth -= sow__is_any(c, ")]}") && depth > 0;
    if (end == at)
      end = c == '\'' || c == '"' ? sow__skip_quote(e->bytes, at, e->end, &quotes) : at + (c == '\\' ? 2 : 1);
    at = end;
    line = spaced = false;
  }
  return SOW__EXTRA_FINE;
}

sow__extra_fault sow__extra_look(const sow__text *text, const sow__printed *node, size_t *place) {
  extra e = {text, text->bytes, sow__skip_space(text, node->extra_begin, node->extra_end), node->extra_end};
  *place = e.begin;
  if (e.begin >= e.end)
    return SOW__EXTRA_FINE;
  /* A traced model, which is refused as such when it is built. */
  static const char traced[] = "original_name=";
  if (e.end - e.begin >= sizeof traced && memcmp(e.bytes + e.begin, traced, sizeof traced - 1) == 0)
    return SOW__EXTRA_FINE;
  return prints_no_extras(node) ? SOW__EXTRA_CHILD : look_through(&e, place);
}
