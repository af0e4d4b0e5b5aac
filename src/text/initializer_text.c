#include "text/initializer_text.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "init/initializer.h"
#include "text/functions.h"

#define ARGUMENT_LIMIT (sizeof sow__initializer_rows[0].arguments / sizeof(sow__argument))

/* ---- the name ---- */

static const sow__initializer_row *find_row(const char *name, sow_initializer_kind *kind) {
  for (int i = 0; i < SOW_INITIALIZER_COUNT; i++)
    if (strcmp(sow__initializer_rows[i].name, name) == 0) {
      *kind = (sow_initializer_kind)i;
      return &sow__initializer_rows[i];
    }
  return NULL;
}

/* torch's old names without the underscore, which it still forwards, with a warning. */
static bool is_deprecated_alias(const char *name) {
  static const char *const aliases[] = {
      "uniform",        "normal",         "constant",        "eye",        "dirac", "xavier_normal",
      "xavier_uniform", "kaiming_normal", "kaiming_uniform", "orthogonal", "sparse"};
  for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
    if (strcmp(aliases[i], name) == 0)
      return true;
  return false;
}

static sow_status fail_name(sow__reader *reader, const char *written, const char *name, size_t begin) {
  const sow__text *text = reader->scanner.text;
  char quote[SOW__QUOTE_SIZE], hint[96];
  sow_initializer_kind kind;
  const char *last = strrchr(name, '.');
  sow__text_quote(written, strlen(written), quote);
  if (is_deprecated_alias(name))
    return sow__text_fail(text, begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' is a deprecated name; write '%s_'", quote, name);
  if (last != NULL && find_row(last + 1, &kind) != NULL)
    return sow__text_fail(text, begin, reader->error, SOW_UNKNOWN_NAME,
                          "unknown function '%s': the left side names the tensor; write '%s(...)'", quote,
                          last + 1);
  sow__nearest nearest = {.name = last ? last + 1 : name};
  for (int i = 0; i < SOW_INITIALIZER_COUNT; i++)
    sow__nearest_offer(&nearest, sow__initializer_rows[i].name);
  return sow__text_fail(text, begin, reader->error, SOW_UNKNOWN_NAME, "unknown initialiser '%s'%s", quote,
                        sow__nearest_hint(&nearest, hint, sizeof hint));
}

/* ---- the arguments ---- */

/* Pasted from Python, the call still has its tensor. */
static sow_status refuse_tensor(sow__reader *reader, const sow__passed_list *list) {
  char quote[SOW__QUOTE_SIZE];
  for (size_t i = 0; i < list->count; i++) {
    const sow__passed *passed = &list->items[i];
    const sow__value *value = &passed->value;
    bool first = i == 0 && passed->keyword == NULL && value->kind == SOW__VALUE_WORD;
    if (first || (passed->keyword != NULL && strcmp(passed->keyword, "tensor") == 0))
      return sow__text_fail(
          reader->scanner.text, passed->begin, reader->error, SOW_INVALID_ARGUMENT,
          "leave '%s' out: the left side names the tensor",
          sow__text_quote(reader->scanner.text->bytes + value->begin, value->end - value->begin, quote));
    if (passed->keyword != NULL && strcmp(passed->keyword, "generator") == 0)
      return sow__text_fail(reader->scanner.text, passed->begin, reader->error, SOW_INVALID_ARGUMENT,
                            "leave 'generator' out: every value is drawn from the one stream of the seed");
  }
  return SOW_OK;
}

static sow_status fail_kind(sow__reader *reader, const char *argument, const char *what,
                            const sow__value *value) {
  char quote[SOW__QUOTE_SIZE];
  if (value->kind == SOW__VALUE_WORD)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' must be %s; '%s' has no value here", argument, what,
                          sow__text_quote(value->text, strlen(value->text), quote));
  return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                        "'%s' must be %s, not %s", argument, what, sow__value_kind_name(value));
}

/* torch lower-cases the mode first. */
static sow_status read_mode(sow__reader *reader, const sow__value *value, sow_fan_mode *mode) {
  static const char *const names[] = {[SOW_FAN_IN] = "fan_in", [SOW_FAN_OUT] = "fan_out"};
  char lower[sizeof "fan_out"] = "", quote[SOW__QUOTE_SIZE];
  if (value->kind != SOW__VALUE_STRING)
    return fail_kind(reader, "mode", "'fan_in' or 'fan_out'", value);
  for (size_t i = 0; i < sizeof lower - 1 && value->text[i] != 0; i++) {
    char c = value->text[i];
    lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
  }
  bool cut = strlen(value->text) >= sizeof lower;
  for (int i = 0; i < 2 && !cut; i++)
    if (strcmp(lower, names[i]) == 0) {
      *mode = (sow_fan_mode)i;
      return SOW_OK;
    }
  return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                        "mode '%s' not supported, please use one of ['fan_in', 'fan_out']",
                        sow__text_quote(value->text, strlen(value->text), quote));
}

static sow_status read_number(sow__reader *reader, const sow__argument *argument, const sow__value *value,
                              sow_initializer *initializer) {
  bool kaiming =
      initializer->kind == SOW_INIT_KAIMING_UNIFORM || initializer->kind == SOW_INIT_KAIMING_NORMAL;
  if (kaiming && value->kind == SOW__VALUE_NONE) {
    /* calculate_gain('leaky_relu', None) */
    initializer->argument[argument->slot] = 0.01;
    return SOW_OK;
  }
  if (!sow__value_is_number(value))
    return fail_kind(reader, argument->name, "a number", value);
  initializer->argument[argument->slot] = value->number;
  return SOW_OK;
}

