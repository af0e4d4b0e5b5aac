#include "cli/commands/shard_size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/text/diagnostics.h"

/* G and GB are decimal, as in huggingface_hub and on disks; GiB says that it is not. */
static const struct unit {
  const char *names[2];
  uint64_t bytes;
} units[] = {
    {{"", "B"}, 1},
    {{"K", "KB"}, 1000},
    {{"M", "MB"}, 1000000},
    {{"G", "GB"}, 1000000000},
    {{"T", "TB"}, UINT64_C(1000000000000)},
    {{"Ki", "KiB"}, UINT64_C(1) << 10},
    {{"Mi", "MiB"}, UINT64_C(1) << 20},
    {{"Gi", "GiB"}, UINT64_C(1) << 30},
    {{"Ti", "TiB"}, UINT64_C(1) << 40},
};

static const struct unit *unit_find(const char *name) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strcasecmp(name, units[i].names[0]) == 0 || strcasecmp(name, units[i].names[1]) == 0)
      return &units[i];
  return NULL;
}

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
  const struct unit *unit = unit_find(at + strspn(at, " "));
  uint64_t whole;
  if (unit == NULL || __builtin_mul_overflow(digits, unit->bytes, &whole))
    return false;
  *bytes = whole / scale;
  return *bytes >= 1 && *bytes <= INT64_MAX;
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
  complain("--max-shard-size '%s': must be a size as 5GB, 500M or 4GiB", value);
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
