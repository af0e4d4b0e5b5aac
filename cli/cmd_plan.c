#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "model.h"
#include "nearest.h"
#include "settings.h"

static bool read_format(const arguments *given, sow_plan_format *format) {
  const char *value = arguments_value(given, OPTION_FORMAT);
  *format = SOW_PLAN_TABLE;
  if (value == NULL || strcmp(value, "table") == 0)
    return true;
  *format = SOW_PLAN_JSON;
  if (strcmp(value, "json") == 0)
    return true;
  char hint[64];
  nearest near = {.name = value};
  nearest_offer(&near, "table");
  nearest_offer(&near, "json");
  complain("--format %s: must be table or json%s", value, nearest_hint(&near, "", hint, sizeof hint));
  return false;
}

int cmd_plan(const arguments *given) {
  sow_plan_format format;
  if (!read_format(given, &format))
    return EXIT_MISUSE;
  model one;
  int status = model_read(given, &one);
  if (status != EXIT_SUCCESS)
    return status;
  sow_error error = error_new(is_quiet(given));
  char *text = NULL;
  size_t length = 0;
  if (sow_plan_print(one.plan, format, &text, &length, &error) == SOW_OK)
    fwrite(text, 1, length, stdout);
  else
    status = report(&error);
  free(text);
  model_free(&one);
  return status;
}
