#include "text/printed_arguments.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/expression.h"
#include "text/printed_build.h"
#include "text/quotes.h"

/* ---- where arguments begin and end ---- */

typedef struct extra {
  const sow__text *text;
  const char *bytes;
  size_t end;
} extra;

/* Behind "name =", or `at` where there is none; *name_end is where the name ends. */
static size_t skip_keyword(const extra *e, size_t at, size_t *name_end) {
  size_t i = at;
  while (i < e->end && sow__is_word(e->bytes[i]) && (i > at || sow__is_letter(e->bytes[i])))
    i++;
  *name_end = i;
  while (i < e->end && sow__is_blank(e->bytes[i]))
    i++;
  bool keyword =
      *name_end > at && i < e->end && e->bytes[i] == '=' && !(i + 1 < e->end && e->bytes[i + 1] == '=');
  return keyword ? i + 1 : at;
}

static bool at_arrow(const extra *e, size_t at) {
  return e->end - at >= 2 && e->bytes[at] == '-' && e->bytes[at + 1] == '>';
}

/* Where the argument at `at` ends; *next is where the next one may begin. */
static size_t find_end(const extra *e, size_t at, size_t *next) {
  size_t depth = 0, begin = at, name_end;
  sow__quotes quotes = {0};
  while (at < e->end) {
    char c = e->bytes[at];
    if (depth == 0 && (c == ',' || at_arrow(e, at))) {
      *next = at + (c == ',' ? 1 : 2);
      return at;
    }
    if (c == '\n' || (c == '#' && (at == begin || sow__is_blank(e->bytes[at - 1])))) {
      size_t after = sow__skip_space(e->text, at, e->end);
      if (depth == 0 && skip_keyword(e, after, &name_end) > after) {
        *next = after;
        return at;
      }
      at = after;
      continue;
    }
    depth += c == '(' || c == '[' || c == '{' ? 1 : 0;
    depth -= (c == ')' || c == ']' || c == '}') && depth > 0 ? 1 : 0;
    at = c == '\'' || c == '"' ? sow__skip_quote(e->bytes, at, e->end, &quotes) : at + (c == '\\' ? 2 : 1);
  }
  *next = e->end;
  return e->end;
}

bool sow__printed_next(const sow__printed_text *printed, const sow__printed *node, size_t *at,
                       sow__printed_argument *argument) {
  const extra e = {&printed->text, printed->text.bytes, node->extra_end};
  size_t begin = sow__skip_space(e.text, *at, e.end), name_end;
  if (begin >= e.end)
    return false;
  size_t end = find_end(&e, begin, at), value = skip_keyword(&e, begin, &name_end);
  while (end > begin && (sow__is_blank(e.bytes[end - 1]) || e.bytes[end - 1] == '\n'))
    end--;
  *argument = (sow__printed_argument){begin, end, value > begin ? name_end : begin, value};
  return true;
}

/* ---- what they are ---- */

static bool fits(sow__takes takes, const sow__text_value *value) {
  bool integer = value->kind == SOW__VALUE_INTEGER;
  switch (takes) {
  case SOW__TAKES_SIZE:
    return integer;
  case SOW__TAKES_INDEX:
    return integer || value->kind == SOW__VALUE_NONE;
  case SOW__TAKES_NUMBER:
    return sow__text_value_is_number(value);
  case SOW__TAKES_FLAG:
    return value->kind == SOW__VALUE_BOOL;
  case SOW__TAKES_SIZES:
    for (size_t i = 0; value->kind == SOW__VALUE_TUPLE && i < value->count; i++)
      if (value->items[i].kind != SOW__VALUE_INTEGER)
        return false;
    return integer || (value->kind == SOW__VALUE_TUPLE && value->count <= SOW_MAX_DIMS);
  default:
    return true;
  }
}

static const char *const takes_names[] = {
    [SOW__TAKES_SIZE] = "an int",          [SOW__TAKES_SIZES] = "a tuple of at most 64 ints",
    [SOW__TAKES_INDEX] = "an int or None", [SOW__TAKES_NUMBER] = "a number",
    [SOW__TAKES_FLAG] = "True or False",   [SOW__TAKES_ANY] = "",
};

