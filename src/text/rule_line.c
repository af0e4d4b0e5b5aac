#include "text/rule_line.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "text/initializer_text.h"

static sow__reader reader_at(const sow__text *text, size_t begin, size_t end, sow__arena *arena,
                             const sow__scope *scope, sow_error *error) {
  sow__reader reader = {.arena = arena, .error = error, .scope = scope};
  reader.scanner.lines = true;
  sow__scanner_open(&reader.scanner, text, begin, end);
  return reader;
}

/* ---- parts: [:n/3], [n/4:n/2, :], [padding_idx] ---- */

static const char padding[] = "padding_idx";
static const char repeat[] = "repeat_interleave";

#define REPEAT_LIMIT 4096        /* steps of one line at one tensor */
#define PART_BYTES ((size_t)256) /* every '[' of a glob is looked at like this */

/* The ']' of the bracket at `at`; the end of the text where there is none near enough on its line. */
static size_t closing(const sow__text *text, size_t at) {
  const size_t end = text->length - at < PART_BYTES ? text->length : at + PART_BYTES;
  size_t depth = 0;
  for (; at < end && (unsigned char)text->bytes[at] >= 0x20; at++) {
    depth += text->bytes[at] == '[' ? 1 : 0;
    if (text->bytes[at] == ']' && --depth == 0)
      return at;
  }
  return text->length;
}

/* A set of characters is the end of a glob as well, and holds neither a ':' nor this word. */
bool sow__rule_part_opens(const sow__text *text, size_t at) {
  size_t end = closing(text, at);
  if (end == text->length)
    return false;
  size_t behind = sow__skip_blanks(text, end + 1, text->length);
  if (behind >= text->length || text->bytes[behind] != '=')
    return false;
  const size_t begin = sow__skip_blanks(text, at + 1, text->length), length = sizeof padding - 1;
  bool row = end - begin >= length && memcmp(text->bytes + begin, padding, length) == 0 &&
             sow__skip_blanks(text, begin + length, text->length) == end;
  return row || memchr(text->bytes + at, ':', end - at) != NULL;
}

static bool at_symbol(const sow__reader *reader, char symbol) {
  return reader->scanner.token.kind == SOW__TOKEN_SYMBOL && reader->scanner.token.symbol == symbol;
}

/* One bound, as Python counts: from the end where it is negative. `whole` is -1 in a trial. */
static sow_status read_bound(sow__reader *reader, int64_t whole, int64_t *bound) {
  sow__text_value value;
  sow_status status = sow__expression_parse(reader, &value);
  if (status != SOW_OK || value.kind == SOW__VALUE_UNKNOWN)
    return status;
  char quote[SOW__QUOTE_SIZE], number_text[SOW__NUMBER_SIZE];
  if (value.kind == SOW__VALUE_WORD)
    return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' has no value here", sow__text_quote(value.text, strlen(value.text), quote));
  if (!sow__text_value_is_number(&value))
    return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_INVALID_ARGUMENT,
                          "a bound is a whole number, not %s", sow__text_value_kind_name(&value));
  if (value.kind == SOW__VALUE_FLOAT && (value.number != floor(value.number) || fabs(value.number) > 0x1p53))
    return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_INVALID_ARGUMENT,
                          "this bound is %s, which is no whole number",
                          sow__number_print(value.number, number_text));
  int64_t number = value.kind == SOW__VALUE_FLOAT ? (int64_t)value.number : value.integer;
  if (whole < 0)
    return SOW_OK;
  *bound = number < 0 ? number + whole : number;
  if (*bound < 0 || *bound > whole)
    return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_SHAPE,
                          "this bound is %lld, and the dimension has %lld elements", (long long)number,
                          (long long)whole);
  return SOW_OK;
}

/* "begin:end" of a dimension of `whole` elements. */
static sow_status read_range(sow__reader *reader, int64_t whole, int64_t *begin, int64_t *size) {
  const size_t at = reader->scanner.token.begin;
  int64_t from = 0, to = whole;
  sow_status status = at_symbol(reader, ':') ? SOW_OK : read_bound(reader, whole, &from);
  if (status != SOW_OK)
    return status;
  if (!sow__scanner_take(&reader->scanner, ':'))
    return sow__expected(reader, "':' (a row i is written i:i+1)");
  if (!at_symbol(reader, ',') && reader->scanner.token.kind != SOW__TOKEN_END)
    status = read_bound(reader, whole, &to);
  if (status == SOW_OK && at_symbol(reader, ':'))
    return sow__reader_fail(reader, reader->scanner.token.begin, SOW_SYNTAX, "a part has no steps");
  if (status == SOW_OK && whole >= 0 && from > to)
    return sow__text_fail(reader->scanner.text, at, reader->error, SOW_SHAPE,
                          "this part ends at %lld, before it begins at %lld", (long long)to, (long long)from);
  *begin = from;
  *size = to - from;
  return status;
}

