#include "base/utf8.h"

#include <string.h>

size_t sow__utf8_length(const char *bytes, size_t length) {
  if (length == 0)
    return 0;
  const unsigned char *b = (const unsigned char *)bytes;
  if (b[0] < 0x80)
    return 1;
  size_t size = b[0] < 0xC2 ? 0 : b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : b[0] < 0xF5 ? 4 : 0;
  if (size == 0 || size > length)
    return 0;
  unsigned char low = b[0] == 0xE0 ? 0xA0 : b[0] == 0xF0 ? 0x90 : 0x80;
  unsigned char high = b[0] == 0xED ? 0x9F : b[0] == 0xF4 ? 0x8F : 0xBF;
  if (b[1] < low || b[1] > high)
    return 0;
  for (size_t i = 2; i < size; i++)
    if ((b[i] & 0xC0) != 0x80)
      return 0;
  return size;
}

uint32_t sow__utf8_next(const char **text) {
  const unsigned char *b = (const unsigned char *)*text;
  size_t length = b[0] < 0x80 ? 1 : sow__utf8_length(*text, strnlen(*text, 4));
  uint32_t point = length > 1 ? b[0] & (0x7FU >> length) : b[0];
  for (size_t i = 1; i < length; i++)
    point = point << 6 | (b[i] & 0x3FU);
  *text += length > 0 ? length : 1;
  return point;
}

bool sow__utf8_check(const char *text) {
  size_t rest = strlen(text), length = 1;
  for (; rest > 0 && length > 0; text += length, rest -= length)
    length = sow__utf8_length(text, rest);
  return length > 0;
}

/* Whether a character begins with this byte, and does not go on. */
static bool begins(char byte) {
  return ((unsigned char)byte & 0xC0) != 0x80;
}

size_t sow__utf8_count(const char *bytes, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++)
    count += begins(bytes[i]);
  return count;
}

size_t sow__utf8_place(const char *bytes, size_t length, size_t character) {
  size_t at = 0;
  for (; at < length; at++)
    if (begins(bytes[at]) && character-- == 0)
      break;
  return at;
}
