#include <stdio.h>
#include <stdlib.h>

#include "choice.h"
#include "diagnostics.h"
#include "model.h"
#include "settings.h"

int cmd_plan(const arguments *given) {
  int format = choice_read(given, OPTION_FORMAT);
  if (format < 0)
    return EXIT_TROUBLE;
  model one;
  int status = model_read(given, &(model_source){given->operands[0], NULL}, &one);
  if (status != EXIT_SUCCESS)
    return status;
  sow_error error = error_new(is_quiet(given));
  char *text = NULL;
  size_t length = 0;
  if (sow_plan_print(one.plan, (sow_plan_format)format, &text, &length, &error) == SOW_OK)
    fwrite(text, 1, length, stdout);
  else
    status = report(&error);
  free(text);
  model_free(&one);
  return status;
}
