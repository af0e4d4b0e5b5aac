/* The fourteen initialisers of torch.nn.init as values: names, parameters, constructors, and printing. */
#include "init/initializer.h"

#include <math.h>
#include <stdio.h>

#include "base/number.h"

#define NUMBER(NAME, SLOT, FALLBACK)                                                                         \
  { NAME, SOW__ARGUMENT_NUMBER, SLOT, false, FALLBACK }
#define REQUIRED(NAME, SLOT)                                                                                 \
  { NAME, SOW__ARGUMENT_NUMBER, SLOT, true, 0 }

const sow__initializer_row sow__initializer_rows[SOW_INITIALIZER_COUNT] = {
    [SOW_INIT_UNIFORM] = {"uniform_", "a=0.0, b=1.0", {NUMBER("a", 0, 0), NUMBER("b", 1, 1)}},
    [SOW_INIT_NORMAL] = {"normal_", "mean=0.0, std=1.0", {NUMBER("mean", 0, 0), NUMBER("std", 1, 1)}},
    [SOW_INIT_TRUNC_NORMAL] = {"trunc_normal_",
                               "mean=0.0, std=1.0, a=-2.0, b=2.0",
                               {NUMBER("mean", 0, 0), NUMBER("std", 1, 1), NUMBER("a", 2, -2),
                                NUMBER("b", 3, 2)}},
    [SOW_INIT_CONSTANT] = {"constant_", "val", {REQUIRED("val", 0)}},
    [SOW_INIT_ONES] = {"ones_", "", {{0}}},
    [SOW_INIT_ZEROS] = {"zeros_", "", {{0}}},
    [SOW_INIT_EYE] = {"eye_", "", {{0}}},
    [SOW_INIT_DIRAC] = {"dirac_", "groups=1", {{"groups", SOW__ARGUMENT_GROUPS, 0, false, 1}}},
    [SOW_INIT_XAVIER_UNIFORM] = {"xavier_uniform_", "gain=1.0", {NUMBER("gain", 0, 1)}},
    [SOW_INIT_XAVIER_NORMAL] = {"xavier_normal_", "gain=1.0", {NUMBER("gain", 0, 1)}},
    [SOW_INIT_KAIMING_UNIFORM] = {"kaiming_uniform_",
                                  "a=0, mode='fan_in', nonlinearity='leaky_relu'",
                                  {NUMBER("a", 0, 0),
                                   {"mode", SOW__ARGUMENT_MODE, 0, false, 0},
                                   {"nonlinearity", SOW__ARGUMENT_NONLINEARITY, 0, false, 0}}},
    [SOW_INIT_KAIMING_NORMAL] = {"kaiming_normal_",
                                 "a=0, mode='fan_in', nonlinearity='leaky_relu'",
                                 {NUMBER("a", 0, 0),
                                  {"mode", SOW__ARGUMENT_MODE, 0, false, 0},
                                  {"nonlinearity", SOW__ARGUMENT_NONLINEARITY, 0, false, 0}}},
    [SOW_INIT_ORTHOGONAL] = {"orthogonal_", "gain=1", {NUMBER("gain", 0, 1)}},
    [SOW_INIT_SPARSE] = {"sparse_", "sparsity, std=0.01", {REQUIRED("sparsity", 0), NUMBER("std", 1, 0.01)}},
};

static bool known(sow_initializer_kind kind) {
  return (unsigned)kind < SOW_INITIALIZER_COUNT;
}

const char *sow_initializer_name(sow_initializer_kind kind) {
  return known(kind) ? sow__initializer_rows[kind].name : "unknown";
}

const char *sow_initializer_signature(sow_initializer_kind kind) {
  return known(kind) ? sow__initializer_rows[kind].signature : "";
}

/* ---- values ---- */

sow_initializer sow__initializer_defaults(sow_initializer_kind kind) {
  sow_initializer made = {.kind = kind, .mode = SOW_FAN_IN, .nonlinearity = SOW_LEAKY_RELU, .groups = 1};
  if (known(kind))
    for (const sow__argument *argument = sow__initializer_rows[kind].arguments; argument->name; argument++)
      if (argument->kind == SOW__ARGUMENT_NUMBER)
        made.argument[argument->slot] = argument->fallback;
  return made;
}

