#include "shard_size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "diagnostics.h"

/* Decimal, as in huggingface_hub. */
static const struct unit {
  const char *name;
  uint64_t bytes;
} units[] = {{"", 1},         {"B", 1},           {"KB", 1000},
             {"MB", 1000000}, {"GB", 1000000000}, {"TB", UINT64_C(1000000000000)}};

/* Digits with at most one point among them, times the unit; what is left of a byte is dropped. */
static bool read_size(const char *text, uint64_t *bytes) {
  uint64_t digits = 0, scale = 1;
  const char *at = text;
  bool point = false;
  for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point); at++) {
    point = point || *at == '.';
    if (*at == '.')
      continue;
    if (__builtin_mul_overflow(digits, UINT64_C(10), &digits) ||
        __builtin_add_overflow(digits, (uint64_t)(*at - '0'), &digits) ||
        (point && __builtin_mul_overflow(scale, UINT64_C(10), &scale)))
      return false;
  }
  if (at == text || (at == text + 1 && point))
    return false;
  at += strspn(at, " ");
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    uint64_t whole;
    if (strcasecmp(at, units[i].name) != 0)
      continue;
    if (__builtin_mul_overflow(digits, units[i].bytes, &whole))
      return false;
    *bytes = whole / scale;
    return *bytes >= 1 && *bytes <= INT64_MAX;
  }
  return false;
}

bool shard_size_read(const arguments *given, uint64_t *bytes) {
  const char *value = arguments_value(given, OPTION_MAX_SHARD_SIZE);
  *bytes = 0;
  if (value == NULL)
    return true;
  if (arguments_value(given, OPTION_SLICE) != NULL || arguments_value(given, OPTION_FINISH) != NULL) {
    complain("--max-shard-size cuts into files, --slice and --finish make one; give one of them");
    return false;
  }
  if (read_size(value, bytes))
    return true;
  complain("--max-shard-size '%s': must be a size as 5GB or 500MB; units are decimal", value);
  return false;
}

char *shard_path(const char *path) {
  struct stat about;
  size_t length = strlen(path);
  bool slash = length > 0 && path[length - 1] == '/';
  bool folder = slash || (stat(path, &about) == 0 && S_ISDIR(about.st_mode));
  char *whole = NULL;
  if (asprintf(&whole, "%s%s", path, !folder ? "" : slash ? "model.safetensors" : "/model.safetensors") >= 0)
    return whole;
  complain("out of memory");
  return NULL;
}
