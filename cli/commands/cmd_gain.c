#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "cli/arguments/arguments.h"
#include "cli/text/diagnostics.h"
#include "cli/text/json_text.h"
#include "sow/sow.h"

int cmd_gain(const arguments *all) {
  const gain_arguments *given = &all->gain;
  const given_number *param = &given->param;
  const char *name = sow_nonlinearity_name(given->nonlinearity);
  if (param->given && given->nonlinearity != SOW_LEAKY_RELU)
    caution(given->quiet, "%s has no parameter; %s changes nothing, as in torch", name, param->text);
  double gain = sow_calculate_gain(given->nonlinearity, param->given ? &param->value : NULL);
  if (given->format == FORMAT_PEOPLE) {
    char text[SOW__NUMBER_SIZE];
    printf("%s\n", sow__number_print(gain, text));
    return EXIT_SUCCESS;
  }
  json_open("gain", stdout);
  json_put_text("nonlinearity", name, stdout);
  json_put_number("param", param->given ? param->value : (double)NAN, stdout);
  json_put_number("gain", gain, stdout);
  fputs("\n}\n", stdout);
  return EXIT_SUCCESS;
}
