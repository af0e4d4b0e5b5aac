#include "text/numpy_scalar.h"

#include <stdbool.h>
#include <string.h>

#include "base/names.h"

#define PREFIX "np."

/* "int64(3)" at `at`: the ')', and *value where the number begins; 0 where it is something else. */
static size_t number_end(const char *bytes, size_t at, size_t length, size_t *value) {
  static const char *const types[] = {"int", "uint", "float", "long", "ulong"};
  bool known = false;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    known = known || sow__bytes_begin(bytes + at, length - at, types[i]);
  while (at < length && sow__is_word(bytes[at]))
    at++;
  if (!known || at >= length || bytes[at] != '(')
    return 0;
  *value = ++at;
  while (at < length && (sow__is_word(bytes[at]) || bytes[at] == '.' || bytes[at] == '-' || bytes[at] == '+'))
    at++;
  return at < length && at > *value && bytes[at] == ')' ? at : 0;
}

void sow__numpy_blank(char *bytes, size_t length) {
  size_t at = 0, value, end;
  for (char *found; (found = memmem(bytes + at, length - at, PREFIX, sizeof PREFIX - 1)) != NULL;) {
    size_t begin = (size_t)(found - bytes), name = begin + sizeof PREFIX - 1;
    at = name;
    if (begin > 0 && (sow__is_word(bytes[begin - 1]) || bytes[begin - 1] == '.'))
      continue;
    bool yes = sow__bytes_begin(bytes + name, length - name, "True_");
    if (yes || sow__bytes_begin(bytes + name, length - name, "False_")) {
      memset(bytes + begin, ' ', sizeof PREFIX - 1);
      bytes[name + (yes ? 4 : 5)] = ' ';
    } else if ((end = number_end(bytes, name, length, &value)) > 0) {
      memset(bytes + begin, ' ', value - begin);
      bytes[end] = ' ';
    }
  }
}
