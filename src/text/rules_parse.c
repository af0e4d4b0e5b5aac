/* The language of docs/rules.md: sections, blocks and lines, told apart by indentation as in Python. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/utf8.h"
#include "text/python_rules.h"
#include "text/rule_line.h"

typedef struct parse {
  sow_rules *rules;
  const sow__text *text;
  sow_error *error;
  size_t position;      /* the start of a line */
  size_t begin;         /* of the current line: its first byte that is no space */
  size_t indent;        /* how many spaces precede that */
  bool done;            /* there is no further line */
  size_t line, counted; /* the number of the line that holds byte `counted` */
} parse;

static sow_status no_memory(const parse *p) {
  return sow__fail(p->error, SOW_NO_MEMORY, NULL);
}

static char byte_at(const parse *p, size_t at) {
  return at < p->text->length ? p->text->bytes[at] : '\n';
}

static bool ends_line(char c) {
  return c == '\n' || c == '#';
}

static size_t next_line(const parse *p, size_t at) {
  const char *found = at < p->text->length ? memchr(p->text->bytes + at, '\n', p->text->length - at) : NULL;
  return found ? (size_t)(found - p->text->bytes) + 1 : p->text->length;
}

static sow_status fail_expected(const parse *p, size_t at, const char *what) {
  char quote[SOW__QUOTE_SIZE];
  if (ends_line(byte_at(p, at)))
    return sow__text_fail(p->text, at, p->error, SOW_SYNTAX, "expected %s, not the end of the line", what);
  size_t length = sow__utf8_length(p->text->bytes + at, p->text->length - at);
  return sow__text_fail(p->text, at, p->error, SOW_SYNTAX, "expected %s, not '%s'", what,
                        sow__text_quote(p->text->bytes + at, length > 0 ? length : 1, quote));
}

/* Moves to the next line that holds more than blanks and a comment. */
static sow_status advance(parse *p) {
  while (p->position < p->text->length) {
    size_t begin = sow__skip_blanks(p->text, p->position, p->text->length);
    if (!ends_line(byte_at(p, begin))) {
      const char *tab = memchr(p->text->bytes + p->position, '\t', begin - p->position);
      if (tab != NULL)
        return sow__text_fail(p->text, (size_t)(tab - p->text->bytes), p->error, SOW_SYNTAX,
                              "a tab in the indentation; use spaces");
      p->begin = begin;
      p->indent = begin - p->position;
      return SOW_OK;
    }
    p->position = next_line(p, begin);
  }
  p->done = true;
  return SOW_OK;
}

/* ---- pieces of a line ---- */

static bool in_glob(char c) {
  return (unsigned char)c > 0x20 && c != 0x7F && strchr(",:=#'\"()", c) == NULL;
}

/*
 * A glob from *at on, into the rules' memory; *at is then behind it and the blanks that follow. Where
 * `parted`, a part of the tensor may follow.
 */
static sow_status parse_glob(parse *p, size_t *at, const char *what, bool parted, const char **glob) {
  const char *bytes = p->text->bytes;
  size_t begin = *at, end = begin;
  while (end < p->text->length && in_glob(bytes[end])) {
    if (parted && bytes[end] == '[' && end > begin && sow__rule_part_opens(p->text, end))
      break;
    size_t close = end + 1;
    if (bytes[end] == '[') {
      /* As in fnmatch, a ']' right behind '[' or '[!' is a member of the set. */
      close += byte_at(p, close) == '!' ? 1 : 0;
      close += byte_at(p, close) == ']' ? 1 : 0;
      while (byte_at(p, close) != ']' && (unsigned char)byte_at(p, close) >= 0x20)
        close++;
      if (byte_at(p, close) != ']')
        return sow__text_fail(p->text, end, p->error, SOW_SYNTAX, "this '[' has no ']'");
      close++;
    }
    end = close;
  }
  if (end == begin)
    return fail_expected(p, begin, what);
  size_t length;
  for (size_t i = begin; i < end; i += length) {
    length = sow__utf8_length(bytes + i, end - i);
    if (length == 0)
      return sow__text_fail(p->text, i, p->error, SOW_SYNTAX, "this byte is no UTF-8");
  }
  *glob = sow__arena_copy(&p->rules->arena, bytes + begin, end - begin);
  *at = sow__skip_blanks(p->text, end, p->text->length);
  return *glob ? SOW_OK : no_memory(p);
}

