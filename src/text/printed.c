#include "text/printed.h"

#include <stdio.h>
#include <string.h>

#include "base/foreign.h"
#include "base/names.h"
#include "base/utf8.h"
#include "module/tree.h"
#include "text/decode.h"
#include "text/numpy_scalar.h"
#include "text/printed_extra.h"
#include "text/quotes.h"
#include "text/scanner.h"
#include "text/surroundings.h"

#define NAME_LIMIT 1000 /* bytes of a class name or a child's name */

typedef struct parse {
  const sow__text *text;
  const char *bytes;
  size_t position, end;
  sow__arena *arena;
  size_t nodes, initialisers;
  size_t line, line_at; /* the line in which byte `line_at` is; nodes come in the text's order */
  sow_error *error;
} parse;

static sow_status parse_value(parse *p, int depth, sow__printed **value);

static sow_status no_memory(const parse *p) {
  return sow__fail(p->error, SOW_NO_MEMORY, NULL);
}

/* ---- bytes ---- */

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool starts_with(const parse *p, size_t at, const char *word) {
  size_t length = strlen(word);
  return p->end - at >= length && memcmp(p->bytes + at, word, length) == 0;
}

static void skip_space(parse *p) {
  p->position = sow__skip_space(p->text, p->position, p->end);
}

/* The end of an identifier with dots in it that starts at `at`; `at` itself where there is none. */
static size_t class_end(const parse *p, size_t at) {
  size_t i = at;
  while (i < p->end && (sow__is_word(p->bytes[i]) ||
                        (p->bytes[i] == '.' && i > at && i + 1 < p->end && sow__is_word(p->bytes[i + 1]))))
    i++;
  return i > at && !sow__is_digit(p->bytes[at]) ? i : at;
}

/* "(name):" at `at`: the byte behind the name; 0 where it is something else. */
static size_t child_name_end(const parse *p, size_t at) {
  for (size_t i = at + 1; i < p->end && i - at <= NAME_LIMIT; i++) {
    char c = p->bytes[i];
    if (c == '(' || c == '\n')
      return 0;
    if (c == ')')
      return i > at + 1 && i + 1 < p->end && p->bytes[i + 1] == ':' ? i : 0;
  }
  return 0;
}

/* "..." or its Unicode twin, by itself: how people and notebooks cut a long print. */
static bool at_ellipsis(const parse *p, size_t at) {
  return starts_with(p, at, "...") || starts_with(p, at, "\xE2\x80\xA6");
}

static sow_status fail_cut(const parse *p, size_t at) {
  return sow__text_fail(p->text, at, p->error, SOW_SYNTAX,
                        "the print is cut here ('...'); paste the whole print");
}

static sow_status fail_expected(const parse *p, size_t at, const char *what) {
  char quote[SOW__QUOTE_SIZE];
  if (at >= p->end)
    return sow__text_fail(p->text, at, p->error, SOW_SYNTAX, "expected %s, not the end of the text", what);
  size_t length = class_end(p, at) - at;
  if (length == 0)
    length = sow__utf8_length(p->bytes + at, p->end - at);
  return sow__text_fail(p->text, at, p->error, SOW_SYNTAX, "expected %s, not '%.60s'", what,
                        sow__text_quote(p->bytes + at, length > 0 ? length : 1, quote));
}

/* Something else than a child, where one is expected; mostly one with a slip. */
static sow_status fail_child(const parse *p, size_t at) {
  size_t close = sow__extra_name(p->bytes, at, p->end);
  if (close == 0)
    return fail_expected(p, at, "a child such as (fc): Linear(...), or ')'");
  return sow__text_fail(p->text, at, p->error, SOW_SYNTAX,
                        "expected a child such as (fc): Linear(...), but no ':' stands behind '%.*s'",
                        (int)(close + 1 - at), p->bytes + at);
}

/* ---- values ---- */

