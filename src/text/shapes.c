/*
 * sow_module_parse_shapes: a tensor a line, "name dtype [d0, d1]", or as loops over named_parameters() print
 * it: "name torch.Size([d0, d1])", with or without a type.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/size.h"
#include "module/named.h"
#include "text/decode.h"
#include "text/diagnostic.h"
#include "text/other_text.h"

#define TEXT_LIMIT ((size_t)64 << 20) /* as for printed models */

typedef struct shapes_reader {
  sow__text text;
  size_t at;
  sow_module *module;
  sow_dtype model; /* SOW_DTYPE_COUNT before the first floating-point tensor */
  sow__buffer name;
  sow_error *error;
} shapes_reader;

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

static char peek(const shapes_reader *r) {
  return r->at < r->text.length ? r->text.bytes[r->at] : '\n';
}

static void skip_spaces(shapes_reader *r) {
  while (is_space(peek(r)))
    r->at++;
}

static size_t line_end(const shapes_reader *r) {
  const char *bytes = r->text.bytes + r->at;
  const char *found = memchr(bytes, '\n', r->text.length - r->at);
  return found ? (size_t)(found - r->text.bytes) : r->text.length;
}

static bool at_word(const shapes_reader *r, const char *what) {
  size_t length = strlen(what);
  return r->text.length - r->at >= length && memcmp(r->text.bytes + r->at, what, length) == 0;
}

/* "Model's state_dict:", "Total params: 16", "-----", "```": no line of a tensor, which has brackets. */
static bool at_heading(const shapes_reader *r) {
  static const char *const totals[] = {"Total", "Trainable", "Non-trainable", "Number of"};
  const char *bytes = r->text.bytes;
  size_t end = line_end(r), rule = r->at;
  while (end > r->at && is_space(bytes[end - 1]))
    end--;
  while (rule < end && sow__is_any(bytes[rule], "-=_*`~ "))
    rule++;
  bool heading = end > r->at && (bytes[end - 1] == ':' || rule == end);
  for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
    heading = heading || at_word(r, totals[i]);
  for (size_t i = r->at; heading && i < end; i++)
    heading = bytes[i] != '[' && bytes[i] != '(';
  return heading;
}

/* Passes over spaces, line ends, comments and headings; false at the end of the text. */
static bool skip_empty(shapes_reader *r) {
  while (r->at < r->text.length) {
    if (peek(r) == '#' || (!is_space(peek(r)) && peek(r) != '\n' && at_heading(r)))
      r->at = line_end(r);
    else if (is_space(peek(r)) || peek(r) == '\n')
      r->at++;
    else
      return true;
  }
  return false;
}

/* The next word of the line, which may be empty. */
static const char *word(shapes_reader *r, size_t *length) {
  size_t start = r->at;
  while (!is_space(peek(r)) && peek(r) != '\n')
    r->at++;
  *length = r->at - start;
  return r->text.bytes + start;
}

static sow_status fail_at(shapes_reader *r, size_t offset, sow_status status, const char *what) {
  return sow__text_fail(&r->text, offset, r->error, status, "%s", what);
}

/* ---- the parts of a line ---- */

static sow_status keep_name(shapes_reader *r, size_t start, size_t length) {
  if (length == 0)
    return fail_at(r, start, SOW_SYNTAX, "expected a name");
  if (memchr(r->text.bytes + start, 0, length) != NULL)
    return fail_at(r, start, SOW_SYNTAX, "the name holds a byte 0");
  r->name.length = 0;
  sow__buffer_add(&r->name, r->text.bytes + start, length);
  return r->name.failed ? sow__fail(r->error, SOW_NO_MEMORY, NULL) : SOW_OK;
}

/* The word at r->at as a dtype, which is then taken. */
static bool take_dtype(shapes_reader *r, sow_dtype *dtype) {
  size_t start = r->at, length;
  const char *found = word(r, &length);
  char name[24] = "";
  sow_error within = SOW_ERROR_NONE;
  if (length > 0 && length < sizeof name) {
    memcpy(name, found, length);
    if (sow_dtype_parse(name, dtype, &within) == SOW_OK)
      return true;
  }
  r->at = start;
  return false;
}

/* Where the sizes begin: behind "torch.Size(" at its '[', at a list's '[', or at a tuple's '('; else NULL. */
static const char *at_sizes(shapes_reader *r) {
  static const char size[] = "torch.Size([";
  if (at_word(r, size)) {
    r->at += sizeof size - 2;
    return "])";
  }
  return peek(r) == '[' ? "]" : peek(r) == '(' ? ")" : NULL;
}