/* The row that is an embedding's padding; none is no failure, but then the line takes nothing. */
static sow_status read_padding_row(sow__reader *reader, const sow__rule_place *place, sow__rule_step *step) {
  sow__text_value value;
  sow_status status = sow__expression_parse(reader, &value);
  if (status != SOW_OK || place == NULL || value.kind == SOW__VALUE_NONE) {
    step->takes = false;
    return status;
  }
  const sow__tensor *tensor = place->tensor;
  const int64_t row = value.integer;
  if (tensor->ndim == 0 || row < 0 || row >= tensor->shape[0])
    return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_SHAPE,
                          "'%.200s' has no row %lld", place->name, (long long)row);
  memcpy(step->size, tensor->shape, (size_t)tensor->ndim * sizeof *step->size);
  step->begin[0] = row;
  step->size[0] = 1;
  return SOW_OK;
}

/* `place` is NULL in a trial. */
static sow_status read_part(const sow__text *text, sow__span span, const sow__rule_place *place,
                            sow__rule_scope *scope, sow__arena *arena, sow__rule_step *step,
                            sow_error *error) {
  sow__reader reader = reader_at(text, span.begin, span.end, arena, &scope->scope, error);
  const sow__tensor *tensor = place == NULL ? NULL : place->tensor;
  if (memchr(text->bytes + span.begin, ':', span.end - span.begin) == NULL)
    return read_padding_row(&reader, place, step);
  for (int i = 0; tensor != NULL && i < tensor->ndim; i++) {
    step->begin[i] = 0;
    step->size[i] = tensor->shape[i];
  }
  for (int i = 0;; i++) {
    if (i >= (tensor == NULL ? SOW_MAX_DIMS : tensor->ndim))
      return tensor == NULL ? sow__reader_fail(&reader, reader.scanner.token.begin, SOW_LIMIT,
                                               "a part has more dimensions than any tensor")
                            : sow__text_fail(text, reader.scanner.token.begin, error, SOW_SHAPE,
                                             "'%.200s' has %d dimension%s", place->name, tensor->ndim,
                                             tensor->ndim == 1 ? "" : "s");
    scope->dimension = i;
    sow_status status =
        read_range(&reader, tensor == NULL ? -1 : tensor->shape[i], &step->begin[i], &step->size[i]);
    if (status != SOW_OK)
      return status;
    if (!sow__scanner_take(&reader.scanner, ','))
      break;
    if (reader.scanner.token.kind == SOW__TOKEN_END)
      break;
  }
  scope->dimension = 0;
  return reader.scanner.token.kind == SOW__TOKEN_END ? SOW_OK : sow__expected(&reader, "',' or ']'");
}

/* ---- tie(wte.weight) ---- */

/* Whether the reader is at "NAME (". */
static bool at_call(const sow__reader *reader, const char *name) {
  const sow__token *token = &reader->scanner.token;
  const char *bytes = reader->scanner.text->bytes;
  const size_t open = sow__skip_blanks(reader->scanner.text, token->end, reader->scanner.text->length),
               length = strlen(name);
  return token->kind == SOW__TOKEN_NAME && token->end - token->begin == length &&
         memcmp(bytes + token->begin, name, length) == 0 && open < reader->scanner.text->length &&
         bytes[open] == '(';
}

