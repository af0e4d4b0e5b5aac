/* sow_module_parse_shapes: a tensor a line, "name dtype [d0, d1]". */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "module/named.h"
#include "text/diagnostic.h"

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

/* Passes over spaces, line ends and comments; false at the end of the text. */
static bool skip_empty(shapes_reader *r) {
  while (r->at < r->text.length) {
    if (peek(r) == '#')
      while (peek(r) != '\n')
        r->at++;
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

static sow_status read_name(shapes_reader *r) {
  size_t start = r->at, length;
  const char *found = word(r, &length);
  if (memchr(found, 0, length) != NULL)
    return fail_at(r, start, SOW_SYNTAX, "the name holds a byte 0");
  r->name.length = 0;
  sow__buffer_add(&r->name, found, length);
  return r->name.failed ? sow__fail(r->error, SOW_NO_MEMORY, NULL) : SOW_OK;
}

static sow_status read_dtype(shapes_reader *r, sow_dtype *dtype) {
  size_t start = r->at, length;
  const char *found = word(r, &length);
  char name[24] = "";
  if (length == 0 || found[0] == '[')
    return fail_at(r, start, SOW_SYNTAX, "expected a dtype: a line is \"name dtype [sizes]\"");
  sow_error within = SOW_ERROR_NONE;
  if (length < sizeof name)
    memcpy(name, found, length);
  if (sow_dtype_parse(name, dtype, &within) == SOW_OK)
    return SOW_OK;
  char quoted[SOW__QUOTE_SIZE];
  return sow__text_fail(&r->text, start, r->error, SOW_UNKNOWN_NAME, "sow makes no tensors of type '%s'",
                        sow__text_quote(found, length, quoted));
}

static sow_status read_size(shapes_reader *r, int64_t *size) {
  size_t start = r->at;
  int64_t value = 0;
  for (; peek(r) >= '0' && peek(r) <= '9'; r->at++)
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, peek(r) - '0', &value))
      return fail_at(r, start, SOW_OVERFLOW, "the size does not fit in 63 bits");
  *size = value;
  return r->at > start ? SOW_OK : fail_at(r, start, SOW_SYNTAX, "expected a size");
}

static sow_status read_shape(shapes_reader *r, int64_t *shape, int *ndim) {
  if (peek(r) != '[')
    return fail_at(r, r->at, SOW_SYNTAX, "expected '[': a line is \"name dtype [sizes]\"");
  r->at++;
  skip_spaces(r);
  *ndim = 0;
  while (peek(r) != ']') {
    if (*ndim == SOW_MAX_DIMS)
      return fail_at(r, r->at, SOW_LIMIT, "a tensor has 64 dimensions at most");
    sow_status status = read_size(r, &shape[(*ndim)++]);
    if (status != SOW_OK)
      return status;
    skip_spaces(r);
    if (peek(r) != ',' && peek(r) != ']')
      return fail_at(r, r->at, SOW_SYNTAX, "expected ',' or ']'");
    if (peek(r) == ',') {
      r->at++;
      skip_spaces(r);
    }
  }
  r->at++;
  return SOW_OK;
}

static sow_status read_line(shapes_reader *r) {
  size_t start = r->at;
  int64_t shape[SOW_MAX_DIMS];
  int ndim = 0;
  sow_dtype dtype = SOW_DTYPE_COUNT;
  sow_status status = read_name(r);
  skip_spaces(r);
  if (status == SOW_OK)
    status = read_dtype(r, &dtype);
  skip_spaces(r);
  if (status == SOW_OK)
    status = read_shape(r, shape, &ndim);
  if (status != SOW_OK)
    return status;
  skip_spaces(r);
  if (peek(r) != '\n' && peek(r) != '#')
    return fail_at(r, r->at, SOW_SYNTAX, "expected the end of the line");
  if (r->model == SOW_DTYPE_COUNT && sow_dtype_is_float(dtype))
    r->model = dtype;
  sow__named_add(r->module, r->name.data, dtype == r->model ? SOW_DTYPE_COUNT : dtype, ndim, shape);
  sow_error within = SOW_ERROR_NONE;
  status = sow_module_status(r->module, &within);
  return status == SOW_OK ? SOW_OK : fail_at(r, start, status, within.message);
}

/* ---- the whole ---- */

bool sow_shapes_recognize(const char *text, size_t length) {
  shapes_reader r = {.text = {NULL, text, length}};
  size_t name, dtype;
  if (!skip_empty(&r))
    return false;
  word(&r, &name);
  skip_spaces(&r);
  word(&r, &dtype);
  skip_spaces(&r);
  return name > 0 && dtype > 0 && peek(&r) == '[';
}

sow_status sow_module_parse_shapes(const char *text, size_t length, const char *source, sow_module **module,
                                   sow_dtype *dtype, sow_error *error) {
  if (length > TEXT_LIMIT)
    return sow__fail(error, SOW_LIMIT, "the list is longer than 64 MiB");
  shapes_reader r = {
      .text = {source, text, length}, .module = sow__named_new(), .model = SOW_DTYPE_COUNT, .error = error};
  sow_status status = r.module == NULL ? sow__fail(error, SOW_NO_MEMORY, NULL) : SOW_OK;
  while (status == SOW_OK && skip_empty(&r))
    status = read_line(&r);
  sow__buffer_free(&r.name);
  if (status != SOW_OK) {
    sow_module_free(r.module);
    return status;
  }
  *module = r.module;
  *dtype = r.model == SOW_DTYPE_COUNT ? SOW_FLOAT32 : r.model;
  return SOW_OK;
}
