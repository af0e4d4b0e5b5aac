#include "settings.h"

#include <stdlib.h>

#include "diagnostics.h"
#include "sow/isa.h"

static bool refuse(option_id id, const sow_error *error) {
  complain("--%s: %s", option_table[id].name, error->message);
  return false;
}

static bool read_dtype(const arguments *given, option_id id, sow_dtype *dtype) {
  const char *value = arguments_value(given, id);
  sow_error error = SOW_ERROR_NONE;
  if (value == NULL || sow_dtype_parse(value, dtype, &error) == SOW_OK)
    return true;
  return refuse(id, &error);
}

bool isa_choose(const arguments *given) {
  const char *asked = arguments_value(given, OPTION_ISA), *variable = getenv("SOW_ISA");
  const char *name = asked != NULL ? asked : variable;
  sow_error error = SOW_ERROR_NONE;
  if (name == NULL || sow_isa_use(name, &error) == SOW_OK)
    return true;
  complain("%s: %s", asked != NULL ? "--isa" : "SOW_ISA", error.message);
  return false;
}

#define THREADS_LIMIT 1024

bool threads_read(const arguments *given, int *threads) {
  const char *asked = arguments_value(given, OPTION_THREADS), *variable = getenv("SOW_THREADS");
  const char *value = asked != NULL ? asked : variable;
  int number = 0;
  *threads = 0;
  if (value == NULL)
    return true;
  const char *at = value;
  for (; *at >= '0' && *at <= '9' && number <= THREADS_LIMIT; at++)
    number = 10 * number + (*at - '0');
  if (at == value || *at != 0 || number > THREADS_LIMIT) {
    complain("%s '%s': must be a number from 0 to %d", asked != NULL ? "--threads" : "SOW_THREADS", value,
             THREADS_LIMIT);
    return false;
  }
  *threads = number;
  return true;
}

bool settings_read(const arguments *given, sow_plan_options *settings) {
  sow_plan_options found = sow_plan_defaults();
  sow_error error = SOW_ERROR_NONE;
  const char *seed = arguments_value(given, OPTION_SEED);
  if (seed != NULL && sow_seed_parse(seed, &found.seed, &error) != SOW_OK)
    return refuse(OPTION_SEED, &error);
  const char *torch = arguments_value(given, OPTION_TORCH);
  if (torch != NULL && sow_edition_parse(torch, &found.edition, &error) != SOW_OK)
    return refuse(OPTION_TORCH, &error);
  if (!read_dtype(given, OPTION_DTYPE, &found.dtype))
    return false;
  found.cast = found.dtype;
  if (!read_dtype(given, OPTION_CAST, &found.cast))
    return false;
  if (!threads_read(given, &found.threads) || !isa_choose(given))
    return false;
  *settings = found;
  return true;
}

bool is_quiet(const arguments *given) {
  return arguments_value(given, OPTION_QUIET) != NULL;
}
