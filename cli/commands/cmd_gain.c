#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "cli/arguments/choice.h"
#include "cli/arguments/settings.h"
#include "cli/text/diagnostics.h"
#include "cli/text/json_text.h"
#include "sow/sow.h"

/* A number as Python writes it, arithmetic included: read as the argument of constant_. */
static bool read_number(const char *text, double *value) {
  char call[256];
  sow_initializer constant;
  sow_error error = SOW_ERROR_NONE;
  if (snprintf(call, sizeof call, "constant_(%s)", text) >= (int)sizeof call ||
      sow_initializer_parse(call, NULL, &constant, &error) != SOW_OK) {
    complain("PARAM '%s' is not a number", text);
    return false;
  }
  *value = constant.argument[0];
  return true;
}

int cmd_gain(const arguments *given) {
  int format = choice_read(given, OPTION_FORMAT);
  if (format < 0)
    return EXIT_TROUBLE;
  sow_nonlinearity nonlinearity;
  sow_error error = SOW_ERROR_NONE;
  if (sow_nonlinearity_parse(given->operands[0], &nonlinearity, &error) != SOW_OK) {
    report(&error);
    return EXIT_TROUBLE;
  }
  double param = 0.0;
  bool has_param = given->operand_count > 1;
  if (has_param && !read_number(given->operands[1], &param))
    return EXIT_TROUBLE;
  if (has_param && nonlinearity != SOW_LEAKY_RELU)
    caution(is_quiet(given), "%s has no parameter; %s changes nothing, as in torch", given->operands[0],
            given->operands[1]);
  double gain = sow_calculate_gain(nonlinearity, has_param ? &param : NULL);
  if (format == 0) {
    char text[SOW__NUMBER_SIZE];
    printf("%s\n", sow__number_print(gain, text));
    return EXIT_SUCCESS;
  }
  json_open("gain", stdout);
  json_put_text("nonlinearity", sow_nonlinearity_name(nonlinearity), stdout);
  json_put_number("param", has_param ? param : NAN, stdout);
  json_put_number("gain", gain, stdout);
  fputs("\n}\n", stdout);
  return EXIT_SUCCESS;
}