static bool begins(const sow__text *text, size_t at, size_t end, const char *word) {
  return end - at >= strlen(word) && memcmp(text->bytes + at, word, strlen(word)) == 0;
}

/* "[3, 4]", which torch.Size prints: a tuple. */
static sow_status parse_list(sow__reader *reader, sow__text_value *value) {
  sow__passed_list list;
  sow_status status = sow__arguments_parse(reader, false, &list);
  if (status != SOW_OK)
    return status;
  value->items = sow__arena_alloc(reader->arena, (list.count + 1) * sizeof *value->items);
  if (value->items == NULL)
    return sow__fail(reader->error, SOW_NO_MEMORY, NULL);
  value->kind = SOW__VALUE_TUPLE;
  value->count = list.count;
  for (size_t i = 0; i < list.count; i++)
    value->items[i] = list.items[i].value;
  return SOW_OK;
}

static sow_status parse_value(sow__builder *builder, sow__arena *arena, sow__text_value *value) {
  static const char *const sizes[] = {"torch.Size(", "Size("};
  const sow__text *text = &builder->printed->text;
  size_t begin = value->begin, end = value->end;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    if (end > begin && text->bytes[end - 1] == ')' && begins(text, begin, end, sizes[i])) {
      begin += strlen(sizes[i]);
      end--;
      break;
    }
  bool list = end - begin >= 2 && text->bytes[begin] == '[' && text->bytes[end - 1] == ']';
  sow__reader reader = {.arena = arena, .error = builder->error};
  sow__scanner_open(&reader.scanner, text, begin + list, end - list);
  if (list)
    return parse_list(&reader, value);
  sow_status status = sow__expression_parse(&reader, value);
  return status != SOW_OK || reader.scanner.token.kind == SOW__TOKEN_END ? status
                                                                         : sow__expected(&reader, "','");
}

/* ---- binding ---- */

/* What others add to torch's arguments, and what it means; *passed_over where it decides no shape and no
 * draw. */
static sow_status look_at_keyword(sow__builder *builder, const sow__printed *node,
                                  const sow__printed_argument *argument, const char *keyword,
                                  bool *passed_over) {
  const sow__text *text = &builder->printed->text;
  *passed_over = strcmp(keyword, "device") == 0 || strcmp(keyword, "dtype") == 0;
  if (strcmp(keyword, "dtype") == 0 && !begins(text, argument->value, argument->end, "torch.float32") &&
      !begins(text, argument->value, argument->end, "None"))
    sow__note_add(builder, SOW__NOTE_LAYER_DTYPE, node);
  if (strcmp(keyword, "weight") == 0)
    return sow__build_fail(
        builder, argument->begin, node,
        "is quantised (weight=…), and a print does not show what its tensors are; print the model "
        "before it is quantised");
  return SOW_OK;
}

static sow_status add_passed(sow__builder *builder, const sow__printed_argument *argument,
                             const char *keyword, sow__passed_list *list) {
  if (keyword == NULL && list->count > 0 && list->items[list->count - 1].keyword != NULL)
    return sow__text_fail(&builder->printed->text, argument->begin, builder->error, SOW_SYNTAX,
                          "positional argument follows keyword argument");
  list->items[list->count++] = (sow__passed){
      .keyword = keyword,
      .begin = argument->begin,
      .value = {.kind = SOW__VALUE_WORD, .begin = argument->value, .end = argument->end, .text = ""}};
  return SOW_OK;
}

/* The arguments by name and place; values are read later, as far as they matter. */
static sow_status list_arguments(sow__builder *builder, const sow__printed *node, sow__arena *arena,
                                 sow__passed_list *list) {
  const sow__text *text = &builder->printed->text;
  sow__printed_argument argument;
  size_t count = 0;
  for (size_t at = node->extra_begin; sow__printed_next(builder->printed, node, &at, &argument);)
    if (++count > SOW__ITEM_LIMIT)
      return sow__text_fail(text, argument.begin, builder->error, SOW_LIMIT, "more than 4096 arguments");
  *list = (sow__passed_list){.items = sow__arena_alloc(arena, (count + 1) * sizeof *list->items)};
  if (list->items == NULL)
    return sow__fail(builder->error, SOW_NO_MEMORY, NULL);
  for (size_t at = node->extra_begin; sow__printed_next(builder->printed, node, &at, &argument);) {
    const char *keyword = NULL;
    size_t length = argument.keyword_end - argument.begin;
    bool passed_over = false;
    sow_status status = SOW_OK;
    if (length > 0) {
      keyword = sow__arena_copy(arena, text->bytes + argument.begin, length);
      if (keyword == NULL)
        return sow__fail(builder->error, SOW_NO_MEMORY, NULL);
      status = look_at_keyword(builder, node, &argument, keyword, &passed_over);
    }
    if (status == SOW_OK && !passed_over)
      status = add_passed(builder, &argument, keyword, list);
    if (status != SOW_OK)
      return status;
  }
  return SOW_OK;
}

