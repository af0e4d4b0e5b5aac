#include "base/json.h"

#include <string.h>

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
