#include "text/printed.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "module/tree.h"
#include "text/decode.h"
#include "text/numpy_scalar.h"
#include "text/other_text.h"
#include "text/printed_fault.h"
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
  size_t line, line_at;         /* the line in which byte `line_at` is; nodes come in the text's order */
  size_t indent, root_indent;   /* of the latest line that begins with a child, and of the model's first */
  const sow__printed *unclosed; /* the first with a child that is indented no deeper than it; NULL: none */
  size_t beside;                /* that child */
  sow_error *error;
} parse;

static sow_status parse_value(parse *p, int depth, sow__printed **value);

static sow_status no_memory(const parse *p) {
  return sow__fail(p->error, SOW_NO_MEMORY, NULL);
}

/* ---- bytes ---- */

static bool starts_with(const parse *p, size_t at, const char *word) {
  size_t length = strlen(word);
  return p->end - at >= length && memcmp(p->bytes + at, word, length) == 0;
}

static void skip_space(parse *p) {
  p->position = sow__skip_space(p->text, p->position, p->end);
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
  made->indent = p->indent;
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
    return sow__text_fail(p->text, begin, p->error, SOW_SYNTAX,
                          "expected a parameter such as [torch.float32 of size 2x3]");
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

/* How far the line of byte `at` is indented, if nothing stands before that; else SIZE_MAX. */
static size_t indentation(const parse *p, size_t at) {
  size_t begin = at;
  while (begin > 0 && p->bytes[begin - 1] != '\n' && sow__is_blank(p->bytes[begin - 1]))
    begin--;
  return begin == 0 || p->bytes[begin - 1] == '\n' ? at - begin : SIZE_MAX;
}

/*
 * A child begins at `at`. Structure is in the parentheses; but where one is missing the indentation, if it
 * was not lost, tells which.
 */
static void look_at_indentation(parse *p, const sow__printed *node, size_t at) {
  size_t indent = indentation(p, at);
  if (indent == SIZE_MAX)
    return;
  if (p->unclosed == NULL && indent <= node->indent && indent > p->root_indent) {
    p->unclosed = node;
    p->beside = at;
  }
  p->indent = indent;
}

static sow_status fail_open(const parse *p, const sow__printed *node) {
  return sow__fault_open(p->text, p->unclosed ? p->unclosed : node, p->unclosed ? p->beside : 0, p->error);
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
    if (sow__at_ellipsis(p->text, p->position))
      return sow__fault_cut(p->text, p->position, p->error);
    size_t name_end = p->bytes[p->position] == '(' ? child_name_end(p, p->position) : 0;
    if (name_end == 0 && fragment)
      return SOW_OK;
    if (name_end == 0)
      return sow__fault_child(p->text, p->position, p->error);
    if (!grow_children(p, node, &capacity))
      return no_memory(p);
    sow__printed_child *child = &node->children[node->child_count];
    *child = (sow__printed_child){0};
    look_at_indentation(p, node, p->position);
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
    if (c == '\n' || sow__is_blank(c) || (c == '#' && spaced)) {
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
      if (spaced && brackets == 0 && sow__at_ellipsis(p->text, p->position))
        return sow__fault_cut(p->text, p->position, p->error);
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

/* ---- modules ---- */

/* At a class name; torch printed a blank behind it up to 0.3. */
static sow_status parse_module(parse *p, int depth, sow__printed **value) {
  size_t begin = p->position, end = sow__class_end(p->text, begin), name = begin, open = end;
  open += open < p->end && p->bytes[open] == ' ' ? 1 : 0;
  if (end == begin || end - begin > NAME_LIMIT || open >= p->end || p->bytes[open] != '(')
    return sow__fault_module(p->text, begin, p->error);
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
  node->prefixed = name > begin && sow__torch_prefix(p->bytes + begin, end - begin) != name - begin;
  node->class_name = sow__arena_copy(p->arena, p->bytes + name, end - name);
  if (node->class_name == NULL)
    return no_memory(p);
  p->position = open + 1;
  *value = node;
  status = parse_extra(p, node);
  if (status == SOW_OK)
    status = sow__fault_extra(p->text, node, p->error);
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
  if (p->position < p->end && sow__at_ellipsis(p->text, p->position))
    return sow__fault_cut(p->text, p->position, p->error);
  if (starts_with(p, p->position, "Parameter containing:"))
    return parse_parameter(p, value);
  if (is_other_object(p)) {
    const char *line = memchr(p->bytes + p->position, '\n', p->end - p->position);
    return parse_none(p, line ? (size_t)(line - p->bytes) : p->end, value);
  }
  size_t end = sow__class_end(p->text, p->position);
  if (end - p->position == 4 && starts_with(p, p->position, "None") &&
      (end >= p->end || p->bytes[end] != '('))
    return parse_none(p, end, value);
  if (sow__at_plain_value(p->text, p->position))
    return sow__fault_module(p->text, p->position, p->error);
  return parse_module(p, depth, value);
}

/* ---- the whole text ---- */

/* From where the model begins. */
static sow_status parse_whole(parse *p, const sow__surroundings *around, sow__printed **root) {
  p->position = around->begin;
  size_t indent = indentation(p, around->begin);
  p->indent = p->root_indent = indent == SIZE_MAX ? 0 : indent;
  if (sow__at_source(p->text, around->begin))
    return sow__fault_source(p->text, around->begin, p->error);
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
  size_t place;
  const char *other = sow__other_text(bytes, clean.length, &place);
  if (other != NULL)
    return sow__text_fail(&clean, place, error, SOW_SYNTAX, "no printed model: %s", other);
  sow__numpy_blank(bytes, clean.length);
  sow__surroundings_find(bytes, clean.length, &around);
  clean.shown = clean.bytes;
  clean.bytes = bytes;
  parse p = {.text = &clean, .bytes = bytes, .end = clean.length, .arena = arena, .error = error};
  p.initialisers = SIZE_MAX;
  p.line = 1;
  sow__printed *root = NULL;
  status = around.begin == SIZE_MAX ? sow__fault_nothing(&clean, error) : parse_whole(&p, &around, &root);
  if (status == SOW_SYNTAX && around.unlikely && !sow__at_source(&clean, around.begin))
    status = sow__text_fail(
        &clean, around.begin, error, SOW_SYNTAX,
        "the text holds no printed model: print(model) shows a line such as 'Net(', with lines "
        "such as '(fc): Linear(...)' below it");
  if (status == SOW_OK)
    *printed = (sow__printed_text){clean, root, around.fragment, p.initialisers};
  return status;
}
