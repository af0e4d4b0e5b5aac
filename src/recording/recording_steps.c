#include "recording/recording_steps.h"

#include <nettle/base64.h>
#include <string.h>

#include "base/size.h"
#include "init/resolve.h"
#include "module/build.h"
#include "text/initializer_text.h"

#define ITEMS_LIMIT ((size_t)4 << 20)
#define STORAGES_LIMIT ((size_t)1 << 20)
#define GENERATORS_LIMIT 65536
#define LITERAL_LIMIT ((uint64_t)1 << 30)
#define CALL_LIMIT 512 /* characters of a call */

static sow_status no_memory(sow__steps_reader *reader) {
  return sow__fail(reader->line.error, SOW_NO_MEMORY, NULL);
}

static sow_status add_item(sow__steps_reader *reader, const sow__tape_item *item) {
  sow__tape *tape = &reader->tree->tape;
  if (tape->count == ITEMS_LIMIT)
    return sow__line_fail(&reader->line, SOW_LIMIT, "a recording has %zu steps at most", ITEMS_LIMIT);
  return sow__tape_add(tape, item) == NULL ? no_memory(reader) : SOW_OK;
}

/* ---- storage N DTYPE COUNT ---- */

static sow_status read_storage(sow__steps_reader *reader) {
  sow__line_reader *line = &reader->line;
  sow__tape *tape = &reader->tree->tape;
  uint64_t number;
  sow_dtype dtype;
  int64_t count, bytes;
  sow_status status = sow__line_number(line, &number);
  if (status == SOW_OK && number != tape->storage_count)
    status = sow__line_fail(line, SOW_SYNTAX, "storages are numbered one after the other: the next is %zu",
                            tape->storage_count);
  if (status == SOW_OK && tape->storage_count == STORAGES_LIMIT)
    status = sow__line_fail(line, SOW_LIMIT, "a recording has %zu storages at most", STORAGES_LIMIT);
  if (status == SOW_OK)
    status = sow__line_dtype(line, &dtype);
  if (status == SOW_OK)
    status = sow__line_size(line, &count);
  if (status == SOW_OK && !sow__mul(count, 8, &bytes))
    status = sow__line_fail(line, SOW_OVERFLOW, "the storage's bytes do not fit in 63 bits");
  if (status == SOW_OK)
    status = sow__line_finish(line);
  if (status != SOW_OK)
    return status;
  size_t made = sow__tape_storage(tape, dtype == reader->dtype ? SOW_DTYPE_COUNT : dtype, count);
  return made == SIZE_MAX ? no_memory(reader) : SOW_OK;
}

/* ---- step VIEW CALL [generator N] [at "RULE"] ---- */

/* The end of the call: behind the ')' that closes its '('. */
static size_t call_end(const sow__line_reader *line) {
  int depth = 0;
  for (size_t i = line->at; i < line->end; i++) {
    char c = line->text.bytes[i];
    depth += c == '(' ? 1 : 0;
    if (c == ')' && --depth == 0)
      return i + 1;
  }
  return 0;
}

/* What the call's own reader has found, at its place in the line that begins at `start`. */
static sow_status call_failure(sow__line_reader *line, size_t start, sow_status status,
                               const sow_error *found) {
  if (status == SOW_NO_MEMORY)
    return sow__fail(line->error, SOW_NO_MEMORY, NULL);
  line->at = start + (found->column > 0 ? (size_t)found->column - 1 : 0);
  return sow__line_fail(line, status, "%s", found->message);
}

/* The call, with a number in the place of the view that it reads. */
static sow_status read_reading(sow__steps_reader *reader, size_t open, size_t end, sow__tape_item *item) {
  sow__line_reader *line = &reader->line;
  char text[CALL_LIMIT];
  sow_error found = SOW_ERROR_NONE;
  size_t name = open + 1 - line->at, start = line->at;
  sow__tape_view *source = sow__arena_alloc(line->arena, sizeof *source);
  if (source == NULL)
    return no_memory(reader);
  line->at = open + 1;
  sow_status status = sow__line_view(line, &reader->tree->tape, true, source);
  if (status != SOW_OK)
    return status;
  size_t rest = end - line->at, length = name + 1 + rest;
  if (length >= sizeof text || line->at > end)
    return sow__line_fail(line, SOW_SYNTAX, "this is no call of sow's");
  memcpy(text, line->text.bytes + start, name);
  text[name] = '0';
  memcpy(text + name + 1, line->text.bytes + line->at, rest);
  item->source = source;
  status = sow__initializer_parse_reading(text, length, &item->call, &found);
  found.column =
      found.column > (int)name ? 0 : found.column; /* the view has another length than the number */
  return status == SOW_OK ? SOW_OK : call_failure(line, start, status, &found);
}