static sow_status fail_form(shapes_reader *r) {
  static const char form[] = "a line is \"name dtype [sizes]\" or \"name torch.Size([sizes])\"";
  size_t start = r->at, length;
  const char *found = word(r, &length);
  char quoted[SOW__QUOTE_SIZE];
  if (length == 0)
    return sow__text_fail(&r->text, start, r->error, SOW_SYNTAX, "expected a dtype or sizes: %s", form);
  return sow__text_fail(&r->text, start, r->error, SOW_UNKNOWN_NAME, "sow makes no tensors of type '%s'; %s",
                        sow__text_quote(found, length, quoted), form);
}

static sow_status read_size(shapes_reader *r, int64_t *size) {
  size_t start = r->at;
  int64_t value = 0;
  for (; peek(r) >= '0' && peek(r) <= '9'; r->at++)
    if (!sow__mul(value, 10, &value) || !sow__add(value, peek(r) - '0', &value))
      return fail_at(r, start, SOW_OVERFLOW, "the size does not fit in 63 bits");
  *size = value;
  return r->at > start ? SOW_OK : fail_at(r, start, SOW_SYNTAX, "expected a size");
}

/* Behind the opening bracket up to `close`, whose bytes are taken. */
static sow_status read_sizes(shapes_reader *r, const char *close, int64_t *shape, int *ndim) {
  r->at++;
  skip_spaces(r);
  *ndim = 0;
  while (!at_word(r, close)) {
    if (*ndim == SOW_MAX_DIMS)
      return fail_at(r, r->at, SOW_LIMIT, "a tensor has 64 dimensions at most");
    sow_status status = read_size(r, &shape[(*ndim)++]);
    if (status != SOW_OK)
      return status;
    skip_spaces(r);
    if (peek(r) != ',' && !at_word(r, close))
      return sow__text_fail(&r->text, r->at, r->error, SOW_SYNTAX, "expected ',' or '%s'", close);
    if (peek(r) == ',') {
      r->at++;
      skip_spaces(r);
    }
  }
  r->at += strlen(close);
  return SOW_OK;
}

/* One line while it is read. */
typedef struct tensor_line {
  sow_dtype dtype; /* SOW_DTYPE_COUNT: none is shown */
  int ndim;
  int64_t shape[SOW_MAX_DIMS];
  bool tuple; /* "('name', torch.Size([d0, d1]))" */
} tensor_line;

/* The name, in quotes if it is in a tuple; elsewhere up to a blank, without the ':' behind it. */
static sow_status read_loose_name(shapes_reader *r, tensor_line *line) {
  size_t start = r->at, length;
  line->tuple = at_word(r, "('") || at_word(r, "(\"");
  if (line->tuple) {
    const char *name = r->text.bytes + start + 2, quote = name[-1];
    const char *end = memchr(name, quote, line_end(r) - start - 2);
    if (end == NULL)
      return fail_at(r, start + 1, SOW_SYNTAX, "the name's quote is not closed");
    r->at = (size_t)(end - r->text.bytes) + 1;
    skip_spaces(r);
    r->at += peek(r) == ',' ? 1 : 0;
    for (const char *c = name; c < end; c++)
      if (is_space(*c) || *name == '#')
        return fail_at(r, start + 2, SOW_SYNTAX,
                       "a list cannot hold a name with a blank in it, or a '#' before it");
    return keep_name(r, start + 2, (size_t)(end - name));
  }
  if (sow__is_any(peek(r), "[(<"))
    return fail_at(r, start, SOW_SYNTAX,
                   "no tensor's name begins so; leave out what the log put before the names");
  word(r, &length);
  const char last = length > 1 ? r->text.bytes[start + length - 1] : 0;
  return keep_name(r, start, length - (last == ':' || last == ','));
}

/* Behind the sizes: a type, and what else people print of a tensor. */
static sow_status read_rest(shapes_reader *r, tensor_line *line) {
  static const char *const flags[] = {"True", "False", "cpu", "cuda", "cuda:0", "meta", ":"};
  if (line->tuple && peek(r) == ')')
    r->at++;
  for (skip_spaces(r); peek(r) != '\n' && peek(r) != '#'; skip_spaces(r)) {
    size_t start = r->at, length;
    if (line->dtype == SOW_DTYPE_COUNT && take_dtype(r, &line->dtype))
      continue;
    const char *found = word(r, &length);
    bool flag = false;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
      flag = flag || (strlen(flags[i]) == length && memcmp(flags[i], found, length) == 0);
    if (!flag)
      return fail_at(r, start, SOW_SYNTAX, "expected the end of the line");
  }
  return SOW_OK;
}

/* A counter of torch's norms is an int64, which no list of sizes tells. */
static bool is_counter(const shapes_reader *r, const tensor_line *line) {
  return line->ndim == 0 && r->name.length > 0 && sow__text_ends(r->name.data, "num_batches_tracked");
}