/* The name in the parentheses, which may hold numbers as in h.0.weight, and so is no token. */
static sow_status read_tie(sow__reader *reader, sow__arena *arena, sow__rule_line *line) {
  const sow__text *text = reader->scanner.text;
  size_t begin = sow__skip_blanks(text, reader->scanner.token.end, text->length) + 1;
  begin = sow__skip_blanks(text, begin, text->length);
  size_t end = begin;
  while (end < text->length && (unsigned char)text->bytes[end] > 0x20 &&
         strchr("()=,:#'\"*?[]", text->bytes[end]) == NULL)
    end++;
  size_t close = sow__skip_blanks(text, end, text->length);
  if (end == begin || close >= text->length || text->bytes[close] != ')')
    return sow__reader_fail(reader, end, SOW_SYNTAX,
                            "tie() takes the full name of another parameter, as in tie(wte.weight)");
  if (line->part.end != 0)
    return sow__reader_fail(reader, line->begin, SOW_INVALID_ARGUMENT, "a part of a tensor cannot be tied");
  line->tied = sow__arena_copy(arena, text->bytes + begin, end - begin);
  if (line->tied == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  sow__scanner_open(&reader->scanner, text, close + 1, text->length);
  return SOW_OK;
}

/* ---- lines ---- */

/* Whether only a dotted name follows, as where one tensor is assigned to another. */
static bool at_name_alone(const sow__reader *reader) {
  const sow__text *text = reader->scanner.text;
  size_t end = reader->scanner.token.begin;
  while (end < text->length && (unsigned char)text->bytes[end] > 0x20 && text->bytes[end] != '(' &&
         text->bytes[end] != '#')
    end++;
  const size_t behind = sow__skip_blanks(text, end, text->length), length = end - reader->scanner.token.begin;
  const bool ends = behind >= text->length || strchr("\r\n#", text->bytes[behind]) != NULL;
  return reader->scanner.token.kind == SOW__TOKEN_NAME && ends &&
         memchr(text->bytes + reader->scanner.token.begin, '.', length) != NULL;
}

/* "repeat_interleave(kaiming_normal_(), 4)"; `place` is NULL in a trial. */
static sow_status read_repeat(sow__reader *reader, const sow__rule_place *place, sow__rule_step *step) {
  sow__text_value value = {.kind = SOW__VALUE_NONE};
  sow__scanner_next(&reader->scanner);
  sow__scanner_next(&reader->scanner);
  sow_status status = sow__initializer_read(reader, &step->call);
  if (status == SOW_OK && !sow__scanner_take(&reader->scanner, ','))
    status = sow__expected(reader, "',' and how often each row is repeated");
  if (status == SOW_OK)
    status = sow__expression_parse(reader, &value);
  if (status == SOW_OK && !sow__scanner_take(&reader->scanner, ')'))
    status = sow__expected(reader, "')'");
  if (status != SOW_OK || (place == NULL && value.kind == SOW__VALUE_UNKNOWN))
    return status;
  if (value.kind != SOW__VALUE_INTEGER || value.integer < 1 || value.integer > REPEAT_LIMIT)
    return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_INVALID_ARGUMENT,
                          "each row is repeated 1 to %d times, and that is an int", REPEAT_LIMIT);
  step->times = value.integer;
  if (place != NULL && (place->tensor->ndim == 0 || place->tensor->shape[0] % value.integer != 0))
    return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_SHAPE,
                          "'%.200s' has no rows that are a multiple of %lld", place->name,
                          (long long)value.integer);
  if (sow_initializer_makes(step->call.kind))
    return SOW_OK;
  return sow__text_fail(reader->scanner.text, value.begin, reader->error, SOW_INVALID_ARGUMENT,
                        "%s makes nothing new that could be repeated", sow_initializer_name(step->call.kind));
}

static sow_status parse_call(sow__reader *reader, const bool *depends, sow__arena *arena,
                             sow__rule_line *line) {
  const size_t begin = reader->scanner.token.begin;
  if (at_call(reader, "tie"))
    return read_tie(reader, arena, line);
  if (at_call(reader, repeat)) {
    sow__rule_step step;
    sow_status status = read_repeat(reader, NULL, &step);
    line->repeats = true;
    line->call = (sow__span){begin, reader->scanner.token.begin};
    return status != SOW_OK || line->part.end == 0
               ? status
               : sow__reader_fail(reader, begin, SOW_INVALID_ARGUMENT, "a part of a tensor has no repeats");
  }
  if (at_name_alone(reader))
    return sow__reader_fail(reader, begin, SOW_SYNTAX,
                            "this is no call; that two parameters are one tensor is written tie(wte.weight)");
  sow_status status = sow__initializer_read(reader, &line->initializer);
  if (*depends)
    line->call = (sow__span){begin, reader->scanner.token.begin};
  return status;
}

static sow_status parse_condition(sow__reader *reader, sow__rule_line *line) {
  sow__text_value value;
  line->condition.begin = reader->scanner.token.begin;
  sow_status status = sow__condition_parse(reader, &value);
  line->condition.end = reader->scanner.token.begin;
  if (status == SOW_OK && value.kind != SOW__VALUE_UNKNOWN)
    return sow__reader_fail(reader, line->condition.begin, SOW_INVALID_ARGUMENT,
                            "this condition asks nothing of the tensor (dim, name, shape, fan_in, …)");
  return status;
}

