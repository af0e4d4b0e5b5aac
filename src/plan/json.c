#include "plan/json.h"

/*
 * jansson writes \u001F where serde_json writes \u001f, and it prints doubles with 17 digits before its
 * version 2.15 and with as few as needed from then on; neither serves for bytes that must not vary.
 */

/* Bytes of the character at `text`, 0 where there is none; the final 0 is none. */
static size_t utf8_length(const char *text) {
  const unsigned char *byte = (const unsigned char *)text;
  if (byte[0] == 0)
    return 0;
  if (byte[0] < 0x80)
    return 1;
  size_t length = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
  if (byte[0] < 0xC2 || byte[0] > 0xF4)
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((byte[i] & 0xC0) != 0x80)
      return 0;
  bool overlong = (byte[0] == 0xE0 && byte[1] < 0xA0) || (byte[0] == 0xF0 && byte[1] < 0x90);
  bool surrogate = byte[0] == 0xED && byte[1] >= 0xA0;
  bool beyond = byte[0] == 0xF4 && byte[1] >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

bool sow__utf8_check(const char *text) {
  size_t length;
  while ((length = utf8_length(text)) > 0)
    text += length;
  return *text == 0;
}

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
    while ((length = utf8_length(text)) > 0 && (unsigned char)*text >= 0x20 && *text != '"' && *text != '\\')
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
