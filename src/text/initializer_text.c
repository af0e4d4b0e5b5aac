#include "text/initializer_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/number.h"
#include "init/initializer.h"
#include "text/functions.h"

#define ARGUMENT_LIMIT (sizeof sow__initializer_rows[0].arguments / sizeof(sow__argument))

/* ---- the arguments ---- */

/* Pasted from Python, the call still has its tensor. */
static sow_status refuse_tensor(sow__reader *reader, const sow__passed_list *list) {
  char quote[SOW__QUOTE_SIZE];
  for (size_t i = 0; i < list->count; i++) {
    const sow__passed *passed = &list->items[i];
    const sow__text_value *value = &passed->value;
    bool first = i == 0 && passed->keyword == NULL && value->kind == SOW__VALUE_WORD;
    if (first || (passed->keyword != NULL && strcmp(passed->keyword, "tensor") == 0))
      return sow__text_fail(
          reader->scanner.text, passed->begin, reader->error, SOW_INVALID_ARGUMENT,
          "leave '%s' out: the left side names the tensor",
          sow__text_quote(reader->scanner.text->bytes + value->begin, value->end - value->begin, quote));
    bool stream = passed->keyword != NULL &&
                  (strcmp(passed->keyword, "generator") == 0 || strcmp(passed->keyword, "seed") == 0);
    if (stream)
      return sow__text_fail(reader->scanner.text, passed->begin, reader->error, SOW_INVALID_ARGUMENT,
                            "leave '%s' out: every value is drawn from the one stream of the seed",
                            passed->keyword);
  }
  return SOW_OK;
}

static sow_status fail_kind(sow__reader *reader, const char *argument, const char *what,
                            const sow__text_value *value) {
  char quote[SOW__QUOTE_SIZE];
  if (value->kind == SOW__VALUE_WORD)
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' must be %s; '%s' has no value here", argument, what,
                          sow__text_quote(value->text, strlen(value->text), quote));
  return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                        "'%s' must be %s, not %s", argument, what, sow__text_value_kind_name(value));
}

/* "None, 'a' or 'b'": all words, with `last` before the last one. */
static const char *print_words(const char *const *words, const char *last, char *text, size_t size) {
  size_t length = 0;
  text[0] = 0;
  for (size_t i = 0; words[i] != NULL && length < size; i++) {
    const char *quote = sow__initializer_is_constant(words[i]) ? "" : "'";
    const char *separator = i == 0 ? "" : words[i + 1] == NULL ? last : ", ";
    length += (size_t)snprintf(text + length, size - length, "%s%s%s%s", separator, quote, words[i], quote);
  }
  return text;
}

#define WORDS_SIZE 128

/* A word as it may stand among an argument's: a str, None, True or False; NULL for other values. */
static const char *word_of(const sow__text_value *value) {
  switch (value->kind) {
  case SOW__VALUE_STRING:
    return value->text;
  case SOW__VALUE_NONE:
    return "None";
  case SOW__VALUE_BOOL:
    return value->integer ? "True" : "False";
  default:
    return NULL;
  }
}

/* Which of the argument's words, in any case, as torch lower-cases the mode first. */
static sow_status read_word(sow__reader *reader, const sow__argument *argument, const sow__text_value *value,
                            unsigned *index) {
  char words[WORDS_SIZE], quote[SOW__QUOTE_SIZE];
  const char *word = word_of(value);
  bool is_text = value->kind == SOW__VALUE_STRING;
  for (*index = 0; word != NULL && argument->words[*index] != NULL; ++*index)
    if (sow__name_same(argument->words[*index], word) &&
        is_text != sow__initializer_is_constant(argument->words[*index]))
      return SOW_OK;
  if (word == NULL || !is_text)
    return fail_kind(reader, argument->name, print_words(argument->words, " or ", words, sizeof words),
                     value);
  return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_INVALID_ARGUMENT,
                        "%s '%s' not supported, please use one of [%s]", argument->name,
                        sow__text_quote(word, strlen(word), quote),
                        print_words(argument->words, ", ", words, sizeof words));
}

