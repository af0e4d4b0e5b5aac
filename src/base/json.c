#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/size.h"
#include "base/utf8.h"

/*
 * jansson writes \u001F where serde_json writes \u001f, and it prints doubles with 17 digits before its
 * version 2.15 and with as few as needed from then on; neither serves for bytes that must not vary.
 */

static void escape(sow__buffer *buffer, unsigned char byte) {
  static const char shorts[] = "\bb\tt\nn\ff\rr\"\"\\\\";
  for (size_t i = 0; i + 1 < sizeof shorts; i += 2)
    if ((unsigned char)shorts[i] == byte) {
      sow__buffer_printf(buffer, "\\%c", shorts[i + 1]);
      return;
    }
  sow__buffer_printf(buffer, "\\u%04x", byte);
}

void sow__json_string(sow__buffer *buffer, const char *text) {
  sow__buffer_text(buffer, "\"");
  while (*text != 0) {
    const char *plain = text;
    size_t length;
    while ((length = sow__utf8_length(text, strnlen(text, 4))) > 0 && (unsigned char)*text >= 0x20 &&
           *text != '"' && *text != '\\')
      text += length;
    sow__buffer_add(buffer, plain, (size_t)(text - plain));
    if (*text == 0)
      break;
    if (length == 0)
      sow__buffer_text(buffer, "\xEF\xBF\xBD");
    else
      escape(buffer, (unsigned char)*text);
    text++;
  }
  sow__buffer_text(buffer, "\"");
}

void sow__json_number(sow__buffer *buffer, double value) {
  char text[SOW__NUMBER_SIZE];
  sow__buffer_text(buffer, isfinite(value) ? sow__number_print(value, text) : "null");
}

/* ---- documents ---- */

void sow__json_open(sow__buffer *buffer, const char *document) {
  sow__buffer_printf(buffer, "{\n  \"document\": \"%s\",\n  \"version\": %d", document, SOW__JSON_VERSION);
}

void sow__json_key(sow__buffer *buffer, const char *key) {
  sow__buffer_printf(buffer, ", \"%s\": ", key);
}

void sow__json_line(sow__buffer *buffer, const char *key) {
  sow__buffer_printf(buffer, ",\n  \"%s\": ", key);
}

void sow__json_put_text(sow__buffer *buffer, const char *key, const char *value) {
  sow__json_key(buffer, key);
  if (value != NULL)
    sow__json_string(buffer, value);
  else
    sow__buffer_text(buffer, "null");
}

void sow__json_put_number(sow__buffer *buffer, const char *key, double value) {
  sow__json_key(buffer, key);
  sow__json_number(buffer, value);
}

void sow__json_put_count(sow__buffer *buffer, const char *key, uint64_t value) {
  sow__buffer_printf(buffer, ", \"%s\": %" PRIu64, key, value);
}

void sow__json_put_bool(sow__buffer *buffer, const char *key, bool value) {
  sow__buffer_printf(buffer, ", \"%s\": %s", key, value ? "true" : "false");
}

void sow__json_put_shape(sow__buffer *buffer, const char *key, int ndim, const int64_t *shape) {
  char text[SOW__SHAPE_SIZE];
  sow__buffer_printf(buffer, ", \"%s\": %s", key, sow__shape_print(ndim, shape, text, sizeof text));
}

/* ---- lists ---- */

void sow__json_item(sow__buffer *buffer, size_t index) {
  sow__buffer_text(buffer, index == 0 ? "[\n    " : ",\n    ");
}

void sow__json_close_list(sow__buffer *buffer, size_t count) {
  sow__buffer_text(buffer, count > 0 ? "\n  ]" : "[]");
}