static sow_initializer with_numbers(sow_initializer_kind kind, double first, double second) {
  sow_initializer made = sow__initializer_defaults(kind);
  made.argument[0] = first;
  made.argument[1] = second;
  return made;
}

sow_initializer sow_uniform(double a, double b) {
  return with_numbers(SOW_INIT_UNIFORM, a, b);
}

sow_initializer sow_normal(double mean, double std) {
  return with_numbers(SOW_INIT_NORMAL, mean, std);
}

sow_initializer sow_trunc_normal(double mean, double std, double a, double b) {
  sow_initializer made = with_numbers(SOW_INIT_TRUNC_NORMAL, mean, std);
  made.argument[2] = a;
  made.argument[3] = b;
  return made;
}

sow_initializer sow_constant(double value) {
  return with_numbers(SOW_INIT_CONSTANT, value, 0);
}

sow_initializer sow_ones(void) {
  return sow__initializer_defaults(SOW_INIT_ONES);
}

sow_initializer sow_zeros(void) {
  return sow__initializer_defaults(SOW_INIT_ZEROS);
}

sow_initializer sow_eye(void) {
  return sow__initializer_defaults(SOW_INIT_EYE);
}

sow_initializer sow_dirac(int64_t groups) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_DIRAC);
  made.groups = groups;
  return made;
}

sow_initializer sow_xavier_uniform(double gain) {
  return with_numbers(SOW_INIT_XAVIER_UNIFORM, gain, 0);
}

sow_initializer sow_xavier_normal(double gain) {
  return with_numbers(SOW_INIT_XAVIER_NORMAL, gain, 0);
}

static sow_initializer kaiming(sow_initializer_kind kind, double a, sow_fan_mode mode,
                               sow_nonlinearity nonlinearity) {
  sow_initializer made = with_numbers(kind, a, 0);
  made.mode = mode;
  made.nonlinearity = nonlinearity;
  return made;
}

sow_initializer sow_kaiming_uniform(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_UNIFORM, a, mode, nonlinearity);
}

sow_initializer sow_kaiming_normal(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_NORMAL, a, mode, nonlinearity);
}

sow_initializer sow_orthogonal(double gain) {
  return with_numbers(SOW_INIT_ORTHOGONAL, gain, 0);
}

sow_initializer sow_sparse(double sparsity, double std) {
  return with_numbers(SOW_INIT_SPARSE, sparsity, std);
}

/* ---- printing ---- */

static void print_value(const sow__argument *argument, const sow_initializer *initializer, char *text,
                        size_t size) {
  char number[SOW__NUMBER_SIZE];
  switch (argument->kind) {
  case SOW__ARGUMENT_NUMBER:
    sow__number_print(initializer->argument[argument->slot], number);
    /* Python has no literals for infinity and NaN. */
    snprintf(text, size, isfinite(initializer->argument[argument->slot]) ? "%s" : "float('%s')", number);
    break;
  case SOW__ARGUMENT_GROUPS:
    snprintf(text, size, "%lld", (long long)initializer->groups);
    break;
  case SOW__ARGUMENT_MODE:
    snprintf(text, size, "'%s'", initializer->mode == SOW_FAN_OUT ? "fan_out" : "fan_in");
    break;
  case SOW__ARGUMENT_NONLINEARITY:
    snprintf(text, size, "'%s'", sow_nonlinearity_name(initializer->nonlinearity));
    break;
  }
}

size_t sow_initializer_print(sow_initializer initializer, char *buffer, size_t size) {
  char text[SOW_INITIALIZER_TEXT_SIZE], value[SOW__NUMBER_SIZE + 9];
  size_t length = (size_t)snprintf(text, sizeof text, "%s(", sow_initializer_name(initializer.kind));
  if (known(initializer.kind)) {
    const sow__argument *first = sow__initializer_rows[initializer.kind].arguments;
    for (const sow__argument *argument = first; argument->name != NULL; argument++) {
      print_value(argument, &initializer, value, sizeof value);
      length += (size_t)snprintf(text + length, sizeof text - length, "%s%s=%s", argument > first ? ", " : "",
                                 argument->name, value);
    }
  }
  snprintf(text + length, sizeof text - length, ")");
  return (size_t)snprintf(buffer, size, "%s", text);
}