static sow_status make_node(parse *p, sow__printed_kind kind, size_t begin, sow__printed **node) {
  if (++p->nodes > SOW__TREE_LIMIT)
    return sow__text_fail(p->text, begin, p->error, SOW_LIMIT, "more than %zu modules", SOW__TREE_LIMIT);
  sow__printed *made = sow__arena_alloc(p->arena, sizeof *made);
  if (made == NULL)
    return no_memory(p);
  for (; p->line_at < begin; p->line_at++)
    p->line += p->bytes[p->line_at] == '\n';
  made->kind = kind;
  made->begin = begin;
  made->line = p->line;
  *node = made;
  return SOW_OK;
}

/* "Parameter containing: [torch.float32 of size 2x3 (GPU 0)]" */
static sow_status parse_parameter(parse *p, sow__printed **value) {
  size_t begin = p->position;
  const char *end = memchr(p->bytes + begin, ']', p->end - begin);
  const char *line = memchr(p->bytes + begin, '\n', p->end - begin);
  size_t size = end && (!line || end < line) ? (size_t)(end - p->bytes) : begin;
  static const char before[] = " of size ";
  size_t at = begin;
  while (at < size && !starts_with(p, at, before))
    at++;
  if (at >= size)
    return fail_expected(p, begin, "a parameter such as [torch.float32 of size 2x3]");
  sow_status status = make_node(p, SOW__PRINTED_PARAMETER, begin, value);
  if (status != SOW_OK)
    return status;
  at += sizeof before - 1;
  (*value)->extra_begin = at;
  while (at < size && (sow__is_digit(p->bytes[at]) || p->bytes[at] == 'x'))
    at++;
  (*value)->extra_end = at;
  p->position = size + 1;
  return SOW_OK;
}

/* An object in a ParameterList that is no parameter. */
static bool is_other_object(const parse *p) {
  return starts_with(p, p->position, "Object of type:") || starts_with(p, p->position, "Tensor containing:");
}

static sow_status parse_none(parse *p, size_t end, sow__printed **value) {
  sow_status status = make_node(p, SOW__PRINTED_NONE, p->position, value);
  p->position = end;
  return status;
}

/* "(0-11)" and the "12 x " before the value. */
static sow_status parse_fold(parse *p, size_t name, size_t name_end, sow__printed_child *child) {
  int64_t numbers[3] = {0, 0, 0};
  size_t at = p->position, ends[3];
  const size_t starts[3] = {name, 0, at};
  for (int i = 0; i < 3; i++) {
    size_t start = i == 1 ? ends[0] + 1 : starts[i], j = start;
    for (; j < p->end && sow__is_digit(p->bytes[j]) && numbers[i] < INT64_MAX / 100; j++)
      numbers[i] = numbers[i] * 10 + (p->bytes[j] - '0');
    ends[i] = j;
    if (j == start || (i == 0 && p->bytes[j] != '-') || (i == 1 && j != name_end))
      return SOW_OK;
  }
  if (!starts_with(p, ends[2], " x "))
    return SOW_OK;
  if (numbers[1] < numbers[0] || numbers[1] - numbers[0] + 1 != numbers[2])
    return sow__text_fail(p->text, at, p->error, SOW_SYNTAX,
                          "'%.*s' repeats of a range of other length: (%.*s)", (int)(ends[2] - at),
                          p->bytes + at, (int)(name_end - name), p->bytes + name);
  child->folded = true;
  child->first = numbers[0];
  child->last = numbers[1];
  p->position = ends[2] + 3;
  return SOW_OK;
}

/* ---- children ---- */

static bool grow_children(parse *p, sow__printed *node, size_t *capacity) {
  if (node->child_count < *capacity)
    return true;
  size_t larger = *capacity == 0 ? 4 : 2 * *capacity;
  sow__printed_child *children = sow__arena_alloc(p->arena, larger * sizeof *children);
  if (children == NULL)
    return false;
  if (node->child_count > 0)
    memcpy(children, node->children, node->child_count * sizeof *children);
  node->children = children;
  *capacity = larger;
  return true;
}

