#include "text/decode.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

#define BOM_UTF8 "\xEF\xBB\xBF"

typedef struct utf16 {
  const unsigned char *bytes;
  size_t at, length;
  bool big;
} utf16;

static bool has_mark(const char *bytes, size_t length, bool *big) {
  *big = length >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0;
  return *big || (length >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0);
}

/* Of a text that begins in ASCII; no text in UTF-8 holds a byte 0. */
static bool has_zeros(const char *bytes, size_t length, bool *big) {
  *big = length >= 4 && bytes[0] == 0;
  return length >= 4 && length % 2 == 0 && bytes[*big] > 0 && bytes[!*big] == 0 && bytes[2 + *big] > 0 &&
         bytes[2 + !*big] == 0;
}

static uint32_t next_unit(utf16 *from) {
  const unsigned char *pair = from->bytes + from->at;
  from->at += 2;
  return from->big ? (uint32_t)pair[0] << 8 | pair[1] : (uint32_t)pair[1] << 8 | pair[0];
}

/* U+FFFD for half a surrogate pair. */
static uint32_t next_character(utf16 *from) {
  uint32_t unit = next_unit(from);
  if (unit < 0xD800 || unit > 0xDFFF)
    return unit;
  if (unit > 0xDBFF || from->at + 2 > from->length)
    return 0xFFFD;
  uint32_t low = next_unit(from);
  if (low >= 0xDC00 && low <= 0xDFFF)
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  from->at -= 2;
  return 0xFFFD;
}

static char *put(char *out, uint32_t c) {
  if (c < 0x80) {
    *out++ = (char)c;
    return out;
  }
  int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  *out++ = (char)((0xFF00U >> (more + 1) & 0xFFU) | c >> 6 * more);
  while (more-- > 0)
    *out++ = (char)(0x80 | (c >> 6 * more & 0x3F));
  return out;
}

static sow_status decode_utf16(sow__text *text, size_t mark, bool big, sow__arena *arena, sow_error *error) {
  if (text->length % 2 != 0)
    return sow__text_fail(text, 0, error, SOW_SYNTAX,
                          "the text is UTF-16 and ends within a character; save it as UTF-8");
  utf16 from = {(const unsigned char *)text->bytes, mark, text->length, big};
  /* Two bytes become three at most, four become four. */
  char *made = sow__arena_alloc(arena, text->length / 2 * 3 + 1), *out = made;
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  while (from.at < from.length)
    out = put(out, next_character(&from));
  text->bytes = made;
  text->length = (size_t)(out - made);
  return SOW_OK;
}

/* ---- what terminals are told ---- */

#define ESCAPE 0x1B

/*
 * "\e[31m" and its kin, which choose colours; "\e(B", which tput adds; "\e]8;;…\a" around a link. 0 where
 * none of them is.
 */
static size_t escape_length(const char *bytes, size_t length, size_t at) {
  size_t end = at + 2;
  if (length - at < 3 || bytes[at] != ESCAPE)
    return 0;
  if (bytes[at + 1] == '(')
    return 3;
  if (bytes[at + 1] == ']') {
    while (end < length && bytes[end] != '\a' && bytes[end] != '\n' && bytes[end] != ESCAPE)
      end++;
    bool closed = end < length && bytes[end] == '\a';
    bool ended = end + 1 < length && bytes[end] == ESCAPE && bytes[end + 1] == '\\';
    return closed ? end + 1 - at : ended ? end + 2 - at : 0;
  }
  if (bytes[at + 1] != '[')
    return 0;
  while (end < length && bytes[end] >= 0x20 && bytes[end] < 0x40)
    end++;
  return end < length && bytes[end] >= 0x40 ? end + 1 - at : 0;
}

/* Left out, and not blanked: they may touch a parenthesis, and people see the text without them. */
static sow_status leave_escapes_out(sow__text *text, sow__arena *arena, sow_error *error) {
  const char *bytes = text->bytes;
  if (memchr(bytes, ESCAPE, text->length) == NULL)
    return SOW_OK;
  char *made = sow__arena_alloc(arena, text->length), *out = made;
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < text->length;) {
    size_t length = escape_length(bytes, text->length, i);
    if (length == 0)
      *out++ = bytes[i++];
    i += length;
  }
  text->bytes = made;
  text->length = (size_t)(out - made);
  return SOW_OK;
}

sow_status sow__text_decode(sow__text *text, sow__arena *arena, sow_error *error) {
  bool big;
  size_t mark = sizeof BOM_UTF8 - 1;
  sow_status status = SOW_OK;
  if (has_mark(text->bytes, text->length, &big)) {
    status = decode_utf16(text, 2, big, arena, error);
  } else if (has_zeros(text->bytes, text->length, &big)) {
    status = decode_utf16(text, 0, big, arena, error);
  } else if (text->length >= mark && memcmp(text->bytes, BOM_UTF8, mark) == 0) {
    text->bytes += mark;
    text->length -= mark;
  }
  return status == SOW_OK ? leave_escapes_out(text, arena, error) : status;
}

/* ---- spaces that are none ---- */

/* No-break, zero-width, ideographic and the other spaces of Unicode, and its byte order mark within a text.
 */
static bool is_odd_space(const unsigned char *c, size_t size) {
  if (size == 2)
    return c[0] == 0xC2 && c[1] == 0xA0;
  if (size != 3)
    return false;
  return (c[0] == 0xE2 && c[1] == 0x80 && (c[2] <= 0x8B || c[2] == 0xAF)) ||
         (c[0] == 0xE2 && c[1] == 0x81 && (c[2] == 0x9F || c[2] == 0xA0)) ||
         (c[0] == 0xE3 && c[1] == 0x80 && c[2] == 0x80) || (c[0] == 0xEF && c[1] == 0xBB && c[2] == 0xBF);
}

/* What HTML writes for a character, which it becomes, with blanks behind it. The length; 0 for none. */
static size_t take_entity(char *bytes, size_t length) {
  static const struct {
    const char *name;
    char meant;
  } entities[] = {{"&nbsp;", ' '}, {"&#160;", ' '}, {"&#xa0;", ' '},  {"&gt;", '>'},
                  {"&lt;", '<'},   {"&#39;", '\''}, {"&#x27;", '\''}, {"&quot;", '"'}};
  for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
    size_t size = strlen(entities[i].name);
    if (length < size || memcmp(bytes, entities[i].name, size) != 0)
      continue;
    memset(bytes + 1, ' ', size - 1);
    bytes[0] = entities[i].meant;
    return size;
  }
  return 0;
}

void sow__text_blank_invisible(char *bytes, size_t length) {
  for (size_t i = 0; i < length;) {
    const unsigned char *c = (const unsigned char *)bytes + i;
    size_t size = *c == '&' ? take_entity(bytes + i, length - i) : 0;
    if (*c >= 0x80) {
      size = sow__utf8_length(bytes + i, length - i);
      size = is_odd_space(c, size) ? size : 0;
      memset(bytes + i, ' ', size);
    }
    i += size > 0 ? size : 1;
  }
}