static sow_status read_words(sow__reader *reader, const sow__argument *argument, const sow__text_value *value,
                             sow_initializer *initializer) {
  unsigned index = 0;
  sow_status status = read_word(reader, argument, value, &index);
  if (status != SOW_OK)
    return status;
  if (argument->kind == SOW__ARGUMENT_MODE)
    initializer->mode = (sow_fan_mode)index;
  else if (argument->kind == SOW__ARGUMENT_LAYOUT)
    initializer->layout = (sow_kernel_layout)index;
  else
    initializer->argument[argument->slot] = index;
  return SOW_OK;
}

/* An int, a tuple of them, or None where that is the default. */
static sow_status read_axes(sow__reader *reader, const sow__argument *argument, const sow__text_value *value,
                            sow_axes *axes) {
  bool tuple = value->kind == SOW__VALUE_TUPLE;
  const sow__text_value *items = tuple ? value->items : value;
  size_t count = tuple ? value->count : 1;
  *axes = (sow_axes){0};
  if (value->kind == SOW__VALUE_NONE && argument->axes.count < 0) {
    axes->count = -1;
    return SOW_OK;
  }
  for (size_t i = 0; i < count; i++) {
    bool fits = items[i].kind == SOW__VALUE_INTEGER && items[i].integer >= -SOW_MAX_DIMS &&
                items[i].integer < SOW_MAX_DIMS && i < SOW_AXES_LIMIT;
    if (!fits)
      return sow__text_fail(reader->scanner.text, items[i].begin, reader->error, SOW_INVALID_ARGUMENT,
                            "'%s' must be an axis or a tuple of up to %d, from %d to %d", argument->name,
                            SOW_AXES_LIMIT, -SOW_MAX_DIMS, SOW_MAX_DIMS - 1);
    axes->axis[axes->count++] = (int8_t)items[i].integer;
  }
  return SOW_OK;
}

static sow_status read_number(sow__reader *reader, const sow__argument *argument,
                              const sow__text_value *value, sow_initializer *initializer) {
  bool kaiming =
      initializer->kind == SOW_INIT_KAIMING_UNIFORM || initializer->kind == SOW_INIT_KAIMING_NORMAL;
  if (kaiming && value->kind == SOW__VALUE_NONE) {
    /* calculate_gain('leaky_relu', None) */
    initializer->argument[argument->slot] = 0.01;
    return SOW_OK;
  }
  if (!sow__text_value_is_number(value))
    return fail_kind(reader, argument->name, "a number", value);
  if (value->kind == SOW__VALUE_INTEGER && !sow__number_holds(value->integer))
    return sow__text_fail(reader->scanner.text, value->begin, reader->error, SOW_UNSUPPORTED,
                          "'%s' is the int %" PRId64 ", which is no float64", argument->name, value->integer);
  initializer->argument[argument->slot] = value->number;
  return SOW_OK;
}

static sow_status read_argument(sow__reader *reader, const sow__argument *argument,
                                const sow__text_value *value, sow_initializer *initializer) {
  switch (argument->kind) {
  case SOW__ARGUMENT_MODE:
  case SOW__ARGUMENT_LAYOUT:
  case SOW__ARGUMENT_WORD:
    return read_words(reader, argument, value, initializer);
  case SOW__ARGUMENT_AXES:
    return read_axes(reader, argument, value, &initializer->axes[argument->slot]);
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
    if (value->kind != SOW__VALUE_INTEGER && value->kind != SOW__VALUE_BOOL &&
        value->kind != SOW__VALUE_UNKNOWN)
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
  const sow__text_value *slope = NULL;
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
  status = sow__initializer_find(reader, written, begin, &kind);
  if (status != SOW_OK)
    return status;
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
