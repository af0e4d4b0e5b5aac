#include "json_text.h"

#include <jansson.h>

bool json_text(const char *text, FILE *stream) {
  json_t *value = json_string(text);
  if (value == NULL)
    value = json_string("");
  bool done = value != NULL && json_dumpf(value, stream, JSON_ENCODE_ANY) == 0;
  json_decref(value);
  return done;
}