static sow_status read_plain(sow__steps_reader *reader, size_t end, sow__tape_item *item) {
  sow__line_reader *line = &reader->line;
  char text[CALL_LIMIT];
  sow_error found = SOW_ERROR_NONE;
  size_t length = end - line->at;
  if (length >= sizeof text)
    return sow__line_fail(line, SOW_LIMIT, "a call has at most %d characters", CALL_LIMIT - 1);
  memcpy(text, line->text.bytes + line->at, length);
  text[length] = 0;
  sow_status status = sow_initializer_parse(text, NULL, &item->call, &found);
  return status == SOW_OK ? SOW_OK : call_failure(line, line->at, status, &found);
}

static sow_status read_call(sow__steps_reader *reader, sow__tape_item *item) {
  sow__line_reader *line = &reader->line;
  size_t start = line->at, end = call_end(line);
  const char *bytes = line->text.bytes, *paren = end == 0 ? NULL : memchr(bytes + start, '(', end - start);
  if (paren == NULL)
    return sow__line_fail(line, SOW_SYNTAX, "expected a call such as normal_(mean=0.0, std=0.02)");
  size_t open = (size_t)(paren - bytes);
  bool reads = end - open > 2 && bytes[open + 1] == 's' && bytes[open + 2] >= '0' && bytes[open + 2] <= '9';
  sow_status status = reads ? read_reading(reader, open, end, item) : read_plain(reader, end, item);
  if (status == SOW_OK)
    line->at = end;
  return status;
}

static sow_status check_source(sow__steps_reader *reader, const sow__tape_item *item) {
  const sow__tape_view *to = &item->target, *from = item->source;
  const sow__other *other = from == NULL ? NULL : &(sow__other){from->ndim, from->shape, from->strides};
  sow__line_reader *line = &reader->line;
  sow_status status = sow__check_other(item->call, to->ndim, to->shape, other, line->error);
  return status == SOW_OK ? SOW_OK : sow__text_place(&line->text, line->at, line->error, status);
}

static sow_status read_generator(sow__line_reader *line, uint32_t *generator) {
  uint64_t number;
  sow_status status = sow__line_number(line, &number);
  if (status == SOW_OK && number >= GENERATORS_LIMIT)
    return sow__line_fail(line, SOW_LIMIT, "a recording has %d generators at most", GENERATORS_LIMIT);
  *generator = status == SOW_OK ? (uint32_t)number : 0;
  return status;
}

static sow_status read_step(sow__steps_reader *reader) {
  sow__line_reader *line = &reader->line;
  sow__tape_item item = {.kind = SOW__TAPE_STEP, .rule = "recording"};
  sow_status status = sow__line_view(line, &reader->tree->tape, false, &item.target);
  if (status == SOW_OK && sow__line_peek(line) != ' ')
    status = sow__line_fail(line, SOW_SYNTAX, "expected a space and a call");
  while (status == SOW_OK && sow__line_peek(line) == ' ')
    line->at++;
  if (status == SOW_OK)
    status = read_call(reader, &item);
  if (status == SOW_OK)
    status = check_source(reader, &item);
  if (status == SOW_OK && sow__line_take(line, "generator"))
    status = read_generator(line, &item.generator);
  const char *rule;
  if (status == SOW_OK && sow__line_take(line, "at")) {
    status = sow__line_string(line, &rule);
    if (status == SOW_OK)
      item.rule = sow__tree_intern(reader->tree, rule);
    if (status == SOW_OK && item.rule == NULL)
      return no_memory(reader);
  }
  if (status == SOW_OK)
    status = sow__line_finish(line);
  return status == SOW_OK ? add_item(reader, &item) : status;
}

/* ---- literal VIEW BYTES [bound "REASON"] ---- */

/* The next line, if it begins with two spaces, without them. */
static bool take_base64_line(sow__line_reader *line, const char **bytes, size_t *length) {
  const char *start = line->text.bytes + line->next;
  size_t left = line->text.length - line->next;
  if (left < 3 || start[0] != ' ' || start[1] != ' ')
    return false;
  const char *newline = memchr(start, '\n', left);
  *length = newline == NULL ? left : (size_t)(newline - start);
  line->at = line->next;
  line->next += *length + (newline != NULL);
  *bytes = start + 2;
  *length -= 2;
  if (*length > 0 && (*bytes)[*length - 1] == '\r')
    --*length;
  return true;
}

static sow_status read_bytes(sow__steps_reader *reader, uint8_t *out, size_t size) {
  sow__line_reader *line = &reader->line;
  struct base64_decode_ctx decoding;
  base64_decode_init(&decoding);
  const char *bytes;
  size_t length, done = 0;
  uint8_t piece[BASE64_DECODE_LENGTH(1024)];
  while (done < size && take_base64_line(line, &bytes, &length)) {
    size_t decoded = sizeof piece;
    if (length > 1024 || !base64_decode_update(&decoding, &decoded, piece, length, bytes) ||
        decoded > size - done)
      return sow__line_fail(line, SOW_SYNTAX, "this is no base64 of the %zu bytes that are left",
                            size - done);
    memcpy(out + done, piece, decoded);
    done += decoded;
  }
  if (done == size && base64_decode_final(&decoding))
    return SOW_OK;
  if (done == size)
    return sow__line_fail(line, SOW_SYNTAX, "the base64 of the literal's last bytes is cut off");
  return sow__line_fail(line, SOW_SYNTAX, "the literal ends after %zu of %zu bytes", done, size);
}

