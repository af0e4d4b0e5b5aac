#include "base/names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* ---- suggestions ---- */

#define LONGEST 48 /* longer names are not suggested for, nor suggested */

static char fold(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours. */
static size_t edit_distance(const char *a, size_t m, const char *b, size_t n) {
  size_t row[3][LONGEST + 1];
  for (size_t j = 0; j <= n; j++)
    row[0][j] = j;
  for (size_t i = 1; i <= m; i++) {
    size_t *now = row[i % 3], *before = row[(i + 2) % 3], *two_before = row[(i + 1) % 3];
    now[0] = i;
    for (size_t j = 1; j <= n; j++) {
      size_t change = fold(a[i - 1]) != fold(b[j - 1]);
      now[j] = smaller(smaller(before[j] + 1, now[j - 1] + 1), before[j - 1] + change);
      if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]))
        now[j] = smaller(now[j], two_before[j - 2] + 1);
    }
  }
  return row[m % 3][n];
}

/* One slip in three letters is still a typo, more is another word; of five letters or fewer, one at all. */
static bool is_typo(const char *a, size_t m, const char *b, size_t n, size_t distance) {
  size_t unlike = 0;
  for (size_t i = 0; i < m && i < n; i++)
    unlike += fold(a[i]) != fold(b[i]);
  /* "map" is no "max", though "sdt" is "std". */
  if (m < 4 && m == n && unlike == 1)
    return false;
  return distance <= (m < 6 ? 1 : (m + 2) / 3);
}

void sow__nearest_offer(sow__nearest *nearest, const char *candidate) {
  size_t m = strlen(nearest->name), n = strlen(candidate);
  if (m == 0 || m > LONGEST || n > LONGEST)
    return;
  size_t distance = edit_distance(nearest->name, m, candidate, n);
  if (is_typo(nearest->name, m, candidate, n, distance) &&
      (nearest->best == NULL || distance < nearest->distance)) {
    nearest->best = candidate;
    nearest->distance = distance;
  }
}

char *sow__nearest_hint(const sow__nearest *nearest, char *buffer, size_t size) {
  if (nearest->best == NULL)
    snprintf(buffer, size, "%s", "");
  else
    snprintf(buffer, size, ", did you mean '%s'?", nearest->best);
  return buffer;
}

/* ---- globs ---- */

/* Matches one character against the set at `*pattern` (after '['), and moves *pattern past ']'. */
static bool glob_set(const char **pattern, uint32_t character, bool *closed) {
  const char *p = *pattern;
  bool negated = *p == '!', found = false;
  if (negated)
    p++;
  const char *first = p;
  while (*p != 0 && (*p != ']' || p == first)) {
    uint32_t low = sow__utf8_next(&p), high = low;
    if (p[0] == '-' && p[1] != 0 && p[1] != ']') {
      p++;
      high = sow__utf8_next(&p);
    }
    found = found || (low <= character && character <= high);
  }
  *closed = *p == ']';
  *pattern = p + (*closed ? 1 : 0);
  return found != negated;
}

/* Matches one character against the start of *pattern, which is no '*', and moves *pattern past that. */
static bool glob_one(const char **pattern, uint32_t character) {
  if (**pattern == 0)
    return false;
  if (**pattern == '[') {
    const char *rest = *pattern + 1;
    bool closed, matches = glob_set(&rest, character, &closed);
    if (closed) {
      *pattern = rest;
      return matches;
    }
    /* An unclosed '[' stands for itself, as in fnmatch. */
  }
  bool any = **pattern == '?';
  return sow__utf8_next(pattern) == character || any;
}

/* Notes what a wildcard matched, if it is the one that is asked for. */
static void note_part(sow__glob_part *part, bool wanted, const char *begin, const char *end) {
  if (part != NULL && wanted)
    *part = (sow__glob_part){begin, (size_t)(end - begin)};
}

/* `part` is NULL where nobody asks what wildcard `index` matched; *count becomes how many there are. */
static bool match(const char *pattern, const char *text, size_t index, sow__glob_part *part, size_t *count) {
  /* After a mismatch the last '*' takes one character more. That is enough, since an earlier '*' need not. */
  const char *star = NULL, *resume = NULL, *begin = NULL;
  size_t at = 0, star_at = 0;
  for (;;) {
    if (*pattern == '*') {
      star = ++pattern;
      begin = resume = text;
      star_at = at++;
      note_part(part, star_at == index, begin, resume);
      continue;
    }
    if (*text == 0 && *pattern == 0) {
      *count = at;
      return true;
    }
    const char *rest = text, *before = pattern;
    if (*text != 0 && glob_one(&pattern, sow__utf8_next(&rest))) {
      bool wild = *before == '?' || (*before == '[' && pattern > before + 1);
      note_part(part, wild && at == index, text, rest);
      at += wild ? 1 : 0;
      text = rest;
    } else if (star != NULL && *resume != 0) {
      pattern = star;
      sow__utf8_next(&resume);
      text = resume;
      at = star_at + 1;
      note_part(part, star_at == index, begin, resume);
    } else {
      return false;
    }
  }
}

bool sow__glob(const char *pattern, const char *text) {
  size_t count;
  /* Every tensor's name meets every line's glob, and most part within their first bytes. */
  for (; sow__is_word(*pattern) || *pattern == '.'; pattern++, text++)
    if (*text != *pattern)
      return false;
  return match(pattern, text, 0, NULL, &count);
}

bool sow__glob_capture(const char *pattern, const char *text, size_t index, sow__glob_part *part) {
  size_t count = 0;
  return match(pattern, text, index, part, &count) && index < count;
}

/* ---- order and search ---- */

bool sow__name_same(const char *a, const char *b) {
  while (*a != 0 && fold(*a) == fold(*b)) {
    a++;
    b++;
  }
  return *a == *b;
}

bool sow__name_is_text(const char *name) {
  for (const char *at = name; *at != 0; at++)
    if (sow__is_control(*at))
      return false;
  return sow__utf8_check(name);
}

bool sow__text_begins(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

bool sow__bytes_begin(const char *bytes, size_t length, const char *start) {
  size_t head = strlen(start);
  return length >= head && memcmp(bytes, start, head) == 0;
}

bool sow__text_ends(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && memcmp(text + length - tail, end, tail) == 0;
}

const char *sow__text_behind(const char *text, const char *start) {
  return sow__text_begins(text, start) ? text + strlen(start) : NULL;
}

const char *sow__text_last_part(const char *text) {
  const char *dot = strrchr(text, '.');
  return dot != NULL ? dot + 1 : text;
}

bool sow__text_is_one_of(const char *text, const char *const *words) {
  while (*words != NULL && strcmp(text, *words) != 0)
    words++;
  return *words != NULL;
}

int sow__name_order(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool sow__name_find(const char *name, const size_t *order, size_t count, sow__name_of *name_of,
                    const void *context, size_t *index) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int sign = strcmp(name, name_of(context, order[middle]));
    if (sign == 0) {
      *index = order[middle];
      return true;
    }
    if (sign < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return false;
}

/* ---- identifiers ---- */

static bool is_beyond_ascii(char c) {
  return (unsigned char)c >= 0x80;
}

bool sow__is_identifier(const char *text) {
  if (!sow__is_letter(text[0]) && !is_beyond_ascii(text[0]))
    return false;
  if (!sow__utf8_check(text))
    return false;
  while (sow__is_word(*text) || is_beyond_ascii(*text))
    text++;
  return *text == 0;
}
