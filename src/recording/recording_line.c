#include "recording/recording_line.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "op/layout.h"

/* ---- lines and words ---- */

static void skip_spaces(sow__line_reader *reader) {
  while (reader->at < reader->end && reader->text.bytes[reader->at] == ' ')
    reader->at++;
}

bool sow__line_next(sow__line_reader *reader) {
  while (reader->next < reader->text.length) {
    const char *start = reader->text.bytes + reader->next;
    const char *newline = memchr(start, '\n', reader->text.length - reader->next);
    size_t length = newline == NULL ? reader->text.length - reader->next : (size_t)(newline - start);
    reader->at = reader->next;
    reader->end = reader->next + length;
    reader->next = reader->end + (newline != NULL);
    if (length > 0 && start[length - 1] == '\r')
      reader->end--;
    skip_spaces(reader);
    if (reader->at < reader->end && reader->text.bytes[reader->at] != '#')
      return true;
  }
  return false;
}

sow_status sow__line_fail(sow__line_reader *reader, sow_status status, const char *format, ...) {
  char message[SOW_MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return sow__text_fail(&reader->text, reader->at, reader->error, status, "%s", message);
}

char sow__line_peek(const sow__line_reader *reader) {
  return reader->at < reader->end ? reader->text.bytes[reader->at] : 0;
}

const char *sow__line_word(sow__line_reader *reader, size_t *length) {
  skip_spaces(reader);
  size_t start = reader->at;
  while (reader->at < reader->end && reader->text.bytes[reader->at] != ' ')
    reader->at++;
  *length = reader->at - start;
  return reader->text.bytes + start;
}

bool sow__line_take(sow__line_reader *reader, const char *word) {
  size_t before = reader->at, length;
  const char *found = sow__line_word(reader, &length);
  bool taken = length == strlen(word) && memcmp(found, word, length) == 0;
  if (taken)
    skip_spaces(reader);
  else
    reader->at = before;
  return taken;
}

sow_status sow__line_finish(sow__line_reader *reader) {
  skip_spaces(reader);
  if (reader->at == reader->end)
    return SOW_OK;
  char quote[SOW__QUOTE_SIZE];
  return sow__line_fail(reader, SOW_SYNTAX, "expected nothing more on this line, not '%s'",
                        sow__text_quote(reader->text.bytes + reader->at, reader->end - reader->at, quote));
}

/* ---- numbers ---- */

sow_status sow__line_number(sow__line_reader *reader, uint64_t *number) {
  skip_spaces(reader);
  size_t start = reader->at;
  uint64_t value = 0;
  for (char c; (c = sow__line_peek(reader)) >= '0' && c <= '9'; reader->at++)
    if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
        __builtin_add_overflow(value, (uint64_t)(c - '0'), &value))
      return sow__line_fail(reader, SOW_OVERFLOW, "the number does not fit in 64 bits");
  if (reader->at == start)
    return sow__line_fail(reader, SOW_SYNTAX, "expected a number");
  *number = value;
  return SOW_OK;
}

sow_status sow__line_size(sow__line_reader *reader, int64_t *size) {
  uint64_t number = 0;
  sow_status status = sow__line_number(reader, &number);
  if (status != SOW_OK)
    return status;
  if (number > INT64_MAX)
    return sow__line_fail(reader, SOW_OVERFLOW, "the size does not fit in 63 bits");
  *size = (int64_t)number;
  return SOW_OK;
}

/* ---- strings ---- */

/* The end of the string that begins at `at`, behind its closing quote; 0 where the line ends within it. */
static size_t string_end(const sow__line_reader *reader) {
  for (size_t i = reader->at + 1; i < reader->end; i++) {
    if (reader->text.bytes[i] == '"')
      return i + 1;
    if (reader->text.bytes[i] == '\\')
      i++;
  }
  return 0;
}