/* The bytes are those of the view. */
static sow_status check_literal(sow__steps_reader *reader, const sow__tape_view *view, sow_dtype dtype,
                                uint64_t bytes) {
  int64_t count;
  sow_status status = sow__count(view->ndim, view->shape, &count, reader->line.error);
  if (status != SOW_OK)
    return status;
  uint64_t needed = (uint64_t)count * sow_dtype_size(dtype);
  if (bytes != needed)
    return sow__line_fail(&reader->line, SOW_SHAPE, "the view has %llu bytes", (unsigned long long)needed);
  reader->literal_bytes += bytes;
  if (reader->literal_bytes > LITERAL_LIMIT)
    return sow__line_fail(&reader->line, SOW_LIMIT, "a recording has literals of at most %llu bytes",
                          (unsigned long long)LITERAL_LIMIT);
  /* Before memory is taken for them: they must be there. */
  if (bytes > reader->line.text.length - reader->line.next)
    return sow__line_fail(&reader->line, SOW_SYNTAX, "the text ends before the literal's bytes do");
  return SOW_OK;
}

static sow_status read_literal(sow__steps_reader *reader) {
  sow__line_reader *line = &reader->line;
  sow__literal *literal = sow__arena_alloc(line->arena, sizeof *literal);
  sow__tape_item item = {.kind = SOW__TAPE_STEP, .call = sow_copy(), .literal = literal, .rule = "recording"};
  uint64_t size = 0;
  if (literal == NULL)
    return no_memory(reader);
  sow_status status = sow__line_view(line, &reader->tree->tape, false, &item.target);
  if (status == SOW_OK)
    status = sow__line_number(line, &size);
  if (status == SOW_OK && sow__line_take(line, "bound"))
    status = sow__line_string(line, &literal->bound);
  const char *rule;
  if (status == SOW_OK && sow__line_take(line, "at")) {
    status = sow__line_string(line, &rule);
    item.rule = status == SOW_OK ? sow__tree_intern(reader->tree, rule) : NULL;
  }
  if (status == SOW_OK)
    status = sow__line_finish(line);
  if (status != SOW_OK)
    return status;
  sow_dtype dtype = reader->tree->tape.storages[item.target.storage].dtype;
  literal->dtype = dtype == SOW_DTYPE_COUNT ? reader->dtype : dtype;
  status = check_literal(reader, &item.target, literal->dtype, size);
  uint8_t *bytes = status == SOW_OK ? sow__arena_alloc(line->arena, (size_t)size + 1) : NULL;
  if (status == SOW_OK && (bytes == NULL || item.rule == NULL))
    return no_memory(reader);
  if (status == SOW_OK && size > 0)
    status = read_bytes(reader, bytes, (size_t)size);
  literal->bytes = bytes;
  return status == SOW_OK ? add_item(reader, &item) : status;
}

/* ---- generators ---- */

/* "seed GENERATOR N", "restore M GENERATOR" and so on: two numbers, of which `first` says whether the first
 * is the generator. */
static sow_status read_pair(sow__steps_reader *reader, sow__tape_kind kind, bool first) {
  sow__line_reader *line = &reader->line;
  sow__tape_item item = {.kind = kind};
  sow_status status = first ? read_generator(line, &item.generator) : sow__line_number(line, &item.number);
  if (status == SOW_OK)
    status = first ? sow__line_number(line, &item.number) : read_generator(line, &item.generator);
  if (status == SOW_OK)
    status = sow__line_finish(line);
  return status == SOW_OK ? add_item(reader, &item) : status;
}

static sow_status read_skip(sow__steps_reader *reader) {
  if (reader->tree->recorded_skip == 0) {
    sow_error place = SOW_ERROR_NONE;
    (void)sow__text_place(&reader->line.text, reader->line.at, &place, SOW_OK);
    reader->tree->recorded_skip = place.line;
  }
  return read_pair(reader, SOW__TAPE_SKIP, true);
}

sow_status sow__steps_read(sow__steps_reader *reader, bool *known) {
  sow__line_reader *line = &reader->line;
  *known = true;
  if (sow__line_take(line, "step"))
    return read_step(reader);
  if (sow__line_take(line, "storage"))
    return read_storage(reader);
  if (sow__line_take(line, "literal"))
    return read_literal(reader);
  if (sow__line_take(line, "seed"))
    return read_pair(reader, SOW__TAPE_SEED, true);
  if (sow__line_take(line, "mark"))
    return read_pair(reader, SOW__TAPE_MARK, false);
  if (sow__line_take(line, "restore"))
    return read_pair(reader, SOW__TAPE_RESTORE, false);
  if (sow__line_take(line, "skip"))
    return read_skip(reader);
  *known = false;
  return SOW_OK;
}