/* Behind a section's or block's ':' only a comment may follow. */
static sow_status end_header(parse *p, size_t at) {
  at = sow__skip_blanks(p->text, at, p->text->length);
  if (!ends_line(byte_at(p, at)))
    return fail_expected(p, at, "the end of the line after ':'");
  p->position = next_line(p, at);
  return advance(p);
}

/* The number of a byte's line; to be asked in the order of the text. */
static size_t line_of(parse *p, size_t at) {
  for (; p->counted < at; p->counted++)
    p->line += p->text->bytes[p->counted] == '\n' ? 1 : 0;
  return p->line;
}

/* "weights_init.rules:4" */
static const char *rule_name(parse *p, size_t begin) {
  sow__buffer name = {0};
  sow__buffer_printf(&name, "%s:%zu", p->text->source ? p->text->source : "rules", line_of(p, begin));
  char *copy = name.failed ? NULL : sow__arena_copy(&p->rules->arena, name.data, name.length);
  sow__buffer_free(&name);
  return copy;
}

/* ---- lines ---- */

/* "glob = initialiser" at the current line; the value may go on over lines inside its parentheses. */
static sow_status parse_line(parse *p, sow__rule_walk walk, sow__rule_line ***tail) {
  sow__rule_line *line = sow__arena_alloc(&p->rules->arena, sizeof *line);
  if (line == NULL)
    return no_memory(p);
  size_t end = 0, at = line->begin = p->begin;
  sow_status status = parse_glob(p, &at, "a parameter's name", true, &line->glob);
  if (status != SOW_OK)
    return status;
  if (byte_at(p, at) != '=' && !(byte_at(p, at) == '[' && sow__rule_part_opens(p->text, at)))
    return fail_expected(p, at, "'=' after the parameter's name");
  status = sow__rule_line_parse(p->text, at, &p->rules->arena, line, &end, p->error);
  if (status != SOW_OK)
    return status;
  if (line->tied != NULL && walk != SOW__WALK_PARAMETERS)
    return sow__text_fail(p->text, line->begin, p->error, SOW_INVALID_ARGUMENT,
                          "tie() belongs into named_parameters:, whose names are full");
  line->rule = rule_name(p, line->begin);
  if (line->rule == NULL)
    return no_memory(p);
  line->index = p->rules->count++;
  **tail = line;
  *tail = &line->next;
  p->position = next_line(p, end);
  return advance(p);
}

/* All lines that are indented deeper than `outer`, which must be alike. */
static sow_status parse_lines(parse *p, size_t outer, sow__rule_walk walk, sow__rule_line **lines) {
  if (p->done || p->indent <= outer)
    return sow__text_fail(p->text, p->done ? p->text->length : p->begin, p->error, SOW_SYNTAX,
                          "expected an indented line such as weight = normal_(std=0.02) in this %s",
                          walk == SOW__WALK_APPLY ? "block" : "section");
  sow__rule_line **tail = lines;
  size_t indent = p->indent;
  while (!p->done && p->indent > outer) {
    if (p->indent != indent)
      return sow__text_fail(p->text, p->begin, p->error, SOW_SYNTAX,
                            "this line is indented by %zu spaces, the one before by %zu", p->indent, indent);
    sow_status status = parse_line(p, walk, &tail);
    if (status != SOW_OK)
      return status;
  }
  return SOW_OK;
}

/* ---- blocks ---- */

