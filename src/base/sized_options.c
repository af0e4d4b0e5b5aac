#include "base/sized_options.h"

#include <string.h>

#include "base/error.h"

/* No struct of options comes near; a size that was never set often does. All begin with a size_t, and end on
 * a multiple of one. */
#define SIZE_LIMIT ((size_t)4096)

static sow_status read_size(const void *given, const char *name, size_t *size, sow_error *error) {
  memcpy(size, given, sizeof *size);
  if (*size >= sizeof *size && *size <= SIZE_LIMIT && *size % sizeof *size == 0)
    return SOW_OK;
  return sow__fail(error, SOW_INVALID_ARGUMENT, "%s.size is %zu: set it to sizeof(%s)", name, *size, name);
}

sow_status sow__options_take(void *ours, size_t size, const void *given, const char *name, sow_error *error) {
  size_t theirs;
  if (given == NULL)
    return SOW_OK;
  sow_status status = read_size(given, name, &theirs, error);
  if (status != SOW_OK)
    return status;
  for (size_t i = size; i < theirs; i++)
    if (((const unsigned char *)given)[i] != 0)
      return sow__fail(error, SOW_INVALID_ARGUMENT,
                       "%s sets an option that sow " SOW_VERSION
                       " does not have: the program was built for a "
                       "newer one",
                       name);
  memcpy(ours, given, theirs < size ? theirs : size);
  memcpy(ours, &size, sizeof size);
  return SOW_OK;
}

sow_status sow__options_give(void *given, const void *ours, size_t size, const char *name, sow_error *error) {
  size_t theirs;
  sow_status status = read_size(given, name, &theirs, error);
  if (status != SOW_OK)
    return status;
  memset(given, 0, theirs);
  memcpy(given, ours, theirs < size ? theirs : size);
  memcpy(given, &theirs, sizeof theirs);
  return SOW_OK;
}