static sow_status read_argument(sow__reader *reader, const sow__argument *argument, const sow__value *value,
                                sow_initializer *initializer) {
  switch (argument->kind) {
  case SOW__ARGUMENT_MODE:
    return read_mode(reader, value, &initializer->mode);
  case SOW__ARGUMENT_NONLINEARITY:
    return sow__nonlinearity_read(reader, value, &initializer->nonlinearity);
  case SOW__ARGUMENT_TENSOR:
    if (reader->reading)
      return SOW_OK;
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "'%s' is another tensor, which only a recording can name", argument->name);
  case SOW__ARGUMENT_BOUND:
    if (value->kind == SOW__VALUE_NONE)
      return SOW_OK;
    return read_number(reader, argument, value, initializer);
  case SOW__ARGUMENT_INTEGER:
    if (value->kind != SOW__VALUE_INTEGER && value->kind != SOW__VALUE_BOOL)
      return fail_kind(reader, argument->name, "an int", value);
    initializer->integer = value->integer;
    return SOW_OK;
  default:
    return read_number(reader, argument, value, initializer);
  }
}

static sow_status read_arguments(sow__reader *reader, const sow__initializer_row *row, size_t begin,
                                 const sow__passed_list *list, sow_initializer *initializer) {
  sow__parameter_name parameters[ARGUMENT_LIMIT];
  const sow__passed *bound[ARGUMENT_LIMIT];
  size_t count = 0;
  for (; count < ARGUMENT_LIMIT && row->arguments[count].name != NULL; count++)
    parameters[count] = (sow__parameter_name){row->arguments[count].name, row->arguments[count].required};
  sow_status status = refuse_tensor(reader, list);
  if (status == SOW_OK)
    status = sow__arguments_bind(reader, row->name, begin, parameters, count, list, bound, NULL);
  const sow__value *slope = NULL;
  for (size_t i = 0; status == SOW_OK && i < count; i++) {
    if (bound[i] != NULL)
      status = read_argument(reader, &row->arguments[i], &bound[i]->value, initializer);
    if (bound[i] != NULL && strcmp(row->arguments[i].name, "a") == 0)
      slope = &bound[i]->value;
  }
  bool leaky =
      (initializer->kind == SOW_INIT_KAIMING_UNIFORM || initializer->kind == SOW_INIT_KAIMING_NORMAL) &&
      initializer->nonlinearity == SOW_LEAKY_RELU;
  if (status == SOW_OK && leaky && slope != NULL && slope->kind == SOW__VALUE_BOOL)
    return sow__text_fail(reader->scanner.text, slope->begin, reader->error, SOW_INVALID_ARGUMENT,
                          "negative_slope %s not a valid number", slope->integer ? "True" : "False");
  return status;
}

bool sow__initializer_find(const char *name, sow_initializer_kind *kind, bool *deprecated) {
  char renamed[32];
  *deprecated = is_deprecated_alias(name);
  if (*deprecated) {
    snprintf(renamed, sizeof renamed, "%s_", name);
    name = renamed;
  }
  return find_row(name, kind) != NULL;
}

sow_status sow__initializer_bind(sow__reader *reader, sow_initializer_kind kind, size_t begin,
                                 const sow__passed_list *list, sow_initializer *initializer) {
  sow_initializer read = sow__initializer_defaults(kind);
  sow_status status = read_arguments(reader, &sow__initializer_rows[kind], begin, list, &read);
  if (status == SOW_OK)
    *initializer = read;
  return status;
}

sow_status sow__initializer_read(sow__reader *reader, sow_initializer *initializer) {
  const char *written;
  size_t begin;
  sow_initializer_kind kind;
  sow__passed_list list;
  if (reader->scanner.token.kind != SOW__TOKEN_NAME)
    return sow__expected(reader, "an initialiser such as normal_(std=0.02)");
  sow_status status = sow__dotted_parse(reader, &written, &begin);
  if (status != SOW_OK)
    return status;
  const char *name = sow__without_prefix(written, sow__init_prefixes);
  if (find_row(name, &kind) == NULL)
    return fail_name(reader, written, name, begin);
  if (!sow__scanner_take(&reader->scanner, '('))
    return sow__expected(reader, "'(' after the initialiser's name");
  status = sow__arguments_parse(reader, true, &list);
  return status == SOW_OK ? sow__initializer_bind(reader, kind, begin, &list, initializer) : status;
}

static sow_status parse(const sow__text *whole, bool reading, sow_initializer *initializer,
                        sow_error *error) {
  sow__arena arena = {0};
  sow__reader reader = {.arena = &arena, .error = error, .reading = reading};
  sow_initializer read;
  sow__scanner_open(&reader.scanner, whole, 0, whole->length);
  sow_status status = sow__initializer_read(&reader, &read);
  if (status == SOW_OK && reader.scanner.token.kind != SOW__TOKEN_END)
    status = sow__expected(&reader, "nothing after the call");
  if (status == SOW_OK)
    *initializer = read;
  sow__arena_free(&arena);
  return status;
}

sow_status sow_initializer_parse(const char *text, const char *source, sow_initializer *initializer,
                                 sow_error *error) {
  return parse(&(sow__text){source, text, strlen(text)}, false, initializer, error);
}

sow_status sow__initializer_parse_reading(const char *text, size_t length, sow_initializer *initializer,
                                          sow_error *error) {
  return parse(&(sow__text){NULL, text, length}, true, initializer, error);
}