/* At "(name): value". */
static sow_status parse_child(parse *p, int depth, size_t name_end, sow__printed_child *child) {
  size_t name = p->position + 1;
  child->begin = name;
  p->position = name_end + 2;
  skip_space(p);
  sow_status status = parse_fold(p, name, name_end, child);
  if (status == SOW_OK && !child->folded) {
    /* Blanks within the parentheses were spaces that are none. */
    while (name < name_end && p->bytes[name] == ' ')
      name++;
    while (name_end > name && p->bytes[name_end - 1] == ' ')
      name_end--;
    child->name = sow__arena_copy(p->arena, p->bytes + name, name_end - name);
    if (child->name == NULL)
      return no_memory(p);
    if (strlen(child->name) != name_end - name)
      return sow__text_fail(p->text, name, p->error, SOW_SYNTAX, "a NUL byte in a name");
  }
  if (status == SOW_OK)
    status = parse_value(p, depth + 1, &child->value);
  if (status == SOW_OK && child->folded && child->value->kind != SOW__PRINTED_MODULE)
    return sow__text_fail(p->text, child->value->begin, p->error, SOW_SYNTAX, "only modules are repeated");
  return status;
}

/*
 * mmengine's BaseModule prints how it was initialised behind its ')': "init_cfg={…}" or "init_cfg=[…]", up to
 * where the brackets are closed.
 */
static bool skip_initialisers(parse *p) {
  static const char word[] = "init_cfg=";
  if (!starts_with(p, p->position, word))
    return false;
  size_t depth = 0, at = p->position + sizeof word - 1;
  sow__quotes quotes = {0};
  while (at < p->end && (depth > 0 || p->bytes[at] != '\n')) {
    char c = p->bytes[at];
    bool closes = c == '}' || c == ']' || c == ')';
    if (closes && depth == 0)
      break;
    depth += c == '{' || c == '[' || c == '(' ? 1 : 0;
    depth -= closes ? 1 : 0;
    at = c == '\'' || c == '"' ? sow__skip_quote(p->bytes, at, p->end, &quotes) : at + 1;
    if (closes && depth == 0)
      break;
  }
  p->initialisers = p->initialisers == SIZE_MAX ? p->position : p->initialisers;
  p->position = at;
  return true;
}

static sow_status fail_open(const parse *p, const sow__printed *node) {
  return sow__text_fail(p->text, node->begin, p->error, SOW_SYNTAX,
                        "'%.60s(' is not closed before the text ends; is the print cut?", node->class_name);
}

/* Behind the extra text: children up to the node's ')', which is taken; a fragment may lack it. */
static sow_status parse_children(parse *p, int depth, sow__printed *node, bool fragment) {
  size_t capacity = 0;
  for (;;) {
    skip_space(p);
    if (p->position < p->end && skip_initialisers(p))
      continue;
    if (p->position >= p->end)
      return fragment ? SOW_OK : fail_open(p, node);
    if (p->bytes[p->position] == ')') {
      p->position++;
      return SOW_OK;
    }
    if (at_ellipsis(p, p->position))
      return fail_cut(p, p->position);
    size_t name_end = p->bytes[p->position] == '(' ? child_name_end(p, p->position) : 0;
    if (name_end == 0 && fragment)
      return SOW_OK;
    if (name_end == 0)
      return fail_child(p, p->position);
    if (!grow_children(p, node, &capacity))
      return no_memory(p);
    sow__printed_child *child = &node->children[node->child_count];
    *child = (sow__printed_child){0};
    sow_status status = parse_child(p, depth, name_end, child);
    if (status != SOW_OK)
      return status;
    /* None holds nothing, and no layer is another one for it. */
    node->child_count += child->value->kind != SOW__PRINTED_NONE;
  }
}

/* ---- extra text ---- */