/* "*Conv3d*, *Linear*:" and its lines. */
static sow_status parse_block(parse *p, sow__rule_block *block) {
  sow__rule_glob **tail = &block->globs;
  size_t at = block->begin = p->begin, indent = p->indent;
  block->index = p->rules->count++;
  for (;;) {
    sow__rule_glob *glob = sow__arena_alloc(&p->rules->arena, sizeof *glob);
    if (glob == NULL)
      return no_memory(p);
    sow_status status = parse_glob(p, &at, "a glob for class names", false, &glob->glob);
    if (status != SOW_OK)
      return status;
    *tail = glob;
    tail = &glob->next;
    if (byte_at(p, at) != ',')
      break;
    at = sow__skip_blanks(p->text, at + 1, p->text->length);
  }
  if (byte_at(p, at) == '=')
    return sow__text_fail(p->text, block->begin, p->error, SOW_SYNTAX,
                          "a parameter's line belongs into a block such as *Conv3d*: and is indented deeper");
  if (byte_at(p, at) != ':')
    return fail_expected(p, at, "',' or ':' after a glob for class names");
  sow_status status = end_header(p, at + 1);
  return status == SOW_OK ? parse_lines(p, indent, SOW__WALK_APPLY, &block->lines) : status;
}

static sow_status parse_apply(parse *p, size_t outer, sow__rule_pass *pass) {
  sow__rule_block **tail = &pass->blocks;
  size_t indent = p->indent;
  if (p->done || p->indent <= outer)
    return sow__text_fail(p->text, p->done ? p->text->length : p->begin, p->error, SOW_SYNTAX,
                          "expected an indented block such as *Conv3d*: in this section");
  while (!p->done && p->indent > outer) {
    if (p->indent != indent)
      return sow__text_fail(p->text, p->begin, p->error, SOW_SYNTAX,
                            "this block is indented by %zu spaces, the one before by %zu", p->indent, indent);
    sow__rule_block *block = sow__arena_alloc(&p->rules->arena, sizeof *block);
    if (block == NULL)
      return no_memory(p);
    *tail = block;
    tail = &block->next;
    sow_status status = parse_block(p, block);
    if (status != SOW_OK)
      return status;
  }
  return SOW_OK;
}

/* ---- sections ---- */

static sow_status fail_section(const parse *p, const char *name) {
  static const char *const begins_python[] = {"def", "import", "from", "class", "@torch.no_grad", NULL};
  sow__nearest nearest = {.name = name};
  char hint[96], quote[SOW__QUOTE_SIZE];
  if (sow__text_is_one_of(name, begins_python))
    return sow__text_fail(p->text, p->begin, p->error, SOW_SYNTAX,
                          "a function of Python is read from a file whose name ends in .py");
  sow__nearest_offer(&nearest, "apply");
  sow__nearest_offer(&nearest, "named_parameters");
  sow__nearest_offer(&nearest, "named_buffers");
  return sow__text_fail(p->text, p->begin, p->error, SOW_UNKNOWN_NAME,
                        "expected a section, 'apply:', 'named_parameters:' or 'named_buffers:', not '%s'%s",
                        sow__text_quote(name, strlen(name), quote),
                        sow__nearest_hint(&nearest, hint, sizeof hint));
}

/* The lines of a section of Python: those that are indented deeper, and empty ones among them. */
static sow__py_part python_part(parse *p, size_t begin, size_t outer) {
  sow__py_part part = {.text = p->text, .begin = begin, .end = begin, .line = line_of(p, begin)};
  for (size_t at = begin; at < p->text->length; at = part.end) {
    size_t spaces = 0;
    while (byte_at(p, at + spaces) == ' ')
      spaces++;
    bool empty = byte_at(p, sow__skip_blanks(p->text, at, p->text->length)) == '\n';
    if (!empty && spaces <= outer)
      break;
    part.end = next_line(p, at);
  }
  return part;
}