sow_status sow__rule_line_parse(const sow__text *text, size_t at, sow__arena *arena, sow__rule_line *line,
                                size_t *end, sow_error *error) {
  sow__arena values = {0};
  bool depends = false;
  sow__rule_scope scope = sow__rule_scope_trial(&depends);
  sow_status status = SOW_OK;
  if (text->bytes[at] == '[') {
    sow__rule_step step;
    line->part = (sow__span){at + 1, closing(text, at)};
    at = sow__skip_blanks(text, line->part.end + 1, text->length);
    status = read_part(text, line->part, NULL, &scope, &values, &step, error);
  }
  depends = false;
  sow__reader reader = reader_at(text, at + 1, text->length, &values, &scope.scope, error);
  if (status == SOW_OK)
    status = parse_call(&reader, &depends, arena, line);
  if (status == SOW_OK && sow__reader_take_name(&reader, "if"))
    status = parse_condition(&reader, line);
  if (status == SOW_OK && reader.scanner.token.kind != SOW__TOKEN_LINE_END &&
      reader.scanner.token.kind != SOW__TOKEN_END)
    status = sow__expected(&reader, "the end of the line");
  *end = reader.scanner.token.begin;
  sow__arena_free(&values);
  return status;
}

static sow_status read_condition(const sow__text *text, const sow__rule_line *line, sow__rule_scope *scope,
                                 sow__arena *arena, bool *holds, sow_error *error) {
  sow__reader reader =
      reader_at(text, line->condition.begin, line->condition.end, arena, &scope->scope, error);
  sow__text_value value;
  sow_status status = sow__condition_parse(&reader, &value);
  if (status == SOW_OK)
    *holds = value.kind == SOW__VALUE_STRING  ? value.text[0] != 0
             : value.kind == SOW__VALUE_TUPLE ? value.count > 0
                                              : value.kind != SOW__VALUE_NONE && value.number != 0;
  return status;
}

sow_status sow__rule_line_read(const sow__text *text, const sow__rule_line *line,
                               const sow__rule_place *place, sow__rule_step *step, sow_error *error) {
  sow__arena arena = {0};
  sow__rule_scope scope = sow__rule_scope_at(place);
  sow_status status = SOW_OK;
  step->takes = true;
  step->part = line->part.end != 0;
  step->call = line->initializer;
  if (line->condition.end != 0)
    status = read_condition(text, line, &scope, &arena, &step->takes, error);
  if (status == SOW_OK && step->takes && step->part)
    status = read_part(text, line->part, place, &scope, &arena, step, error);
  if (status == SOW_OK && step->takes && line->call.end != 0) {
    sow__reader reader = reader_at(text, line->call.begin, line->call.end, &arena, &scope.scope, error);
    status = line->repeats ? read_repeat(&reader, place, step) : sow__initializer_read(&reader, &step->call);
  }
  sow__arena_free(&arena);
  return status;
}

/* ---- printing ---- */

/* Tokens as they are written, with one space where there was some, and without comments. */
static void print_span(const sow__text *text, sow__span span, sow__buffer *out) {
  sow__scanner scanner = {0};
  sow__scanner_open(&scanner, text, span.begin, span.end);
  for (size_t last = 0; scanner.token.kind != SOW__TOKEN_END; sow__scanner_next(&scanner)) {
    if (last != 0 && scanner.token.begin > last)
      sow__buffer_text(out, " ");
    sow__buffer_add(out, text->bytes + scanner.token.begin, scanner.token.end - scanner.token.begin);
    last = scanner.token.end;
  }
}

void sow__rule_line_print(const sow__text *text, const sow__rule_line *line, sow__buffer *out) {
  char call[SOW_INITIALIZER_TEXT_SIZE];
  if (line->part.end != 0) {
    sow__buffer_text(out, "[");
    print_span(text, line->part, out);
    sow__buffer_text(out, "]");
  }
  sow__buffer_text(out, " = ");
  if (line->tied != NULL) {
    sow__buffer_printf(out, "tie(%s)", line->tied);
  } else if (line->call.end != 0) {
    print_span(text, line->call, out);
  } else {
    sow_initializer_print(line->initializer, call, sizeof call);
    sow__buffer_text(out, call);
  }
  if (line->condition.end != 0) {
    sow__buffer_text(out, " if ");
    print_span(text, line->condition, out);
  }
}
