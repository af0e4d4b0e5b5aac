/* A class that sow does not know: does its print look as if it had sizes? */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "module/layer_table.h"
#include "text/printed_build.h"
#include "text/scanner.h"

static bool is_size_name(const char *bytes, size_t length) {
  static const char *const globs[] = {
      "*features*", "*channels*", "*size*",  "*embed*", "*embd*",  "*hidden*", "*shape*", "*width*",
      "*units*",    "*_dim",      "*_dim_*", "dim_*",   "d_model", "nf",       "nx",      "num_parameters"};
  char name[64];
  if (length >= sizeof name)
    return false;
  memcpy(name, bytes, length);
  name[length] = 0;
  for (size_t i = 0; i < sizeof globs / sizeof globs[0]; i++)
    if (sow__glob(globs[i], name))
      return true;
  return false;
}

/* An int above 0, or a tuple that begins with one. */
static bool is_size_value(const char *bytes, size_t length) {
  size_t i = 0;
  while (i < length && (bytes[i] == ' ' || bytes[i] == '('))
    i++;
  if (i < length && bytes[i] == '0')
    return false;
  size_t start = i;
  while (i < length && (sow__is_digit(bytes[i]) || bytes[i] == '_'))
    i++;
  return i > start && (i == length || strchr(" ,)\t\r", bytes[i]) != NULL);
}

/* One argument as it was written. */
static bool item_has_size(const char *bytes, size_t length) {
  size_t name = 0;
  while (name < length && sow__is_word(bytes[name]))
    name++;
  size_t equals = name;
  while (equals < length && bytes[equals] == ' ')
    equals++;
  bool keyword = name > 0 && equals < length && bytes[equals] == '=';
  return !keyword || (is_size_name(bytes, name) && is_size_value(bytes + equals + 1, length - equals - 1));
}

bool sow__extra_has_sizes(const sow__printed_text *printed, const sow__printed *node) {
  const sow__text *text = &printed->text;
  size_t at = node->extra_begin;
  while ((at = sow__skip_space(text, at, node->extra_end)) < node->extra_end) {
    size_t begin = at, depth = 0;
    for (; at < node->extra_end; at++) {
      char c = text->bytes[at];
      depth += c == '(' || c == '[' || c == '{' ? 1 : 0;
      depth -= (c == ')' || c == ']' || c == '}') && depth > 0 ? 1 : 0;
      if (c == '\n' || (c == ',' && depth == 0))
        break;
    }
    if (at > begin && item_has_size(text->bytes + begin, at - begin))
      return true;
    at++;
  }
  return false;
}

sow_status sow__fail_unknown_class(sow__builder *builder, const sow__printed *node) {
  const char *name = node->class_name;
  sow__nearest nearest = {.name = name};
  char hint[160];
  bool parameters;
  for (size_t i = 0; sow_layer_name(i, &parameters) != NULL; i++)
    sow__nearest_offer(&nearest, sow_layer_name(i, &parameters));
  for (size_t i = 0; sow__class_name(i) != NULL; i++)
    sow__nearest_offer(&nearest, sow__class_name(i));
  return sow__text_fail(&builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
                        "unknown module '%.60s'%s (--alias %.60s=%s takes it as another class, --ignore "
                        "%.60s as one without parameters)",
                        name, sow__nearest_hint(&nearest, hint, sizeof hint), name,
                        nearest.best ? nearest.best : "CLASS", name);
}