/* "python weights_init:", with `at` behind the first word, and the file's text, indented. */
static sow_status parse_python(parse *p, size_t outer, size_t at, sow__rule_pass *pass) {
  const char *bytes = p->text->bytes;
  size_t next = next_line(p, at), end = next;
  while (end > at && (bytes[end - 1] == '\n' || sow__is_blank(bytes[end - 1])))
    end--;
  if (end == at || bytes[end - 1] != ':')
    return fail_expected(p, end, "':' at the end of this line");
  char *selection = sow__arena_copy(&p->rules->arena, bytes + at, end - 1 - at);
  if (selection == NULL)
    return no_memory(p);
  const sow__py_part part = python_part(p, next, outer);
  sow_status status = sow__python_parse(&part, selection, &p->rules->arena, &pass->python, p->error);
  p->position = part.end;
  return status == SOW_OK ? advance(p) : status;
}

/* "apply transformer:", with `at` at the path. */
static sow_status parse_path(parse *p, size_t *at, sow__rule_pass *pass) {
  const size_t begin = *at;
  if (in_glob(byte_at(p, begin)) && begin > 0 && sow__is_blank(byte_at(p, begin - 1))) {
    sow_status status = parse_glob(p, at, "a module's path", false, &pass->path);
    if (status != SOW_OK)
      return status;
    if (strpbrk(pass->path, "*?[") != NULL)
      return sow__text_fail(p->text, begin, p->error, SOW_SYNTAX, "a section is of one module, by its path");
  }
  return byte_at(p, *at) == ':' ? SOW_OK
                                : fail_expected(p, *at, "':' after the section's name, or a module's path");
}

static sow_status parse_section(parse *p, size_t outer, sow__rule_pass *pass) {
  const char *name;
  size_t at = p->begin;
  if (p->indent != outer)
    return sow__text_fail(p->text, p->begin, p->error, SOW_SYNTAX,
                          "this section is indented by %zu spaces, the first one by %zu", p->indent, outer);
  sow_status status = parse_glob(p, &at, "a section, 'apply:' or 'named_parameters:'", false, &name);
  if (status != SOW_OK)
    return status;
  if (strcmp(name, "python") == 0)
    return parse_python(p, outer, at, pass);
  pass->walk = strcmp(name, "named_parameters") == 0 ? SOW__WALK_PARAMETERS
               : strcmp(name, "named_buffers") == 0  ? SOW__WALK_BUFFERS
                                                     : SOW__WALK_APPLY;
  const bool named = pass->walk != SOW__WALK_APPLY;
  if (!named && strcmp(name, "apply") != 0)
    return fail_section(p, name);
  pass->begin = p->begin;
  if (byte_at(p, at) != ':')
    status = parse_path(p, &at, pass);
  if (status != SOW_OK)
    return status;
  status = end_header(p, at + 1);
  if (status != SOW_OK || !named)
    return status == SOW_OK ? parse_apply(p, outer, pass) : status;
  pass->blocks = sow__arena_alloc(&p->rules->arena, sizeof *pass->blocks);
  if (pass->blocks == NULL)
    return no_memory(p);
  pass->blocks->index = p->rules->count++;
  return parse_lines(p, outer, pass->walk, &pass->blocks->lines);
}

static sow_status parse_sections(parse *p) {
  sow__rule_pass **tail = &p->rules->passes;
  sow_status status = advance(p);
  if (status == SOW_OK && p->done)
    return sow__text_fail(p->text, p->text->length, p->error, SOW_SYNTAX, "the text holds no rules");
  size_t outer = p->indent;
  while (status == SOW_OK && !p->done) {
    sow__rule_pass *pass = sow__arena_alloc(&p->rules->arena, sizeof *pass);
    if (pass == NULL)
      return no_memory(p);
    *tail = pass;
    tail = &pass->next;
    status = parse_section(p, outer, pass);
  }
  return status;
}

sow_status sow_rules_parse(const char *text, size_t length, const char *source, sow_rules **rules,
                           sow_error *error) {
  sow_rules *made = NULL;
  sow_status status = sow__rules_new(text, length, source, &made, error);
  if (status != SOW_OK)
    return status;
  parse p = {.rules = made, .text = &made->text, .error = error, .line = 1};
  status = parse_sections(&p);
  if (status != SOW_OK) {
    sow_rules_free(made);
    return status;
  }
  *rules = made;
  return SOW_OK;
}
