#include <stdio.h>
#include <stdlib.h>

#include "diagnostics.h"
#include "settings.h"
#include "sow/sow.h"
#include "values.h"

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
  sow_nonlinearity nonlinearity;
  sow_error error = SOW_ERROR_NONE;
  if (sow_nonlinearity_parse(given->operands[0], &nonlinearity, &error) != SOW_OK) {
    report(&error);
    return EXIT_MISUSE;
  }
  double param = 0.0;
  bool has_param = given->operand_count > 1;
  if (has_param && !read_number(given->operands[1], &param))
    return EXIT_MISUSE;
  if (has_param && nonlinearity != SOW_LEAKY_RELU)
    caution(is_quiet(given), "%s has no parameter; %s changes nothing, as in torch", given->operands[0],
            given->operands[1]);
  char text[VALUE_SIZE];
  double gain = sow_calculate_gain(nonlinearity, has_param ? &param : NULL);
  printf("%s\n", value_print(gain, SOW_FLOAT64, text));
  return EXIT_SUCCESS;
}