static sow_status read_tensor(shapes_reader *r, tensor_line *line) {
  size_t start = r->at, length;
  word(r, &length);
  skip_spaces(r);
  bool typed = take_dtype(r, &line->dtype); /* then any name is one, since plans print so */
  sow_status status;
  if (typed) {
    status = keep_name(r, start, length);
  } else {
    r->at = start;
    status = read_loose_name(r, line);
    skip_spaces(r);
    if (at_word(r, "- ") || at_word(r, ": ") || at_word(r, "| ")) {
      r->at++;
      skip_spaces(r);
    }
    typed = status == SOW_OK && take_dtype(r, &line->dtype);
  }
  if (status != SOW_OK)
    return status;
  skip_spaces(r);
  const char *close = at_sizes(r);
  if (close == NULL && typed)
    return fail_at(r, r->at, SOW_SYNTAX, "expected '[': a line is \"name dtype [sizes]\"");
  if (close == NULL)
    return fail_form(r);
  status = read_sizes(r, close, line->shape, &line->ndim);
  return status == SOW_OK ? read_rest(r, line) : status;
}

static sow_status read_line(shapes_reader *r) {
  size_t start = r->at;
  tensor_line line = {.dtype = SOW_DTYPE_COUNT};
  sow_status status = read_tensor(r, &line);
  if (status != SOW_OK)
    return status;
  if (line.dtype == SOW_DTYPE_COUNT && is_counter(r, &line))
    line.dtype = SOW_INT64;
  if (r->model == SOW_DTYPE_COUNT && line.dtype != SOW_DTYPE_COUNT && sow_dtype_is_float(line.dtype))
    r->model = line.dtype;
  sow__named_add(r->module, r->name.data, line.dtype == r->model ? SOW_DTYPE_COUNT : line.dtype, line.ndim,
                 line.shape);
  sow_error within = SOW_ERROR_NONE;
  status = sow_module_status(r->module, &within);
  return status == SOW_OK ? SOW_OK : fail_at(r, start, status, within.message);
}

/* ---- the whole ---- */

/* By its first line: "name dtype [", or sizes behind a name; in a tuple if the name has a dot, as no class
 * has. */
static bool recognize(shapes_reader *r) {
  size_t start = r->at, name, dtype;
  word(r, &name);
  skip_spaces(r);
  const size_t second = r->at;
  word(r, &dtype);
  skip_spaces(r);
  if (name > 0 && dtype > 0 && peek(r) == '[')
    return true;
  r->at = second;
  bool dotted = peek(r) != '(' || memchr(r->text.bytes + start, '.', name) != NULL;
  tensor_line line = {.dtype = SOW_DTYPE_COUNT};
  r->at = start;
  size_t end = line_end(r);
  if (dotted && read_tensor(r, &line) == SOW_OK)
    return true;
  /* A line with something before the name: what it is is for the message. */
  return memchr(r->text.bytes + start, '(', name) == NULL &&
         memmem(r->text.bytes + start, end - start, " torch.Size([", 13) != NULL;
}

bool sow_shapes_recognize(const char *text, size_t length) {
  sow__arena arena = {0};
  shapes_reader r = {.text = {.bytes = text, .length = length}};
  size_t place;
  bool list = sow__text_decode(&r.text, &arena, NULL) == SOW_OK &&
              sow__other_text(r.text.bytes, r.text.length, &place) == NULL && skip_empty(&r) && recognize(&r);
  sow__buffer_free(&r.name);
  sow__arena_free(&arena);
  return list;
}

static sow_status parse_shapes(shapes_reader *r, sow__arena *arena) {
  sow_status status = sow__text_decode(&r->text, arena, r->error);
  r->module = status == SOW_OK ? sow__named_new() : NULL;
  if (r->module == NULL)
    return status == SOW_OK ? sow__fail(r->error, SOW_NO_MEMORY, NULL) : status;
  while (status == SOW_OK && skip_empty(r))
    status = read_line(r);
  return status;
}

sow_status sow_module_parse_shapes(const char *text, size_t length, const char *source, sow_module **module,
                                   sow_dtype *dtype, sow_error *error) {
  if (length > TEXT_LIMIT)
    return sow__fail(error, SOW_LIMIT, "the list is longer than 64 MiB");
  sow__arena arena = {0};
  shapes_reader r = {.text = {.source = source, .bytes = length > 0 ? text : "", .length = length},
                     .model = SOW_DTYPE_COUNT,
                     .error = error};
  sow_status status = parse_shapes(&r, &arena);
  sow__buffer_free(&r.name);
  sow__arena_free(&arena);
  if (status != SOW_OK) {
    sow_module_free(r.module);
    return status;
  }
  *module = r.module;
  *dtype = r.model == SOW_DTYPE_COUNT ? SOW_FLOAT32 : r.model;
  return SOW_OK;
}