sow_status sow__line_string(sow__line_reader *reader, const char **text) {
  skip_spaces(reader);
  if (sow__line_peek(reader) != '"')
    return sow__line_fail(reader, SOW_SYNTAX, "expected a string, as in \"fc.weight\"");
  size_t end = string_end(reader);
  json_t *value =
      end == 0 ? NULL : json_loadb(reader->text.bytes + reader->at, end - reader->at, JSON_DECODE_ANY, NULL);
  if (value == NULL)
    return sow__line_fail(reader, SOW_SYNTAX, "this is no JSON string on one line");
  *text = sow__arena_copy(reader->arena, json_string_value(value), json_string_length(value));
  json_decref(value);
  if (*text == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  reader->at = end;
  return SOW_OK;
}

sow_status sow__line_dtype(sow__line_reader *reader, sow_dtype *dtype) {
  size_t length;
  const char *word = sow__line_word(reader, &length);
  char name[24] = "", quote[SOW__QUOTE_SIZE];
  if (length < sizeof name)
    memcpy(name, word, length);
  if (sow_dtype_parse(name, dtype, NULL) == SOW_OK)
    return SOW_OK;
  reader->at -= length;
  return sow__line_fail(reader, SOW_UNKNOWN_NAME, "sow makes no tensors of type '%s'",
                        sow__text_quote(word, length, quote));
}

/* ---- views ---- */

static sow_status expect(sow__line_reader *reader, char symbol) {
  if (sow__line_peek(reader) != symbol)
    return sow__line_fail(reader, SOW_SYNTAX, "expected '%c'", symbol);
  reader->at++;
  return SOW_OK;
}

/* "[3, 4]" into at most SOW_MAX_DIMS numbers. */
static sow_status read_list(sow__line_reader *reader, int64_t *sizes, int *count) {
  sow_status status = expect(reader, '[');
  *count = 0;
  while (status == SOW_OK && sow__line_peek(reader) != ']') {
    if (*count == SOW_MAX_DIMS)
      return sow__line_fail(reader, SOW_LIMIT, "a tensor has %d dimensions at most", SOW_MAX_DIMS);
    status = *count > 0 ? expect(reader, ',') : SOW_OK;
    if (status == SOW_OK)
      status = sow__line_size(reader, &sizes[(*count)++]);
  }
  return status == SOW_OK ? expect(reader, ']') : status;
}

static sow_status copy_list(sow__line_reader *reader, const int64_t *sizes, int count, const int64_t **copy) {
  int64_t *made = sow__arena_alloc(reader->arena, ((size_t)count + 1) * sizeof *made);
  if (made == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  memcpy(made, sizes, (size_t)count * sizeof *made);
  *copy = made;
  return SOW_OK;
}

/* Where the last of `count` elements lies; false beyond 63 bits. */
static bool view_reach(const sow__tape_view *view, int64_t count, int64_t *reach) {
  int64_t length;
  *reach = view->offset;
  if (view->strides == NULL)
    return sow__add(*reach, count - 1, reach);
  for (int i = 0; i < view->ndim; i++)
    if (!sow__mul(view->shape[i] - 1, view->strides[i], &length) || !sow__add(*reach, length, reach))
      return false;
  return true;
}

static sow_status count_view(sow__line_reader *reader, const sow__tape_view *view, int64_t *count) {
  sow_status status = sow__count(view->ndim, view->shape, count, reader->error);
  return status == SOW_OK ? SOW_OK : sow__text_place(&reader->text, reader->at, reader->error, status);
}

/* Whether every element is in the storage, and each is another one where it is written. */
static sow_status check_view(sow__line_reader *reader, const sow__tape *tape, bool reads,
                             const sow__tape_view *view, int64_t count) {
  int64_t reach, total = tape->storages[view->storage].count;
  if (view->offset > total || (count > 0 && (!view_reach(view, count, &reach) || reach >= total)))
    return sow__line_fail(reader, SOW_SHAPE, "the view reaches beyond the %lld elements of storage %zu",
                          (long long)total, view->storage);
  if (reads || count == 0 || view->strides == NULL)
    return SOW_OK;
  sow_status status = sow__layout_check(view->ndim, view->shape, view->strides, 1, reader->error);
  return status == SOW_OK ? SOW_OK : sow__text_place(&reader->text, reader->at, reader->error, status);
}

sow_status sow__line_view(sow__line_reader *reader, const sow__tape *tape, bool reads, sow__tape_view *view) {
  int64_t sizes[SOW_MAX_DIMS], strides[SOW_MAX_DIMS], elements = 0;
  int count = 0, stride_count = 0;
  uint64_t storage = 0;
  skip_spaces(reader);
  *view = (sow__tape_view){0};
  sow_status status = expect(reader, 's');
  if (status == SOW_OK)
    status = sow__line_number(reader, &storage);
  if (status == SOW_OK && storage >= tape->storage_count)
    status =
        sow__line_fail(reader, SOW_UNKNOWN_NAME, "there is no storage %llu yet", (unsigned long long)storage);
  if (status == SOW_OK)
    status = read_list(reader, sizes, &count);
  bool strided = status == SOW_OK && sow__line_peek(reader) == '*';
  if (strided) {
    reader->at++;
    status = read_list(reader, strides, &stride_count);
  }
  if (status == SOW_OK && strided && stride_count != count)
    status = sow__line_fail(reader, SOW_SYNTAX, "there are %d sizes and %d strides", count, stride_count);
  if (status == SOW_OK && sow__line_peek(reader) == '+') {
    reader->at++;
    status = sow__line_size(reader, &view->offset);
  }
  view->storage = (size_t)storage;
  view->ndim = count;
  if (status == SOW_OK)
    status = copy_list(reader, sizes, count, &view->shape);
  if (status == SOW_OK)
    status = count_view(reader, view, &elements);
  if (status == SOW_OK && strided && !sow__layout_contiguous(count, sizes, strides))
    status = copy_list(reader, strides, count, &view->strides);
  return status == SOW_OK ? check_view(reader, tape, reads, view, elements) : status;
}