/*
 * Behind '(': moves to the first child or to the closing ')', over whatever extra_repr() wrote. Structure is
 * in the parentheses alone; indentation is often lost.
 */
static sow_status parse_extra(parse *p, sow__printed *node) {
  size_t parentheses = 0, brackets = 0;
  sow__quotes quotes = {0};
  bool line_start = true, spaced = true;
  node->extra_begin = p->position;
  while (p->position < p->end) {
    char c = p->bytes[p->position];
    if (c == '\n' || is_space(c) || (c == '#' && spaced)) {
      line_start = line_start || c == '\n' || c == '#';
      size_t before = p->position;
      skip_space(p);
      line_start = line_start || memchr(p->bytes + before, '\n', p->position - before) != NULL;
      spaced = true;
      continue;
    }
    if (parentheses == 0) {
      if (c == ')' ||
          (c == '(' && spaced && (brackets == 0 || line_start) && child_name_end(p, p->position) != 0)) {
        node->extra_end = p->position;
        return SOW_OK;
      }
      if (spaced && brackets == 0 && at_ellipsis(p, p->position))
        return fail_cut(p, p->position);
    }
    parentheses += c == '(' ? 1 : 0;
    parentheses -= c == ')' ? 1 : 0;
    brackets += c == '[' || c == '{' ? 1 : 0;
    brackets -= (c == ']' || c == '}') && brackets > 0 ? 1 : 0;
    p->position = c == '\'' || c == '"' ? sow__skip_quote(p->bytes, p->position, p->end, &quotes)
                                        : p->position + (c == '\\' ? 2 : 1);
    line_start = spaced = false;
  }
  return fail_open(p, node);
}

static sow_status check_extra(const parse *p, const sow__printed *node) {
  size_t at, end;
  switch (sow__extra_look(p->text, node, &at)) {
  case SOW__EXTRA_CHILD:
    return fail_child(p, at);
  case SOW__EXTRA_LAYER:
    end = class_end(p, at);
    return sow__text_fail(
        p->text, at, p->error, SOW_SYNTAX,
        "'%.*s' stands among the arguments of '%.60s', where nothing is built: write it as a "
        "child, such as '(name): Linear(...)', or leave it out",
        (int)(end - at), p->bytes + at, node->class_name);
  default:
    return SOW_OK;
  }
}

/* ---- modules ---- */

/* At a class name; torch printed a blank behind it up to 0.3. */
static sow_status parse_module(parse *p, int depth, sow__printed **value) {
  size_t begin = p->position, end = class_end(p, begin), name = begin, open = end;
  open += open < p->end && p->bytes[open] == ' ' ? 1 : 0;
  if (end == begin || end - begin > NAME_LIMIT || open >= p->end || p->bytes[open] != '(')
    return fail_expected(p, begin, "a module such as Linear(...)");
  if (depth > SOW__PRINTED_DEPTH)
    return sow__text_fail(p->text, begin, p->error, SOW_LIMIT, "modules are nested deeper than %d",
                          SOW__PRINTED_DEPTH);
  sow__printed *node = NULL;
  sow_status status = make_node(p, SOW__PRINTED_MODULE, begin, &node);
  if (status != SOW_OK)
    return status;
  for (size_t i = begin; i < end; i++)
    if (p->bytes[i] == '.')
      name = i + 1;
  node->prefixed = name > begin;
  node->class_name = sow__arena_copy(p->arena, p->bytes + name, end - name);
  if (node->class_name == NULL)
    return no_memory(p);
  p->position = open + 1;
  *value = node;
  status = parse_extra(p, node);
  if (status == SOW_OK)
    status = check_extra(p, node);
  return status == SOW_OK ? parse_children(p, depth, node, false) : status;
}

/* Children without the line of their module. */
static sow_status parse_fragment(parse *p, sow__printed **value) {
  sow_status status = make_node(p, SOW__PRINTED_MODULE, p->position, value);
  if (status != SOW_OK)
    return status;
  (*value)->class_name = "Module";
  (*value)->extra_begin = (*value)->extra_end = p->position;
  return parse_children(p, 0, *value, true);
}

