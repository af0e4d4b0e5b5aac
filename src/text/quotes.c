#include "text/quotes.h"

size_t sow__skip_quote(const char *bytes, size_t at, size_t end, sow__quotes *quotes) {
  size_t *until = bytes[at] == '\'' ? &quotes->single : &quotes->twice, i = at + 1;
  if (at < *until)
    return at + 1;
  for (; i < end && bytes[i] != '\n'; i++) {
    if (bytes[i] == '\\' && i + 1 < end && bytes[i + 1] != '\n')
      i++;
    else if (bytes[i] == bytes[at])
      return i + 1;
  }
  *until = i;
  return at + 1;
}
