#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "cli/arguments/arguments.h"
#include "cli/text/diagnostics.h"
#include "cli/text/tensor_json.h"
#include "sow/sow.h"

int cmd_gain(const arguments *all) {
  const gain_arguments *given = &all->gain;
  const given_number *param = &given->param;
  const char *name = sow_nonlinearity_name(given->nonlinearity);
  if (param->given && given->nonlinearity != SOW_LEAKY_RELU)
    caution(given->quiet, "%s has no parameter; %s changes nothing, as in torch", name, param->text);
  double gain = sow_calculate_gain(given->nonlinearity, param->given ? &param->value : NULL);
  if (gain == 0 && isfinite(param->value)) {
    complain("the square of the negative slope %s overflows", param->text);
    return EXIT_TROUBLE;
  }
  if (given->format == FORMAT_PEOPLE) {
    char text[SOW__NUMBER_SIZE];
    printf("%s\n", sow__number_print(gain, text));
    return EXIT_SUCCESS;
  }
  sow__buffer out = {0};
  sow__json_open(&out, "gain");
  sow__json_put_text(&out, "nonlinearity", name);
  sow__json_put_number(&out, "param", param->given ? param->value : (double)NAN);
  sow__json_put_number(&out, "gain", gain);
  sow__buffer_text(&out, "\n}\n");
  return json_print(&out, stdout);
}
