#include "cli/arguments/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/arguments/words.h"
#include "cli/text/diagnostics.h"
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
  /* Only what every command takes is offered: 'sow fill' alone makes integers, and of few initialisers. */
  sow__nearest near;
  char hint[64];
  word_find(WORD_DTYPE, given->command, value, &near);
  if (near.best != NULL)
    complain("--%s: unknown dtype '%.80s'%s", option_table[id].name, value,
             sow__nearest_hint(&near, hint, sizeof hint));
  else
    complain("--%s: unknown dtype '%.80s'; there are float32, float64, float16 and bfloat16%s",
             option_table[id].name, value, given->command == COMMAND_FILL ? ", and integers and bool" : "");
  return false;
}

#define SOURCE_SIZE 32

/*
 * The value of an option, or else of the variable that stands for it, and which of them it was ("--isa",
 * "SOW_ISA"); NULL when there is neither.
 */
static const char *setting(const arguments *given, option_id id, char source[SOURCE_SIZE]) {
  const char *value = arguments_value(given, id);
  snprintf(source, SOURCE_SIZE, "--%s", option_table[id].name);
  for (int i = 0; i < VARIABLE_COUNT && value == NULL; i++)
    if (variable_table[i].option == id) {
      value = getenv(variable_table[i].name);
      snprintf(source, SOURCE_SIZE, "%s", variable_table[i].name);
    }
  return value;
}

bool isa_choose(const arguments *given) {
  char source[SOURCE_SIZE];
  const char *name = setting(given, OPTION_ISA, source);
  sow_error error = SOW_ERROR_NONE;
  if (name == NULL || sow_isa_use(name, &error) == SOW_OK)
    return true;
  complain("%s: %s", source, error.message);
  return false;
}

#define THREADS_LIMIT 1024

bool threads_read(const arguments *given, int *threads) {
  char source[SOURCE_SIZE];
  const char *value = setting(given, OPTION_THREADS, source);
  int number = 0;
  *threads = 0;
  if (value == NULL)
    return true;
  const char *at = value;
  for (; *at >= '0' && *at <= '9' && number <= THREADS_LIMIT; at++)
    number = 10 * number + (*at - '0');
  if (at == value || *at != 0 || number > THREADS_LIMIT) {
    complain("%s '%s': must be a number from 0 to %d", source, value, THREADS_LIMIT);
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
  return given->mute || arguments_value(given, OPTION_QUIET) != NULL;
}