static sow_status parse_value(parse *p, int depth, sow__printed **value) {
  if (p->position < p->end && at_ellipsis(p, p->position))
    return fail_cut(p, p->position);
  if (starts_with(p, p->position, "Parameter containing:"))
    return parse_parameter(p, value);
  if (is_other_object(p)) {
    const char *line = memchr(p->bytes + p->position, '\n', p->end - p->position);
    return parse_none(p, line ? (size_t)(line - p->bytes) : p->end, value);
  }
  size_t end = class_end(p, p->position);
  if (end - p->position == 4 && starts_with(p, p->position, "None") &&
      (end >= p->end || p->bytes[end] != '('))
    return parse_none(p, end, value);
  return parse_module(p, depth, value);
}

/* ---- the whole text ---- */

/* A text without a model: what it is, if that is known, or what it begins with. */
static sow_status fail_without_model(const parse *p) {
  const char *foreign = p->end > 0 ? sow__foreign(p->bytes, p->end) : NULL;
  size_t at = sow__skip_space(p->text, 0, p->end);
  if (foreign != NULL)
    return sow__text_fail(p->text, 0, p->error, SOW_SYNTAX, "no printed model: %s", foreign);
  if (at >= p->end)
    return sow__text_fail(p->text, p->end, p->error, SOW_SYNTAX, "the text holds no printed model");
  return fail_expected(p, at, "a module such as Linear(...)");
}

/* From where the model begins. */
static sow_status parse_whole(parse *p, const sow__surroundings *around, sow__printed **root) {
  p->position = around->begin;
  sow_status status = around->fragment ? parse_fragment(p, root) : parse_module(p, 0, root);
  size_t end = p->position,
         mixed = status == SOW_SYNTAX ? sow__surroundings_mixed(p->text, around, p->end) : SIZE_MAX;
  if (mixed != SIZE_MAX)
    return sow__surroundings_fail_mixed(p->text, mixed, p->error);
  if (status != SOW_OK)
    return status;
  skip_space(p);
  while (p->position < p->end && skip_initialisers(p)) {
    end = p->position;
    skip_space(p);
  }
  return sow__surroundings_check(p->text, around, end, p->error);
}

sow_status sow__printed_parse(const sow__text *text, sow__arena *arena, sow__printed_text *printed,
                              sow_error *error) {
  if (text->length > SOW__PRINTED_BYTES)
    return sow__fail(error, SOW_LIMIT, "the text of a model may have 64 MiB, not %zu bytes", text->length);
  sow__text clean = *text;
  sow_status status = sow__text_decode(&clean, arena, error);
  char *bytes = status == SOW_OK ? sow__arena_copy(arena, clean.bytes, clean.length) : NULL;
  if (bytes == NULL)
    return status == SOW_OK ? sow__fail(error, SOW_NO_MEMORY, NULL) : status;
  sow__surroundings around;
  sow__numpy_blank(bytes, clean.length);
  sow__surroundings_find(bytes, clean.length, &around);
  clean.shown = clean.bytes;
  clean.bytes = bytes;
  parse p = {.text = &clean, .bytes = bytes, .end = clean.length, .arena = arena, .error = error};
  p.initialisers = SIZE_MAX;
  p.line = 1;
  sow__printed *root = NULL;
  status = around.begin == SIZE_MAX ? fail_without_model(&p) : parse_whole(&p, &around, &root);
  if (status == SOW_SYNTAX && around.unlikely)
    status = sow__text_fail(
        &clean, around.begin, error, SOW_SYNTAX,
        "the text holds no printed model: print(model) shows a line such as 'Net(', with lines "
        "such as '(fc): Linear(...)' below it");
  if (status == SOW_OK)
    *printed = (sow__printed_text){clean, root, around.fragment, p.initialisers};
  return status;
}
