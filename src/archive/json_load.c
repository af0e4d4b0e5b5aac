#include "archive/json_load.h"

#include <stdbool.h>
#include <string.h>

#include "text/diagnostic.h"

/*
 * Before jansson builds anything: nesting and the number of objects and arrays. Strings are passed over; the
 * parser refuses whatever is wrong in them.
 */
static bool measure(const char *text, size_t length, int limit, size_t *containers) {
  int depth = 0;
  for (size_t i = 0; i < length; i++) {
    switch (text[i]) {
    case '"':
      for (i++; i < length && text[i] != '"'; i++)
        if (text[i] == '\\')
          i++;
      break;
    case '{':
    case '[':
      ++*containers;
      if (++depth > limit)
        return false;
      break;
    case '}':
    case ']':
      depth--;
      break;
    default:
      break;
    }
  }
  return true;
}

static void fail_parse(sow_error *error, const json_error_t *found) {
  char said[SOW__QUOTE_SIZE];
  sow__text_quote(found->text, strlen(found->text), said);
  switch (json_error_code(found)) {
  case json_error_out_of_memory:
    sow__fail(error, SOW_NO_MEMORY, NULL);
    break;
  case json_error_duplicate_key:
    sow__fail(error, SOW_DUPLICATE_NAME, "byte %d of its JSON: %s", found->position, said);
    break;
  default:
    sow__fail(error, SOW_SYNTAX, "byte %d of its JSON: %s", found->position, said);
  }
}

#define SMALL 64 /* so many are no burden at any density */

json_t *sow__json_load(const char *text, size_t length, int depth, size_t density, sow_error *error) {
  size_t containers = 0;
  if (!measure(text, length, depth, &containers)) {
    sow__fail(error, SOW_SYNTAX, "its JSON nests deeper than %d", depth);
    return NULL;
  }
  if (containers > length / density + SMALL) {
    sow__fail(error, SOW_SYNTAX, "its JSON has %zu objects and arrays in %zu bytes", containers, length);
    return NULL;
  }
  json_error_t found;
  json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &found);
  if (value == NULL)
    fail_parse(error, &found);
  return value;
}
