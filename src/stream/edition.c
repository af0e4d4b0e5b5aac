/* Names of editions, and seeds as text. */
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/number.h"
#include "sow/generator.h"

/* The first version of each. */
static const struct {
  int major, minor;
  const char *name;
} starts[SOW_EDITION_COUNT] = {
    [SOW_TORCH_1_13] = {1, 13, "1.13"}, [SOW_TORCH_2_0] = {2, 0, "2.0"},    [SOW_TORCH_2_1] = {2, 1, "2.1"},
    [SOW_TORCH_2_12] = {2, 12, "2.12"}, [SOW_TORCH_2_13] = {2, 13, "2.13"},
};

const char *sow_edition_name(sow_edition edition) {
  return starts[(unsigned)edition < SOW_EDITION_COUNT ? edition : SOW_TORCH_NEWEST].name;
}

/* One to four digits; 0 where there are none or too many. */
static size_t scan_part(const char *text, int *value) {
  size_t length = 0;
  for (*value = 0; text[length] >= '0' && text[length] <= '9'; length++) {
    if (length == 4)
      return 0;
    *value = *value * 10 + (text[length] - '0');
  }
  return length;
}

/* Takes a word and the digits behind it. */
static bool take_numbered(const char **text, const char *word) {
  const size_t length = strlen(word);
  if (strncmp(*text, word, length) != 0 || !sow__is_digit((*text)[length]))
    return false;
  *text += length + strspn(*text + length, "0123456789");
  return true;
}

/* What may follow "2.6": nothing, ".0", "a0", "rc1", ".post1", ".dev2024", "+cu126" and so on (PEP 440). */
static bool is_version_tail(const char *text) {
  static const char local[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  while (take_numbered(&text, "."))
    ;
  if (!take_numbered(&text, "a") && !take_numbered(&text, "b"))
    take_numbered(&text, "rc");
  take_numbered(&text, ".post");
  take_numbered(&text, ".dev");
  return text[0] == 0 || (text[0] == '+' && text[1] != 0 && text[1 + strspn(text + 1, local)] == 0);
}

sow_status sow_edition_parse(const char *version, sow_edition *edition, sow_error *error) {
  if (strcmp(version, "newest") == 0) {
    *edition = SOW_TORCH_NEWEST;
    return SOW_OK;
  }
  int major = 0, minor = 0;
  size_t length = scan_part(version, &major);
  size_t minor_length = length > 0 && version[length] == '.' ? scan_part(version + length + 1, &minor) : 0;
  if (minor_length == 0 || !is_version_tail(version + length + 1 + minor_length))
    return sow__fail(error, SOW_UNKNOWN_NAME,
                     "'%.40s' is no torch version; write it as '1.13', '2.6.0' or 'newest'", version);
  if (major < 1 || (major == 1 && minor != 13))
    return sow__fail(error, SOW_UNKNOWN_NAME, "torch %.40s is not known; 1.13, and 2.0 or later, are",
                     version);
  *edition = SOW_TORCH_NEWEST;
  while (major < starts[*edition].major ||
         (major == starts[*edition].major && minor < starts[*edition].minor))
    --*edition;
  return SOW_OK;
}

sow_status sow_seed_parse(const char *text, uint64_t *seed, sow_error *error) {
  bool negative = false;
  uint64_t magnitude = 0;
  if (!sow__integer_scan(text, &negative, &magnitude) ||
      (negative && magnitude > UINT64_C(0x8000000000000000)))
    return sow__fail(error, SOW_INVALID_ARGUMENT,
                     "'%.40s' is no seed: it takes an integer from -2^63 to 2^64-1", text);
  *seed = negative ? 0 - magnitude : magnitude;
  return SOW_OK;
}