/* Reads a value, which must be what the argument takes; what decides nothing may be anything. */
static sow_status settle_value(sow__builder *builder, const sow__class_argument *argument, sow__arena *arena,
                               sow__text_value *value) {
  if (argument->takes == SOW__TAKES_ANY) {
    sow__builder probe = {.printed = builder->printed};
    sow__text_value read = *value;
    sow_status status = parse_value(&probe, arena, &read);
    *value = status == SOW_OK ? read : *value;
    return status == SOW_NO_MEMORY ? sow__fail(builder->error, SOW_NO_MEMORY, NULL) : SOW_OK;
  }
  sow_status status = parse_value(builder, arena, value);
  if (status != SOW_OK || fits(argument->takes, value))
    return status;
  return sow__text_fail(&builder->printed->text, value->begin, builder->error, SOW_INVALID_ARGUMENT,
                        "'%s' must be %s, not %s", argument->name, takes_names[argument->takes],
                        value->kind == SOW__VALUE_TUPLE ? "this tuple" : sow__text_value_kind_name(value));
}

/* SIZE_MAX where the class has none of the name. */
static size_t find_argument(const sow__class_argument *arguments, const char *name) {
  for (size_t i = 0; arguments[i].name != NULL; i++)
    if (strcmp(arguments[i].name, name) == 0)
      return i;
  return SIZE_MAX;
}

/* A class of torch's name with an argument more is another one, or one of another time. */
static void add_way_out(sow_error *error, const char *class_name) {
  size_t used = error == NULL ? 0 : strlen(error->message);
  if (error != NULL && strstr(error->message, "did you mean") == NULL)
    snprintf(error->message + used, sizeof error->message - used,
             " (--alias %.60s=%.60s passes over what the class does not have)", class_name, class_name);
}

sow_status sow__build_arguments(sow__builder *builder, const sow__printed *node,
                                const sow__class_argument *arguments, bool lenient, sow__arena *arena,
                                const sow__text_value **values) {
  sow__parameter_name parameters[SOW__CLASS_ARGUMENTS];
  const sow__passed *bound[SOW__CLASS_ARGUMENTS], *unknown = NULL;
  size_t count = 0;
  for (; arguments[count].name != NULL; count++)
    parameters[count] = (sow__parameter_name){arguments[count].name, arguments[count].required};
  sow__passed_list list;
  sow_status status = list_arguments(builder, node, arena, &list);
  if (status != SOW_OK)
    return status;
  if (list.count == 0 && arguments[0].required)
    return sow__build_fail(
        builder, node->begin, node,
        "shows no sizes, so that its parameters cannot be known; write its arguments into the text");
  for (size_t i = 0; status == SOW_OK && i < list.count; i++) {
    size_t at = list.items[i].keyword ? find_argument(arguments, list.items[i].keyword) : i;
    if (at < count)
      status = settle_value(builder, &arguments[at], arena, &list.items[i].value);
  }
  sow__reader reader = {.arena = arena, .error = builder->error, .scanner.text = &builder->printed->text};
  if (status != SOW_OK)
    return status;
  status = sow__arguments_bind(&reader, node->class_name, node->begin, parameters, count, &list, bound,
                               lenient ? &unknown : NULL);
  if (status == SOW_UNKNOWN_NAME)
    add_way_out(builder->error, node->class_name);
  for (size_t i = 0; status == SOW_OK && i < count; i++)
    values[i] = bound[i] ? &bound[i]->value : NULL;
  if (status == SOW_OK && unknown != NULL)
    sow__note_add(builder, SOW__NOTE_ALIAS_ARGUMENT, node);
  return status;
}
